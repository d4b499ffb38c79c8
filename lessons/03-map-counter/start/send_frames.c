// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * send_frames: sends what is to be counted. It is complete, and no assignment is about it.
 *
 *     sudo ./send_frames INTERFACE TYPE/SIZExCOUNT...       ipv4/100x5: see frames.h
 */
#include <errno.h>
#include <stdlib.h>

#include "frames.h"

int main(int argc, char **argv)
{
	for (int i = 2; i < argc; i++) {
		struct frames frames;

		if (!frames_read(argv[i], &frames)) {
			fprintf(stderr, "'%s' is not TYPE/SIZExCOUNT\n", argv[i]);
			return EXIT_FAILURE;
		}
		if (!frames_send(argv[1], &frames)) {
			fprintf(stderr, "%s: cannot send: %s\n", argv[1], strerror(errno));
			return EXIT_FAILURE;
		}
	}
	return argc > 2 ? EXIT_SUCCESS : EXIT_FAILURE;
}
