/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * A program of today beside old code: with BPF_LOAD_MODERN_RETURNS calls return -errno, and
 * today's signatures work under the names that also have old ones.
 */
#define BPF_LOAD_MODERN_RETURNS
#include <unistd.h>
#include <linux/bpf.h>
#include <bpf/bpf.h>
#include <bpf/btf.h>
#include <bpf/libbpf.h>
#include "bpf_insn.h"
#include "check.h"

static void on_sample(void *ctx, int cpu, void *data, __u32 size)
{
}

static void on_print(void *ctx, const char *format, va_list args)
{
	++*(int *)ctx;
}

static int quiet(enum libbpf_print_level level, const char *format, va_list args)
{
	return 0;
}

static void test_btf(void)
{
	struct btf_dump_opts old = {};
	struct btf_dump *dump;
	struct btf *btf = btf__new_empty();
	int id, printed = 0;

	CHECK(btf && btf__get_nr_types(btf) == 0);
	id = btf__add_int(btf, "number", 4, BTF_INT_SIGNED);
	CHECK(id == 1 && btf__get_nr_types(btf) == 1);
	CHECK(btf__dedup(btf, NULL) == 0 && btf__dedup(btf, NULL, NULL) == 0);
	CHECK(btf__add_typedef(btf, "number_t", id) == 2);
	dump = btf_dump__new(btf, on_print, &printed, NULL);
	CHECK(dump && btf_dump__dump_type(dump, 2) == 0 && printed > 0);
	btf_dump__free(dump);
	old.ctx = &printed;
	printed = 0;
	dump = btf_dump__new(btf, NULL, &old, on_print);
	CHECK(dump && btf_dump__dump_type(dump, 2) == 0 && printed > 0);
	btf_dump__free(dump);
	btf__free(btf);
}

int main(void)
{
	const struct bpf_insn insns[] = {BPF_MOV64_IMM(BPF_REG_0, 0), BPF_EXIT_INSN()};
	LIBBPF_OPTS(perf_buffer_opts, buffer_opts);
	struct perf_buffer *buffer;
	int fd, key = 1, value;

	libbpf_set_print(quiet);
	CHECK(bpf_map_lookup_elem(-1, &key, &value) == -EBADF && errno == EBADF);
	fd = bpf_map_create(BPF_MAP_TYPE_HASH, "modern", 4, 4, 1, NULL);
	CHECK(fd >= 0);
	CHECK(bpf_map_create(BPF_MAP_TYPE_HASH, NULL, 0, 4, 1, NULL) == -EINVAL);
	CHECK(bpf_map_get_next_key(fd, NULL, &key) == -ENOENT);
	CHECK(bpf_prog_load(BPF_PROG_TYPE_XDP, NULL, "GPL", insns, 2, NULL) >= 0);
	CHECK(bpf_prog_load(BPF_PROG_TYPE_XDP, NULL, "GPL", insns, 1, NULL) == -EINVAL);
	CHECK_FAILS(bpf_create_map(BPF_MAP_TYPE_HASH, 0, 4, 1, 0), EINVAL);
	close(fd);
	fd = bpf_map_create(BPF_MAP_TYPE_PERF_EVENT_ARRAY, NULL, 4, 4,
			    libbpf_num_possible_cpus(), NULL);
	buffer = perf_buffer__new(fd, 1, on_sample, NULL, NULL, &buffer_opts);
	CHECK(buffer || errno == ENOENT || errno == EACCES);
	perf_buffer__free(buffer);
	test_btf();
	return 0;
}
