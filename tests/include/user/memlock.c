/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * A program that insists on RLIMIT_MEMLOCK, run by a root without CAP_SYS_RESOURCE:
 * <sys/resource.h> lets it go on where the kernel does not count, and only for that limit.
 */
#include <unistd.h>
#include <sys/syscall.h>
#include <linux/capability.h>
#include <sys/resource.h>
#include "check.h"

/* The C library's own call, as a program that opts out has it. */
static int plain_setrlimit(int resource, const struct rlimit *limit)
{
	return (setrlimit)((__rlimit_resource_t)resource, limit);
}

static void drop_capability(void)
{
	struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct data[2];

	CHECK(syscall(SYS_capget, &header, data) == 0);
	data[0].effective &= ~(1u << CAP_SYS_RESOURCE);
	CHECK(syscall(SYS_capset, &header, data) == 0);
}

int main(void)
{
	struct rlimit low = {1 << 16, 1 << 16}, all = {RLIM_INFINITY, RLIM_INFINITY}, now;
	struct rlimit upside_down = {2, 1};

	CHECK(setrlimit(RLIMIT_MEMLOCK, &low) == 0);
	drop_capability();
	CHECK_FAILS(plain_setrlimit(RLIMIT_MEMLOCK, &all), EPERM);
	errno = 0;
	if (bpf_classic_memlock_counts()) {
		CHECK_FAILS(setrlimit(RLIMIT_MEMLOCK, &all), EPERM);
		return 0;
	}
	CHECK(setrlimit(RLIMIT_MEMLOCK, &all) == 0 && errno == 0);
	/* The limit is what it was: nothing is pretended beyond the return. */
	CHECK(getrlimit(RLIMIT_MEMLOCK, &now) == 0 && now.rlim_max == low.rlim_max);
	CHECK_FAILS(setrlimit(RLIMIT_MEMLOCK, &upside_down), EINVAL);
	CHECK(setrlimit(RLIMIT_NOFILE, &(struct rlimit){64, 64}) == 0);
	CHECK_FAILS(setrlimit(RLIMIT_NOFILE, &(struct rlimit){128, 128}), EPERM);
	return 0;
}
