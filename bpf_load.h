/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * bpf_load: loads BPF objects, whatever way their maps were defined.
 *
 * Two faces over one loader:
 *
 *  1. The handle API. bpf_loader_open() reads an object; then its maps are created, its
 *     programs relocated, loaded and attached, each step by itself or all at once. A handle
 *     owns every file descriptor it makes; bpf_loader_close() closes them. Handles share
 *     nothing: any number at a time, one thread each.
 *
 *         struct bpf_loader *loader = bpf_loader_load_file("prog_kern.o", NULL);
 *
 *         if (bpf_loader_error(loader))
 *                 fprintf(stderr, "%s\n", bpf_loader_error(loader));
 *         else
 *                 fd = bpf_loader_map_fd(loader, "my_map");
 *         …
 *         bpf_loader_close(loader);
 *
 *  2. The classic API of samples/bpf/bpf_load.h, Linux 4.1 to 5.10: load_bpf_file() and the
 *     arrays map_fd[], prog_fd[], event_fd[]. It stands at the end of this file and is a
 *     façade over one handle for each load. Define BPF_LOAD_NO_CLASSIC to leave it out.
 *
 * Once a step has failed, the handle has undone what it had done in the kernel (descriptors,
 * pins it made, probes), every further step returns the same error, and only
 * bpf_loader_error() and bpf_loader_close() make sense.
 */
#ifndef BPF_LOAD_H
#define BPF_LOAD_H

#include <linux/bpf.h>
#include <stddef.h>
#include <stdio.h>

#include "loader/map_spec.h"
#include "loader/prog_spec.h"
#include "loader/report.h"

