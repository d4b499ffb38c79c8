/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * As written for 4.9: kernel symbols, per-CPU values, a program that gives up if it cannot
 * raise RLIMIT_MEMLOCK. The declarations of the symbol calls came with bpf_load.h then.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <linux/bpf.h>
#include <sys/resource.h>
#include "libbpf.h"
#include "bpf_util.h"
#include "trace_helpers.h"
#include "check.h"

static void test_percpu(void)
{
	unsigned int cpu, nr_cpus = bpf_num_possible_cpus();
	int key = 0, fd;
	BPF_DECLARE_PERCPU(long, values);

	fd = bpf_create_map(BPF_MAP_TYPE_PERCPU_ARRAY, sizeof(key), sizeof(long), 1, 0);
	CHECK(fd >= 0 && nr_cpus >= 1);
	for (cpu = 0; cpu < nr_cpus; cpu++)
		bpf_percpu(values, cpu) = 100 + cpu;
	CHECK(bpf_update_elem(fd, &key, values, BPF_ANY) == 0);
	memset(values, 0, sizeof(values));
	CHECK(bpf_lookup_elem(fd, &key, values) == 0);
	for (cpu = 0; cpu < nr_cpus; cpu++)
		CHECK(bpf_percpu(values, cpu) == 100 + cpu);
	CHECK(sizeof(values) == 8 * nr_cpus && ARRAY_SIZE(values) == nr_cpus);
}

static void test_symbols(void)
{
	unsigned long long found = 0;
	struct ksym *sym;
	long start, addr;

	CHECK(!strcmp(ksym_search(1)->name, "[unknown]"));
	CHECK(load_kallsyms() == 0);
	addr = ksym_get_addr("vfs_read");
	if (!addr)
		SKIP("/proc/kallsyms shows no addresses here");
	sym = ksym_search(addr);
	CHECK(sym->addr == addr && !strcmp(sym->name, "vfs_read"));
	CHECK(ksym_search(addr + 1) == sym);
	/* The sort is by the whole address: one below a function lies in the one before. */
	CHECK((unsigned long)ksym_search(addr - 1)->addr < (unsigned long)addr);
	CHECK(kallsyms_find("vfs_read", &found) == 0 && (long)found == addr);
	CHECK(kallsyms_find("no_such_symbol_at_all", &found) == -ENOENT);
	CHECK(ksym_get_addr("no_such_symbol_at_all") == 0);
	/* Below everything: the first symbol, as it always was. */
	start = ksym_search(0)->addr;
	CHECK(ksym_search(0) == ksym_search(start) || ksym_search(start)->addr == start);
	/* The names are bare, without the module behind them. */
	CHECK(!strpbrk(ksym_search(-1)->name, " \t["));
	CHECK(load_kallsyms() == 0 && ksym_get_addr("vfs_read") == addr);
}

int main(void)
{
	struct rlimit r = {RLIM_INFINITY, RLIM_INFINITY};

	if (setrlimit(RLIMIT_MEMLOCK, &r)) {
		perror("setrlimit(RLIMIT_MEMLOCK)");
		return 1;
	}
	test_percpu();
	test_symbols();
	return 0;
}
