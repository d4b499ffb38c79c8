// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * load_ours: a whole load by this project's loader. See loaders.h.
 */
#define BPF_LOAD_NO_CLASSIC
#include "bpf_load.h"

#include "loaders.h"

void *ours_load(const void *path)
{
	const struct bpf_loader_opts opts = {.flags = BPF_LOADER_NO_ATTACH};
	struct bpf_loader *loader = bpf_loader_load_file(path, &opts);

	if (!bpf_loader_error(loader))
		return loader;
	fprintf(stderr, "bench: bpf_load: %s\n", bpf_loader_error(loader));
	bpf_loader_close(loader);
	return NULL;
}

void ours_close(void *loaded)
{
	bpf_loader_close(loaded);
}

bool ours_measure(const char *path, struct object_size *size)
{
	struct bpf_loader *loader = bpf_loader_open(path, NULL);
	bool good = !bpf_loader_error(loader);

	*size = (struct object_size){0};
	if (good) {
		size->maps = bpf_loader_map_count(loader);
		size->programs = bpf_loader_program_count(loader);
	} else {
		fprintf(stderr, "bench: %s\n", bpf_loader_error(loader));
	}
	for (size_t i = 0; i < size->programs; i++) {
		size->insns += bpf_loader_program(loader, i)->insn_count;
		size->relocs += bpf_loader_program(loader, i)->reloc_count;
	}
	bpf_loader_close(loader);
	return good;
}
