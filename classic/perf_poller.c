/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * The perf_event_*() calls of "trace_helpers.h", 4.18-5.3: map the ring of a perf event,
 * wait, and hand over what bpf_perf_event_output() wrote.
 *
 * Contract: "trace_helpers.h". The event must sample PERF_SAMPLE_RAW and nothing else: then a
 * sample is a 32-bit size and that many bytes.
 */
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <sys/mman.h>

#include "trace_helpers.h"

#define RING_PAGES 8

/* What perf_event_mmap() mapped last. */
static struct perf_event_mmap_page *last_header;

struct sample {
	struct perf_event_header header;
	__u32 size;
	char data[];
};

struct lost {
	struct perf_event_header header;
	__u64 id;
	__u64 count;
};

/* One ring's reader: the buffer for records that go round its end. */
struct reader {
	void *buf;
	size_t len;
	perf_event_print_fn output_fn;
};

static size_t page_size(void)
{
	return (size_t)sysconf(_SC_PAGESIZE);
}

int perf_event_mmap_header(int fd, struct perf_event_mmap_page **header)
{
	size_t size = page_size() * (RING_PAGES + 1);
	void *base = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);

	if (base == MAP_FAILED) {
		fprintf(stderr, "perf_event_mmap: mapping %zu bytes of perf event fd %d: %s\n",
			size, fd, strerror(errno));
		return -1;
	}
	*header = base;
	return 0;
}

int perf_event_mmap(int fd)
{
	return perf_event_mmap_header(fd, &last_header);
}

static enum bpf_perf_event_ret print_record(struct perf_event_header *record,
					    void *private_data)
{
	struct reader *reader = private_data;

	if (record->type == PERF_RECORD_SAMPLE) {
		struct sample *sample = (void *)record;

		return reader->output_fn(sample->data, (int)sample->size);
	}
	if (record->type == PERF_RECORD_LOST)
		printf("lost %llu events\n",
		       (unsigned long long)((struct lost *)record)->count);
	else
		printf("unknown event type=%u size=%u\n", record->type, record->size);
	return LIBBPF_PERF_EVENT_CONT;
}

/* Wait up to a second, then read every ring that has something. */
static enum bpf_perf_event_ret poll_once(struct pollfd *fds,
					 struct perf_event_mmap_page **headers, int num_fds,
					 struct reader *reader)
{
	enum bpf_perf_event_ret ret = LIBBPF_PERF_EVENT_CONT;
	int i;

	if (poll(fds, (nfds_t)num_fds, 1000) < 0)
		return errno == EINTR ? LIBBPF_PERF_EVENT_CONT : LIBBPF_PERF_EVENT_ERROR;
	for (i = 0; i < num_fds && ret == LIBBPF_PERF_EVENT_CONT; i++) {
		/* A closed fd would be reported again and again, for ever. */
		if (fds[i].revents & POLLNVAL) {
			errno = EBADF;
			return LIBBPF_PERF_EVENT_ERROR;
		}
		if (fds[i].revents)
			ret = bpf_perf_event_read_simple(headers[i], page_size() * RING_PAGES,
							 page_size(), &reader->buf,
							 &reader->len, print_record, reader);
	}
	return ret;
}

int perf_event_poller_multi(int *fds, struct perf_event_mmap_page **headers, int num_fds,
			    perf_event_print_fn output_fn)
{
	struct reader reader = {.output_fn = output_fn};
	enum bpf_perf_event_ret ret = LIBBPF_PERF_EVENT_CONT;
	struct pollfd *polled;
	int i;

	polled = num_fds > 0 ? calloc((size_t)num_fds, sizeof(*polled)) : NULL;
	if (!polled)
		return LIBBPF_PERF_EVENT_ERROR;
	for (i = 0; i < num_fds; i++) {
		polled[i].fd = fds[i];
		polled[i].events = POLLIN;
	}
	while (ret == LIBBPF_PERF_EVENT_CONT)
		ret = poll_once(polled, headers, num_fds, &reader);
	free(reader.buf);
	free(polled);
	return ret;
}

int perf_event_poller(int fd, perf_event_print_fn output_fn)
{
	if (!last_header) {
		fprintf(stderr, "perf_event_poller: call perf_event_mmap() first\n");
		return LIBBPF_PERF_EVENT_ERROR;
	}
	return perf_event_poller_multi(&fd, &last_header, 1, output_fn);
}
