/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * perf_reader: reads what BPF programs send by bpf_perf_event_output(), without a library.
 *
 * For each CPU there is a perf event that counts nothing, the ring of pages that belongs to it,
 * and a slot in a map of type PERF_EVENT_ARRAY by which the program finds it:
 *
 *     perf_event_open()    a descriptor
 *     mmap()               its ring: one page of administration, then 2^n pages of records
 *     ioctl(ENABLE)        from now on the kernel accepts records for it
 *     map[cpu] = fd        from now on the program's find their way
 *
 * The kernel writes records and moves data_head; we read them and move data_tail. Both only ever
 * grow; a position in the ring is the number modulo its size. Every record starts with a struct
 * perf_event_header, and its size is a multiple of 8.
 *
 * Rules: one thread at a time. What a callback gets is good until it returns. With `wakeup`
 * above 1 the last few records wake nobody: call perf_reader_drain() when there is time.
 */
#ifndef SAMPLES_PERF_READER_H
#define SAMPLES_PERF_READER_H

#include <linux/perf_event.h>
#include <stdbool.h>
#include <stddef.h>

/* The two kinds of records that are of interest here. */
struct perf_record_raw { /* .type PERF_RECORD_SAMPLE: an event of the program's */
	struct perf_event_header header;
	__u32 size; /* of data: what the program sent, and up to 7 bytes more */
	unsigned char data[];
};

struct perf_record_lost { /* .type PERF_RECORD_LOST: there was no room for some */
	struct perf_event_header header;
	__u64 id;
	__u64 lost; /* so many since the record of this kind before */
};

typedef void (*perf_record_fn)(void *ctx, int cpu, const struct perf_event_header *record);

struct perf_ring {
	int cpu, fd;
	struct perf_event_mmap_page *page; /* administration */
	const unsigned char *data;	   /* records */
	__u64 size;			   /* bytes of them */
};

struct perf_reader {
	/* The caller's choice. */
	int map_fd;
	unsigned int pages;  /* of each ring; a power of two */
	unsigned int wakeup; /* wake us for every so many records; 1 and above */
	perf_record_fn record;
	void *ctx;

	/* perf_reader.c's own; epoll_fd is readable when a ring has something. */
	int epoll_fd;
	struct perf_ring *rings;
	int count;
	void *scratch;
	char error[160];
};

/*
 * Opens a ring for each CPU that is online. The caller's members are set, the others are
 * written here. Returns 0, or -errno with .error set; then there is nothing to close.
 */
int perf_reader_open(struct perf_reader *reader);

/* Reads the rings that woke us, after waiting for one. Returns their number or -errno. */
int perf_reader_poll(struct perf_reader *reader, int timeout_ms);

/* Reads all rings, whether they woke us or not. */
void perf_reader_drain(struct perf_reader *reader);

/* Takes the rings out of the map, too. */
void perf_reader_close(struct perf_reader *reader);

/* The kind of perf event that BPF programs can write to. */
struct perf_event_attr perf_reader_attr(unsigned int wakeup);

#endif
