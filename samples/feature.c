// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * feature: what this machine has. See feature.h.
 *
 * A kind is a row of the table: how to look for it, and how to say that it is not there.
 */
#include "feature.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "loader/tracefs.h"

/* Is `what` there? */
typedef bool (*feature_fn)(const char *what);

struct feature_kind {
	const char *name;
	feature_fn present;
	const char *missing; /* a format with one %s, what is not there */
	bool kernel;	     /* another kernel may have it */
};

static bool has_root(const char *what)
{
	struct bpf_insn insns[] = {{.code = BPF_ALU64 | BPF_MOV | BPF_K},
				   {.code = BPF_JMP | BPF_EXIT}};
	int fd;

	(void)what;
	fd = bpf_prog_load(BPF_PROG_TYPE_TRACEPOINT, NULL, "GPL", insns, 2, NULL);
	if (fd >= 0)
		close(fd);
	return fd >= 0;
}

static bool has_map(const char *what)
{
	for (int type = 1; libbpf_bpf_map_type_str(type); type++)
		if (!strcmp(libbpf_bpf_map_type_str(type), what))
			return libbpf_probe_bpf_map_type(type, NULL) > 0;
	return false;
}

static bool has_program(const char *what)
{
	for (int type = 1; libbpf_bpf_prog_type_str(type); type++)
		if (!strcmp(libbpf_bpf_prog_type_str(type), what))
			return libbpf_probe_bpf_prog_type(type, NULL) > 0;
	return false;
}

static bool has_tracepoint(const char *what)
{
	const char *root = tracefs_root();
	char path[256];

	snprintf(path, sizeof(path), "%s/events/%s/id", root ? root : "", what);
	return root && !access(path, F_OK);
}

/* The perf interface's type for probes, or the older list of events. */
static bool has_kprobes(const char *what)
{
	const char *root = tracefs_root();
	char path[256];

	(void)what;
	snprintf(path, sizeof(path), "%s/kprobe_events", root ? root : "");
	return !access("/sys/bus/event_source/devices/kprobe/type", F_OK) ||
	       !access(path, F_OK);
}

/* Is `name` one of the words "A|B|C"? */
static bool among(const char *name, const char *words)
{
	const size_t length = strlen(name);

	for (const char *at = words; (at = strstr(at, name)); at++)
		if ((at == words || at[-1] == '|') && (!at[length] || at[length] == '|'))
			return true;
	return false;
}

static bool has_function(const char *what)
{
	FILE *symbols = fopen("/proc/kallsyms", "re");
	char line[512], name[256];
	bool found = false;

	while (symbols && !found && fgets(line, sizeof(line), symbols))
		found = sscanf(line, "%*s %*c %255s", name) == 1 && among(name, what);
	if (symbols)
		fclose(symbols);
	return found;
}

/* libbpf asks with a program that the kernel must have a trampoline for. */
static bool has_tracing(const char *what)
{
	(void)what;
	return libbpf_probe_bpf_prog_type(BPF_PROG_TYPE_LSM, NULL) > 0 &&
	       libbpf_probe_bpf_prog_type(BPF_PROG_TYPE_TRACING, NULL) > 0;
}

static bool has_btf(const char *what)
{
	(void)what;
	return !access("/sys/kernel/btf/vmlinux", R_OK);
}

/* securityfs is not always mounted: where the list cannot be had, the module may well be there. */
static bool has_lsm(const char *what)
{
	FILE *list = fopen("/sys/kernel/security/lsm", "re");
	bool found = !list;
	char name[64];

	while (list && !found && fscanf(list, "%63[^,\n]%*1[,\n]", name) == 1)
		found = !strcmp(name, what);
	if (list)
		fclose(list);
	return found;
}

static bool has_cgroup2(const char *what)
{
	FILE *systems = fopen("/proc/filesystems", "re");
	bool found = false;
	char line[128];

	(void)what;
	while (systems && !found && fgets(line, sizeof(line), systems))
		found = strstr(line, "\tcgroup2\n");
	if (systems)
		fclose(systems);
	return found;
}

