// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * offwaketime_probe: see offwaketime_probe.h.
 */
#include "offwaketime_probe.h"

#include <bpf/btf.h>
#include <errno.h>
#include <string.h>

#include "feature.h"
#include "include/trace_helpers.h"
#include "symbols.h"
#include "trace_format.h"

/* ---- tracepoints ---- */

struct wanted_field {
	const char *event, *name;
	__u32 *offset, *size; /* size: NULL where all kernels have the same */
};

/* 0, or -errno with `why` it is not there. */
static int find_fields(struct offwaketime_config *config, char *why, size_t size)
{
	const struct wanted_field fields[] = {
		{"sched/sched_switch", "prev_state", &config->prev_state,
		 &config->prev_state_size},
		{"sched/sched_switch", "next_pid", &config->next_pid, NULL},
		{"sched/sched_waking", "pid", &config->waking_pid, NULL},
	};
	struct trace_field field;

	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
		const int err = trace_format_field(fields[i].event, fields[i].name, &field);

		if (err) {
			snprintf(why, size, "tracepoint %s, field '%s': %s", fields[i].event,
				 fields[i].name, strerror(-err));
			return err;
		}
		*fields[i].offset = field.offset;
		if (fields[i].size)
			*fields[i].size = field.size;
	}
	return 0;
}

/* ---- kprobes ---- */

/* Compilers make copies of static functions, and call them NAME.isra.0 or the like. */
static const char *const switch_names[] = {"finish_task_switch", "finish_task_switch.isra.0",
					   "finish_task_switch.constprop.0", NULL};
static const char *const wake_names[] = {"try_to_wake_up", NULL};

static const char *first_function(const char *const *names)
{
	while (*names && !ksym_get_addr(*names))
		names++;
	return *names;
}

/* The offset of a member of struct task_struct. */
static int find_member(const struct btf *btf, const struct btf_type *type, const char *name,
		       __u32 *offset)
{
	const struct btf_member *member = btf_members(type);

	for (__u32 i = 0; i < btf_vlen(type); i++) {
		if (strcmp(btf__name_by_offset(btf, member[i].name_off), name) != 0)
			continue;
		*offset = btf_member_bit_offset(type, i) / 8;
		return 0;
	}
	return -ENOENT;
}

static int find_members(struct offwaketime_config *config)
{
	struct btf *btf = btf__load_vmlinux_btf();
	int id, err;

	if (!btf)
		return -errno;
	id = btf__find_by_name_kind(btf, "task_struct", BTF_KIND_STRUCT);
	err = id < 0 ? id
		     : find_member(btf, btf__type_by_id(btf, (__u32)id), "pid",
				   &config->task_pid);
	if (!err)
		err = find_member(btf, btf__type_by_id(btf, (__u32)id), "tgid",
				  &config->task_tgid);
	btf__free(btf);
	return err;
}

static int find_functions(struct probe *probe, char *why, size_t size)
{
	const int err = symbols_load_kernel();

	if (err) {
		snprintf(why, size, "/proc/kallsyms: %s", strerror(-err));
		return err;
	}
	probe->switch_target = first_function(switch_names);
	probe->wake_target = first_function(wake_names);
	if (probe->switch_target && probe->wake_target)
		return 0;
	snprintf(why, size, "the kernel has no function '%s' by that name",
		 probe->switch_target ? wake_names[0] : switch_names[0]);
	return -ENOENT;
}

static int use_kprobes(struct probe *probe, struct offwaketime_config *config, char *why,
		       size_t size)
{
	static const char *const needs[] = {"kprobes", NULL};
	int err;

	if (!feature_all(needs, why, size))
		return -EOPNOTSUPP;
	err = find_functions(probe, why, size);
	if (err)
		return err;
	err = find_members(config);
	if (err)
		snprintf(why, size,
			 "struct task_struct of the kernel, from its BTF "
			 "(/sys/kernel/btf/vmlinux): %s",
			 strerror(-err));
	return err;
}

/* ---- the choice ---- */

static bool no_kprobes(const struct sample_run *run, const char *why, const char *advice)
{
	sample_fail(run, "no kprobes: %s%s", why, advice);
	return false;
}

bool probe_choose(struct probe *probe, struct offwaketime_config *config,
		  const struct sample_run *run, enum probe_kind wanted)
{
	char no_tracepoint[256] = "", why[256];

	*probe = (struct probe){.kind = PROBE_TRACEPOINT};
	if (wanted != PROBE_KPROBE &&
	    !find_fields(config, no_tracepoint, sizeof(no_tracepoint)))
		return true;
	if (wanted == PROBE_TRACEPOINT) {
		sample_fail(run, "%s; is it root? --probe=kprobe does without", no_tracepoint);
		return false;
	}
	probe->kind = PROBE_KPROBE;
	if (!use_kprobes(probe, config, why, sizeof(why)))
		return true;
	if (wanted == PROBE_KPROBE)
		return no_kprobes(run, why, "; --probe=tracepoint does without");
	sample_fail(run, "%s; run it as root", no_tracepoint);
	return no_kprobes(run, why, "");
}

void probe_fixup(const struct probe *probe, struct bpf_loader_program *program)
{
	const bool kprobe = program->attach_kind == BPF_LOADER_ATTACH_KPROBE;

	program->skip = kprobe != (probe->kind == PROBE_KPROBE);
	if (kprobe)
		program->attach_target = strcmp(program->name, "on_try_to_wake_up") == 0
						 ? probe->wake_target
						 : probe->switch_target;
}
