// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * perf_reader: perf events, their rings, and the records in them. See perf_reader.h.
 *
 * Read it from the bottom for how a ring comes to be; ring_read() is the heart.
 */
#include "perf_reader.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#define RECORD_MAX 65536 /* the header has 16 bits for the size */
#define WOKEN_MAX  64	 /* rings that one epoll_wait() reports; more wait for the next */

/* ---- reading ---- */

/*
 * The record at `tail`. One that begins at the end of the ring goes on at its start: that is put
 * together in `scratch`. The header itself is never torn, since sizes are multiples of 8.
 */
static const struct perf_event_header *record_at(const struct perf_ring *ring, __u64 tail,
						 void *scratch)
{
	const __u64 start = tail & (ring->size - 1), to_end = ring->size - start;
	const struct perf_event_header *record = (const void *)(ring->data + start);

	if (record->size <= to_end)
		return record;
	memcpy(scratch, record, to_end);
	memcpy((unsigned char *)scratch + to_end, ring->data, record->size - to_end);
	return scratch;
}

/*
 * Acquire: whatever the kernel wrote before it moved data_head is there when we read it. Without
 * it a processor, or the compiler, may read a record before the head, and so before it was
 * written. Release: all our reading is done before the kernel sees data_tail move, and may write
 * over it.
 */
static void ring_read(const struct perf_reader *reader, const struct perf_ring *ring)
{
	const __u64 head = __atomic_load_n(&ring->page->data_head, __ATOMIC_ACQUIRE);
	/* Copies stay in registers; for all the compiler knows, the callback changes the others. */
	const perf_record_fn take = reader->record;
	void *const ctx = reader->ctx;
	const int cpu = ring->cpu;
	__u64 tail = ring->page->data_tail; /* only we write it */

	while (tail != head) {
		const struct perf_event_header *record = record_at(ring, tail, reader->scratch);
		const __u64 size = record->size;

		take(ctx, cpu, record);
		tail += size;
	}
	__atomic_store_n(&ring->page->data_tail, tail, __ATOMIC_RELEASE);
}

void perf_reader_drain(struct perf_reader *reader)
{
	for (int i = 0; i < reader->count; i++)
		ring_read(reader, &reader->rings[i]);
}

int perf_reader_poll(struct perf_reader *reader, int timeout_ms)
{
	struct epoll_event woken[WOKEN_MAX];
	const int count = epoll_wait(reader->epoll_fd, woken, WOKEN_MAX, timeout_ms);

	for (int i = 0; i < count; i++)
		ring_read(reader, woken[i].data.ptr);
	return count < 0 ? -errno : count;
}

/* ---- opening ---- */

/* Says what failed, with errno, and returns -errno. */
static int failed(struct perf_reader *reader, int cpu, const char *what, const char *advice)
{
	const int err = errno;

	snprintf(reader->error, sizeof(reader->error), "CPU %d: %s: %s%s", cpu, what,
		 strerror(err), advice);
	return -err;
}

struct perf_event_attr perf_reader_attr(unsigned int wakeup)
{
	return (struct perf_event_attr){
		.size = sizeof(struct perf_event_attr),
		.type = PERF_TYPE_SOFTWARE,
		.config = PERF_COUNT_SW_BPF_OUTPUT,
		.sample_type = PERF_SAMPLE_RAW, /* records have the program's bytes, no more */
		.wakeup_events = wakeup,
		.disabled = 1,
	};
}

/* pid -1: whoever runs on that CPU. */
static int ring_event(struct perf_ring *ring, unsigned int wakeup)
{
	struct perf_event_attr attr = perf_reader_attr(wakeup);

	ring->fd = (int)syscall(SYS_perf_event_open, &attr, -1, ring->cpu, -1,
				PERF_FLAG_FD_CLOEXEC);
	return ring->fd < 0 ? -1 : 0;
}

/* Shared and writable: data_tail is how the kernel learns what may be written over. */
static int ring_map(struct perf_ring *ring, unsigned int pages)
{
	const size_t page = (size_t)sysconf(_SC_PAGESIZE);
	void *at =
		mmap(NULL, (1 + pages) * page, PROT_READ | PROT_WRITE, MAP_SHARED, ring->fd, 0);

	if (at == MAP_FAILED)
		return -1;
	ring->page = at;
	ring->data = (const unsigned char *)at + page;
	ring->size = pages * page;
	return 0;
}

static int ring_watch(struct perf_ring *ring, int epoll_fd)
{
	struct epoll_event event = {.events = EPOLLIN, .data.ptr = ring};

	return epoll_ctl(epoll_fd, EPOLL_CTL_ADD, ring->fd, &event);
}

/* Leaves what it has opened in `ring`, for ring_close(). -ENODEV: this CPU is offline. */
static int ring_open(struct perf_reader *reader, struct perf_ring *ring)
{
	const int cpu = ring->cpu;

	if (ring_event(ring, reader->wakeup))
		return failed(reader, cpu, "perf_event_open",
			      errno == EACCES || errno == EPERM
				      ? "; it takes CAP_PERFMON: run it as root"
				      : "");
	if (ring_map(ring, reader->pages))
		return failed(reader, cpu, "cannot map the ring", "; fewer pages may do");
	if (ioctl(ring->fd, PERF_EVENT_IOC_ENABLE, 0))
		return failed(reader, cpu, "cannot enable the perf event", "");
	if (ring_watch(ring, reader->epoll_fd))
		return failed(reader, cpu, "epoll", "");
	if (bpf_map_update_elem(reader->map_fd, &cpu, &ring->fd, BPF_ANY))
		return failed(reader, cpu, "cannot put the perf event into its map", "");
	return 0;
}

static void ring_close(const struct perf_reader *reader, const struct perf_ring *ring)
{
	bpf_map_delete_elem(reader->map_fd, &ring->cpu);
	if (ring->page)
		munmap(ring->page, (1 + reader->pages) * (size_t)sysconf(_SC_PAGESIZE));
	if (ring->fd >= 0)
		close(ring->fd);
}

static int open_rings(struct perf_reader *reader, int cpus)
{
	int err;

	for (int cpu = 0; cpu < cpus; cpu++) {
		struct perf_ring *ring = &reader->rings[reader->count];

		*ring = (struct perf_ring){.cpu = cpu, .fd = -1};
		err = ring_open(reader, ring);
		if (err == -ENODEV)
			continue;
		reader->count++;
		if (err)
			return err;
	}
	return 0;
}

int perf_reader_open(struct perf_reader *reader)
{
	const int cpus = libbpf_num_possible_cpus();
	int err = -ENOMEM;

	reader->count = 0;
	reader->error[0] = '\0';
	reader->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
	reader->scratch = malloc(RECORD_MAX);
	reader->rings = cpus > 0 ? calloc((size_t)cpus, sizeof(*reader->rings)) : NULL;
	if (reader->epoll_fd < 0 || !reader->scratch || !reader->rings)
		snprintf(reader->error, sizeof(reader->error), "no memory or descriptors");
	else
		err = open_rings(reader, cpus);
	if (err)
		perf_reader_close(reader);
	return err;
}

void perf_reader_close(struct perf_reader *reader)
{
	for (int i = 0; i < reader->count; i++)
		ring_close(reader, &reader->rings[i]);
	reader->count = 0;
	free(reader->rings);
	reader->rings = NULL;
	free(reader->scratch);
	reader->scratch = NULL;
	if (reader->epoll_fd >= 0)
		close(reader->epoll_fd);
	reader->epoll_fd = -1;
}
