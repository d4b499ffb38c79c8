// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * attach: one function for each way to attach, found in a table. See attach.h.
 */
#include "attach.h"

#include <bpf/bpf.h>
#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <linux/perf_event.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "privilege.h"
#include "tracefs.h"
#include "uprobe_target.h"

#ifndef SO_ATTACH_BPF
#define SO_ATTACH_BPF 50
#endif

/* What the kernel calls the entry of system call X since 4.17. */
#if defined(__x86_64__)
#define SYSCALL_PREFIX "__x64_"
#elif defined(__aarch64__)
#define SYSCALL_PREFIX "__arm64_"
#elif defined(__s390x__)
#define SYSCALL_PREFIX "__s390x_"
#elif defined(__riscv)
#define SYSCALL_PREFIX "__riscv_"
#else
#define SYSCALL_PREFIX ""
#endif

/* A probe to be made: of the kernel or of a file. */
struct probe {
	bool user, on_return;
	const char *symbol; /* kernel function; NULL for uprobes */
	const char *path;   /* file; NULL for kprobes */
	__u64 offset;	    /* from the symbol; in the file for uprobes */
};

/* ---- perf events ---- */

static int perf_event_open(struct perf_event_attr *attr)
{
	/* Any process on CPU 0: for probes and tracepoints the program runs on every CPU. */
	int fd = (int)syscall(__NR_perf_event_open, attr, -1, 0, -1, PERF_FLAG_FD_CLOEXEC);

	return fd < 0 ? -errno : fd;
}

/* Gives the event its program and starts it. Closes the event on failure. */
static int run_program(const struct bpf_loader_program *program, int event)
{
	int err = 0;

	if (ioctl(event, PERF_EVENT_IOC_SET_BPF, program->fd) ||
	    ioctl(event, PERF_EVENT_IOC_ENABLE, 0))
		err = -errno;
	if (err)
		close(event);
	return err ? err : event;
}

static int open_tracepoint(const struct bpf_loader_program *program, int id)
{
	struct perf_event_attr attr = {
		.type = PERF_TYPE_TRACEPOINT,
		.size = sizeof(attr),
		.config = (__u64)id,
		.sample_period = 1,
		.wakeup_events = 1,
	};
	int event = perf_event_open(&attr);

	return event < 0 ? event : run_program(program, event);
}

/* ---- probes by the perf interface ---- */

/* A number from /sys/bus/event_source/devices/…, or -errno. */
static int source_number(const char *source, const char *file, const char *format)
{
	char path[128];
	FILE *stream;
	int number;

	snprintf(path, sizeof(path), "/sys/bus/event_source/devices/%s/%s", source, file);
	stream = fopen(path, "re");
	if (!stream)
		return -errno;
	if (fscanf(stream, format, &number) != 1)
		number = -EIO;
	fclose(stream);
	return number;
}

static int open_perf_probe(const struct probe *probe)
{
	const char *source = probe->user ? "uprobe" : "kprobe";
	struct perf_event_attr attr = {.size = sizeof(attr)};
	int type = source_number(source, "type", "%d"), bit;

	if (type < 0)
		return type;
	attr.type = (__u32)type;
	if (probe->on_return) {
		bit = source_number(source, "format/retprobe", "config:%d");
		if (bit < 0)
			return bit;
		attr.config = 1ULL << bit;
	}
	attr.config1 = (__u64)(uintptr_t)(probe->user ? probe->path : probe->symbol);
	attr.config2 = probe->offset;
	return perf_event_open(&attr);
}

/* ---- probes by tracefs ---- */

/* "kprobe_events" or "uprobe_events" of the event that a program owns. */
static const char *events_file(const struct bpf_loader_program *program)
{
	bool user = program->attach_kind == BPF_LOADER_ATTACH_UPROBE ||
		    program->attach_kind == BPF_LOADER_ATTACH_URETPROBE;

	return user ? "uprobe_events" : "kprobe_events";
}

static int event_definition(const struct probe *probe, const char *event, char **line)
{
	char kind = probe->on_return ? 'r' : 'p';
	int length;

	if (probe->user)
		length = asprintf(line, "%c:%s %s:0x%llx", kind, event, probe->path,
				  (unsigned long long)probe->offset);
	else if (probe->offset)
		length = asprintf(line, "%c:%s %s+%llu", kind, event, probe->symbol,
				  (unsigned long long)probe->offset);
	else
		length = asprintf(line, "%c:%s %s", kind, event, probe->symbol);
	return length < 0 ? -ENOMEM : 0;
}

static int add_event_as(const char *event, const char *file, const struct probe *probe)
{
	char *line = NULL;
	int err = event_definition(probe, event, &line);

	if (!err)
		err = tracefs_add_event(file, line);
	free(line);
	return err;
}

/*
 * Adds an event that is ours alone. A name that exists already would be no error: the kernel
 * appends the probe to that event, of whoever it is. Process ids repeat in other PID
 * namespaces, so a random number goes into the name.
 */
