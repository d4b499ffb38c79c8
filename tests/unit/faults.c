// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * faults - a step fails, and the earlier ones are taken back. tier: 1
 *
 * Every bpf(2) call of a load, and every other call that gives something to the kernel, is made to
 * fail in turn: the first of one load, the second of the next, until a load makes fewer calls.
 * The same for memory. After each failure the handle has an error and nothing is left: no
 * descriptor, no map or program in the kernel, no pin, no directory, no event in tracefs. A load
 * that gets by without the call must be complete.
 *
 * Linked into this program, syscall(), ioctl(), mkdir() and the malloc family here come before
 * those of the C library, for libbpf and libelf too. AddressSanitizer needs the malloc family for
 * itself: with it, the tests that make memory fail are skipped.
 *
 * Each sweep runs in child processes, so that a crash is one wrong answer with its place.
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

#include <dlfcn.h>
#include <malloc.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>

#define MAX_REPORTED 10
#define TIME_LIMIT \
	300 /* seconds for the rest of a sweep: an endless loop, not a slow machine */
#define TRACEFS "/sys/kernel/tracing"
#define MAX_IDS 64 /* of one load, each of maps and programs */

/* ---- faults ---- */

/* Counts the calls of one kind; call number `fail_at` fails, and all later ones if `from_then`. */
struct fault {
	bool armed, from_then, hit;
	unsigned long calls, fail_at;
	int errnum;
	long command; /* of the call that failed: a BPF_… command, or 1000 and up */
};

static struct fault calls, memory;

enum {
	COMMAND_PERF_EVENT_OPEN = 1000,
	COMMAND_IOCTL,
	COMMAND_MKDIR,
};

static bool fails(struct fault *fault, long command)
{
	bool now;

	if (!fault->armed)
		return false;
	fault->calls++;
	now = fault->fail_at && (fault->calls == fault->fail_at ||
				 (fault->from_then && fault->calls > fault->fail_at));
	if (!now)
		return false;
	if (!fault->hit)
		fault->command = command;
	fault->hit = true;
	errno = fault->errnum;
	return true;
}

static void arm(struct fault *fault, unsigned long fail_at, int errnum, bool from_then)
{
	*fault = (struct fault){
		.armed = true, .fail_at = fail_at, .errnum = errnum, .from_then = from_then};
}

static long (*real_syscall)(long number, ...);
static int (*real_ioctl)(int fd, unsigned long request, ...);
static int (*real_mkdir)(const char *path, mode_t mode);

/* dlsym() may itself allocate: once, before anything is armed. */
static void find_real_calls(void)
{
	*(void **)&real_syscall = dlsym(RTLD_NEXT, "syscall");
	*(void **)&real_ioctl = dlsym(RTLD_NEXT, "ioctl");
	*(void **)&real_mkdir = dlsym(RTLD_NEXT, "mkdir");
}

/*
 * Ids of what one load gave to the kernel. To ask the kernel for its maps by name would mean to
 * open each, and a program array that is opened while it goes away may stay for ever (seen with
 * Linux 6.18: the second release of its last user takes a reference that nobody gives back).
 */
struct ids {
	__u32 ids[MAX_IDS];
	int count;
};

static struct ids map_ids, program_ids;

static void note_id(struct ids *list, int fd, bool program)
{
	struct bpf_map_info map = {0};
	struct bpf_prog_info prog = {0};
	union bpf_attr attr = {0};

	attr.info.bpf_fd = (__u32)fd;
	attr.info.info_len = program ? sizeof(prog) : sizeof(map);
	attr.info.info = (__u64)(uintptr_t)(program ? (void *)&prog : (void *)&map);
	if (list->count < MAX_IDS &&
	    !real_syscall(__NR_bpf, BPF_OBJ_GET_INFO_BY_FD, &attr, sizeof(attr)))
		list->ids[list->count++] = program ? prog.id : map.id;
}

