/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * As written for 4.4-4.17, before trace_helpers.h had them: a program that maps its perf ring
 * with functions of its own and takes everything else from bpf_load.h. Compiled only.
 */
#include <stdio.h>
#include <unistd.h>
#include <sys/mman.h>
#include <linux/perf_event.h>
#include <linux/bpf.h>
#include "libbpf.h"
#include "bpf_load.h"
#include "perf-sys.h"

int page_size;
int page_cnt = 8;
volatile struct perf_event_mmap_page *header;

static int perf_event_mmap(int fd)
{
	void *base;

	page_size = getpagesize();
	base = mmap(NULL, page_size * (page_cnt + 1), PROT_READ | PROT_WRITE, MAP_SHARED, fd,
		    0);
	if (base == MAP_FAILED)
		return -1;
	header = base;
	return 0;
}

int main(int argc, char **argv)
{
	if (load_bpf_file(argv[1])) {
		printf("%s", bpf_log_buf);
		return 1;
	}
	if (load_kallsyms() || perf_event_mmap(event_fd[0]))
		return 2;
	printf("%s\n", ksym_search(0)->name);
	read_trace_pipe();
	return 0;
}
