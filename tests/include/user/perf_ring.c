/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * bpf_perf_event_read_simple() over a ring made by hand, so that every case comes up: empty,
 * in place, around the end, stopped half way, damaged. Needs no privileges.
 */
#include <linux/perf_event.h>
#include <bpf/libbpf.h>
#include "check.h"

#define PAGE 4096
#define RING 4096

static _Alignas(8) char memory[PAGE + RING];
static struct perf_event_mmap_page *page = (void *)memory;
static void *copy;
static size_t copy_size;
static int calls, stop_at;
static unsigned char last[RING];

/* Byte @pos of the ring, counted from its beginning and any number of times round. */
static unsigned char *at(__u64 pos)
{
	return (unsigned char *)memory + PAGE + pos % RING;
}

/* A record of @size bytes at data_head, the payload numbered from 0. */
static void write_record(__u16 size)
{
	struct perf_event_header header = {.type = PERF_RECORD_SAMPLE, .size = size};
	unsigned char bytes[sizeof(header)];
	size_t i;

	memcpy(bytes, &header, sizeof(header));
	for (i = 0; i < sizeof(header); i++)
		*at(page->data_head + i) = bytes[i];
	for (i = sizeof(header); i < size; i++)
		*at(page->data_head + i) = (unsigned char)i;
	page->data_head += size;
}

static enum bpf_perf_event_ret take(struct perf_event_header *header, void *private_data)
{
	CHECK(private_data == &calls && header->type == PERF_RECORD_SAMPLE);
	memcpy(last, header, header->size);
	calls++;
	return calls == stop_at ? LIBBPF_PERF_EVENT_DONE : LIBBPF_PERF_EVENT_CONT;
}

/* The type that the callback had at first. */
static enum bpf_perf_event_ret take_void(void *event, void *private_data)
{
	return take(event, private_data);
}

static enum bpf_perf_event_ret pass(void)
{
	calls = 0;
	return bpf_perf_event_read_simple(memory, RING, PAGE, &copy, &copy_size, take, &calls);
}

static void test_in_place(void)
{
	CHECK(pass() == LIBBPF_PERF_EVENT_CONT && calls == 0);
	write_record(24);
	write_record(32);
	CHECK(pass() == LIBBPF_PERF_EVENT_CONT && calls == 2);
	CHECK(page->data_tail == 56 && last[31] == 31 && !copy);
	write_record(8);
	calls = 0;
	CHECK(bpf_perf_event_read_simple(memory, RING, PAGE, &copy, &copy_size, take_void,
					 &calls) == LIBBPF_PERF_EVENT_CONT &&
	      calls == 1);
}

static void test_around(void)
{
	page->data_head = page->data_tail = 5 * RING - 16;
	write_record(200);
	CHECK(pass() == LIBBPF_PERF_EVENT_CONT && calls == 1 && copy && copy_size >= 200);
	CHECK(last[8] == 8 && last[16] == 16 && last[199] == 199);
	/* A longer one makes the buffer grow; one that ends at the very end is in place. */
	page->data_head = page->data_tail = 9 * RING - 8;
	write_record(1000);
	CHECK(pass() == LIBBPF_PERF_EVENT_CONT && copy_size >= 1000 && last[999] == 999 % 256);
	page->data_head = page->data_tail = 12 * RING - 64;
	write_record(64);
	CHECK(pass() == LIBBPF_PERF_EVENT_CONT && calls == 1 && last[63] == 63);
}

static void test_stop(void)
{
	write_record(16);
	write_record(16);
	write_record(16);
	stop_at = 2;
	CHECK(pass() == LIBBPF_PERF_EVENT_DONE && calls == 2);
	CHECK(page->data_tail == page->data_head - 16);
	stop_at = 0;
	CHECK(pass() == LIBBPF_PERF_EVENT_CONT && calls == 1);
	CHECK(page->data_tail == page->data_head);
}

static void test_damaged(void)
{
	struct perf_event_header *header;

	/* A record of no size would be read for ever. */
	header = (void *)at(page->data_head);
	write_record(16);
	header->size = 0;
	CHECK(pass() == LIBBPF_PERF_EVENT_ERROR && errno == EINVAL && calls == 0);
	/* One longer than what was written. */
	header->size = 64;
	CHECK(pass() == LIBBPF_PERF_EVENT_ERROR && calls == 0);
	CHECK(bpf_perf_event_read_simple(memory, 1000, PAGE, &copy, &copy_size, take, NULL) ==
	      LIBBPF_PERF_EVENT_ERROR);
	CHECK(bpf_perf_event_read_simple(NULL, RING, PAGE, &copy, &copy_size, take, NULL) ==
	      LIBBPF_PERF_EVENT_ERROR);
}

int main(void)
{
	test_in_place();
	test_around();
	test_stop();
	test_damaged();
	free(copy);
	return 0;
}
