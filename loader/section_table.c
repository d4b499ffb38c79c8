// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * section_table: section names and their program types, as one table. See section_table.h.
 *
 * A name is looked for among the STRICT rows, then in libbpf's table (which knows the exact
 * modern names and their attach types), then among the LOOSE rows: bpf_load.c compared only
 * the beginning of a name, and ten years of sources say "xdp_prog1", "socket1", "sk_skb2".
 */
#include "section_table.h"

#include <bpf/libbpf.h>
#include <ctype.h>
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

#ifndef BPF_F_XDP_HAS_FRAGS
#define BPF_F_XDP_HAS_FRAGS (1U << 5)
#endif

enum match {
	STRICT_EXACT,  /* the whole name */
	STRICT_TARGET, /* the name, then a target */
	LOOSE,	       /* the name, then anything */
};

struct section_rule {
	const char *name;
	enum match match;
	__u32 type;
	enum bpf_loader_attach_kind attach;
	bool classic; /* bpf_load.c loaded it */
	bool slots;   /* and took NAME/N for slot N of the PROG_ARRAY */
};

static const struct section_rule rules[] = {
	{"socket", STRICT_EXACT, BPF_PROG_TYPE_SOCKET_FILTER, BPF_LOADER_ATTACH_NONE, true,
	 true},
	{"kprobe/", STRICT_TARGET, BPF_PROG_TYPE_KPROBE, BPF_LOADER_ATTACH_KPROBE, true, true},
	{"kretprobe/", STRICT_TARGET, BPF_PROG_TYPE_KPROBE, BPF_LOADER_ATTACH_KRETPROBE, true,
	 true},
	{"uprobe/", STRICT_TARGET, BPF_PROG_TYPE_KPROBE, BPF_LOADER_ATTACH_UPROBE, false,
	 false},
	{"uretprobe/", STRICT_TARGET, BPF_PROG_TYPE_KPROBE, BPF_LOADER_ATTACH_URETPROBE, false,
	 false},
	{"tracepoint/", STRICT_TARGET, BPF_PROG_TYPE_TRACEPOINT, BPF_LOADER_ATTACH_TRACEPOINT,
	 true, false},
	{"tp/", STRICT_TARGET, BPF_PROG_TYPE_TRACEPOINT, BPF_LOADER_ATTACH_TRACEPOINT, false,
	 false},
	{"raw_tracepoint/", STRICT_TARGET, BPF_PROG_TYPE_RAW_TRACEPOINT,
	 BPF_LOADER_ATTACH_RAW_TRACEPOINT, true, false},
	{"raw_tp/", STRICT_TARGET, BPF_PROG_TYPE_RAW_TRACEPOINT,
	 BPF_LOADER_ATTACH_RAW_TRACEPOINT, false, false},
	{"xdp", STRICT_EXACT, BPF_PROG_TYPE_XDP, BPF_LOADER_ATTACH_NONE, true, false},
	{"perf_event", STRICT_EXACT, BPF_PROG_TYPE_PERF_EVENT, BPF_LOADER_ATTACH_NONE, true,
	 false},
	{"cgroup/skb", STRICT_EXACT, BPF_PROG_TYPE_CGROUP_SKB, BPF_LOADER_ATTACH_NONE, true,
	 false},
	{"cgroup/sock", STRICT_EXACT, BPF_PROG_TYPE_CGROUP_SOCK, BPF_LOADER_ATTACH_NONE, true,
	 false},
	{"sockops", STRICT_EXACT, BPF_PROG_TYPE_SOCK_OPS, BPF_LOADER_ATTACH_NONE, true, true},
	{"sk_skb", STRICT_EXACT, BPF_PROG_TYPE_SK_SKB, BPF_LOADER_ATTACH_NONE, true, true},
	{"sk_msg", STRICT_EXACT, BPF_PROG_TYPE_SK_MSG, BPF_LOADER_ATTACH_NONE, true, true},
	/* iproute2; "prog" is where `ip link set xdp` looks */
	{"classifier", STRICT_EXACT, BPF_PROG_TYPE_SCHED_CLS, BPF_LOADER_ATTACH_NONE, false,
	 false},
	{"action", STRICT_EXACT, BPF_PROG_TYPE_SCHED_ACT, BPF_LOADER_ATTACH_NONE, false, false},
	{"prog", STRICT_EXACT, BPF_PROG_TYPE_XDP, BPF_LOADER_ATTACH_NONE, false, false},
	/* gobpf, goebpf */
	{"sched_cls", LOOSE, BPF_PROG_TYPE_SCHED_CLS, BPF_LOADER_ATTACH_NONE, false, false},
	{"sched_act", LOOSE, BPF_PROG_TYPE_SCHED_ACT, BPF_LOADER_ATTACH_NONE, false, false},
	{"tc_act", LOOSE, BPF_PROG_TYPE_SCHED_ACT, BPF_LOADER_ATTACH_NONE, false, false},

	{"socket", LOOSE, BPF_PROG_TYPE_SOCKET_FILTER, BPF_LOADER_ATTACH_NONE, true, true},
	{"xdp", LOOSE, BPF_PROG_TYPE_XDP, BPF_LOADER_ATTACH_NONE, true, false},
	{"perf_event", LOOSE, BPF_PROG_TYPE_PERF_EVENT, BPF_LOADER_ATTACH_NONE, true, false},
	{"cgroup/skb", LOOSE, BPF_PROG_TYPE_CGROUP_SKB, BPF_LOADER_ATTACH_NONE, true, false},
	{"cgroup/sock", LOOSE, BPF_PROG_TYPE_CGROUP_SOCK, BPF_LOADER_ATTACH_NONE, true, false},
	{"sockops", LOOSE, BPF_PROG_TYPE_SOCK_OPS, BPF_LOADER_ATTACH_NONE, true, true},
	{"sk_skb", LOOSE, BPF_PROG_TYPE_SK_SKB, BPF_LOADER_ATTACH_NONE, true, true},
	{"sk_msg", LOOSE, BPF_PROG_TYPE_SK_MSG, BPF_LOADER_ATTACH_NONE, true, true},
	{"classifier", LOOSE, BPF_PROG_TYPE_SCHED_CLS, BPF_LOADER_ATTACH_NONE, false, false},
	{"action", LOOSE, BPF_PROG_TYPE_SCHED_ACT, BPF_LOADER_ATTACH_NONE, false, false},
	{"lwt_in", LOOSE, BPF_PROG_TYPE_LWT_IN, BPF_LOADER_ATTACH_NONE, false, false},
	{"lwt_out", LOOSE, BPF_PROG_TYPE_LWT_OUT, BPF_LOADER_ATTACH_NONE, false, false},
	{"lwt_xmit", LOOSE, BPF_PROG_TYPE_LWT_XMIT, BPF_LOADER_ATTACH_NONE, false, false},
	{"lwt_seg6local", LOOSE, BPF_PROG_TYPE_LWT_SEG6LOCAL, BPF_LOADER_ATTACH_NONE, false,
	 false},
	{"lirc_mode2", LOOSE, BPF_PROG_TYPE_LIRC_MODE2, BPF_LOADER_ATTACH_NONE, false, false},
	/* RedBPF, Android, OpenHarmony */
	{"streamparser", LOOSE, BPF_PROG_TYPE_SK_SKB, BPF_LOADER_ATTACH_NONE, false, false},
	{"streamverdict", LOOSE, BPF_PROG_TYPE_SK_SKB, BPF_LOADER_ATTACH_NONE, false, false},
	{"skfilter/", LOOSE, BPF_PROG_TYPE_SOCKET_FILTER, BPF_LOADER_ATTACH_NONE, false, false},
	{"schedcls/", LOOSE, BPF_PROG_TYPE_SCHED_CLS, BPF_LOADER_ATTACH_NONE, false, false},
	{"schedact/", LOOSE, BPF_PROG_TYPE_SCHED_ACT, BPF_LOADER_ATTACH_NONE, false, false},
	{"cgroupskb/", LOOSE, BPF_PROG_TYPE_CGROUP_SKB, BPF_LOADER_ATTACH_NONE, false, false},
	{"cgroup_skb/", LOOSE, BPF_PROG_TYPE_CGROUP_SKB, BPF_LOADER_ATTACH_NONE, false, false},
	{"cgroupsock/", LOOSE, BPF_PROG_TYPE_CGROUP_SOCK, BPF_LOADER_ATTACH_NONE, false, false},
	{"flow_dissector", LOOSE, BPF_PROG_TYPE_FLOW_DISSECTOR, BPF_LOADER_ATTACH_NONE, false,
	 false},
	{"kprobe", LOOSE, BPF_PROG_TYPE_KPROBE, BPF_LOADER_ATTACH_NONE, false, false},
	{"kretprobe", LOOSE, BPF_PROG_TYPE_KPROBE, BPF_LOADER_ATTACH_NONE, false, false},
	{"uprobe", LOOSE, BPF_PROG_TYPE_KPROBE, BPF_LOADER_ATTACH_NONE, false, false},
	{"uretprobe", LOOSE, BPF_PROG_TYPE_KPROBE, BPF_LOADER_ATTACH_NONE, false, false},
	{"tracepoint", LOOSE, BPF_PROG_TYPE_TRACEPOINT, BPF_LOADER_ATTACH_NONE, false, false},
	{"raw_tracepoint", LOOSE, BPF_PROG_TYPE_RAW_TRACEPOINT, BPF_LOADER_ATTACH_NONE, false,
	 false},
	{"tc_", LOOSE, BPF_PROG_TYPE_SCHED_CLS, BPF_LOADER_ATTACH_NONE, false, false},
	{"tc-", LOOSE, BPF_PROG_TYPE_SCHED_CLS, BPF_LOADER_ATTACH_NONE, false, false},
};

