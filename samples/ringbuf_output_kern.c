// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * ringbuf_output: sends an event for each program that is executed, three ways at once.
 *
 *     perf buffer              bpf_perf_event_output()    a ring for each CPU
 *     ring buffer, output      bpf_ringbuf_output()       one ring for all CPUs; a copy, too
 *     ring buffer, reserve     bpf_ringbuf_reserve(),     the same, and the event is written
 *                              bpf_ringbuf_submit()       where it is read: no copy
 *
 * This source is compiled twice, with one definition of the maps or the other; see sockex1_kern.c.
 */
#include <linux/bpf.h>
#include <linux/errno.h>
#include <stddef.h>

#include "bpf_helpers.h"
#include "ringbuf_output.h"

/* A power of two and whole pages; user space puts in what --pages says. */
#define RING_BYTES (256 * 1024)

#ifdef BTF_MAPS

struct {
	__uint(type, BPF_MAP_TYPE_PERF_EVENT_ARRAY);
	__uint(key_size, sizeof(__u32));   /* CPU */
	__uint(value_size, sizeof(__u32)); /* file descriptor of a perf event */
} perf_events SEC(".maps");

/* Keys and values would make no sense: there is no lookup, only a ring. */
struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, RING_BYTES);
} output_events SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, RING_BYTES);
} reserve_events SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__type(key, __u32);
	__type(value, struct counts);
	__uint(max_entries, 1);
} counts SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__type(key, __u32);
	__type(value, struct config);
	__uint(max_entries, 1);
} config SEC(".maps");

#else

struct bpf_map_def SEC("maps") perf_events = {
	.type = BPF_MAP_TYPE_PERF_EVENT_ARRAY,
	.key_size = sizeof(__u32),   /* CPU */
	.value_size = sizeof(__u32), /* file descriptor of a perf event */
};

/*
 * Ring buffers are younger (Linux 5.8) than this way to define maps was in use. It can say all
 * they need: no key, no value, and as max_entries the bytes.
 */
struct bpf_map_def SEC("maps") output_events = {
	.type = BPF_MAP_TYPE_RINGBUF,
	.max_entries = RING_BYTES,
};

struct bpf_map_def SEC("maps") reserve_events = {
	.type = BPF_MAP_TYPE_RINGBUF,
	.max_entries = RING_BYTES,
};

struct bpf_map_def SEC("maps") counts = {
	.type = BPF_MAP_TYPE_PERCPU_ARRAY,
	.key_size = sizeof(__u32),
	.value_size = sizeof(struct counts),
	.max_entries = 1,
};

struct bpf_map_def SEC("maps") config = {
	.type = BPF_MAP_TYPE_ARRAY,
	.key_size = sizeof(__u32),
	.value_size = sizeof(struct config),
	.max_entries = 1,
};

#endif

/*
 * The name of the new program's file. The record has its text at the end, and in a fixed place a
 * word that says where: the offset in the lower half, the length in the upper. The place is
 * found out by user space. Both reads are by helpers, which check the address: the verifier
 * would not let us look at a place of the record that it does not know beforehand.
 * Returns how many bytes were written, with the 0 at the end, or a negative number.
 */
static __always_inline long read_filename(void *record, const struct config *config,
					  char *filename)
{
	__u32 where = 0;

	if (bpf_probe_read_kernel(&where, sizeof(where), record + config->filename_where))
		return -EFAULT;
	return bpf_probe_read_kernel_str(filename, FILENAME_SIZE, record + (where & 0xffff));
}

/* Two numbers are compared faster, and shorter for the verifier, than 16 letters. */
static __always_inline int is_wanted(const struct config *config, const char *comm)
{
	const __u64 *wanted = (const __u64 *)config->comm, *is = (const __u64 *)comm;

	return !config->comm[0] || (wanted[0] == is[0] && wanted[1] == is[1]);
}

/*
 * Fills `event` but for its time and name of the program. Returns the bytes that are in use; 0:
 * there is no file name to be had.
 */
static __always_inline __u64 fill(struct event *event, void *record,
				  const struct config *config)
{
	const long length = read_filename(record, config, event->filename);

	event->pid = bpf_get_current_pid_tgid() >> 32;
	event->cpu = bpf_get_smp_processor_id();
	return length > 0 && length <= FILENAME_SIZE ? offsetof(struct event, filename) + length
						     : 0;
}

/* Not atomic, and right: see trace_output_kern.c. -EAGAIN is the ring buffer's word for full. */
static __always_inline void count_result(struct counts *mine, enum way way, long result)
{
	if (result == -ENOSPC || result == -EAGAIN)
		mine->lost[way]++;
	else if (result)
		mine->failed[way]++;
}

/*
 * The event is made in its place in the ring. How large it is has to be a constant, so that the
 * verifier knows how much may be written: the whole of `filename`, where the other two ways
 * send what is in use. Between reserve and submit the place is ours alone, and readers do not
 * get past it. The verifier sees to it that every way out of here submits, or discards.
 * Flags 0: the reader is woken if it had read all there was, and not again before it has.
 */
static __always_inline long reserve_and_submit(void *record, const struct config *config,
					       const struct event *made)
{
	struct event *event = bpf_ringbuf_reserve(&reserve_events, sizeof(*event), 0);

	if (!event)
		return -EAGAIN;
	event->time = made->time;
	__builtin_memcpy(event->comm, made->comm, COMM_SIZE);
	if (!fill(event, record, config)) {
		bpf_ringbuf_discard(event, 0);
		return -EFAULT;
	}
	bpf_ringbuf_submit(event, 0);
	return 0;
}

static __always_inline void send_all(void *record, const struct config *config,
				     struct counts *mine, struct event *event)
{
	__u64 size = fill(event, record, config);

	/*
	 * The compiler knows that fill() has seen to both limits, by one clever comparison; the
	 * verifier of Linux 5.10 does not. After a statement that may change `size`, for all the
	 * compiler knows, it has to compare as it stands here.
	 */
	asm volatile("" : "+r"(size));
	if (!size || size > sizeof(*event))
		return;
	mine->produced++;
	count_result(
		mine, WAY_PERF,
		bpf_perf_event_output(record, &perf_events, BPF_F_CURRENT_CPU, event, size));
	count_result(mine, WAY_OUTPUT, bpf_ringbuf_output(&output_events, event, size, 0));
	count_result(mine, WAY_RESERVE, reserve_and_submit(record, config, event));
}

/* The new program is in place, and has not done anything yet. */
SEC("tracepoint/sched/sched_process_exec")
int send_event(void *record)
{
	const __u32 zero = 0;
	const struct config *how = bpf_map_lookup_elem(&config, &zero);
	struct counts *mine = bpf_map_lookup_elem(&counts, &zero);
	struct event event;

	if (!how || !mine || !how->watching)
		return 0;
	event.time = bpf_ktime_get_ns();
	/* Not every kernel's helper writes the bytes behind the 0 (6.1 does not); we compare them. */
	__builtin_memset(event.comm, 0, sizeof(event.comm));
	bpf_get_current_comm(event.comm, sizeof(event.comm));
	if (is_wanted(how, event.comm))
		send_all(record, how, mine, &event);
	return 0;
}

char _license[] SEC("license") = "Dual BSD/GPL";
