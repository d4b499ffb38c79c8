// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * events - programs that run when something happens, and other people's events. tier: 2
 *
 * Each program counts what this very process does, so that the number is exact: calls of a
 * function of this program, system calls that nobody else makes in its name. Probes are tried both
 * ways, by the perf interface and, with that one hidden, by events in tracefs. An event of
 * somebody else stands in tracefs meanwhile and must still stand there at the end; what the loader
 * put there must be gone.
 *
 * Kprobes are counted where the kernel has them; elsewhere the error must say that it has none.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#define BPF_LOAD_NO_CLASSIC
#include "bpf_load.h"
#include "robust.h"
#include "make_object.h"

#include <signal.h>
#include <sys/syscall.h>

#define NAME	"events_kern.o"
#define TRACEFS "/sys/kernel/tracing"
#define SOURCES "/sys/bus/event_source/devices"
#define CALLS	23

/* Whom the uprobes are for: found by its name, and never inlined or specialised. */
int probed_function(int value);

__attribute__((noinline)) int probed_function(int value)
{
	__asm__ volatile("" : "+r"(value));
	return value + 1;
}

static void call_function(int times)
{
	int (*volatile function)(int value) = probed_function;

	for (int i = 0; i < times; i++)
		assert_int_equal(function(i), i + 1);
}

/* A system call that nothing else in this process makes: not the C library, not cmocka. */
static void call_kernel(int times)
{
	for (int i = 0; i < times; i++)
		assert_true(syscall(__NR_getppid) > 0);
}

/* ---- the system ---- */

static char self[PATH_MAX];
static int fds_before;

static bool have(const char *path)
{
	return !access(path, F_OK);
}

static bool have_kprobes(void)
{
	return have(SOURCES "/kprobe/type") || have(TRACEFS "/kprobe_events");
}

/* Our events are named after the process. */
static bool ours_in(const char *file)
{
	char group[32];

	snprintf(group, sizeof(group), "bpf_load_%d_", (int)getpid());
	return file_contains(file, group);
}

static int begin_all(void **state)
{
	ssize_t length = readlink("/proc/self/exe", self, sizeof(self) - 1);

	(void)state;
	assert_true(length > 0);
	self[length] = '\0';
	private_mounts();
	if (!have(TRACEFS "/events"))
		mount("tracefs", TRACEFS, "tracefs", 0, NULL);
	return 0;
}

static int begin(void **state)
{
	(void)state;
	fds_before = count_fds();
	return 0;
}

static int end(void **state)
{
	(void)state;
	if (ours_in(TRACEFS "/uprobe_events") || ours_in(TRACEFS "/kprobe_events")) {
		print_message("# an event of ours is left in tracefs\n");
		return -1;
	}
	if (count_fds() == fds_before)
		return 0;
	print_message("# %d descriptors, %d before\n", count_fds(), fds_before);
	return -1;
}

/* Without these the kernel has no perf interface for probes, as before Linux 4.17. */
static int begin_without_perf(void **state)
{
	if (have(SOURCES "/uprobe"))
		assert_int_equal(mount("none", SOURCES "/uprobe", "tmpfs", 0, NULL), 0);
	if (have(SOURCES "/kprobe"))
		assert_int_equal(mount("none", SOURCES "/kprobe", "tmpfs", 0, NULL), 0);
	return begin(state);
}

static int end_without_perf(void **state)
{
	umount(SOURCES "/uprobe");
	umount(SOURCES "/kprobe");
	return end(state);
}

#define SKIP_UNLESS_TRACEFS()                               \
	do {                                                \
		if (!have(TRACEFS "/events"))               \
			SKIP("no tracefs on this machine"); \
	} while (0)

#define SKIP_UNLESS_UPROBES()                                                             \
	do {                                                                              \
		SKIP_UNLESS_TRACEFS();                                                    \
		if (!have(SOURCES "/uprobe/type") && !have(TRACEFS "/uprobe_events"))     \
			SKIP("this kernel has no uprobes (CONFIG_UPROBE_EVENTS is off)"); \
	} while (0)

/* ---- objects ---- */

static struct bpf_loader *load_object(struct object *object)
{
	size_t size;
	unsigned char *bytes;
	struct bpf_loader *loader;

