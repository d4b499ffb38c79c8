// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * convert: see convert.h. The command line, and what kind of file the input is.
 */
#include "convert.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "output.h"

static const char help[] =
	"usage: bpfload convert [OPTION]... FILE.c [-- COMPILER-FLAG...]\n"
	"       bpfload convert [OPTION]... OBJECT\n"
	"\n"
	"Turns map definitions of SEC(\"maps\") (struct bpf_map_def, struct bpf_elf_map)\n"
	"into those of SEC(\".maps\"), which libbpf 1.0, bpftool and others understand;\n"
	"also those of 2019, which are in SEC(\".maps\") with numbers as values of members.\n"
	"FILE - is standard input.\n"
	"\n"
	"Of a source, prints the source with its definitions rewritten and every other byte\n"
	"as it was. clang ($CLANG) parses it with the flags behind --, -I and -D for\n"
	"instance; what is in a branch that the preprocessor leaves out stays. The result is\n"
	"compiled, and has to mean the same. A definition that cannot be converted is left\n"
	"as it is and named on stderr, as is what has no equivalent.\n"
	"\n"
	"  --diff           print a patch instead\n"
	"  --in-place       write the file itself; the old one is kept as FILE.c.orig\n"
	"  --keep-order     give each definition an empty initialiser: without one clang puts\n"
	"                   a map where it is first used, and programs that go by map_fd[N]\n"
	"                   would find others\n"
	"  --headers DIR    where bpf_helpers.h and its like are (default: include/ of the\n"
	"                   tree that bpfload was built in)\n"
	"\n"
	"Of an object, prints the definitions, ready to paste, with a comment on everything\n"
	"that is for a person to decide or has no equivalent.\n"
	"\n"
	"  --object OUT.o   write a new object with BTF definitions instead, which libbpf,\n"
	"                   bpftool and others load. Type ids stay, debug information other\n"
	"                   than BTF does not. Sections of programs that libbpf does not know\n"
	"                   by their names get the name it has for the program's type\n"
	"  --keep-sections  leave all names of sections as they are\n"
	"  --type TYPE      type of programs whose section name tells none\n"
	"  --type SECTION=TYPE\n"
	"                   type of the programs in SECTION, whatever its name tells\n"
	"\n"
	"Of both:\n"
	"\n"
	"  --check          prove it: load both into the kernel, and compare maps and\n"
	"                   programs (needs root)\n"
	"  --dialect NAME   how to read SEC(\"maps\"): auto (default, by evidence), kernel\n"
	"                   (struct bpf_map_def), iproute2 (struct bpf_elf_map), gobpf,\n"
	"                   goebpf\n"
	"  --relaxed        drop bytes of a definition that no dialect knows\n"
	"  --json           one JSON document instead of text\n"
	"  -h, --help       this page\n"
	"\n"
	"Exit status: 0 all definitions were converted (or there were none), 1 something\n"
	"was left or failed, 2 wrong usage.\n";

/* ---- the input ---- */

/* Copies standard input into memory that has a path, so that it can be read more than once. */
static bool keep_stdin(char *path, size_t room)
{
	int fd = memfd_create("stdin", MFD_CLOEXEC);
	char chunk[1 << 16];
	ssize_t got;

	while (fd >= 0 && (got = read(STDIN_FILENO, chunk, sizeof(chunk))) > 0)
		for (ssize_t done = 0, put; done < got; done += put)
			if ((put = write(fd, chunk + done, (size_t)(got - done))) < 0)
				goto failed;
	if (fd < 0 || got < 0)
		goto failed;
	/* not /proc/self: a program that is run with this path is somebody else */
	snprintf(path, room, "/proc/%d/fd/%d", getpid(), fd);
	return true;
failed:
	complain("standard input: cannot be read: %s", strerror(errno));
	if (fd >= 0)
		close(fd);
	return false;
}

/* Is it an ELF file? False with a complaint where it cannot be read at all. */
static bool look(const struct convert *convert, bool *is_object)
{
	static const char magic[4] = "\177ELF";
	int fd = open(convert->path, O_RDONLY | O_CLOEXEC);
	char start[sizeof(magic)];
	ssize_t got = fd < 0 ? -1 : read(fd, start, sizeof(start));

	if (got < 0)
		complain("%s: cannot be read: %s", convert->name, strerror(errno));
	if (fd >= 0)
		close(fd);
	*is_object = got == (ssize_t)sizeof(magic) && !memcmp(start, magic, sizeof(magic));
	return got >= 0;
}

/* ---- the command line ---- */

static int wrong_kind(const char *option, const char *kind, const char *name)
{
	complain("%s is for %s, and %s is none; see 'bpfload help convert'", option, kind,
		 name);
	return EXIT_USAGE;
}

static int check_object_options(const struct convert *convert)
{
	const struct options *options = convert->options;

	if (options->diff)
		return wrong_kind("--diff", "sources", convert->name);
	if (options->in_place)
		return wrong_kind("--in-place", "sources", convert->name);
	if (options->keep_order)
		return wrong_kind("--keep-order", "sources", convert->name);
	if (options->headers)
		return wrong_kind("--headers", "sources", convert->name);
	if (options->compiler_flags[0])
		return wrong_kind("what is behind --", "sources", convert->name);
	return EXIT_SUCCESS;
}

static int check_source_options(const struct convert *convert)
{
	const struct options *options = convert->options;

	if (options->object_out)
		return wrong_kind("--object", "objects", convert->name);
	if (options->keep_sections)
		return wrong_kind("--keep-sections", "objects", convert->name);
	if (options->in_place && !strcmp(options->object, "-"))
		return wrong_kind("--in-place", "files", convert->name);
	if (options->diff + options->in_place + options->json > 1) {
		complain("one of --diff, --in-place and --json, please");
		return EXIT_USAGE;
	}
	return EXIT_SUCCESS;
}

static int convert(const struct options *options)
{
	struct convert convert = {
		.options = options, .name = options->object, .path = options->object};
	char path[64];
	bool is_object;
	int status;

	if (!strcmp(options->object, "-")) {
		if (!keep_stdin(path, sizeof(path)))
			return EXIT_FAILURE;
		convert.name = "standard input";
		convert.path = path;
	}
	if (!look(&convert, &is_object))
		return EXIT_FAILURE;
	status = is_object ? check_object_options(&convert) : check_source_options(&convert);
	if (status)
		return status;
	return is_object ? convert_object(&convert) : convert_source(&convert);
}

static int run(const struct command *command, int argc, char **argv)
{
	struct options options;
	int own = 1, status;

	while (own < argc && strcmp(argv[own], "--") != 0)
		own++;
	status = options_parse(&options, command, OPTIONS_CONVERT, own, argv);
	options.compiler_flags = argv + own + (own < argc);
	if (!status && options.help) {
		fputs(help, stdout);
		status = finish_output();
	} else if (!status) {
		status = convert(&options);
	}
	options_release(&options);
	return status;
}

const struct command command_convert = {
	.name = "convert",
	.line = "rewrite legacy map definitions of a source or an object into BTF ones",
	.help = help,
	.run = run,
};
