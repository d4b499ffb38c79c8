// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * chapters: the small chapters of the loader by themselves: SHA-1, section names, map layouts,
 * the end of a verifier's log, pin paths, the causes of EPERM. No object is needed.
 *
 * tier: 0
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <linux/version.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "loader/kernel_name.h"
#include "loader/map_layout.h"
#include "loader/pinning.h"
#include "loader/privilege.h"
#include "loader/section_table.h"
#include "loader/sha1.h"
#include "loader/uprobe_target.h"
#include "loader/verifier_log.h"

/* ---- SHA-1: the vectors of FIPS 180 ---- */

static void sha1_vectors(void **state)
{
	static const struct {
		const char *data, *hex;
	} vectors[] = {
		{"", "da39a3ee5e6b4b0d3255bfef95601890afd80709"},
		{"abc", "a9993e364706816aba3e25717850c26c9cd0d89d"},
		{"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
		 "84983e441c3bd26ebaae4aa1f95129e5e54670f1"},
	};
	char hex[SHA1_HEX_SIZE], *million;

	(void)state;
	for (size_t i = 0; i < sizeof(vectors) / sizeof(vectors[0]); i++) {
		sha1_hex(vectors[i].data, strlen(vectors[i].data), hex);
		assert_string_equal(hex, vectors[i].hex);
	}
	million = malloc(1000000);
	assert_non_null(million);
	memset(million, 'a', 1000000);
	sha1_hex(million, 1000000, hex);
	free(million);
	assert_string_equal(hex, "34aa973cd4c4daa4f61eeb2bdbad27316534016f");
}

/* ---- section names ---- */

struct section_case {
	const char *name;
	__u32 type;
	enum bpf_loader_attach_kind attach;
	const char *target;
	long slot; /* -1: none */
};

static const struct section_case section_cases[] = {
	{"socket", BPF_PROG_TYPE_SOCKET_FILTER, BPF_LOADER_ATTACH_NONE, NULL, -1},
	{"socket1", BPF_PROG_TYPE_SOCKET_FILTER, BPF_LOADER_ATTACH_NONE, NULL, -1},
	{"socket/3", BPF_PROG_TYPE_SOCKET_FILTER, BPF_LOADER_ATTACH_NONE, NULL, 3},
	{"kprobe/sys_write", BPF_PROG_TYPE_KPROBE, BPF_LOADER_ATTACH_KPROBE, "sys_write", -1},
	{"kprobe/123", BPF_PROG_TYPE_KPROBE, BPF_LOADER_ATTACH_NONE, NULL, 123},
	{"kretprobe/vfs_read", BPF_PROG_TYPE_KPROBE, BPF_LOADER_ATTACH_KRETPROBE, "vfs_read",
	 -1},
	{"tracepoint/sched/sched_switch", BPF_PROG_TYPE_TRACEPOINT,
	 BPF_LOADER_ATTACH_TRACEPOINT, "sched/sched_switch", -1},
	{"raw_tracepoint/sys_enter", BPF_PROG_TYPE_RAW_TRACEPOINT,
	 BPF_LOADER_ATTACH_RAW_TRACEPOINT, "sys_enter", -1},
	{"perf_event", BPF_PROG_TYPE_PERF_EVENT, BPF_LOADER_ATTACH_NONE, NULL, -1},
	{"xdp", BPF_PROG_TYPE_XDP, BPF_LOADER_ATTACH_NONE, NULL, -1},
	{"xdp_prog1", BPF_PROG_TYPE_XDP, BPF_LOADER_ATTACH_NONE, NULL, -1},
	{"prog", BPF_PROG_TYPE_XDP, BPF_LOADER_ATTACH_NONE, NULL, -1},
	{"cgroup/skb", BPF_PROG_TYPE_CGROUP_SKB, BPF_LOADER_ATTACH_NONE, NULL, -1},
	{"cgroup/sock1", BPF_PROG_TYPE_CGROUP_SOCK, BPF_LOADER_ATTACH_NONE, NULL, -1},
	{"cgroup/connect4", BPF_PROG_TYPE_CGROUP_SOCK_ADDR, BPF_LOADER_ATTACH_NONE, NULL, -1},
	{"sockops/2", BPF_PROG_TYPE_SOCK_OPS, BPF_LOADER_ATTACH_NONE, NULL, 2},
	{"sk_skb1", BPF_PROG_TYPE_SK_SKB, BPF_LOADER_ATTACH_NONE, NULL, -1},
	{"sk_skb/4", BPF_PROG_TYPE_SK_SKB, BPF_LOADER_ATTACH_NONE, NULL, 4},
	{"sk_msg/5", BPF_PROG_TYPE_SK_MSG, BPF_LOADER_ATTACH_NONE, NULL, 5},
	{"classifier", BPF_PROG_TYPE_SCHED_CLS, BPF_LOADER_ATTACH_NONE, NULL, -1},
	{"action", BPF_PROG_TYPE_SCHED_ACT, BPF_LOADER_ATTACH_NONE, NULL, -1},
	{"2/7", 0, BPF_LOADER_ATTACH_NONE, NULL, 7},
	{"0xabccba/0", 0, BPF_LOADER_ATTACH_NONE, NULL, 0},
	{"from-netdev", 0, BPF_LOADER_ATTACH_NONE, NULL, -1},
	{"fentry/do_exit", BPF_PROG_TYPE_TRACING, BPF_LOADER_ATTACH_TRACING, "do_exit", -1},
};

