// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * say: what errno means where pins are concerned, and what is wrong with a map. It is complete.
 * See say.h.
 */
#include "say.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static const char *advice(int error)
{
	switch (error) {
	case EEXIST: return "something has this path already: look at it before you remove it";
	case ENOENT: return "nothing has this path; who pins makes the directory before";
	case EPERM: return "it takes root, and a path on a bpffs, without a dot in a name";
	case EACCES: return "this is no pin: is it on a bpffs?";
	case EINVAL: return "the descriptor is of no map, program or link: is it closed?";
	case EBADF:
	case EBADFD: return "the descriptor is closed, or never was one";
	case 0: return "no call has failed: those for pins return 0 or more if all went well";
	default: return "see bpf(2)";
	}
}

int say_failed(const char *path, const char *what)
{
	const int error = errno;

	fprintf(stderr, "%s: cannot %s: %s\n    %s\n", path, what, strerror(error),
		advice(error));
	return -1;
}

bool say_differs(const char *path, const char *field, __u32 wanted, __u32 found)
{
	if (wanted != found)
		fprintf(stderr, "%s: not the map that is wanted: %s is %u, not %u\n", path,
			field, found, wanted);
	return wanted != found;
}
