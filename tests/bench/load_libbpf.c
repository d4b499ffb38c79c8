// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * load_libbpf: a whole load by libbpf's own loader. See loaders.h.
 */
#include <bpf/libbpf.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "loaders.h"

void *libbpf_load(const void *path)
{
	struct bpf_object *object;
	int err;

	libbpf_set_print(NULL);
	object = bpf_object__open_file(path, NULL);
	err = libbpf_get_error(object);
	if (!err)
		err = bpf_object__load(object);
	if (!err)
		return object;
	fprintf(stderr, "bench: libbpf: %s: %s\n", (const char *)path, strerror(-err));
	bpf_object__close(object);
	return NULL;
}

void libbpf_close(void *loaded)
{
	bpf_object__close(loaded);
}
