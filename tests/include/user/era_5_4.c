/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * As written for 5.0-5.4: an object file by bpf_prog_load_xattr(), maps and programs walked
 * by the old iterators and titles, several perf rings at once.
 *
 * Arguments: an object with SEC(".maps"), one with SEC("maps"), one with an unusual section
 * name.
 */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <linux/bpf.h>
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include "bpf_rlimit.h"
#include "bpf_util.h"
#include "check.h"

static void test_object(struct bpf_object *obj, int prog_fd)
{
	struct bpf_program *prog = bpf_program__next(NULL, obj);
	struct bpf_map *map = bpf_object__find_map_by_name(obj, "counts");
	const struct bpf_map_def *def = bpf_map__def(map);
	const char *title = bpf_program__title(prog, true);

	CHECK(map && def && def->max_entries == 8 && def->key_size == 4 &&
	      def->value_size == 8);
	CHECK(def->type == BPF_MAP_TYPE_ARRAY && !bpf_map__is_offload_neutral(map));
	CHECK(bpf_map__next(NULL, obj) == map && !bpf_map__next(map, obj));
	CHECK(bpf_map__prev(NULL, obj) == map);
	CHECK(title && !strcmp(title, "socket"));
	CHECK(bpf_object__find_program_by_title(obj, "socket") == prog);
	CHECK(!bpf_object__find_program_by_title(obj, "nothing") && errno == ENOENT);
	CHECK(!bpf_program__next(prog, obj) && bpf_program__prev(NULL, obj) == prog);
	CHECK(bpf_program__is_socket_filter(prog) && !bpf_program__is_xdp(prog));
	CHECK(bpf_program__nth_fd(prog, 0) == prog_fd);
	CHECK(bpf_program__nth_fd(prog, 1) == -ENOENT);
	CHECK(bpf_program__size(prog) % sizeof(struct bpf_insn) == 0);
	CHECK(bpf_object__unload(obj) == 0 && bpf_program__fd(prog) < 0);
	free((char *)title);
}

static void test_open(const char *file)
{
	struct bpf_object_open_attr attr = {.file = file};
	struct bpf_object *obj = bpf_object__open_xattr(&attr);
	struct bpf_map *map;

	CHECK(obj && !libbpf_get_error(obj));
	map = bpf_map__next(NULL, obj);
	CHECK(bpf_map__resize(map, 0) == -EINVAL && bpf_map__resize(map, 4) == 0);
	CHECK(bpf_map__def(map)->max_entries == 4);
	bpf_program__set_sched_cls(bpf_program__next(NULL, obj));
	CHECK(bpf_program__is_sched_cls(bpf_program__next(NULL, obj)));
	bpf_object__close(obj);
	attr.file = "/no/such/object.o";
	obj = bpf_object__open_xattr(&attr);
	CHECK(libbpf_get_error(obj) == -ENOENT);
}

int main(int argc, char **argv)
{
	struct bpf_prog_load_attr attr = {.prog_type = BPF_PROG_TYPE_SOCKET_FILTER};
	struct bpf_object *obj = NULL;
	int prog_fd = -1;

	CHECK(argc == 4);
	attr.file = argv[1];
	CHECK(bpf_prog_load_xattr(&attr, &obj, &prog_fd) == 0 && obj && prog_fd >= 0);
	test_object(obj, prog_fd);
	bpf_object__close(obj);
	test_open(argv[1]);

	CHECK(bpf_prog_load(argv[1], BPF_PROG_TYPE_SCHED_CLS, &obj, &prog_fd) == 0);
	bpf_object__close(obj);

	/* "xdp_filter": XDP for libbpf of that time, by the beginning of the name. */
	attr.file = argv[3];
	attr.prog_type = BPF_PROG_TYPE_UNSPEC;
	CHECK(bpf_prog_load_xattr(&attr, &obj, &prog_fd) == 0);
	bpf_object__close(obj);

	obj = NULL;
	prog_fd = -1;
	CHECK(bpf_prog_load(argv[2], BPF_PROG_TYPE_SOCKET_FILTER, &obj, &prog_fd) == -ENOTSUP);
	CHECK(errno == ENOTSUP && !obj && prog_fd == -1);
	attr.file = "/no/such/object.o";
	CHECK(bpf_prog_load_xattr(&attr, &obj, &prog_fd) == -ENOENT && !obj);
	attr.file = NULL;
	CHECK(bpf_prog_load_xattr(&attr, &obj, &prog_fd) == -EINVAL);
	return 0;
}
