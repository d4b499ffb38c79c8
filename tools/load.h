/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * load: what `bpfload load` knows once everything is in the kernel, and how it is shown.
 */
#ifndef BPFLOAD_LOAD_H
#define BPFLOAD_LOAD_H

#include "attach.h"
#include "findings.h"
#include "options.h"
#include "pins.h"

struct load {
	const struct options *options;
	const char *object; /* its name in messages */
	struct findings findings;
	struct bpf_loader *loader;
	int *given;    /* descriptors of --map, one for each; -1 */
	bool *untyped; /* by program: nobody has named its type before the verifier sees it */
	struct attachments attachments;
	struct pins pins; /* of --pin */
};

/* True where it stays in the foreground: attached, or dumping. */
bool load_waits(const struct load *load);

/* True where the pins of --pin outlive the command. */
bool load_pins_stay(const struct load *load);

/* Tables of maps, programs and attachments, on stdout. */
void load_show(const struct load *load);

/* The same as one JSON document; tests/schema/load.schema.json describes it. */
void load_json(const struct load *load);

/* The type of program `index` was found by trying. */
bool load_guessed(const struct load *load, size_t index);

/* The path behind map `map` in the kernel: its pin, or what --map gave; NULL where there is none. */
const char *load_path(const struct load *load, const struct bpf_loader_map *map);

/* "created", "pinned" (created, then pinned), "reused" (a pin that was there), "given" (--map). */
const char *load_origin(const struct bpf_loader_map *map);

/* The kernel's word on a map: true with `info` filled in. Kernels before 4.13 keep silent. */
bool load_map_info(const struct bpf_loader_map *map, struct bpf_map_info *info);

bool load_program_info(const struct bpf_loader_program *program, struct bpf_prog_info *info);

#endif
