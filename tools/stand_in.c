// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * stand_in: see stand_in.h.
 */
#include "stand_in.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

static stand_in_fn answer_bpf;
static void *answer_ctx;

void stand_in_set(stand_in_fn answer, void *ctx)
{
	answer_bpf = answer;
	answer_ctx = ctx;
}

static long answer(long command, const void *attr, unsigned int size)
{
	union bpf_attr copy;
	long result;

	memset(&copy, 0, sizeof(copy));
	memcpy(&copy, attr, size < sizeof(copy) ? size : sizeof(copy));
	result = answer_bpf(answer_ctx, (int)command, &copy, size);
	if (result >= 0)
		return result;
	errno = (int)-result;
	return -1;
}

static long call_kernel(long number, long a, const void *b, long c, long d, long e, long f)
{
	static long (*real)(long number, ...);

	if (!real)
		*(void **)&real = dlsym(RTLD_NEXT, "syscall");
	return real(number, a, b, c, d, e, f);
}

/*
 * The symbol is syscall(2)'s. Its arguments come in the same places whether a function says
 * "..." or names all six, on every machine that Linux runs on.
 */
long stand_in_syscall(long number, long a, const void *b, long c, long d, long e,
		      long f) __asm__("syscall");

long stand_in_syscall(long number, long a, const void *b, long c, long d, long e, long f)
{
	if (number == __NR_bpf && answer_bpf)
		return answer(a, b, (unsigned int)c);
	return call_kernel(number, a, b, c, d, e, f);
}

int mkdir(const char *path, mode_t mode)
{
	return answer_bpf ? 0 : mkdirat(AT_FDCWD, path, mode);
}

int rmdir(const char *path)
{
	return answer_bpf ? 0 : unlinkat(AT_FDCWD, path, AT_REMOVEDIR);
}

int unlink(const char *path)
{
	return answer_bpf ? 0 : unlinkat(AT_FDCWD, path, 0);
}

int mount(const char *source, const char *target, const char *type, unsigned long flags,
	  const void *data)
{
	if (answer_bpf)
		return 0;
	return (int)call_kernel(__NR_mount, (long)source, target, (long)type, (long)flags,
				(long)data, 0);
}