	object_license(object, "GPL", 4);
	bytes = object_write(object, &size);
	loader = bpf_loader_open_memory(bytes, size, NAME, NULL);
	free(bytes);
	assert_non_null(loader);
	if (!bpf_loader_error(loader))
		bpf_loader_load(loader);
	return loader;
}

static struct bpf_loader *attach_good(struct object *object)
{
	struct bpf_loader *loader = load_object(object);

	if (bpf_loader_error(loader))
		fail_msg("%s", bpf_loader_error(loader));
	for (size_t i = 0; i < bpf_loader_program_count(loader); i++)
		assert_true(bpf_loader_program(loader, i)->attach_fd >= 0);
	return loader;
}

/* One counting program in a section of that name. */
static struct bpf_loader *attach_counter(const char *section)
{
	struct object *object = object_new();

	object_counts(object, section, "count", object_counter(object, "calls"), (int)getpid());
	return attach_good(object);
}

static __u64 count_in(int map_fd)
{
	__u32 key = 0;
	__u64 count = 0;

	assert_int_equal(bpf_map_lookup_elem(map_fd, &key, &count), 0);
	return count;
}

static __u64 count_of(const struct bpf_loader *loader)
{
	return count_in(bpf_loader_map_fd(loader, "calls"));
}

/* `call` runs the program once each time, as long as the handle is open and no longer. */
static void expect_exact_count(struct bpf_loader *loader, void (*call)(int times))
{
	int map = dup(bpf_loader_map_fd(loader, "calls"));

	assert_true(map >= 0);
	assert_int_equal(count_in(map), 0);
	call(CALLS);
	assert_int_equal(count_in(map), CALLS);
	call(1);
	assert_int_equal(count_in(map), CALLS + 1);
	bpf_loader_close(loader);
	call(CALLS);
	assert_int_equal(count_in(map), CALLS + 1);
	close(map);
}

/* ---- uprobes ---- */

static void expect_uprobe(const char *format)
{
	char section[PATH_MAX + 64];

	snprintf(section, sizeof(section), format, self);
	expect_exact_count(attach_counter(section), call_function);
}

static void uprobe_counts(void **state)
{
	(void)state;
	SKIP_UNLESS_UPROBES();
	expect_uprobe("uprobe/%s:probed_function");
}

static void uretprobe_counts(void **state)
{
	(void)state;
	SKIP_UNLESS_UPROBES();
	expect_uprobe("uretprobe/%s:probed_function");
}

static void uprobe_by_offset(void **state)
{
	(void)state;
	SKIP_UNLESS_UPROBES();
	expect_uprobe("uprobe/%s:probed_function+0");
	expect_uprobe("uprobe/%s:probed_function+0x0");
}

/* Entry and return, twice over: four programs for one function. */
static void several_programs_for_one_function(void **state)
{
	struct object *object;
	unsigned int counter;
	char section[PATH_MAX + 64];
	struct bpf_loader *both, *another;

	(void)state;
	SKIP_UNLESS_UPROBES();
	object = object_new();
	counter = object_counter(object, "calls");
	snprintf(section, sizeof(section), "uprobe/%s:probed_function", self);
	object_counts(object, section, "enter", counter, (int)getpid());
	snprintf(section, sizeof(section), "uretprobe/%s:probed_function", self);
	object_counts(object, section, "leave", counter, (int)getpid());
	both = attach_good(object);
	another = attach_counter(section);
	call_function(CALLS);
	assert_int_equal(count_of(both), 2 * CALLS);
	assert_int_equal(count_of(another), CALLS);
	bpf_loader_close(both);
	call_function(CALLS);
	assert_int_equal(count_of(another), 2 * CALLS);
	bpf_loader_close(another);
}

/* The handle's event shows up in tracefs, under its own name, while it is attached. */
static void tracefs_event_comes_and_goes(void **state)
{
	char section[PATH_MAX + 64];
	struct bpf_loader *loader;

	(void)state;
	SKIP_UNLESS_UPROBES();
	if (!have(TRACEFS "/uprobe_events"))
		SKIP("this kernel has no uprobe_events");
	snprintf(section, sizeof(section), "uprobe/%s:probed_function", self);
	loader = attach_counter(section);
	assert_true(ours_in(TRACEFS "/uprobe_events"));
	bpf_loader_close(loader);
	assert_false(ours_in(TRACEFS "/uprobe_events"));
}