/* Takes six arguments whatever the call has, like the C library's. */
__attribute__((visibility("default"))) long syscall(long number, ...)
{
	long a[6], result;
	va_list args;

	if (!real_syscall)
		find_real_calls();
	va_start(args, number);
	for (int i = 0; i < 6; i++)
		a[i] = va_arg(args, long);
	va_end(args);
	if (number == __NR_bpf && fails(&calls, a[0]))
		return -1;
	if (number == __NR_perf_event_open && fails(&calls, COMMAND_PERF_EVENT_OPEN))
		return -1;
	result = real_syscall(number, a[0], a[1], a[2], a[3], a[4], a[5]);
	if (number == __NR_bpf && a[0] == BPF_MAP_CREATE && result >= 0)
		note_id(&map_ids, (int)result, false);
	if (number == __NR_bpf && a[0] == BPF_PROG_LOAD && result >= 0)
		note_id(&program_ids, (int)result, true);
	return result;
}

__attribute__((visibility("default"))) int ioctl(int fd, unsigned long request, ...)
{
	va_list args;
	void *argument;

	if (!real_ioctl)
		find_real_calls();
	va_start(args, request);
	argument = va_arg(args, void *);
	va_end(args);
	return fails(&calls, COMMAND_IOCTL) ? -1 : real_ioctl(fd, request, argument);
}

__attribute__((visibility("default"))) int mkdir(const char *path, mode_t mode)
{
	if (!real_mkdir)
		find_real_calls();
	return fails(&calls, COMMAND_MKDIR) ? -1 : real_mkdir(path, mode);
}

static long blocks; /* allocated and not freed since the start */

#if !WITH_ASAN
extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t count, size_t size);
extern void *__libc_realloc(void *block, size_t size);
extern void __libc_free(void *block);

void *malloc(size_t size)
{
	void *block = fails(&memory, 0) ? NULL : __libc_malloc(size);

	blocks += block != NULL;
	return block;
}

void *calloc(size_t count, size_t size)
{
	void *block = fails(&memory, 0) ? NULL : __libc_calloc(count, size);

	blocks += block != NULL;
	return block;
}

void *realloc(void *block, size_t size)
{
	void *grown = fails(&memory, 0) ? NULL : __libc_realloc(block, size);

	blocks += !block && grown;
	return grown;
}

/* Freed memory is overwritten, so that who still uses it is found out. */
void free(void *block)
{
	int saved = errno;

	if (block && memory.fail_at)
		memset(block, 0xa5, malloc_usable_size(block));
	blocks -= block != NULL;
	__libc_free(block);
	errno = saved;
}
#endif

/* ---- what is left ---- */

static char *directory, *bpffs;

static int count_ours(void)
{
	int count = 0;

	for (int i = 0; i < map_ids.count; i++) {
		__u32 next = 0;

		count += !bpf_map_get_next_id(map_ids.ids[i] - 1, &next) &&
			 next == map_ids.ids[i];
	}
	for (int i = 0; i < program_ids.count; i++) {
		__u32 next = 0;

		count += !bpf_prog_get_next_id(program_ids.ids[i] - 1, &next) &&
			 next == program_ids.ids[i];
	}
	return count;
}

/* The kernel lets go of programs and of what a program array held a little later. */
static bool ours_are_gone(void)
{
	for (int i = 0; i < 300; i++) {
		if (!count_ours())
			return true;
		usleep(10000);
	}
	return false;
}

static int files; /* counted by count_file() */

static int count_file(const char *path, const struct stat *st, int kind, struct FTW *ftw)
{
	(void)path;
	(void)st;
	(void)kind;
	(void)ftw;
	files++;
	return 0;
}

/* Files and directories on our bpffs: pins. */
static int count_pins(void)
{
	files = 0;
	nftw(bpffs, count_file, 8, FTW_PHYS);
	return files;
}

/* Our lines in the lists of dynamic events. */
static bool have_events(void)
{
	char group[32];

	snprintf(group, sizeof(group), "bpf_load_%d_", (int)getpid());
	return file_contains(TRACEFS "/uprobe_events", group) ||
	       file_contains(TRACEFS "/kprobe_events", group);
}

struct traces {
	int fds, pins;
};

static struct traces look(void)
{
	map_ids.count = program_ids.count = 0;
	return (struct traces){count_fds(), count_pins()};
}

/* What is there now and was not before, NULL where nothing is. */
static const char *left_behind(const struct traces *before)
{
	if (count_fds() != before->fds)
		return "descriptors left open";
	if (count_pins() != before->pins)
		return "other pins or directories than before";
	if (!ours_are_gone())
		return "a map or program left in the kernel";
	return have_events() ? "an event left in tracefs" : NULL;
}

