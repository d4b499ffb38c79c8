/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * <sys/resource.h>, with one call made to bend: setrlimit(RLIMIT_MEMLOCK).
 *
 * Nearly every old program raises that limit first and gives up if it cannot. Raising it takes
 * CAP_SYS_RESOURCE, which root in a container often lacks. But since 5.11 the kernel charges
 * maps and programs to the memory cgroup and does not look at the limit. So: when
 * setrlimit(RLIMIT_MEMLOCK) fails with EPERM on such a kernel, it returns 0 here; the limit
 * stays as it was and errno is untouched. Everything else is the C library's setrlimit().
 *
 * What else the limit governs (mlock(), perf rings of users without privileges, AF_XDP memory)
 * still ends at the old value. A program that must know has the C library's own call with
 * #define BPF_LOAD_PLAIN_SETRLIMIT before the include.
 */
#ifndef BPF_LOAD_SYS_RESOURCE_H
#define BPF_LOAD_SYS_RESOURCE_H

#include_next <sys/resource.h>

#ifndef BPF_LOAD_PLAIN_SETRLIMIT

#include <errno.h>
#include <stdlib.h>
#include <sys/utsname.h>

/* True before 5.11, and when the kernel does not say what it is. */
static inline int bpf_classic_memlock_counts(void)
{
	struct utsname kernel;
	long major, minor = 0;
	char *end;

	if (uname(&kernel))
		return 1;
	major = strtol(kernel.release, &end, 10);
	if (*end == '.')
		minor = strtol(end + 1, NULL, 10);
	return major < 5 || (major == 5 && minor < 11);
}

static inline int bpf_classic_setrlimit(int resource, const struct rlimit *limit)
{
	int saved = errno;
	int err = setrlimit((__rlimit_resource_t)resource, limit);

	if (!err || errno != EPERM || resource != RLIMIT_MEMLOCK ||
	    bpf_classic_memlock_counts())
		return err;
	errno = saved;
	return 0;
}

#undef setrlimit
/* Whatever is between the parentheses: a compound literal may bring commas of its own. */
#define setrlimit(...) bpf_classic_setrlimit(__VA_ARGS__)

#endif /* BPF_LOAD_PLAIN_SETRLIMIT */

#endif