/* With the perf interface there is no such event at all. */
static void no_tracefs_event_is_needed(void **state)
{
	char section[PATH_MAX + 64];
	struct bpf_loader *loader;

	(void)state;
	SKIP_UNLESS_UPROBES();
	if (!have(SOURCES "/uprobe/type"))
		SKIP("this kernel has no perf interface for uprobes");
	snprintf(section, sizeof(section), "uprobe/%s:probed_function", self);
	loader = attach_counter(section);
	assert_false(ours_in(TRACEFS "/uprobe_events"));
	bpf_loader_close(loader);
}

static void attach_until_killed(int ready)
{
	char section[PATH_MAX + 64];

	snprintf(section, sizeof(section), "uprobe/%s:probed_function", self);
	attach_counter(section);
	if (write(ready, "x", 1) == 1)
		pause();
	_exit(1);
}

/* kill -9: the kernel alone cleans up. */
static void nothing_is_left_of_a_killed_process(void **state)
{
	char group[32], byte;
	int ready[2], status;
	pid_t pid;

	(void)state;
	SKIP_UNLESS_UPROBES();
	if (!have(SOURCES "/uprobe/type"))
		SKIP("this kernel has no perf interface for uprobes");
	assert_int_equal(pipe(ready), 0);
	fflush(NULL);
	pid = fork();
	if (!pid)
		attach_until_killed(ready[1]);
	assert_int_equal(read(ready[0], &byte, 1), 1);
	kill(pid, SIGKILL);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	snprintf(group, sizeof(group), "bpf_load_%d_", (int)pid);
	assert_false(file_contains(TRACEFS "/uprobe_events", group));
	call_function(1);
	close(ready[0]);
	close(ready[1]);
}

/* ---- events of somebody else ---- */

/*
 * Somebody else has an event in `file`, switched on. Ours come and go, and one load fails; his
 * stays, and stays on.
 */
static void live_beside(const char *file, const char *where, const char *section)
{
	char event[64], line[256], enable[PATH_MAX], *setting;
	struct object *object = object_new();
	struct bpf_loader *loader;

	snprintf(event, sizeof(event), "somebody_%d/probe", (int)getpid());
	snprintf(line, sizeof(line), "p:%s %s", event, where);
	assert_int_equal(append_line(file, line), 0);
	snprintf(enable, sizeof(enable), TRACEFS "/events/%s/enable", event);
	assert_int_equal(append_line(enable, "1"), 0);

	bpf_loader_close(attach_counter(section));
	object_returns(object, section, "good", 0);
	object_returns(object, "uprobe/no/such/file:function", "bad", 0);
	loader = load_object(object);
	assert_contains(bpf_loader_error(loader), "no/such/file");
	assert_false(ours_in(file));
	bpf_loader_close(loader);

	assert_true(file_contains(file, event));
	setting = read_whole(enable, NULL);
	assert_string_equal(setting, "1\n");
	free(setting);
	assert_int_equal(append_line(enable, "0"), 0);
	snprintf(line, sizeof(line), "-:%s", event);
	assert_int_equal(append_line(file, line), 0);
	assert_false(file_contains(file, event));
}

static void uprobe_of_somebody_else(void **state)
{
	char section[PATH_MAX + 64];

	(void)state;
	SKIP_UNLESS_UPROBES();
	if (!have(TRACEFS "/uprobe_events"))
		SKIP("this kernel has no uprobe_events");
	snprintf(section, sizeof(section), "uprobe/%s:probed_function", self);
	live_beside(TRACEFS "/uprobe_events", "/bin/sh:0x4000", section);
}

static void kprobe_of_somebody_else(void **state)
{
	(void)state;
	SKIP_UNLESS_TRACEFS();
	if (!have(TRACEFS "/kprobe_events"))
		SKIP("this kernel has no kprobe_events (CONFIG_KPROBES is off)");
	live_beside(TRACEFS "/kprobe_events", "do_exit", "kprobe/sys_getppid");
}

/* ---- kprobes ---- */

static void kprobe_counts(void **state)
{
	(void)state;
	SKIP_UNLESS_TRACEFS();
	if (!have_kprobes())
		SKIP("this kernel has no kprobes (CONFIG_KPROBES is off)");
	expect_exact_count(attach_counter("kprobe/sys_getppid"), call_kernel);
}

