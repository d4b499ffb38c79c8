/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * Loads an object by the handle, which has no arrays and so no limits. Prints its counts.
 */
#include <stdio.h>
#include <linux/bpf.h>
#include "bpf_load.h"

int main(int argc, char **argv)
{
	struct bpf_loader *loader = bpf_loader_load_file(argv[argc - 1], NULL);
	size_t i, loaded = 0;

	if (bpf_loader_error(loader)) {
		printf("%s\n", bpf_loader_error(loader));
		return 1;
	}
	for (i = 0; i < bpf_loader_program_count(loader); i++)
		loaded += bpf_loader_program(loader, i)->fd >= 0;
	printf("%zu maps, %zu programs\n", bpf_loader_map_count(loader), loaded);
	bpf_loader_close(loader);
	return 0;
}