/* Types whose programs load without further knowledge, the most usual first. */
static const __u32 guesses[] = {
	BPF_PROG_TYPE_SCHED_CLS,      BPF_PROG_TYPE_SOCKET_FILTER, BPF_PROG_TYPE_XDP,
	BPF_PROG_TYPE_KPROBE,	      BPF_PROG_TYPE_TRACEPOINT,	   BPF_PROG_TYPE_PERF_EVENT,
	BPF_PROG_TYPE_RAW_TRACEPOINT, BPF_PROG_TYPE_CGROUP_SKB,	   BPF_PROG_TYPE_SCHED_ACT,
	BPF_PROG_TYPE_LWT_XMIT,	      BPF_PROG_TYPE_LWT_IN,	   BPF_PROG_TYPE_LWT_OUT,
	BPF_PROG_TYPE_LWT_SEG6LOCAL,  BPF_PROG_TYPE_CGROUP_SOCK,   BPF_PROG_TYPE_SOCK_OPS,
	BPF_PROG_TYPE_SK_SKB,	      BPF_PROG_TYPE_SK_MSG,	   BPF_PROG_TYPE_FLOW_DISSECTOR,
	BPF_PROG_TYPE_SK_REUSEPORT,   BPF_PROG_TYPE_CGROUP_DEVICE, BPF_PROG_TYPE_LIRC_MODE2,
	BPF_PROG_TYPE_CGROUP_SYSCTL,
};