/* ---- a sweep: one load for each n, in child processes ---- */

struct progress {
	char what[128];
	unsigned long next, wrong, refused;
};

static struct progress *progress;

struct sweep {
	const char *name;
	struct bpf_loader *(*load)(void);
	struct fault *fault;
	int errnum;
	bool from_then;
};

static void complain(const char *why, const char *error)
{
	if (progress->wrong++ < MAX_REPORTED)
		fprintf(stderr, "# %s: %s: %s\n", progress->what, why,
			error ? error : "loaded");
}

static bool maps_are_complete(const struct bpf_loader *loader)
{
	for (size_t i = 0; i < bpf_loader_map_count(loader); i++)
		if (bpf_loader_map(loader, i)->fd < 0)
			return false;
	return true;
}

static bool programs_are_complete(const struct bpf_loader *loader)
{
	for (size_t i = 0; i < bpf_loader_program_count(loader); i++) {
		const struct bpf_loader_program *program = bpf_loader_program(loader, i);

		if (program->fd < 0)
			return false;
		if (program->attach_kind != BPF_LOADER_ATTACH_NONE && program->attach_fd < 0)
			return false;
	}
	return true;
}

/* Slot 3 of the program array, where the object has one. */
static bool slot_is_filled(const struct bpf_loader *loader)
{
	__u32 key = 3, id = 0;

	if (!bpf_loader_find_map(loader, "jumps"))
		return true;
	return !bpf_map_lookup_elem(bpf_loader_map_fd(loader, "jumps"), &key, &id) && id;
}

/* The handle after a load with a fault in it: why that is no good end, or NULL. */
static const char *judge(struct bpf_loader *loader)
{
	if (!bpf_loader_error(loader))
		return maps_are_complete(loader) && programs_are_complete(loader) &&
				       slot_is_filled(loader)
			       ? NULL
			       : "no error, but something is missing";
	if (!bpf_loader_errno(loader) || !bpf_loader_error(loader)[0])
		return "an error without errno or text";
	if (bpf_loader_load(loader) != -bpf_loader_errno(loader))
		return "failed, but goes on when asked again";
	for (size_t i = 0; i < bpf_loader_map_count(loader); i++)
		if (bpf_loader_map(loader, i)->fd >= 0)
			return "failed, but a map still has a descriptor";
	for (size_t i = 0; i < bpf_loader_program_count(loader); i++)
		if (bpf_loader_program(loader, i)->fd >= 0 ||
		    bpf_loader_program(loader, i)->attach_fd >= 0)
			return "failed, but a program still has a descriptor";
	return NULL;
}

/* The whole text of the handle as its owner would see it; ASan watches. */
static void read_everything(const struct bpf_loader *loader)
{
	size_t length = strlen(bpf_loader_log(loader)) + strlen(bpf_loader_license(loader));

	for (size_t i = 0; i < bpf_loader_map_count(loader); i++)
		length += strlen(bpf_loader_map(loader, i)->section);
	for (size_t i = 0; i < bpf_loader_program_count(loader); i++)
		length += strlen(bpf_loader_program(loader, i)->section);
	assert_true(length < 1u << 30);
}

static void remove_pins(void)
{
	remove_tree(bpffs);
}

static void judge_load(struct bpf_loader *loader, const struct traces *before)
{
	bool failed = !loader || bpf_loader_error(loader);
	const char *why = loader ? judge(loader) : NULL;

	progress->refused += failed;
	if (failed && !why)
		why = left_behind(before);
	if (why)
		complain(why, bpf_loader_error(loader));
	if (loader)
		read_everything(loader);
	bpf_loader_close(loader);
	if (!failed)
		remove_pins();
	why = left_behind(before);
	if (why)
		complain(failed ? "after close" : "after a good load", why);
}