static void kretprobe_counts(void **state)
{
	(void)state;
	SKIP_UNLESS_TRACEFS();
	if (!have_kprobes())
		SKIP("this kernel has no kprobes (CONFIG_KPROBES is off)");
	expect_exact_count(attach_counter("kretprobe/sys_getppid"), call_kernel);
}

static void expect_attach_error(const char *section, int errnum, const char *part)
{
	struct object *object = object_new();
	struct bpf_loader *loader;

	object_counts(object, section, "count", object_counter(object, "calls"), 1);
	loader = load_object(object);
	assert_contains(bpf_loader_error(loader), NAME ": ");
	assert_contains(bpf_loader_error(loader), section);
	assert_contains(bpf_loader_error(loader), part);
	if (errnum)
		assert_int_equal(bpf_loader_errno(loader), errnum);
	bpf_loader_close(loader);
}

static void kprobe_of_no_function(void **state)
{
	(void)state;
	SKIP_UNLESS_TRACEFS();
	if (!have_kprobes())
		SKIP("this kernel has no kprobes (CONFIG_KPROBES is off)");
	expect_attach_error("kprobe/no_such_function", 0, "grep no_such_function");
	expect_attach_error("kprobe/no_such_function+8", 0, "no_such_function");
}

static void kprobe_without_kprobes(void **state)
{
	(void)state;
	SKIP_UNLESS_TRACEFS();
	if (have_kprobes())
		SKIP("this kernel has kprobes");
	expect_attach_error("kprobe/sys_getppid", EOPNOTSUPP, "this kernel has no kprobes");
	expect_attach_error("kretprobe/sys_getppid", EOPNOTSUPP, "CONFIG_KPROBES is off");
}

/* ---- tracepoints ---- */

/* Counts system call `number` of this process, by what the context has in its second word. */
static struct bpf_loader *attach_syscall_counter(const char *section, int number)
{
	const struct bpf_insn insns[] = {
		BPF_LDX_MEM(BPF_DW, BPF_REG_6, BPF_REG_1, 8),
		BPF_JMP_IMM(BPF_JNE, BPF_REG_6, number, 12),
		BPF_RAW_INSN(BPF_JMP | BPF_CALL, 0, 0, 0, BPF_FUNC_get_current_pid_tgid),
		BPF_ALU64_IMM(BPF_RSH, BPF_REG_0, 32),
		BPF_JMP_IMM(BPF_JNE, BPF_REG_0, (int)getpid(), 9),
		BPF_ST_MEM(BPF_W, BPF_REG_10, -4, 0),
		BPF_MOV64_REG(BPF_REG_2, BPF_REG_10),
		BPF_ALU64_IMM(BPF_ADD, BPF_REG_2, -4),
		BPF_LD_IMM64(BPF_REG_1, 0),
		BPF_RAW_INSN(BPF_JMP | BPF_CALL, 0, 0, 0, BPF_FUNC_map_lookup_elem),
		BPF_JMP_IMM(BPF_JEQ, BPF_REG_0, 0, 2),
		BPF_MOV64_IMM(BPF_REG_1, 1),
		BPF_STX_XADD(BPF_DW, BPF_REG_0, BPF_REG_1, 0),
		BPF_MOV64_IMM(BPF_REG_0, 0),
		BPF_EXIT_INSN(),
	};
	struct object *object = object_new();
	const Elf64_Rel reloc = object_reloc(64, object_counter(object, "calls"), 1);

	object_relocs(object,
		      object_program(object, section, "count", insns, ARRAY_SIZE(insns)),
		      &reloc, 1);
	return attach_good(object);
}

static void tracepoint_counts(void **state)
{
	(void)state;
	SKIP_UNLESS_TRACEFS();
	if (have(TRACEFS "/events/syscalls/sys_enter_getppid"))
		expect_exact_count(attach_counter("tracepoint/syscalls/sys_enter_getppid"),
				   call_kernel);
	else if (have(TRACEFS "/events/raw_syscalls/sys_enter"))
		expect_exact_count(attach_syscall_counter("tracepoint/raw_syscalls/sys_enter",
							  __NR_getppid),
				   call_kernel);
	else
		SKIP("this kernel has no tracepoints of system calls");
}

