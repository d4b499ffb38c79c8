// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * privilege: looks for the cause of an EPERM. See privilege.h.
 */
#include "privilege.h"

#include <errno.h>
#include <linux/capability.h>
#include <linux/version.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/utsname.h>

#ifndef CAP_BPF
#define CAP_BPF 39
#endif

/* First line of `path` that begins with `prefix`, without it. */
static bool read_line(const char *path, const char *prefix, char *value, size_t size)
{
	FILE *file = fopen(path, "re");
	char line[256];
	bool found = false;

	while (file && !found && fgets(line, sizeof(line), file)) {
		if (strncmp(line, prefix, strlen(prefix)))
			continue;
		snprintf(value, size, "%s", line + strlen(prefix));
		value[strcspn(value, "\n")] = '\0';
		found = true;
	}
	if (file)
		fclose(file);
	return found;
}

static bool may_use_bpf(void)
{
	unsigned long long caps = 0;
	char line[64];

	if (read_line("/proc/self/status", "CapEff:", line, sizeof(line)))
		sscanf(line, "%llx", &caps);
	return caps & (1ULL << CAP_SYS_ADMIN | 1ULL << CAP_BPF);
}

/* A map of user ids that does not begin with "0 0": root here is not root of the machine. */
static bool in_user_namespace(void)
{
	unsigned int inside = 0, outside = 0;
	char line[64];

	return read_line("/proc/self/uid_map", "", line, sizeof(line)) &&
	       sscanf(line, "%u %u", &inside, &outside) == 2 && (inside || outside);
}

static bool memlock_counts(void)
{
	struct rlimit limit;

	return privilege_kernel_version() < KERNEL_VERSION(5, 11, 0) &&
	       !getrlimit(RLIMIT_MEMLOCK, &limit) && limit.rlim_cur != RLIM_INFINITY;
}

static bool locked_down(char *mode, size_t size)
{
	char line[128], *start, *end;

	if (!read_line("/sys/kernel/security/lockdown", "", line, sizeof(line)))
		return false;
	start = strchr(line, '[');
	end = start ? strchr(start, ']') : NULL;
	if (!end || !strncmp(start, "[none]", 6))
		return false;
	snprintf(mode, size, "%.*s", (int)(end - start - 1), start + 1);
	return true;
}

static bool has_seccomp_filter(void)
{
	char line[16];
	int mode = 0;

	return read_line("/proc/self/status", "Seccomp:", line, sizeof(line)) &&
	       sscanf(line, "%d", &mode) == 1 && mode == 2;
}

void privilege_explain(int errnum, char *text, size_t size)
{
	char line[32];

	text[0] = '\0';
	if (errnum != EPERM && errnum != EACCES)
		return;
	if (!may_use_bpf()) {
		bool disabled = read_line("/proc/sys/kernel/unprivileged_bpf_disabled", "",
					  line, sizeof(line));

		snprintf(
			text, size,
			"; this process has neither CAP_BPF nor CAP_SYS_ADMIN%s%s%s: run it as "
			"root",
			disabled ? " (unprivileged_bpf_disabled is " : "", disabled ? line : "",
			disabled ? ")" : "");
	} else if (in_user_namespace()) {
		snprintf(text, size,
			 "; root of a user namespace is not enough: run it as root of the "
			 "machine");
	} else if (memlock_counts()) {
		snprintf(
			text, size,
			"; this kernel counts BPF memory against RLIMIT_MEMLOCK: run ulimit -l "
			"unlimited first");
	} else if (locked_down(line, sizeof(line))) {
		snprintf(text, size,
			 "; the kernel is locked down (%s), which forbids some programs and "
			 "helpers",
			 line);
	} else if (has_seccomp_filter()) {
		snprintf(text, size,
			 "; a seccomp filter is on this process (a container's?): allow bpf(2) "
			 "in "
			 "its profile");
	}
}

/* Debian and Ubuntu number their kernels differently in uname -r than inside. */
static void distribution_version(const struct utsname *name, unsigned int v[3])
{
	const char *debian = strstr(name->version, "Debian ");
	char line[128];
	unsigned int inside[3];

	if ((debian &&
	     sscanf(debian, "Debian %u.%u.%u", &inside[0], &inside[1], &inside[2]) == 3) ||
	    (read_line("/proc/version_signature", "", line, sizeof(line)) &&
	     sscanf(line, "%*s %*s %u.%u.%u", &inside[0], &inside[1], &inside[2]) == 3))
		memcpy(v, inside, sizeof(inside));
}

unsigned int privilege_kernel_version(void)
{
	unsigned int v[3] = {0};
	struct utsname name;

	if (uname(&name) || sscanf(name.release, "%u.%u.%u", &v[0], &v[1], &v[2]) < 2)
		return 0;
	/* Since 5.0 nobody compares the number any more, so its last digits do not matter. */
	if (v[0] < 5)
		distribution_version(&name, v);
	return KERNEL_VERSION(v[0], v[1], v[2] > 255 ? 255 : v[2]);
}