/* Words in a section's name that make a type worth trying first. */
static const struct {
	const char *word;
	__u32 type;
} hints[] = {
	{"xdp", BPF_PROG_TYPE_XDP},
	{"filter", BPF_PROG_TYPE_SOCKET_FILTER},
	{"loadbalancer", BPF_PROG_TYPE_SOCKET_FILTER},
	{"lwt", BPF_PROG_TYPE_LWT_XMIT},
	{"reuseport", BPF_PROG_TYPE_SK_REUSEPORT},
	{"tracepoint", BPF_PROG_TYPE_TRACEPOINT},
	{"kprobe", BPF_PROG_TYPE_KPROBE},
	{"probe", BPF_PROG_TYPE_KPROBE},
	{"=", BPF_PROG_TYPE_KPROBE},	 /* perf: name=function */
	{":", BPF_PROG_TYPE_TRACEPOINT}, /* perf: system:event */
};

__u32 section_table_guess(const char *section, size_t n)
{
	__u32 first = 0;

	for (size_t i = 0; i < ARRAY_SIZE(hints) && !first; i++)
		if (strstr(section, hints[i].word))
			first = hints[i].type;
	if (first && n == 0)
		return first;
	if (first)
		n--;
	for (size_t i = 0; i < ARRAY_SIZE(guesses); i++)
		if (guesses[i] != first && n-- == 0)
			return guesses[i];
	return 0;
}

static const struct section_rule *find_rule(const char *section, bool loose)
{
	for (size_t i = 0; i < ARRAY_SIZE(rules); i++) {
		const struct section_rule *rule = &rules[i];
		size_t length = strlen(rule->name);

		if ((rule->match == LOOSE) != loose || strncmp(section, rule->name, length))
			continue;
		if (rule->match != STRICT_EXACT || !section[length])
			return rule;
	}
	return NULL;
}

bool section_table_is_classic(const char *section)
{
	const struct section_rule *rule = find_rule(section, false);

	if (!rule)
		rule = find_rule(section, true);
	return rule && rule->classic;
}