/* One load in which call `n` fails. False when the load made fewer calls than that. */
static bool try_fault(const struct sweep *sweep, unsigned long n)
{
	const struct traces before = look();
	struct bpf_loader *loader;
	const long blocks_before = blocks;
	long leaked;

	snprintf(progress->what, sizeof(progress->what), "%s, %s %lu%s, %s", sweep->name,
		 sweep->fault == &calls ? "call" : "allocation", n,
		 sweep->from_then ? " and later" : "", strerrorname_np(sweep->errnum));
	arm(sweep->fault, n, sweep->errnum, sweep->from_then);
	loader = sweep->load();
	sweep->fault->armed = false;
	if (sweep->fault->hit)
		snprintf(progress->what + strlen(progress->what),
			 sizeof(progress->what) - strlen(progress->what), ", command %ld",
			 sweep->fault->command);
	judge_load(loader, &before);
	leaked = blocks - blocks_before;
	if (leaked)
		complain("blocks of memory not freed", NULL);
	return sweep->fault->hit;
}

static void run_child(const struct sweep *sweep)
{
	static const int signals[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGSYS, SIGABRT};
	bool more = true;

	/* cmocka's handlers would go on with the next test, in the child. */
	for (size_t i = 0; i < ARRAY_SIZE(signals); i++)
		signal(signals[i], SIG_DFL);
	alarm(TIME_LIMIT);
	bpf_loader_close(sweep->load()); /* what libbpf and libc keep for ever, they keep now */
	remove_pins();
	while (more && progress->wrong < MAX_REPORTED)
		more = try_fault(sweep, ++progress->next);
	fflush(stderr);
	_exit(0);
}

static bool run_one(const struct sweep *sweep)
{
	int status;
	pid_t pid;

	fflush(NULL);
	pid = fork();
	if (!pid)
		run_child(sweep);
	assert_true(pid > 0);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	remove_pins();
	if (!status)
		return true;
	complain(WIFSIGNALED(status) ? strsignal(WTERMSIG(status)) : "a sanitizer's report",
		 "died");
	return false;
}

