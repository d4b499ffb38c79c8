// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * lathist: how long something takes, as a histogram by powers of two, on each CPU.
 *
 * Every measurement is two events: one where the time starts, one where it ends. The program of
 * the first remembers when it was; the program of the second takes the difference and adds 1
 * to a bucket. There are five such pairs here, and user space loads the programs of one:
 *
 *     preempt        trace_preempt_off -> trace_preempt_on: how long a CPU could not switch to
 *                    another thread. Kernel functions that need CONFIG_PREEMPT_TRACER
 *     wakeup         a thread was woken -> it runs
 *     softirq-wait   a softirq was raised -> its handler starts
 *     softirq        its handler starts -> it is done
 *     hardirq        the timer interrupt comes -> it is done
 *
 * See lathist.h for what user space writes to `config` and reads from `counts`.
 */
#include <linux/bpf.h>

#include "bpf_helpers.h"
#include "lathist.h"

#ifdef BTF_MAPS

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__type(key, __u32); /* 0 */
	__type(value, struct lathist_config);
	__uint(max_entries, 1);
} config SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__type(key, __u32);   /* thread */
	__type(value, __u64); /* when it was woken, ns */
	__uint(max_entries, LATHIST_THREADS);
} woken SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__type(key, __u32);   /* slot: the softirq's vector, else 0 */
	__type(value, __u64); /* when it began, ns; 0: nothing pending */
	__uint(max_entries, LATHIST_SLOTS);
} begun SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__type(key, __u32);   /* bucket */
	__type(value, __u64); /* events */
	__uint(max_entries, LATHIST_BUCKETS);
} histogram SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__type(key, __u32); /* 0 */
	__type(value, struct lathist_counts);
	__uint(max_entries, 1);
} counts SEC(".maps");

#else

struct bpf_map_def SEC("maps") config = {
	.type = BPF_MAP_TYPE_ARRAY,
	.key_size = sizeof(__u32), /* 0 */
	.value_size = sizeof(struct lathist_config),
	.max_entries = 1,
};

/* A thread is woken on one CPU and may run on another, and there is no array big enough for
 * every number that a thread can have: so, a hash. */
struct bpf_map_def SEC("maps") woken = {
	.type = BPF_MAP_TYPE_HASH,
	.key_size = sizeof(__u32),   /* thread */
	.value_size = sizeof(__u64), /* when it was woken, ns */
	.max_entries = LATHIST_THREADS,
};

/* An interrupt begins and ends on the same CPU: each CPU has an array of its own. */
struct bpf_map_def SEC("maps") begun = {
	.type = BPF_MAP_TYPE_PERCPU_ARRAY,
	.key_size = sizeof(__u32),   /* slot: the softirq's vector, else 0 */
	.value_size = sizeof(__u64), /* when it began, ns; 0: nothing pending */
	.max_entries = LATHIST_SLOTS,
};

struct bpf_map_def SEC("maps") histogram = {
	.type = BPF_MAP_TYPE_PERCPU_ARRAY,
	.key_size = sizeof(__u32),   /* bucket */
	.value_size = sizeof(__u64), /* events */
	.max_entries = LATHIST_BUCKETS,
};

struct bpf_map_def SEC("maps") counts = {
	.type = BPF_MAP_TYPE_PERCPU_ARRAY,
	.key_size = sizeof(__u32), /* 0 */
	.value_size = sizeof(struct lathist_counts),
	.max_entries = 1,
};

#endif

/* ---- the histogram ---- */

/*
 * The number of the highest bit that is set: log2, rounded down. The kernel's fls() is not
 * there for us, and a loop of unknown length the verifier does not take (before 5.3: no loop at
 * all); so the six halvings are unrolled.
 */
static __always_inline __u32 highest_bit(__u64 value)
{
	__u32 bit = 0;

#pragma unroll
	for (__u32 step = 32; step; step >>= 1) {
		if (value >> step) {
			value >>= step;
			bit += step;
		}
	}
	return bit;
}

/*
 * Adds 1 without an atomic instruction: the value belongs to this CPU alone, and no other of
 * these programs can come in between, not even in an interrupt: the kernel passes over a program
 * on a tracepoint while another one runs on the same CPU.
 */
static __always_inline void record(__u64 start)
{
	__u32 bucket = highest_bit(bpf_ktime_get_ns() - start);
	__u64 *events = bpf_map_lookup_elem(&histogram, &bucket);

	if (events)
		*events += 1;
}

/* ---- what all pairs use ---- */

static __always_inline struct lathist_counts *own_counts(void)
{
	__u32 zero = 0;

	return bpf_map_lookup_elem(&counts, &zero);
}

static __always_inline struct lathist_config *get_config(void)
{
	__u32 zero = 0;

	return bpf_map_lookup_elem(&config, &zero);
}

/*
 * A field of the tracepoint's record, `offset` bytes from its start. Which offset that is, this
 * kernel says in events/.../format, and user space wrote it to `config`. The verifier allows
 * *(ctx + number) only for a number that stands in the program. A helper takes any address, and
 * copies from it without harm even where nothing is.
 */
