/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * A program that has functions and variables of its own by names that libbpf, or these
 * headers, use as well: in its own time nothing was in the way.
 */
#include <stdio.h>
#include <bpf/bpf.h>
#include "libbpf.h"
#include "bpf_insn.h"
#include "check.h"

char bpf_log_buf[BPF_LOG_BUF_SIZE];

static int bpf_map_create(void)
{
	return bpf_create_map(BPF_MAP_TYPE_ARRAY, sizeof(__u32), sizeof(__u32), 1024, 0);
}

int perf_event_open(struct perf_event_attr *attr, int pid, int cpu, int group_fd,
		    unsigned long flags)
{
	return 4242;
}

static int load_kallsyms(void)
{
	return 17;
}

int main(void)
{
	CHECK(bpf_map_create() >= 0);
	CHECK(perf_event_open(NULL, 0, 0, 0, 0) == 4242);
	CHECK(load_kallsyms() == 17);
	return 0;
}