static void sweep_all(const struct sweep *sweep)
{
	progress = mmap(NULL, sizeof(*progress), PROT_READ | PROT_WRITE,
			MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	assert_ptr_not_equal(progress, MAP_FAILED);
	while (!run_one(sweep) && progress->wrong < MAX_REPORTED)
		;
	print_message("# %s, %s: %lu loads, %lu refused\n", sweep->name,
		      strerrorname_np(sweep->errnum), progress->next, progress->refused);
	assert_true(progress->next > 5);
	assert_true(progress->refused > 0);
	if (progress->wrong)
		fail_msg("%lu wrong answers", progress->wrong);
	munmap(progress, sizeof(*progress));
}

/* ---- the objects ---- */

static unsigned char *maps_object, *probes_object;
static size_t maps_size, probes_size;

static struct bpf_loader *load(const unsigned char *bytes, size_t size,
			       struct bpf_loader_opts opts)
{
	struct bpf_loader *loader;

	opts.bpffs = bpffs;
	loader = bpf_loader_open_memory(bytes, size, "faults.o", &opts);
	if (loader && !bpf_loader_error(loader))
		bpf_loader_load(loader);
	return loader;
}

static struct bpf_loader *load_maps(void)
{
	return load(maps_object, maps_size, (struct bpf_loader_opts){0});
}

static struct bpf_loader *load_probes(void)
{
	return load(probes_object, probes_size, (struct bpf_loader_opts){0});
}

static int own_map; /* of the test: the loader may use it, never close it */

static int give_map(struct bpf_loader_map *map, size_t index, void *ctx)
{
	(void)index;
	(void)ctx;
	if (!strcmp(map->name, "inner"))
		map->fd = own_map;
	return 0;
}

static struct bpf_loader *load_given(void)
{
	return load(maps_object, maps_size, (struct bpf_loader_opts){.fixup_map = give_map});
}

/* Whom the uprobes are for. */
__attribute__((noinline, used)) static int probed_function(int value)
{
	__asm__ volatile("" : "+r"(value));
	return value;
}

/* Every kind of event that this kernel has, and one map. */
static void make_probes_object(void)
{
	struct object *object = object_new();
	char self[PATH_MAX], section[PATH_MAX + 64];
	ssize_t length = readlink("/proc/self/exe", self, sizeof(self) - 1);
	unsigned int counter = object_counter(object, "calls");

	assert_true(length > 0);
	self[length] = '\0';
	object_license(object, "GPL", 4);
	snprintf(section, sizeof(section), "uprobe/%s:probed_function", self);
	object_counts(object, section, "enter", counter, 1);
	snprintf(section, sizeof(section), "uretprobe/%s:probed_function", self);
	object_counts(object, section, "leave", counter, 1);
	object_counts(object, "tracepoint/sched/sched_process_fork", "on_fork", counter, 1);
	object_counts(object, "raw_tracepoint/sched_process_exec", "on_exec", counter, 1);
	if (!access(TRACEFS "/kprobe_events", F_OK))
		object_counts(object, "kprobe/sys_getppid", "on_getppid", counter, 1);
	probes_object = object_write(object, &probes_size);
}

static void read_maps_object(void)
{
	char *path = built_object("faults");

	maps_object = (unsigned char *)read_whole(path, &maps_size);
	if (!maps_object)
		fail_msg("%s is missing: make tests", path);
	free(path);
}

static int begin(void **state)
{
	(void)state;
	find_real_calls();
	private_mounts();
	directory = new_directory();
	bpffs = path_in(directory, "bpf");
	assert_int_equal(mkdir(bpffs, 0700), 0);
	assert_int_equal(mount("bpf", bpffs, "bpf", 0, "mode=0700"), 0);
	if (access(TRACEFS "/events", F_OK))
		mount("tracefs", TRACEFS, "tracefs", 0, NULL);
	read_maps_object();
	make_probes_object();
	return 0;
}

static int end(void **state)
{
	(void)state;
	/* once more for each that was mounted over ours */
	while (!umount2(bpffs, MNT_DETACH))
		;
	remove_tree(directory);
	free(bpffs);
	free(directory);
	free(maps_object);
	free(probes_object);
	return 0;
}

/* ---- the tests ---- */

/* Without a fault: loads, makes all pins, and the pins are all that stays. */
static void objects_are_good(void **state)
{
	struct bpf_loader *loader;
	int pins;

	(void)state;
	pins = look().pins;
	calls = (struct fault){.armed = true};
	loader = load_maps();
	calls.armed = false;
	if (bpf_loader_error(loader))
		fail_msg("%s", bpf_loader_error(loader));
	/* libbpf's calls come by here: otherwise no call would ever fail */
	assert_true(calls.calls > 20);
	assert_true(maps_are_complete(loader) && programs_are_complete(loader));
	assert_true(slot_is_filled(loader));
	assert_int_equal(count_ours(),
			 bpf_loader_map_count(loader) + bpf_loader_program_count(loader));
	bpf_loader_close(loader);
	/* hash, array and rows are pinned; directories: tc, tc/globals, tc/<hash> */
	assert_int_equal(count_pins(), pins + 3 + 3);
	remove_pins();
	assert_int_equal(count_pins(), pins);
	assert_true(ours_are_gone());
	loader = load_probes();
	if (bpf_loader_error(loader))
		fail_msg("%s", bpf_loader_error(loader));
	assert_true(programs_are_complete(loader));
	bpf_loader_close(loader);
	assert_true(ours_are_gone());
}

static const int errnums[] = {EPERM, ENOMEM, EINVAL};

static void calls_fail_for_maps(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(errnums); i++)
		sweep_all(&(struct sweep){"maps", load_maps, &calls, errnums[i], false});
}

static void calls_fail_from_then_on(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(errnums); i++)
		sweep_all(&(struct sweep){"maps", load_maps, &calls, errnums[i], true});
}

static void calls_fail_for_probes(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(errnums); i++)
		sweep_all(&(struct sweep){"probes", load_probes, &calls, errnums[i], false});
}

/* Without the kernel's perf interface for probes, they are events in tracefs. */
static int hide_perf_probes(void **state)
{
	(void)state;
	private_mounts();
	mount("none", "/sys/bus/event_source/devices/uprobe", "tmpfs", 0, NULL);
	mount("none", "/sys/bus/event_source/devices/kprobe", "tmpfs", 0, NULL);
	return 0;
}

static int show_perf_probes(void **state)
{
	(void)state;
	umount("/sys/bus/event_source/devices/uprobe");
	umount("/sys/bus/event_source/devices/kprobe");
	return 0;
}

static void calls_fail_for_tracefs_events(void **state)
{
	(void)state;
	if (access(TRACEFS "/uprobe_events", F_OK))
		SKIP("this kernel has no uprobe_events");
	sweep_all(&(struct sweep){"tracefs events", load_probes, &calls, EPERM, false});
}