static void raw_tracepoint_counts(void **state)
{
	(void)state;
	SKIP_UNLESS_TRACEFS();
	if (!have(TRACEFS "/events/raw_syscalls/sys_enter"))
		SKIP("this kernel has no tracepoint sys_enter");
	expect_exact_count(attach_syscall_counter("raw_tracepoint/sys_enter", __NR_getppid),
			   call_kernel);
	expect_exact_count(attach_syscall_counter("raw_tp/sys_enter", __NR_getppid),
			   call_kernel);
}

static void no_such_event(void **state)
{
	char section[PATH_MAX + 64];

	(void)state;
	SKIP_UNLESS_TRACEFS();
	expect_attach_error("tracepoint/sched/no_such_event", ENOENT, "No such file");
	expect_attach_error("tracepoint/sched", EINVAL, "category and event");
	expect_attach_error("tracepoint/", EINVAL, "does not say what to attach to");
	expect_attach_error("raw_tracepoint/no_such_event", ENOENT, "cannot attach to");
	expect_attach_error("uprobe/no_such_program:main", ENOENT, "no file");
	expect_attach_error("uprobe/bash", EINVAL, "file and function");
	snprintf(section, sizeof(section), "uprobe/%s:no_such_function", self);
	expect_attach_error(section, ENOENT, "has no function 'no_such_function'");
	snprintf(section, sizeof(section), "uprobe/%s:0x7fffffffffff", self);
	expect_attach_error(section, 0, "cannot attach to");
}

/* One that cannot be attached takes back the others. */
static void failed_attach_detaches_all(void **state)
{
	struct object *object;
	unsigned int counter;
	struct bpf_loader *loader;

	(void)state;
	SKIP_UNLESS_TRACEFS();
	object = object_new();
	counter = object_counter(object, "calls");
	object_counts(object, "tracepoint/sched/sched_process_fork", "first", counter, 1);
	object_counts(object, "tracepoint/sched/no_such_event", "second", counter, 1);
	loader = load_object(object);
	assert_contains(bpf_loader_error(loader), "program 'second'");
	assert_int_equal(bpf_loader_find_program(loader, "first")->attach_fd, -1);
	assert_int_equal(bpf_loader_find_program(loader, "first")->fd, -1);
	assert_int_equal(bpf_loader_attach(loader), -ENOENT);
	assert_int_equal(count_fds(), fds_before);
	bpf_loader_close(loader);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, begin, end)

/* The same test without the perf interface; its name in the output is the same. */
#define TEST_WITHOUT_PERF(function)                                                        \
	{                                                                                  \
#function " (by tracefs)", function, begin_without_perf, end_without_perf, \
			NULL                                                               \
	}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(uprobe_counts),
		TEST_WITHOUT_PERF(uprobe_counts),
		TEST(uretprobe_counts),
		TEST_WITHOUT_PERF(uretprobe_counts),
		TEST(uprobe_by_offset),
		TEST_WITHOUT_PERF(uprobe_by_offset),
		TEST(several_programs_for_one_function),
		TEST_WITHOUT_PERF(several_programs_for_one_function),
		TEST(no_tracefs_event_is_needed),
		TEST_WITHOUT_PERF(tracefs_event_comes_and_goes),
		TEST(nothing_is_left_of_a_killed_process),
		TEST(uprobe_of_somebody_else),
		TEST_WITHOUT_PERF(uprobe_of_somebody_else),
		TEST(kprobe_of_somebody_else),
		TEST_WITHOUT_PERF(kprobe_of_somebody_else),
		TEST(kprobe_counts),
		TEST_WITHOUT_PERF(kprobe_counts),
		TEST(kretprobe_counts),
		TEST_WITHOUT_PERF(kretprobe_counts),
		TEST(kprobe_of_no_function),
		TEST_WITHOUT_PERF(kprobe_of_no_function),
		TEST(kprobe_without_kprobes),
		TEST(tracepoint_counts),
		TEST(raw_tracepoint_counts),
		TEST(no_such_event),
		TEST_WITHOUT_PERF(no_such_event),
		TEST(failed_attach_detaches_all),
	};

	need_root();
	return cmocka_run_group_tests_name("events", tests, begin_all, NULL);
}
