// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * threads - handles share nothing: each thread loads its own objects, at the same time. tier: 1
 *
 * Every object is another one, so that a result that came from the other thread's object shows:
 * a program returns the number of its object, a map has that many entries, an error names it.
 * For ThreadSanitizer: make SANITIZE=thread O=DIR DIR/tests/unit/threads DIR/tests/objects/bad_input.o
 *
 * cmocka's assertions are for one thread: the threads count what is wrong, the test asserts.
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

#include <pthread.h>

#define THREADS 2
#define OBJECTS 100

struct worker {
	pthread_t thread;
	int number;
	int loaded, refused, wrong;
	char first_wrong[256];
};

static pthread_barrier_t start;
static char *compiled; /* an object of clang's, with BTF */

static void complain(struct worker *worker, int object, const char *what)
{
	if (!worker->wrong++)
		snprintf(worker->first_wrong, sizeof(worker->first_wrong),
			 "thread %d, object %d: %s", worker->number, object,
			 what ? what : "no error");
}

static struct bpf_loader *load(struct object *object, int number)
{
	size_t size;
	unsigned char *bytes = object_write(object, &size);
	struct bpf_loader *loader;
	char name[32];

	snprintf(name, sizeof(name), "object_%d.o", number);
	loader = bpf_loader_open_memory(bytes, size, name, NULL);
	free(bytes);
	if (loader && !bpf_loader_error(loader))
		bpf_loader_load(loader);
	return loader;
}

static bool returns(int fd, __u32 wanted)
{
	unsigned char packet[64] = {0};
	LIBBPF_OPTS(bpf_test_run_opts, opts, .data_in = packet, .data_size_in = sizeof(packet));

	return !bpf_prog_test_run_opts(fd, &opts) && opts.retval == wanted;
}

static bool has_entries(int fd, __u32 wanted)
{
	struct bpf_map_info info = {0};
	__u32 size = sizeof(info);

	return !bpf_obj_get_info_by_fd(fd, &info, &size) && info.max_entries == wanted;
}

static bool set_element(int fd, __u32 value)
{
	__u32 key = 0;

	return !bpf_map_update_elem(fd, &key, &value, BPF_ANY);
}

/* An object that is about its number in every respect. */
static void load_good(struct worker *worker, int number)
{
	const struct kernel_map map = {BPF_MAP_TYPE_ARRAY, 4, 4, (__u32)number + 1, 0, 0, 0};
	struct object *object = object_new();
	struct bpf_loader *loader;
	char name[32];
	int fd;

	snprintf(name, sizeof(name), "map_%d", number);
	object_reads(object, "socket1", "reads", object_map(object, name, &map, sizeof(map)));
	object_returns(object, "socket2", "returns", number);
	loader = load(object, number);
	fd = loader ? bpf_loader_map_fd(loader, name) : -1;
	if (bpf_loader_error(loader))
		complain(worker, number, bpf_loader_error(loader));
	else if (!has_entries(fd, (__u32)number + 1) || !set_element(fd, (__u32)number * 3) ||
		 !returns(bpf_loader_program_fd(loader, "reads"), (__u32)number * 3) ||
		 !returns(bpf_loader_program_fd(loader, "returns"), (__u32)number))
		complain(worker, number, "is another object than that");
	else
		worker->loaded++;
	bpf_loader_close(loader);
}

/* An object that the verifier refuses, with a log of its own. */
static void load_bad(struct worker *worker, int number)
{
	const struct bpf_insn no_result[] = {BPF_MOV64_IMM(BPF_REG_1, number), BPF_EXIT_INSN()};
	struct object *object = object_new();
	struct bpf_loader *loader;
	char name[32], insn[32];

	snprintf(name, sizeof(name), "object_%d.o: ", number);
	snprintf(insn, sizeof(insn), "r1 = %d", number);
	object_program(object, "socket", "bad", no_result, 2);
	loader = load(object, number);
	if (!bpf_loader_error(loader) || !strstr(bpf_loader_error(loader), name) ||
	    !strstr(bpf_loader_error(loader), "R0 !read_ok") ||
	    !strstr(bpf_loader_log(loader), insn))
		complain(worker, number, bpf_loader_error(loader));
	else
		worker->refused++;
	bpf_loader_close(loader);
}

/* BTF, map of maps, sub-programs, global data. */
static void load_compiled(struct worker *worker, int number)
{
	const struct bpf_loader_opts opts = {.flags = BPF_LOADER_NO_ATTACH};
	struct bpf_loader *loader = bpf_loader_load_file(compiled, &opts);

	if (bpf_loader_error(loader))
		complain(worker, number, bpf_loader_error(loader));
	else if (bpf_loader_map_count(loader) != 5 || bpf_loader_program_count(loader) != 1 ||
		 bpf_loader_program(loader, 0)->fd < 0)
		complain(worker, number, "has lost maps or programs");
	else
		worker->loaded++;
	bpf_loader_close(loader);
}

static void *work(void *argument)
{
	struct worker *worker = argument;

	pthread_barrier_wait(&start);
	for (int i = 0; i < OBJECTS; i++) {
		const int number = worker->number * 1000 + i;

		if (i % 5 == 3)
			load_bad(worker, number);
		else if (i % 5 == 4)
			load_compiled(worker, number);
		else
			load_good(worker, number);
	}
	return NULL;
}

static void load_in_all_threads(int count)
{
	struct worker workers[THREADS] = {0};

	assert_int_equal(pthread_barrier_init(&start, NULL, (unsigned int)count), 0);
	for (int i = 0; i < count; i++) {
		workers[i].number = i + 1;
		assert_int_equal(pthread_create(&workers[i].thread, NULL, work, &workers[i]),
				 0);
	}
	for (int i = 0; i < count; i++)
		assert_int_equal(pthread_join(workers[i].thread, NULL), 0);
	pthread_barrier_destroy(&start);
	for (int i = 0; i < count; i++) {
		if (workers[i].wrong)
			fail_msg("%d wrong: %s", workers[i].wrong, workers[i].first_wrong);
		assert_int_equal(workers[i].loaded, OBJECTS * 4 / 5);
		assert_int_equal(workers[i].refused, OBJECTS / 5);
	}
}

static int begin(void **state)
{
	(void)state;
	compiled = built_object("bad_input");
	return 0;
}

static int end(void **state)
{
	(void)state;
	free(compiled);
	return 0;
}

static void one_thread(void **state)
{
	const int fds = count_fds();

	(void)state;
	load_in_all_threads(1);
	assert_int_equal(count_fds(), fds);
}

static void two_threads(void **state)
{
	const int fds = count_fds();

	(void)state;
	load_in_all_threads(THREADS);
	assert_int_equal(count_fds(), fds);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		/* two first: what is set up on first use is then set up by both */
		cmocka_unit_test(two_threads),
		cmocka_unit_test(one_thread),
	};

	need_root();
	return cmocka_run_group_tests_name("threads", tests, begin, end);
}