/* What others pinned before us stays, whatever happens to our load. */
static void pins_of_others_stay(void **state)
{
	struct bpf_loader *first;
	unsigned long n = 0;
	int pins;

	(void)state;
	first = load_maps();
	assert_null(bpf_loader_error(first));
	pins = count_pins();
	do {
		struct bpf_loader *second;

		arm(&calls, ++n, EPERM, false);
		second = load_maps();
		calls.armed = false;
		assert_true(!bpf_loader_error(second) || calls.hit);
		bpf_loader_close(second);
		assert_int_equal(count_pins(), pins);
	} while (calls.hit);
	assert_true(n > 20);
	bpf_loader_close(first);
	remove_pins();
	assert_true(ours_are_gone());
}

/* A map that the caller brings is used, and stays open whether the load fails or not. */
static void maps_of_the_caller_stay_open(void **state)
{
	struct bpf_map_info info = {0};
	__u32 size = sizeof(info);

	(void)state;
	own_map = bpf_map_create(BPF_MAP_TYPE_ARRAY, "own", 4, 4, 4, NULL);
	assert_true(own_map >= 0);
	sweep_all(&(struct sweep){"given map", load_given, &calls, EPERM, false});
	assert_int_equal(bpf_obj_get_info_by_fd(own_map, &info, &size), 0);
	assert_string_equal(info.name, "own");
	close(own_map);
}

static size_t refused_index;

static int refuse_map(struct bpf_loader_map *map, size_t index, void *ctx)
{
	(void)map;
	(void)ctx;
	return index == refused_index ? EREMOTE : 0;
}

static int refuse_program(struct bpf_loader_program *program, size_t index, void *ctx)
{
	(void)program;
	(void)ctx;
	return index == refused_index ? -EREMOTE : 0;
}

static void expect_refused_load(struct bpf_loader_opts opts)
{
	const struct traces before = look();
	struct bpf_loader *loader = load(maps_object, maps_size, opts);

	assert_int_equal(bpf_loader_errno(loader), EREMOTE);
	assert_contains(bpf_loader_error(loader), "refused by the caller's fixup");
	assert_null(judge(loader));
	assert_null(left_behind(&before));
	bpf_loader_close(loader);
	assert_null(left_behind(&before));
}

/* The caller's own callbacks fail, for each map and each program. */
static void callbacks_refuse(void **state)
{
	(void)state;
	for (refused_index = 0; refused_index < 10; refused_index++)
		expect_refused_load((struct bpf_loader_opts){.fixup_map = refuse_map});
	for (refused_index = 0; refused_index < 3; refused_index++)
		expect_refused_load((struct bpf_loader_opts){.fixup_program = refuse_program});
}

static void memory_fails_for_maps(void **state)
{
	(void)state;
	if (WITH_ASAN)
		SKIP("AddressSanitizer has the malloc family; the plain build makes it fail");
	sweep_all(&(struct sweep){"maps", load_maps, &memory, ENOMEM, false});
	sweep_all(&(struct sweep){"maps", load_maps, &memory, ENOMEM, true});
}

static void memory_fails_for_probes(void **state)
{
	(void)state;
	if (WITH_ASAN)
		SKIP("AddressSanitizer has the malloc family; the plain build makes it fail");
	sweep_all(&(struct sweep){"probes", load_probes, &memory, ENOMEM, false});
	sweep_all(&(struct sweep){"probes", load_probes, &memory, ENOMEM, true});
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(objects_are_good),
		cmocka_unit_test(calls_fail_for_maps),
		cmocka_unit_test(calls_fail_from_then_on),
		cmocka_unit_test(calls_fail_for_probes),
		cmocka_unit_test_setup_teardown(calls_fail_for_tracefs_events, hide_perf_probes,
						show_perf_probes),
		cmocka_unit_test(pins_of_others_stay),
		cmocka_unit_test(maps_of_the_caller_stay_open),
		cmocka_unit_test(callbacks_refuse),
		cmocka_unit_test(memory_fails_for_maps),
		cmocka_unit_test(memory_fails_for_probes),
	};

	need_root();
	return cmocka_run_group_tests_name("faults", tests, begin, end);
}
