/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * The classic API of samples/bpf/bpf_load.h, as Linux 4.1 to 5.10 had it. Included by
 * bpf_load.h; a program that was written for that file compiles and runs with this one.
 *
 * Rules, as they were:
 *  - load_bpf_file() creates all maps, loads every program whose section it knows, and attaches
 *    kprobe, kretprobe, tracepoint and raw_tracepoint programs.
 *  - map_fd[] and map_data[] follow the order of definitions in the maps section, prog_fd[] and
 *    event_fd[] that of the sections in the file (as since 4.13).
 *  - A second load writes map_fd[] anew and appends to prog_fd[]. Everything stays loaded until
 *    the process ends. Not for several threads: that is what the handle API is for.
 *
 * Better than it was: errors go to stderr and name file, section and symbol; other users'
 * kprobes stay; objects past the arrays are refused, not written behind their end.
 */
#ifndef BPF_LOAD_CLASSIC_H
#define BPF_LOAD_CLASSIC_H

#include <bpf/bpf.h>

#include "../include/bpf/classic_trace.h"

#ifdef __cplusplus
extern "C" {
#endif

#define MAX_MAPS  32
#define MAX_PROGS 32

/* A map definition as callbacks see it: the kernel's struct of 4.14 to 5.10. */
struct bpf_load_map_def {
	unsigned int type;
	unsigned int key_size;
	unsigned int value_size;
	unsigned int max_entries;
	unsigned int map_flags;
	unsigned int inner_map_idx;
	unsigned int numa_node;
};

struct bpf_map_data {
	int fd;
	char *name;
	size_t elf_offset;
	struct bpf_load_map_def def;
};

/*
 * Called for each map before it is created. May change map->def, or set map->fd to a map of
 * the caller's, which is then used instead (-1 otherwise).
 */
typedef void (*fixup_map_cb)(struct bpf_map_data *map, int idx);

extern int map_fd[MAX_MAPS];
extern int prog_fd[MAX_PROGS];
extern int event_fd[MAX_PROGS]; /* same index as prog_fd; 0 where nothing was attached */
extern char bpf_log_buf[BPF_LOG_BUF_SIZE]; /* the verifier's log of a program that failed */
extern int prog_cnt;
extern int prog_array_fd; /* the PROG_ARRAY created last, -1 */

/* Index by index the same maps as map_fd[]. */
extern struct bpf_map_data map_data[MAX_MAPS];
extern int map_data_count;

/*
 * Loads the object at `path`. Returns 0; 1 when the object cannot be used (no such file, no map
 * created, no section it knows, more than MAX_MAPS maps or MAX_PROGS programs); -1 when a
 * program is refused or cannot be attached. The reason is on stderr, nothing stays loaded.
 */
int load_bpf_file(char *path);

/* The same with a callback, since 4.12. */
int load_bpf_file_fixup_map(const char *path, fixup_map_cb fixup_map);

/*
 * Attaches XDP program `fd` to interface `ifindex`; -1 detaches. Returns 0 or a negative
 * errno. bpf_set_link_xdp_fd() since 4.16; set_link_xdp_fd() before, with flags since 4.12.
 */
int bpf_set_link_xdp_fd(int ifindex, int fd, __u32 flags);
#define set_link_xdp_fd(...) bpf_load_xdp_flags_or_0_(__VA_ARGS__, 0, 0)
#define bpf_load_xdp_flags_or_0_(ifindex, fd, flags, ...) \
	bpf_set_link_xdp_fd(ifindex, fd, flags)

#ifdef __cplusplus
}
#endif

#endif