static int add_event(struct bpf_loader_program *program, const struct probe *probe)
{
	unsigned int tag;
	int err;

	if (getrandom(&tag, sizeof(tag), GRND_NONBLOCK) != sizeof(tag))
		return -EAGAIN; /* the machine has just started and has no randomness yet */
	if (asprintf(&program->event, "bpf_load_%d_%08x/prog%d", (int)getpid(), tag,
		     program->fd) < 0) {
		program->event = NULL;
		return -ENOMEM;
	}
	err = add_event_as(program->event, events_file(program), probe);
	if (err) {
		free(program->event);
		program->event = NULL;
	}
	return err;
}

static void remove_event(struct bpf_loader_program *program)
{
	if (!program->event)
		return;
	tracefs_remove_event(events_file(program), program->event);
	free(program->event);
	program->event = NULL;
}

static int open_tracefs_probe(struct bpf_loader_program *program, const struct probe *probe)
{
	int err = add_event(program, probe), id;
	char group[64];

	if (err)
		return err;
	snprintf(group, sizeof(group), "%.*s", (int)strcspn(program->event, "/"),
		 program->event);
	id = tracefs_event_id(group, strchr(program->event, '/') + 1);
	err = id < 0 ? id : open_tracepoint(program, id);
	if (err < 0)
		remove_event(program);
	return err;
}

/* By tracefs only where the kernel has no perf interface: else its errno is the answer. */
static int attach_probe(struct bpf_loader_program *program, const struct probe *probe)
{
	int event;

	if (source_number(probe->user ? "uprobe" : "kprobe", "type", "%d") < 0)
		return open_tracefs_probe(program, probe);
	event = open_perf_probe(probe);
	return event < 0 ? event : run_program(program, event);
}

static void report_attached(const struct bpf_loader_program *program, const char *to,
			    struct report *report)
{
	struct bpf_loader_event event = {.kind = BPF_LOADER_EVENT_ATTACHED,
					 .section = program->section,
					 .program = program};

	report_event(report, &event, "program '%s': attached to %s", program->name, to);
}

/* ---- kprobes ---- */

/* "name+16": the symbol, and the offset behind it. */
static bool split_offset(const char *target, char *symbol, size_t size, __u64 *offset)
{
	size_t length = strcspn(target, "+");
	char *end = NULL;

	*offset = 0;
	if (target[length]) {
		*offset = strtoull(target + length + 1, &end, 0);
		if (!isdigit((unsigned char)target[length + 1]) || *end)
			return false;
	}
	return length && snprintf(symbol, size, "%.*s", (int)length, target) < (int)size;
}

/* sys_write has been __x64_sys_write since 4.17, and was SyS_write in places before. */
static bool syscall_entry(const char *symbol, char *name, size_t size)
{
	if (strncmp(symbol, "sys_", 4) && strncmp(symbol, "SyS_", 4))
		return false;
	return snprintf(name, size, SYSCALL_PREFIX "sys_%s", symbol + 4) < (int)size;
}

static bool kernel_has_kprobes(void)
{
	const char *root = tracefs_root();
	char path[PATH_MAX];

	if (source_number("kprobe", "type", "%d") >= 0)
		return true;
	snprintf(path, sizeof(path), "%s/kprobe_events", root ? root : "");
	return root && !access(path, F_OK);
}

static int fail_kprobe(const struct bpf_loader_program *program, int errnum,
		       struct report *report)
{
	char why[256];

	if (!kernel_has_kprobes())
		return report_fail(
			report, EOPNOTSUPP,
			"section '%s', program '%s': this kernel has no kprobes "
			"(CONFIG_KPROBES is off), so it loads but cannot be attached; "
			"boot a distribution's kernel",
			program->section, program->name);
	privilege_explain(errnum, why, sizeof(why));
	if (errnum == EILSEQ)
		snprintf(why, sizeof(why), "; no instruction starts at that offset");
	else if (errnum == ENOENT || errnum == EINVAL || errnum == EADDRNOTAVAIL)
		snprintf(why, sizeof(why),
			 "; is there such a function, and may it be probed? grep %s "
			 "/proc/kallsyms",
			 program->attach_target);
	return report_fail(
		report, errnum,
		"section '%s', program '%s': cannot attach to kernel function '%s': %s%s",
		program->section, program->name, program->attach_target, strerror(errnum), why);
}

static int attach_kprobe(struct bpf_loader_program *program, struct report *report)
{
	struct probe probe = {.on_return = program->attach_kind == BPF_LOADER_ATTACH_KRETPROBE};
	char symbol[256], entry[256];
	int event = -ENOENT;

	if (!split_offset(program->attach_target, symbol, sizeof(symbol), &probe.offset))
		return report_fail(
			report, EINVAL,
			"section '%s', program '%s': the section's name does not say "
			"what to probe, as in kprobe/do_exit or kprobe/do_exit+4",
			program->section, program->name);
	if (syscall_entry(symbol, entry, sizeof(entry))) {
		probe.symbol = entry;
		event = attach_probe(program, &probe);
	}
	if (event == -ENOENT) {
		probe.symbol = symbol;
		event = attach_probe(program, &probe);
	}
	if (event < 0)
		return fail_kprobe(program, -event, report);
	program->attach_fd = event;
	report_attached(program, probe.symbol, report);
	return 0;
}

