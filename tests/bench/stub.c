// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * stub: stands in for bpf(2). See stub.h.
 */
#include "stub.h"

#include <dlfcn.h>
#include <linux/bpf.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Descriptors from here on are ours: above what a process may usually have open. */
#define FIRST_FD    (1 << 20)
#define PROBE_INSNS 2

static struct stub_counts counts;
static int next_fd = FIRST_FD;
static long (*real_syscall)(long number, ...);
static int (*real_close)(int fd);

__attribute__((constructor)) static void find_real(void)
{
	*(void **)&real_syscall = dlsym(RTLD_NEXT, "syscall");
	*(void **)&real_close = dlsym(RTLD_NEXT, "close");
}

void stub_reset(void)
{
	counts = (struct stub_counts){0};
}

struct stub_counts stub_counted(void)
{
	return counts;
}

static int new_fd(void)
{
	next_fd = next_fd < 2 * FIRST_FD ? next_fd + 1 : FIRST_FD;
	return next_fd;
}

static int answer_prog_load(const union bpf_attr *attr)
{
	if (attr->insn_cnt > PROBE_INSNS) {
		counts.programs++;
		counts.insns += attr->insn_cnt;
	}
	return new_fd();
}

static int answer(long command, const union bpf_attr *attr)
{
	switch (command) {
	case BPF_MAP_CREATE: counts.maps++; return new_fd();
	case BPF_PROG_LOAD: return answer_prog_load(attr);
	case BPF_BTF_LOAD: counts.btfs++; return new_fd();
	case BPF_OBJ_GET:
	case BPF_LINK_CREATE: return new_fd();
	default: return 0;
	}
}

/*
 * The symbol is syscall(2)'s. Its arguments come in the same places whether a function says
 * "..." or names all six, on every machine that Linux runs on.
 */
long stub_syscall(long number, long a, void *b, long c, long d, long e,
		  long f) __asm__("syscall");

/* libbpf since 1.4 holds a map's place with a memfd and moves the map onto it by dup3(). */
long stub_syscall(long number, long a, void *b, long c, long d, long e, long f)
{
	if (number == __NR_bpf)
		return answer(a, b);
	if (number == __NR_memfd_create)
		return new_fd();
	if (number == __NR_dup3 && a >= FIRST_FD)
		return (long)b;
	return real_syscall(number, a, b, c, d, e, f);
}

int close(int fd)
{
	return fd >= FIRST_FD ? 0 : real_close(fd);
}
