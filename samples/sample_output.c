// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * sample_output: reports on a terminal, in a pipe, and as JSON. See sample.h.
 *
 * A report is written to memory first: then its lines can be counted, and it goes out whole.
 * In place means: the cursor goes up over the lines of the report before, and the rest of the
 * screen is cleared. What stood above the first report stays.
 */
#include "sample.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define CLEAR_BELOW "\033[J"
#define WRAP_OFF    "\033[?7l" /* the terminal itself cuts lines that are too long */
#define WRAP_ON	    "\033[?7h"

void sample_output_start(struct sample_run *run)
{
	const char *terminal = getenv("TERM");

	run->redraw = isatty(STDOUT_FILENO) && !run->options.json && terminal && *terminal &&
		      strcmp(terminal, "dumb") != 0;
	setvbuf(stdout, NULL, _IOLBF, 0);
}

FILE *sample_report(struct sample_run *run)
{
	run->stream = open_memstream(&run->text, &run->size);
	return run->stream;
}

void sample_keep(struct sample_run *run)
{
	run->redraw = false;
}

unsigned int sample_columns(void)
{
	struct winsize window;

	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &window) || window.ws_col < 40)
		return 80;
	return window.ws_col;
}

/* Lines that fit above the one where the cursor waits; 23 if the terminal does not say. */
static size_t window_lines(void)
{
	struct winsize window;

	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &window) || window.ws_row < 2)
		return 23;
	return window.ws_row - 1U;
}

static size_t count_lines(const char *text)
{
	size_t lines = 0;

	for (; *text; text++)
		lines += *text == '\n';
	return lines;
}

/* Where line `lines` (from 0) begins. */
static const char *skip_lines(const char *text, size_t lines)
{
	while (lines-- && *text)
		text += strcspn(text, "\n") + 1;
	return text;
}

/* Higher than the window, the cursor could not go back to its top. */
static size_t print_head(const char *text, size_t lines, size_t room)
{
	fwrite(text, 1, (size_t)(skip_lines(text, room - 1) - text), stdout);
	printf("(%zu more lines: make the window taller)\n", lines - room + 1);
	return room;
}

static void print_in_place(struct sample_run *run)
{
	const size_t lines = count_lines(run->text), room = window_lines();

	if (run->lines)
		printf("\033[%zuA", run->lines);
	fputs(CLEAR_BELOW WRAP_OFF, stdout);
	if (lines > room) {
		run->lines = print_head(run->text, lines, room);
	} else {
		fputs(run->text, stdout);
		run->lines = lines;
	}
	fputs(WRAP_ON, stdout);
}

/* In a pipe an empty line parts a report from the one before. JSON is one line each. */
static void print_behind(struct sample_run *run)
{
	if (run->reports > 1 && !run->options.json)
		putchar('\n');
	fputs(run->text, stdout);
}

void sample_show(struct sample_run *run)
{
	if (!run->stream || fclose(run->stream)) {
		run->write_errno = ENOMEM;
	} else {
		errno = 0;
		if (run->redraw)
			print_in_place(run);
		else
			print_behind(run);
		if (fflush(stdout) || ferror(stdout))
			run->write_errno = errno ? errno : EIO;
	}
	free(run->text);
	run->text = NULL;
	run->stream = NULL;
}

void sample_json_string(FILE *stream, const char *text)
{
	fputc('"', stream);
	for (; *text; text++) {
		const unsigned char byte = (unsigned char)*text;

		if (byte == '"' || byte == '\\')
			fprintf(stream, "\\%c", byte);
		else if (byte < 0x20 || byte == 0x7f)
			fprintf(stream, "\\u%04x", byte);
		else
			fputc(byte, stream);
	}
	fputc('"', stream);
}