static bool in_directory(const char *directory, size_t length, const char *command)
{
	char path[512];

	snprintf(path, sizeof(path), "%.*s/%s", (int)length, directory, command);
	return !access(path, X_OK);
}

static bool has_command(const char *what)
{
	const char *path = getenv("PATH");

	for (const char *at = path; at && *at; at += strspn(at, ":")) {
		size_t length = strcspn(at, ":");

		if (in_directory(at, length, what))
			return true;
		at += length;
	}
	return in_directory("/usr/sbin", 9, what) || in_directory("/sbin", 5, what);
}

static bool has_kernel(const char *what)
{
	unsigned int major, minor, wanted_major = 0, wanted_minor = 0;
	struct utsname name;

	sscanf(what, "%u.%u", &wanted_major, &wanted_minor);
	if (uname(&name) || sscanf(name.release, "%u.%u", &major, &minor) != 2)
		return false;
	return major != wanted_major ? major > wanted_major : minor >= wanted_minor;
}

static const struct feature_kind kinds[] = {
	{"root", has_root, "loading takes root (or CAP_BPF, CAP_PERFMON, CAP_NET_ADMIN)%s",
	 false},
	{"map", has_map, "the kernel has no maps of type %s", true},
	{"program", has_program, "the kernel has no programs of type %s", true},
	{"tracepoint", has_tracepoint, "the kernel has no tracepoint %s", true},
	{"kprobes", has_kprobes, "the kernel has no kprobes (CONFIG_KPROBES)%s", true},
	{"function", has_function, "the kernel has no function %s", true},
	{"tracing", has_tracing, "the kernel lets no program on its functions (fentry, LSM)%s",
	 true},
	{"btf", has_btf, "the kernel has no /sys/kernel/btf/vmlinux (CONFIG_DEBUG_INFO_BTF)%s",
	 true},
	{"lsm", has_lsm,
	 "security module '%s' is not active (boot with it in lsm=; /sys/kernel/security/lsm)",
	 true},
	{"cgroup2", has_cgroup2, "the kernel has no cgroup v2 (CONFIG_CGROUPS)%s", true},
	{"command", has_command, "there is no command '%s'; `make deps` installs it", false},
	{"kernel", has_kernel, "it takes Linux %s or newer", true},
};

static const struct feature_kind *find_kind(const char *requirement, const char **what)
{
	const size_t length = strcspn(requirement, ":");

	*what = requirement[length] ? requirement + length + 1 : "";
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (strlen(kinds[i].name) == length &&
		    !strncmp(kinds[i].name, requirement, length))
			return &kinds[i];
	return NULL;
}

/* libbpf's probes fail by design, and would tell about it. */
static int keep_quiet(enum libbpf_print_level level, const char *format, va_list args)
{
	(void)level, (void)format, (void)args;
	return 0;
}

/* The first requirement that is not met, with its kind and object; NULL if there is none. */
static const char *first_missing(const char *const *requires, const struct feature_kind **kind,
				 const char **what)
{
	libbpf_print_fn_t printer = libbpf_set_print(keep_quiet);
	const char *missing = NULL;

	for (; *requires && !missing; requires ++) {
		*kind = find_kind(*requires, what);
		if (!*kind || !(*kind)->present(*what))
		missing = *requires;
	}
	libbpf_set_print(printer);
	return missing;
}

/* The kind of the first that is missing, with the reason in `why`; NULL if nothing is. */
static const struct feature_kind *explain(const char *const *requires, char *why, size_t size)
{
	static const struct feature_kind unknown = {0};
	const struct feature_kind *kind = NULL;
	const char *what = "", *missing = first_missing(requires, &kind, &what);

	if (!missing)
		return NULL;
	if (kind)
		snprintf(why, size, kind->missing,
			 what); // NOLINT: the formats are in the table
	else
		snprintf(why, size, "'%s' is no requirement that can be looked for", missing);
	return kind ? kind : &unknown;
}

bool feature_all(const char *const *requires, char *why, size_t size)
{
	return !explain(requires, why, size);
}

bool feature_helped_by_vm(const char *const *requires, char *why, size_t size)
{
	const struct feature_kind *kind = explain(requires, why, size);

	return kind && kind->kernel;
}
