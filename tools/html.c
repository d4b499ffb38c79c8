// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * html: `bpfload html`, the way of an object into the kernel as one page to step through.
 *
 * What it shows comes from the same pipeline as explain, and nothing is created. The page is
 * made in memory; only when it is whole a file is written.
 */
#include "html.h"

#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "explain.h"
#include "options.h"
#include "output.h"
#include "output_file.h"

static const char help[] =
	"usage: bpfload html [OPTION]... -o FILE OBJECT [OBJECT]\n"
	"\n"
	"Writes a page for a browser on which a person steps through the loading of an\n"
	"object: sections, how definitions are read, maps byte by byte, descriptors,\n"
	"relocations with the instructions before and after, verifier, attachment. With\n"
	"two objects both stand side by side, and what differs is marked. The page is one\n"
	"file that needs no network and no other file; with scripts off it is a document\n"
	"of tables. Needs no privileges, creates nothing in the kernel.\n"
	"\n"
	"  -o, --output FILE  the page; - is standard output\n"
	"  --dialect NAME     how to read SEC(\"maps\"): auto (default, by evidence),\n"
	"                     kernel (struct bpf_map_def), iproute2 (struct bpf_elf_map),\n"
	"                     gobpf, goebpf\n"
	"  --relaxed          drop bytes of a definition that no dialect knows\n"
	"  --bpffs DIR        where bpffs is mounted, for the paths of pins (default\n"
	"                     $TC_BPF_MNT or /sys/fs/bpf)\n"
	"  --pin-root DIR     where LIBBPF_PIN_BY_NAME pins (default: bpffs itself)\n"
	"  -h, --help         this page\n"
	"\n"
	"The page holds the documents of 'bpfload explain --json'. Its file is written at\n"
	"the end and at once: after a failure it is what it was before.\n"
	"\n"
	"Exit status: 0 the page is written, 1 it is not: an object could not be read or\n"
	"the file not be written, 2 wrong usage.\n";

static void hear(const struct bpf_loader_event *event, void *ctx)
{
	findings_hear(ctx, event);
}

static bool open_object(struct html *html, const char *path, const struct options *options)
{
	struct bpf_loader_opts opts = options->loader;
	const size_t at = html->count++;

	opts.report = hear;
	opts.ctx = &html->findings[at];
	if (!object_open(&html->objects[at], path, &opts))
		return false;
	html->documents[at] =
		explain_document(&html->objects[at], &html->findings[at], options);
	return true;
}

static void release(struct html *html)
{
	for (size_t i = 0; i < html->count; i++) {
		json_object_put(html->documents[i]);
		object_release(&html->objects[i]);
		findings_release(&html->findings[i]);
	}
	json_object_put(html->story);
}

static bool write_page(struct html *html, const char *path)
{
	char *page = NULL;
	size_t size = 0;
	FILE *out = must(open_memstream(&page, &size));
	bool done;

	html->story = html_story(html->objects, html->count);
	html_page(out, html);
	if (ferror(out) | fclose(out))
		must(NULL);
	done = output_file_write(path, page, size);
	free(page);
	return done;
}

static int make(const struct options *options)
{
	struct html html = {0};
	bool done = open_object(&html, options->object, options) &&
		    (!options->second || open_object(&html, options->second, options)) &&
		    write_page(&html, options->output);

	release(&html);
	return done ? EXIT_SUCCESS : EXIT_FAILURE;
}

static int check_output(const struct options *options)
{
	if (!options->output) {
		complain("no page is named: -o FILE, or -o - for standard output");
	} else if (output_file_is(options->output, options->object) ||
		   (options->second && output_file_is(options->output, options->second))) {
		complain("-o %s: that is the object itself", options->output);
	} else {
		return EXIT_SUCCESS;
	}
	complain("run 'bpfload help html' for the options");
	return EXIT_USAGE;
}

static int run(const struct command *command, int argc, char **argv)
{
	struct options options;
	int status = options_parse(&options, command, OPTIONS_HTML, argc, argv);

	if (!status && options.help) {
		fputs(help, stdout);
		status = finish_output();
	} else if (!status) {
		status = check_output(&options);
		if (!status)
			status = make(&options);
	}
	options_release(&options);
	return status;
}

const struct command command_html = {
	.name = "html",
	.line = "write a page on which to step through loading, for one object or two",
	.help = help,
	.run = run,
};