/* ---- uprobes ---- */

static int attach_uprobe(struct bpf_loader_program *program, struct report *report)
{
	struct probe probe = {.user = true,
			      .on_return = program->attach_kind == BPF_LOADER_ATTACH_URETPROBE};
	char path[PATH_MAX], why[256];
	int event, err;

	err = uprobe_target(program->attach_target, path, sizeof(path), &probe.offset, why,
			    sizeof(why));
	if (err)
		return report_fail(report, -err, "section '%s', program '%s': %s",
				   program->section, program->name, why);
	probe.path = path;
	event = attach_probe(program, &probe);
	if (event < 0) {
		privilege_explain(-event, why, sizeof(why));
		return report_fail(
			report, -event,
			"section '%s', program '%s': cannot attach to %s at 0x%llx: %s%s",
			program->section, program->name, path, (unsigned long long)probe.offset,
			strerror(-event), why);
	}
	program->attach_fd = event;
	report_attached(program, program->attach_target, report);
	return 0;
}

/* ---- tracepoints and what the kernel knows by BTF ---- */

static int attach_tracepoint(struct bpf_loader_program *program, struct report *report)
{
	const char *slash = strchr(program->attach_target, '/');
	char category[128];
	int id, event;

	if (!slash || slash == program->attach_target || !slash[1])
		return report_fail(report, EINVAL,
				   "section '%s', program '%s': name category and event, as in "
				   "tracepoint/sched/sched_switch",
				   program->section, program->name);
	snprintf(category, sizeof(category), "%.*s", (int)(slash - program->attach_target),
		 program->attach_target);
	id = tracefs_event_id(category, slash + 1);
	event = id < 0 ? id : open_tracepoint(program, id);
	if (event < 0)
		return report_fail(
			report, -event,
			"section '%s', program '%s': cannot attach to tracepoint %s: "
			"%s%s",
			program->section, program->name, program->attach_target,
			strerror(-event),
			event == -ENOENT ? "; this kernel has no such event: look in "
					   "/sys/kernel/tracing/events"
					 : "");
	program->attach_fd = event;
	report_attached(program, program->attach_target, report);
	return 0;
}

static int attach_raw(struct bpf_loader_program *program, struct report *report)
{
	bool by_name = program->attach_kind == BPF_LOADER_ATTACH_RAW_TRACEPOINT;
	char why[256];
	int link;

	/* An iterator runs when somebody reads it, not when something happens. */
	if (program->expected_attach_type == BPF_TRACE_ITER)
		return 0;
	link = bpf_raw_tracepoint_open(by_name ? program->attach_target : NULL, program->fd);
	if (link < 0) {
		link = -errno;
		privilege_explain(-link, why, sizeof(why));
		return report_fail(report, -link,
				   "section '%s', program '%s': cannot attach to '%s': %s%s",
				   program->section, program->name, program->attach_target,
				   strerror(-link), why);
	}
	program->attach_fd = link;
	report_attached(program, program->attach_target, report);
	return 0;
}

static int (*const attach_table[])(struct bpf_loader_program *program,
				   struct report *report) = {
	[BPF_LOADER_ATTACH_KPROBE] = attach_kprobe,
	[BPF_LOADER_ATTACH_KRETPROBE] = attach_kprobe,
	[BPF_LOADER_ATTACH_UPROBE] = attach_uprobe,
	[BPF_LOADER_ATTACH_URETPROBE] = attach_uprobe,
	[BPF_LOADER_ATTACH_TRACEPOINT] = attach_tracepoint,
	[BPF_LOADER_ATTACH_RAW_TRACEPOINT] = attach_raw,
	[BPF_LOADER_ATTACH_TRACING] = attach_raw,
};

int attach_program(struct bpf_loader_program *program, struct report *report)
{
	if (program->attach_kind == BPF_LOADER_ATTACH_NONE)
		return 0;
	if (!program->attach_target || !program->attach_target[0])
		return report_fail(
			report, EINVAL,
			"section '%s', program '%s': the section's name does not say "
			"what to attach to",
			program->section, program->name);
	return attach_table[program->attach_kind](program, report);
}

int attach_socket(struct bpf_loader_program *program, int socket_fd, struct report *report)
{
	if (setsockopt(socket_fd, SOL_SOCKET, SO_ATTACH_BPF, &program->fd, sizeof(program->fd)))
		return report_fail(report, errno,
				   "section '%s', program '%s': cannot attach to socket %d: %s",
				   program->section, program->name, socket_fd, strerror(errno));
	report_attached(program, "a socket", report);
	return 0;
}

void attach_release(struct bpf_loader_program *program)
{
	if (program->attach_fd >= 0) {
		/* A child that was forked meanwhile may hold the event open: it stops anyway. */
		ioctl(program->attach_fd, PERF_EVENT_IOC_DISABLE, 0);
		close(program->attach_fd);
	}
	program->attach_fd = -1;
	remove_event(program);
}