static void section_names(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(section_cases) / sizeof(section_cases[0]); i++) {
		const struct section_case *wanted = &section_cases[i];
		struct bpf_loader_program program = {.section = wanted->name};

		section_table_apply(&program);
		if (program.type != wanted->type || program.attach_kind != wanted->attach)
			fail_msg("section %s: type %u, attach %d", wanted->name, program.type,
				 program.attach_kind);
		assert_int_equal(program.has_slot, wanted->slot >= 0);
		if (program.has_slot)
			assert_int_equal(program.slot, wanted->slot);
		if (wanted->target)
			assert_string_equal(program.attach_target, wanted->target);
		else
			assert_null(program.attach_target);
	}
}

static void section_refusals(void **state)
{
	struct bpf_loader_program ops = {.section = "struct_ops/init"};
	struct bpf_loader_program replace = {.section = "freplace/function"};

	(void)state;
	section_table_apply(&ops);
	section_table_apply(&replace);
	assert_non_null(ops.refusal);
	assert_non_null(strstr(ops.refusal, "libbpf"));
	assert_non_null(replace.refusal);
	assert_non_null(strstr(replace.refusal, "libbpf"));
}

static void classic_sections(void **state)
{
	(void)state;
	assert_true(section_table_is_classic("socket2"));
	assert_true(section_table_is_classic("xdp_tx"));
	assert_true(section_table_is_classic("kretprobe/x"));
	assert_false(section_table_is_classic("classifier"));
	assert_false(section_table_is_classic("uprobe/x"));
	assert_false(section_table_is_classic(".text"));
}

/* ---- layouts ---- */

static void layout_of_size(enum bpf_loader_dialect dialect, size_t size, size_t expected)
{
	const struct map_layout *layout = map_layout_for(dialect, size);

	assert_non_null(layout);
	assert_int_equal(layout->size, expected);
}

static void layouts_by_size(void **state)
{
	(void)state;
	layout_of_size(BPF_LOADER_KERNEL, 16, 16);
	layout_of_size(BPF_LOADER_KERNEL, 27, 24);
	layout_of_size(BPF_LOADER_KERNEL, 64, 28);
	layout_of_size(BPF_LOADER_IPROUTE2, 28, 28);
	layout_of_size(BPF_LOADER_IPROUTE2, 36, 36);
	assert_null(map_layout_for(BPF_LOADER_KERNEL, 15));
	assert_null(map_layout_for(BPF_LOADER_GOBPF, 279));
}

static void stray_bytes(void **state)
{
	const struct map_layout *layout = map_layout_for(BPF_LOADER_KERNEL, 40);
	unsigned char raw[40] = {0};

	(void)state;
	memset(raw, 0xff, 28);
	assert_int_equal(map_layout_stray_byte(layout, raw, sizeof(raw)), sizeof(raw));
	raw[33] = 1;
	assert_int_equal(map_layout_stray_byte(layout, raw, sizeof(raw)), 33);
}

