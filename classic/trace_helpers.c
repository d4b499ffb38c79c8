/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * Kernel symbols of "trace_helpers.h": load_kallsyms(), ksym_search(), ksym_get_addr() and
 * kallsyms_find().
 *
 * Contract: "trace_helpers.h". /proc/kallsyms has some 120,000 lines of "ADDRESS TYPE NAME",
 * with "\t[MODULE]" behind the name of a module's symbol. It is read into one buffer, which
 * the names of the table then point into: no line is copied and no name is allocated.
 */
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "trace_helpers.h"

#define KALLSYMS "/proc/kallsyms"

/* The table. Written by load_kallsyms() only. */
static struct {
	char *text;
	struct ksym *syms;
	size_t count;
} table;

/* All of @fd as a string to be freed, or NULL and errno. Files of /proc have no size. */
static char *read_all(int fd)
{
	size_t room = 1 << 22, len = 0;
	char *text = malloc(room), *grown;
	ssize_t got;

	while (text) {
		got = read(fd, text + len, room - len - 1);
		if (!got) {
			text[len] = '\0';
			return text;
		}
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			break;
		len += (size_t)got;
		if (len < room - 1)
			continue;
		grown = realloc(text, room *= 2);
		if (!grown)
			break;
		text = grown;
	}
	free(text);
	return NULL;
}

/* NULL and errno on failure. */
static char *read_kallsyms(void)
{
	int fd = open(KALLSYMS, O_RDONLY | O_CLOEXEC);
	char *text;
	int saved;

	if (fd < 0)
		return NULL;
	text = read_all(fd);
	saved = errno;
	close(fd);
	errno = saved;
	return text;
}

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 'a' ^ 'A';
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/*
 * Take the line at @line apart; its name becomes a string in place. Returns the next line, or
 * NULL at the end of the text. A line that is no symbol leaves @name NULL.
 */
static char *parse_line(char *line, unsigned long long *addr, char **name)
{
	char *newline = strchr(line, '\n'), *c = line;
	unsigned long long value = 0;

	if (!*line)
		return NULL;
	while (hex_digit(*c) >= 0)
		value = value << 4 | (unsigned long long)hex_digit(*c++);
	*addr = value;
	*name = NULL;
	if (c > line && c[0] == ' ' && c[1] && c[2] == ' ' && isgraph((unsigned char)c[3])) {
		*name = c + 3;
		(*name)[strcspn(*name, " \t\n")] = '\0';
	}
	return newline ? newline + 1 : line + strlen(line);
}

static size_t count_lines(const char *text)
{
	size_t lines = 1;

	while ((text = strchr(text, '\n'))) {
		lines++;
		text++;
	}
	return lines;
}

/*
 * As unsigned numbers of full width: kernel addresses have the top bit set, and a difference of
 * two need not fit an int. Equal addresses stay in the order of the file.
 */
static int compare_ksyms(const void *a, const void *b)
{
	const struct ksym *x = a, *y = b;

	if (x->addr != y->addr)
		return (unsigned long)x->addr < (unsigned long)y->addr ? -1 : 1;
	return x->name < y->name ? -1 : x->name > y->name;
}

/* Fill @syms from @text. Returns how many there are. */
static size_t fill(struct ksym *syms, char *text)
{
	unsigned long long addr;
	bool sorted = true;
	size_t count = 0;
	char *name;

	while ((text = parse_line(text, &addr, &name))) {
		if (!name || !addr)
			continue;
		syms[count].addr = (long)addr;
		syms[count].name = name;
		if (count && compare_ksyms(&syms[count - 1], &syms[count]) > 0)
			sorted = false;
		count++;
	}
	if (!sorted)
		qsort(syms, count, sizeof(*syms), compare_ksyms);
	return count;
}

int load_kallsyms(void)
{
	char *text = read_kallsyms();
	struct ksym *syms;

	if (!text)
		return -errno;
	syms = calloc(count_lines(text), sizeof(*syms));
	if (!syms) {
		free(text);
		return -ENOMEM;
	}
	free(table.syms);
	free(table.text);
	table.text = text;
	table.syms = syms;
	table.count = fill(syms, text);
	if (!table.count)
		fprintf(stderr,
			"load_kallsyms: " KALLSYMS " hides all addresses; run as root, or "
			"set kernel.kptr_restrict to 0 or 1\n");
	return 0;
}

struct ksym *ksym_search(long key)
{
	static char unknown_name[] = "[unknown]";
	static struct ksym unknown = {0, unknown_name};
	size_t low = 0, high = table.count, middle;

	if (!table.count)
		return &unknown;
	/* Everything before low is at or below the key, everything from high on is above it. */
	while (low < high) {
		middle = low + (high - low) / 2;
		if ((unsigned long)table.syms[middle].addr <= (unsigned long)key)
			low = middle + 1;
		else
			high = middle;
	}
	return &table.syms[low ? low - 1 : 0];
}

long ksym_get_addr(const char *name)
{
	for (size_t i = 0; i < table.count; i++)
		if (!strcmp(table.syms[i].name, name))
			return table.syms[i].addr;
	return 0;
}

int kallsyms_find(const char *sym, unsigned long long *addr)
{
	char *text = read_kallsyms(), *line = text, *name;
	unsigned long long value;
	int err = -ENOENT;

	if (!text)
		return -EINVAL;
	while (err && (line = parse_line(line, &value, &name))) {
		if (name && !strcmp(name, sym)) {
			*addr = value;
			err = 0;
		}
	}
	free(text);
	return err;
}
