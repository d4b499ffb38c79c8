// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * myload: loads a BPF object, and runs its socket filter.
 *
 *     sudo ./myload OBJECT              loads it, and lets go of it again
 *     sudo ./myload OBJECT INTERFACE    attaches it, and shows its maps when ^C ends it
 *
 * Without root, ./pretend OBJECT shows what the kernel is asked.
 */
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include "attach.h"
#include "btf_maps.h"
#include "create.h"
#include "fail.h"
#include "load.h"

/* The maps of the old kind, or those of the new. */
static int all_maps(const struct object *object, struct maps *maps)
{
	if (object_maps(object, maps))
		return -1;
	return maps->count ? 0 : object_btf_maps(object, maps);
}

/* The first section with instructions. 0, or -1 after a message. */
static int program_section(const struct object *object, struct section *section)
{
	int found;

	for (size_t i = 1; (found = section_at(object, i, section)) > 0; i++)
		if (section->header.sh_flags & SHF_EXECINSTR && section->size)
			return 0;
	return found < 0 ? -1 : fail("%s: there is no program in it", object->path);
}

/*
 * Assignment 1: the program, as the kernel is to have it: its section, a copy of the instructions,
 * relocated, loaded. Its descriptor, or -1 after a message. The copy is of no use afterwards.
 */
static int load_one(const struct object *object, const struct maps *maps)
{
	(void)maps;
	(void)program_section;
	return fail("%s: nothing is loaded", object->path);
}

/*
 * Assignment 1: the maps, and the program that uses them. The descriptor of the program, or -1 after a
 * message; then no map is left.
 */
static int load_object(const struct object *object, struct maps *maps)
{
	(void)all_maps;
	maps->count = 0;
	return load_one(object, maps);
}

/* Until SIGINT or SIGTERM. They are blocked from main() on, and so not lost before. */
static void wait_for_end(const sigset_t *signals)
{
	int received;

	sigwait(signals, &received);
}

static int watch(int program, const struct maps *maps, const char *interface,
		 const sigset_t *signals)
{
	int sock = attach_filter(program, interface);
	int err = 0;

	if (sock < 0)
		return -1;
	printf("attached to %s\n", interface);
	fflush(stdout);
	wait_for_end(signals);
	for (size_t i = 0; i < maps->count; i++)
		err |= show_elements(&maps->map[i]);
	close(sock);
	return err;
}

static int run(const struct object *object, const char *interface, const sigset_t *signals)
{
	struct maps maps;
	int program = load_object(object, &maps);
	int err = 0;

	if (program < 0)
		return -1;
	printf("loaded, with %zu maps\n", maps.count);
	if (interface)
		err = watch(program, &maps, interface, signals);
	close(program);
	close_maps(&maps);
	return err;
}

int main(int argc, char **argv)
{
	struct object object;
	sigset_t signals;
	int err;

	if (argc != 2 && argc != 3) {
		fprintf(stderr, "usage: myload OBJECT [INTERFACE]\n");
		return 2;
	}
	sigemptyset(&signals);
	sigaddset(&signals, SIGINT);
	sigaddset(&signals, SIGTERM);
	sigprocmask(SIG_BLOCK, &signals, NULL);
	if (object_open(&object, argv[1]))
		return EXIT_FAILURE;
	err = run(&object, argv[2], &signals);
	object_close(&object);
	return err ? EXIT_FAILURE : EXIT_SUCCESS;
}