static void names_for_the_kernel(void **state)
{
	char name[BPF_OBJ_NAME_LEN];

	(void)state;
	kernel_name("kprobe/sys_write", name);
	assert_string_equal(name, "kprobe_sys_writ");
	kernel_name("a.data", name);
	assert_string_equal(name, "a.data");
}

/* ---- verifier log ---- */

static void log_end(void **state)
{
	char log[4096] = "";
	char *end;

	(void)state;
	for (int i = 0; i < 100; i++)
		snprintf(log + strlen(log), sizeof(log) - strlen(log), "%s%d: (b7) r0 = %d\n",
			 i == 60 ? "; return x; @ a.c:3\n" : "", i, i);
	snprintf(log + strlen(log), sizeof(log) - strlen(log),
		 "R0 invalid mem access 'map_value_or_null'\nprocessed 100 insns (limit 1)\n");
	end = verifier_log_end(log);
	assert_null(strstr(end, "processed"));
	assert_int_equal(strncmp(end, "; return x;", 11), 0);
	assert_non_null(strstr(end, "99: (b7)"));
	assert_null(strstr(end, "59: (b7)"));
	assert_non_null(strstr(verifier_log_advice(end), "NULL"));
	assert_string_equal(verifier_log_advice("something new"), "");
	free(end);
	assert_non_null(strstr(log, "processed")); /* the log itself stays whole */
}

/* ---- pin paths ---- */

static void expect_path(struct bpf_loader_map map, const struct pin_options *options,
			const char *path)
{
	struct report report;

	report_init(&report, "x.o", NULL, NULL);
	map.name = "m";
	map.section = "maps";
	assert_int_equal(pinning_resolve(&map, options, "abc", 3, &report), 0);
	assert_string_equal(map.pin_path, path);
	free(map.pin_path);
	report_release(&report);
}

static void pin_paths(void **state)
{
	const struct pin_options options = {.bpffs = "/b", .pin_root = "/b/root"};

	(void)state;
	expect_path((struct bpf_loader_map){.pinning = BPF_LOADER_PIN_GLOBAL_NS}, &options,
		    "/b/tc/globals/m");
	expect_path((struct bpf_loader_map){.pinning = BPF_LOADER_PIN_OBJECT_NS}, &options,
		    "/b/tc/a9993e364706816aba3e25717850c26c9cd0d89d/m");
	expect_path((struct bpf_loader_map){.pinning = BPF_LOADER_PIN_BY_NAME}, &options,
		    "/b/root/m");
	expect_path(
		(struct bpf_loader_map){.pinning = BPF_LOADER_PIN_NAMESPACE, .pin_hint = "ns"},
		&options, "/b/ns/globals/m");
	expect_path((struct bpf_loader_map){.pinning = BPF_LOADER_PIN_PATH, .pin_hint = "/b/x"},
		    &options, "/b/x");
}

static void expect_refusal(struct bpf_loader_map map, const struct pin_options *options,
			   const char *words)
{
	struct report report;

	report_init(&report, "x.o", NULL, NULL);
	map.name = "m";
	map.section = "maps";
	assert_true(pinning_resolve(&map, options, "abc", 3, &report) < 0);
	assert_null(map.pin_path);
	if (!strstr(report.error, words))
		fail_msg("'%s' does not say '%s'", report.error, words);
	report_release(&report);
}

static void pinning_file(void **state)
{
	char path[] = "/tmp/bpf_pinning.XXXXXX";
	const struct pin_options options = {.bpffs = "/b", .pinning_file = path};
	const char *text = "# names of pinning ids\n7 foo/bar\n8 ../out\n";
	int fd = mkstemp(path);

	(void)state;
	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), (ssize_t)strlen(text));
	close(fd);
	expect_path((struct bpf_loader_map){.pinning = BPF_LOADER_PIN_CUSTOM, .pinning_id = 7},
		    &options, "/b/foo/bar/m");
	expect_refusal(
		(struct bpf_loader_map){.pinning = BPF_LOADER_PIN_CUSTOM, .pinning_id = 8},
		&options, "leaves bpffs");
	expect_refusal(
		(struct bpf_loader_map){.pinning = BPF_LOADER_PIN_CUSTOM, .pinning_id = 9},
		&options, "has no line for it");
	unlink(path);
	expect_refusal((struct bpf_loader_map){.pinning = BPF_LOADER_PIN_NAMESPACE,
					       .pin_hint = "../../etc"},
		       &options, "no place on bpffs");
}