/* "socket/3", "kprobe/3": a digit behind the slash is a slot, not a target. */
static bool parse_slot(struct bpf_loader_program *program)
{
	const char *slash = strchr(program->section, '/');
	unsigned long slot;
	char *end;

	if (!slash || !isdigit((unsigned char)slash[1]))
		return false;
	errno = 0;
	slot = strtoul(slash + 1, &end, 10);
	if (*end || errno || slot > UINT32_MAX)
		return false;
	program->slot = (__u32)slot;
	program->has_slot = true;
	program->attach_kind = BPF_LOADER_ATTACH_NONE;
	program->attach_target = NULL;
	return true;
}

bool section_table_tail_call(const char *section, __u32 *id, __u32 *key)
{
	int got_id, got_key, end = 0;

	/* Most names begin with a letter, and sscanf is slow to find out. */
	if (isalpha((unsigned char)section[0]) ||
	    sscanf(section, "%i/%i%n", &got_id, &got_key, &end) != 2 || section[end])
		return false;
	*id = (__u32)got_id;
	*key = (__u32)got_key;
	return true;
}

__u32 section_table_attach_type(__u32 type)
{
	switch (type) {
	case BPF_PROG_TYPE_XDP: return BPF_XDP;
	case BPF_PROG_TYPE_CGROUP_SOCK: return BPF_CGROUP_INET_SOCK_CREATE;
	case BPF_PROG_TYPE_SOCK_OPS: return BPF_CGROUP_SOCK_OPS;
	case BPF_PROG_TYPE_SK_MSG: return BPF_SK_MSG_VERDICT;
	default: return 0;
	}
}

static void apply_rule(struct bpf_loader_program *program, const struct section_rule *rule)
{
	program->type = rule->type;
	program->expected_attach_type = section_table_attach_type(rule->type);
	program->type_rule = "section name";
	program->attach_kind = rule->attach;
	if (rule->match == STRICT_TARGET)
		program->attach_target = program->section + strlen(rule->name);
	if (rule->slots)
		parse_slot(program);
}

/* libbpf's rows for targets that the kernel's BTF knows, and for what needs a whole libbpf. */
static void apply_libbpf_extras(struct bpf_loader_program *program)
{
	const char *slash = strchr(program->section, '/');

	if (strstr(program->section, ".s/"))
		program->flags |= BPF_F_SLEEPABLE;
	if (!strncmp(program->section, "xdp.frags", 9))
		program->flags |= BPF_F_XDP_HAS_FRAGS;
	switch (program->type) {
	case BPF_PROG_TYPE_STRUCT_OPS:
		program->refusal =
			"struct_ops programs are tied to a kernel struct by its BTF; use "
			"libbpf (bpf_object__open_file, bpf_map__attach_struct_ops)";
		break;
	case BPF_PROG_TYPE_EXT:
		program->refusal =
			"freplace needs the BTF of the program that it replaces; use "
			"libbpf (bpf_program__set_attach_target)";
		break;
	case BPF_PROG_TYPE_TRACING:
	case BPF_PROG_TYPE_LSM:
		program->attach_kind = BPF_LOADER_ATTACH_TRACING;
		program->attach_target = slash ? slash + 1 : NULL;
		break;
	default: break;
	}
}

static bool apply_libbpf(struct bpf_loader_program *program, const char *name)
{
	enum bpf_prog_type type;
	enum bpf_attach_type attach;

	if (libbpf_prog_type_by_name(name, &type, &attach))
		return false;
	program->type = type;
	program->expected_attach_type = attach;
	program->type_rule = "section name (libbpf's table)";
	apply_libbpf_extras(program);
	return true;
}

/* Until 0.7 libbpf compared beginnings: "cgroup/connect4/3", "cgroup/sysctl1", "sk_lookup/x". */
static bool apply_old_libbpf(struct bpf_loader_program *program)
{
	char name[64], *end;

	if (snprintf(name, sizeof(name), "%s", program->section) >= (int)sizeof(name))
		return false;
	end = strrchr(name, '/');
	if (end && (end != strchr(name, '/') || strncmp(name, "cgroup/", 7))) {
		*end = '\0';
		if (apply_libbpf(program, name))
			return true;
	}
	end = name + strlen(name);
	while (end > name && isdigit((unsigned char)end[-1]))
		*--end = '\0';
	return end > name && apply_libbpf(program, name);
}

void section_table_apply(struct bpf_loader_program *program)
{
	const struct section_rule *rule;

	if (section_table_tail_call(program->section, &program->slot_id, &program->slot)) {
		program->has_slot = program->slot_by_id = true;
		return;
	}
	rule = find_rule(program->section, false);
	if (!rule && apply_libbpf(program, program->section))
		return;
	if (!rule)
		rule = find_rule(program->section, true);
	if (rule)
		apply_rule(program, rule);
	else
		apply_old_libbpf(program);
}