#ifdef __cplusplus
extern "C" {
#endif

struct bpf_loader;

enum {
	/* bpf_loader_load_file() and bpf_loader_load() leave the programs unattached. */
	BPF_LOADER_NO_ATTACH = 1 << 0,
	/* What a map definition says beyond its dialect (non-zero bytes, pinning ids without a
	 * path) is dropped, with a warning. */
	BPF_LOADER_RELAXED = 1 << 1,
	/* A section whose name says nothing: try program types until the verifier accepts one. */
	BPF_LOADER_GUESS_TYPES = 1 << 2,
	/* Only sections that bpf_load.c of Linux 5.10 knew; others are passed over. */
	BPF_LOADER_CLASSIC_SECTIONS = 1 << 3,
};

/* All zero is a good choice. Strings are copied. */
struct bpf_loader_opts {
	/* How to read SEC("maps"); BPF_LOADER_AUTO decides by evidence. */
	enum bpf_loader_dialect dialect;
	unsigned int flags; /* BPF_LOADER_… */
	/* enum bpf_prog_type of programs whose section name says nothing; 0: tc's default for
	 * iproute2 objects, an error for others. */
	__u32 prog_type;
	/* Where pins go. bpffs: $TC_BPF_MNT or /sys/fs/bpf. pin_root, for LIBBPF_PIN_BY_NAME:
	 * bpffs itself. pinning_file, for ids above 2: iproute2's bpf_pinning. */
	const char *bpffs, *pin_root, *pinning_file;
	/*
	 * Called once for each map before any is created. May change type, sizes, entries,
	 * flags, numa_node, or set .fd to a map of the caller's, which is then used instead
	 * and stays the caller's to close. Returns 0, or an errno to give up.
	 */
	int (*fixup_map)(struct bpf_loader_map *map, size_t index, void *ctx);
	/* Called for each program before any is loaded. May change type,
	 * expected_attach_type, flags, attach_kind and attach_target, or set .skip. */
	int (*fixup_program)(struct bpf_loader_program *program, size_t index, void *ctx);
	/* Hears everything the loader finds and does; bpf_loader_print is a ready one. */
	bpf_loader_report_fn report;
	void *ctx; /* handed to the three callbacks */
};

/*
 * Reads the object at `path`: sections, maps, programs, relocations. Needs no privileges and
 * changes nothing. Returns a handle to be closed, also on failure (then bpf_loader_error() says
 * why), or NULL without memory. `opts` may be NULL.
 */
struct bpf_loader *bpf_loader_open(const char *path, const struct bpf_loader_opts *opts);

/* The same for an object in memory, which is copied; `name` stands for its file name. */
struct bpf_loader *bpf_loader_open_memory(const void *bytes, size_t size, const char *name,
					  const struct bpf_loader_opts *opts);

/*
 * Open, create maps, relocate, load, and attach unless BPF_LOADER_NO_ATTACH. Returns as
 * bpf_loader_open() does.
 */
struct bpf_loader *bpf_loader_load_file(const char *path, const struct bpf_loader_opts *opts);

/*
 * The steps. Each returns 0 or -errno and does the steps before it that have not been done,
 * except that bpf_loader_relocate() works without maps, for a look at the result. A step done
 * already is not done again.
 */
int bpf_loader_create_maps(struct bpf_loader *loader);
int bpf_loader_relocate(struct bpf_loader *loader);
int bpf_loader_load_programs(struct bpf_loader *loader);
int bpf_loader_attach(struct bpf_loader *loader);
int bpf_loader_load(struct bpf_loader *loader); /* all of them */

/*
 * Detaches, closes every descriptor, frees the handle. Pins stay, unless the load failed: then
 * those it had made are gone already. NULL is fine.
 */
void bpf_loader_close(struct bpf_loader *loader);

/* Why the handle failed, NULL as long as it has not. A text for NULL: out of memory. */
const char *bpf_loader_error(const struct bpf_loader *loader);

/* The errno of that, 0 as long as nothing failed. */
int bpf_loader_errno(const struct bpf_loader *loader);

/* The verifier's whole log of the program that failed, "" where there is none. */
const char *bpf_loader_log(const struct bpf_loader *loader);

/* The object's license, "" where it has none. */
const char *bpf_loader_license(const struct bpf_loader *loader);

/*
 * Maps: those of SEC("maps") sections in section order, by offset; then SEC(".maps"); then
 * those for global data. Programs in section order. Index up to the count; NULL behind it or
 * for a name that does not exist. Pointers live until bpf_loader_close().
 */
size_t bpf_loader_map_count(const struct bpf_loader *loader);
struct bpf_loader_map *bpf_loader_map(const struct bpf_loader *loader, size_t index);
struct bpf_loader_map *bpf_loader_find_map(const struct bpf_loader *loader, const char *name);
size_t bpf_loader_program_count(const struct bpf_loader *loader);
struct bpf_loader_program *bpf_loader_program(const struct bpf_loader *loader, size_t index);
struct bpf_loader_program *bpf_loader_find_program(const struct bpf_loader *loader,
						   const char *name);

/* The descriptor of a map or program by name, -1 where there is none (yet). */
int bpf_loader_map_fd(const struct bpf_loader *loader, const char *name);
int bpf_loader_program_fd(const struct bpf_loader *loader, const char *name);

/* The name of sub-program `part` of `program` (0: the program itself). */
const char *bpf_loader_part_name(const struct bpf_loader *loader,
				 const struct bpf_loader_program *program, size_t part);

/*
 * Uses map `fd` in the place of map `name`, before maps are created. The descriptor stays the
 * caller's and must stay open. Returns 0, -ENOENT, or -EBUSY when it is too late.
 */
int bpf_loader_set_map_fd(struct bpf_loader *loader, const char *name, int fd);

/*
 * Attaches one program by what its section says. Returns 0 or -errno. Programs that need an
 * object of the caller's (socket, XDP, tc, cgroup) are attached by the caller.
 */
int bpf_loader_attach_program(struct bpf_loader *loader, struct bpf_loader_program *program);

/* Attaches socket filter `program` to a socket of the caller's (SO_ATTACH_BPF). */
int bpf_loader_attach_socket(struct bpf_loader *loader, struct bpf_loader_program *program,
			     int socket_fd);

/* A report callback that writes one line an event to `stream`, a FILE * (NULL: stderr). */
void bpf_loader_print(const struct bpf_loader_event *event, void *stream);

#ifdef __cplusplus
}
#endif

#ifndef BPF_LOAD_NO_CLASSIC
#include "classic/bpf_load_classic.h"
#endif

#endif