/* ---- uprobe targets ---- */

static void uprobe_targets(void **state)
{
	char path[256], why[256];
	__u64 offset = 0, plus = 0;

	(void)state;
	assert_int_equal(
		uprobe_target("/bin/sh:0x10", path, sizeof(path), &offset, why, sizeof(why)),
		0);
	assert_int_equal(offset, 0x10);
	assert_int_equal(
		uprobe_target("libc:getpid", path, sizeof(path), &offset, why, sizeof(why)), 0);
	assert_true(offset > 0);
	assert_int_equal(
		uprobe_target("libc:getpid+4", path, sizeof(path), &plus, why, sizeof(why)), 0);
	assert_int_equal(plus, offset + 4);
	assert_int_equal(uprobe_target("libc:no_such_function", path, sizeof(path), &offset,
				       why, sizeof(why)),
			 -ENOENT);
	assert_non_null(strstr(why, "no_such_function"));
	assert_int_equal(
		uprobe_target("readline", path, sizeof(path), &offset, why, sizeof(why)),
		-EINVAL);
}

/* ---- why EPERM ---- */

/* Runs privilege_explain(EPERM) in a child that has given something up; its text comes back. */
static void explain_in_child(void (*give_up)(void), char *text, size_t size)
{
	int ends[2], status;
	ssize_t got;
	pid_t child;

	assert_int_equal(pipe(ends), 0);
	child = fork();
	assert_true(child >= 0);
	if (!child) {
		char why[256];

		give_up();
		privilege_explain(EPERM, why, sizeof(why));
		_exit(write(ends[1], why, strlen(why) + 1) < 0);
	}
	close(ends[1]);
	got = read(ends[0], text, size - 1);
	close(ends[0]);
	text[got > 0 ? got : 0] = '\0';
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
}

static void become_nobody(void)
{
	if (!geteuid() && (setgid(65534) || setuid(65534)))
		_exit(3);
}

static void forbid_bpf(void)
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, __NR_bpf, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog program = {.len = 4, .filter = code};

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) ||
	    prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program))
		_exit(3);
}

static void eperm_without_privilege(void **state)
{
	char text[256];

	(void)state;
	explain_in_child(become_nobody, text, sizeof(text));
	assert_non_null(strstr(text, "CAP_BPF"));
	assert_non_null(strstr(text, "root"));
}

static void eperm_by_seccomp(void **state)
{
	char text[256];

	(void)state;
	if (geteuid()) {
		print_message(
			"# SKIP needs root: without it the missing capability explains all\n");
		skip();
	}
	if (privilege_kernel_version() < KERNEL_VERSION(5, 11, 0)) {
		print_message("# SKIP this kernel counts memlock, which is looked at first\n");
		skip();
	}
	if (!access("/sys/kernel/security/lockdown", R_OK)) {
		print_message(
			"# SKIP lockdown is looked at first, and this machine shows it\n");
		skip();
	}
	explain_in_child(forbid_bpf, text, sizeof(text));
	assert_non_null(strstr(text, "seccomp"));
}

static void other_errors_are_left_alone(void **state)
{
	char text[64] = "x";

	(void)state;
	privilege_explain(ENOENT, text, sizeof(text));
	assert_string_equal(text, "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sha1_vectors),
		cmocka_unit_test(section_names),
		cmocka_unit_test(section_refusals),
		cmocka_unit_test(classic_sections),
		cmocka_unit_test(layouts_by_size),
		cmocka_unit_test(stray_bytes),
		cmocka_unit_test(names_for_the_kernel),
		cmocka_unit_test(log_end),
		cmocka_unit_test(pin_paths),
		cmocka_unit_test(pinning_file),
		cmocka_unit_test(uprobe_targets),
		cmocka_unit_test(eperm_without_privilege),
		cmocka_unit_test(eperm_by_seccomp),
		cmocka_unit_test(other_errors_are_left_alone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
