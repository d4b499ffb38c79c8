/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * bpf_perf_event_read_simple(): one pass over a memory-mapped perf ring.
 *
 * Contract: <bpf/libbpf.h>. Rules of the ring, from linux/perf_event.h:
 * - data_head and data_tail only ever grow; their low bits are positions in the ring;
 * - the kernel writes records, then data_head: read data_head with acquire before any record;
 * - the reader writes data_tail with release after its last look at a record, since the kernel
 *   may overwrite everything before it from then on.
 */
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <linux/perf_event.h>

#include <bpf/libbpf.h>

struct ring {
	const char *data;
	size_t size;
};

/* The record at @pos in one piece: in place, or copied when it goes round the end. */
static struct perf_event_header *record_at(const struct ring *ring, __u64 pos, size_t len,
					   void **copy, size_t *copy_size)
{
	size_t start = pos & (ring->size - 1);
	size_t first = ring->size - start;
	void *grown;

	if (len <= first)
		return (struct perf_event_header *)(ring->data + start);
	if (*copy_size < len) {
		grown = realloc(*copy, len);
		if (!grown)
			return NULL;
		*copy = grown;
		*copy_size = len;
	}
	memcpy(*copy, ring->data + start, first);
	memcpy((char *)*copy + first, ring->data, len - first);
	return *copy;
}

/* Records are padded to 8 bytes, so a header of 8 bytes never goes round the end. */
static size_t record_size(const struct ring *ring, __u64 pos, __u64 head)
{
	const struct perf_event_header *header =
		(const void *)(ring->data + (pos & (ring->size - 1)));
	size_t len = header->size;

	return len < sizeof(*header) || len > head - pos ? 0 : len;
}

static bool is_ring(const void *mmap_mem, size_t mmap_size, size_t page_size)
{
	return mmap_mem && mmap_size && !(mmap_size & (mmap_size - 1)) &&
	       page_size >= sizeof(struct perf_event_mmap_page);
}

enum bpf_perf_event_ret bpf_perf_event_read_simple(void *mmap_mem, size_t mmap_size,
						   size_t page_size, void **copy_mem,
						   size_t *copy_size,
						   bpf_classic_perf_event_fn fn,
						   void *private_data)
{
	struct perf_event_mmap_page *page = mmap_mem;
	struct ring ring = {.size = mmap_size};
	enum bpf_perf_event_ret ret = LIBBPF_PERF_EVENT_CONT;
	struct perf_event_header *record;
	__u64 head, tail;
	size_t len;

	if (!is_ring(mmap_mem, mmap_size, page_size)) {
		errno = EINVAL;
		return LIBBPF_PERF_EVENT_ERROR;
	}
	ring.data = (const char *)mmap_mem + page_size;
	head = __atomic_load_n(&page->data_head, __ATOMIC_ACQUIRE);
	/* Only this side writes data_tail: a plain read is enough. */
	tail = page->data_tail;
	while (tail != head && ret == LIBBPF_PERF_EVENT_CONT) {
		len = record_size(&ring, tail, head);
		record = len ? record_at(&ring, tail, len, copy_mem, copy_size) : NULL;
		if (!record) {
			errno = len ? ENOMEM : EINVAL;
			ret = LIBBPF_PERF_EVENT_ERROR;
			break;
		}
		ret = fn.header_fn(record, private_data);
		tail += len;
	}
	__atomic_store_n(&page->data_tail, tail, __ATOMIC_RELEASE);
	return ret;
}