static __always_inline __u32 field(void *ctx, __u32 offset)
{
	__u32 value = 0;

	bpf_probe_read_kernel(&value, sizeof(value), ctx + offset);
	return value;
}

/* ---- on one CPU: preempt, softirq-wait, softirq, hardirq ---- */

/* bpf_get_current_pid_tgid() has what user space calls the process id in its upper half. */
static __always_inline int wanted(const struct lathist_config *settings)
{
	return !settings->pid || settings->pid == bpf_get_current_pid_tgid() >> 32;
}

/* `first`: where one start follows another, the time counts from the first, not the last. */
static __always_inline void begin(__u32 slot, int first)
{
	struct lathist_config *settings = get_config();
	struct lathist_counts *sums = own_counts();
	__u64 *start = bpf_map_lookup_elem(&begun, &slot);

	if (!settings || !sums || !start || !wanted(settings))
		return;
	sums->starts++;
	if (*start)
		sums->repeated++;
	if (!*start || !first)
		*start = bpf_ktime_get_ns();
}

/* Without a start there is nothing to measure: it came before us, or was not wanted. */
static __always_inline void end(__u32 slot)
{
	__u64 *start = bpf_map_lookup_elem(&begun, &slot);

	if (!start || !*start)
		return;
	record(*start);
	*start = 0;
}

SEC("kprobe/trace_preempt_off")
int preempt_off(void *ctx)
{
	begin(0, 0);
	return 0;
}

SEC("kprobe/trace_preempt_on")
int preempt_on(void *ctx)
{
	end(0);
	return 0;
}

/* Raising a softirq only sets a bit, and setting it twice is setting it once. */
SEC("tracepoint/irq/softirq_raise")
int softirq_raised(void *ctx)
{
	struct lathist_config *settings = get_config();

	if (settings)
		begin(field(ctx, settings->raised_vec), 1);
	return 0;
}

/* Two programs on one event: for softirq-wait it is the end, for softirq the start. */
SEC("tracepoint/irq/softirq_entry")
int softirq_waited(void *ctx)
{
	struct lathist_config *settings = get_config();

	if (settings)
		end(field(ctx, settings->entered_vec));
	return 0;
}

SEC("tracepoint/irq/softirq_entry")
int softirq_entered(void *ctx)
{
	struct lathist_config *settings = get_config();

	if (settings)
		begin(field(ctx, settings->entered_vec), 0);
	return 0;
}

SEC("tracepoint/irq/softirq_exit")
int softirq_left(void *ctx)
{
	struct lathist_config *settings = get_config();

	if (settings)
		end(field(ctx, settings->left_vec));
	return 0;
}

SEC("tracepoint/irq_vectors/local_timer_entry")
int timer_entered(void *ctx)
{
	begin(0, 0);
	return 0;
}

SEC("tracepoint/irq_vectors/local_timer_exit")
int timer_left(void *ctx)
{
	end(0);
	return 0;
}

/* ---- from one CPU to another: wakeup ---- */

static __always_inline void wake(const struct lathist_config *settings, __u32 thread)
{
	struct lathist_counts *sums = own_counts();
	__u64 now = bpf_ktime_get_ns();

	if (!sums || (settings->pid && settings->pid != thread))
		return;
	sums->starts++;
	/* BPF_NOEXIST and BPF_ANY: a first attempt that tells whether there was one already. */
	if (!bpf_map_update_elem(&woken, &thread, &now, BPF_NOEXIST))
		return;
	if (!bpf_map_update_elem(&woken, &thread, &now, BPF_EXIST))
		sums->repeated++;
	else
		sums->lost++;
}

SEC("tracepoint/sched/sched_wakeup")
int thread_woken(void *ctx)
{
	struct lathist_config *settings = get_config();

	if (settings)
		wake(settings, field(ctx, settings->woken_pid));
	return 0;
}

/* A new thread's first time. */
SEC("tracepoint/sched/sched_wakeup_new")
int thread_made(void *ctx)
{
	struct lathist_config *settings = get_config();

	if (settings)
		wake(settings, field(ctx, settings->woken_new_pid));
	return 0;
}

/*
 * A thread can be woken just before it would have slept. It runs on, and no switch ends its
 * wait, because it did not wait. Once it leaves the CPU that start must be gone, or the time
 * until it comes back would count as if it had been waiting.
 */
static __always_inline void forget(__u32 thread)
{
	struct lathist_counts *sums = own_counts();

	if (!bpf_map_delete_elem(&woken, &thread) && sums)
		sums->awake++;
}

/* Every CPU comes by here each time it goes from one thread (prev) to another (next). */
SEC("tracepoint/sched/sched_switch")
int thread_runs(void *ctx)
{
	struct lathist_config *settings = get_config();
	__u64 *start;
	__u32 next;

	if (!settings)
		return 0;
	forget(field(ctx, settings->prev_pid));
	next = field(ctx, settings->next_pid);
	start = bpf_map_lookup_elem(&woken, &next);
	if (!start)
		return 0; /* it had not slept, only made room for another */
	record(*start);
	bpf_map_delete_elem(&woken, &next);
	return 0;
}

/* bpf_probe_read_kernel() is for programs under the GPL only. */
char _license[] SEC("license") = "Dual BSD/GPL";
