/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * handle: what is behind a struct bpf_loader.
 *
 * Private to bpf_load.c, which alone changes it, and to tools that show what the chapters know
 * (bpfload). Programs that load objects use bpf_load.h.
 */
#ifndef BPF_LOAD_HANDLE_H
#define BPF_LOAD_HANDLE_H

#ifndef BPF_LOAD_NO_CLASSIC
#define BPF_LOAD_NO_CLASSIC
#endif
#include "../bpf_load.h"

#include "btf_file.h"
#include "dialect.h"
#include "elf_file.h"
#include "functions.h"
#include "pinning.h"

struct bpf_loader {
	struct bpf_loader_opts opts;
	struct pin_options pins;
	char *path, *bpffs, *pin_root, *pinning_file; /* copies of the caller's strings */
	struct report report;

	struct elf_file file;
	struct btf_file btf;
	struct custom_layouts layouts;
	struct map_list maps;
	struct function_list functions;
	struct prog_list programs;
	struct pin_journal journal;
	char *license, *log;

	bool created, relocated, loaded;
};

/* What a section is for, NULL for those that only serve the compiler and the debugger. */
const char *handle_section_purpose(const struct elf_section *section);

#endif
