// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * sample_parts - what samples share and no sample's run shows wholly: names made clean, folded
 * lines, flame graphs, the kernel's symbols. tier: 0
 *
 * Symbols are compared with /proc/kallsyms, read here in another way; where it hides addresses that
 * test is skipped.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "samples/clean_text.h"
#include "samples/flame_graph.h"
#include "samples/folded.h"
#include "samples/symbols.h"

/* ---- clean_text ---- */

static void assert_clean(const char *from, const char *to)
{
	char text[64];

	snprintf(text, sizeof(text), "%s", from);
	clean_text(text);
	assert_string_equal(text, to);
}

static void test_clean(void **state)
{
	(void)state;
	assert_clean("", "");
	assert_clean("plain <name>", "plain <name>");
	assert_clean("\033[31m\t\n\177", "?[31m???");
	assert_clean("\303\251 \342\202\254 \360\237\230\200",
		     "\303\251 \342\202\254 \360\237\230\200");
}

static void test_clean_broken_utf8(void **state)
{
	(void)state;
	assert_clean("a\303", "a?");		  /* cut off at the end */
	assert_clean("\303a", "?a");		  /* a letter where a byte must follow */
	assert_clean("\200\377", "??");		  /* bytes that nothing begins with */
	assert_clean("\300\257", "??");		  /* '/' in too many bytes */
	assert_clean("\340\200\257", "???");	  /* likewise */
	assert_clean("\355\240\200", "???");	  /* half a pair of UTF-16 */
	assert_clean("\364\220\200\200", "????"); /* above U+10FFFF */
	assert_clean("\302\233m", "??m");	  /* an escape of one character */
	assert_clean("\342\202", "??");
}

/* ---- folded ---- */

static void add(struct folded *folded, const char *text, __u64 value)
{
	assert_true(folded_add(folded, strdup(text), value));
}

static void test_folded(void **state)
{
	struct folded folded = {0};
	char text[128] = "";
	FILE *out = fmemopen(text, sizeof(text), "w");

	(void)state;
	add(&folded, "a b;c", 1);
	add(&folded, "a;c", 2);
	add(&folded, "a", 4);
	add(&folded, "a;b", 8);
	add(&folded, "a;c", 16);
	folded_merge(&folded);
	folded_print(&folded, out);
	fclose(out);
	assert_string_equal(text, "a 4\na;b 8\na;c 18\na b;c 1\n");
	folded_free(&folded);
	folded_merge(&folded);
	assert_int_equal(folded.count, 0);
}

/* ---- flame graphs ---- */

/* The graph of `folded`, to be freed. */
static char *draw(struct folded *folded, enum flame_graph_format format)
{
	const struct flame_graph_text text = {"<title>", "\"sub\" & more", "<woken>"};
	char *graph = NULL;
	size_t size;
	FILE *out = open_memstream(&graph, &size);

	folded_merge(folded);
	assert_true(flame_graph_write(out, folded, &text, format));
	fclose(out);
	folded_free(folded);
	return graph;
}

static void assert_has(const char *graph, const char *part)
{
	if (!strstr(graph, part))
		fail_msg("not in the graph: %s", part);
}

static void test_graph(void **state)
{
	struct folded folded = {0};
	char *graph;

	(void)state;
	add(&folded, "a;f;r_[k];--;w_[k];p;b", 1000000);
	add(&folded, "a;f;g", 3000000);
	graph = draw(&folded, FLAME_GRAPH_SVG);
	assert_has(graph,
		   "data-s=\"0\" data-v=\"4000000\" data-d=\"0\" tabindex=\"0\"><title>all\n");
	assert_has(graph, "data-s=\"0\" data-v=\"4000000\" data-d=\"2\"><title>f\n4,000,000 ");
	assert_has(graph, "data-s=\"0\" data-v=\"3000000\" data-d=\"3\"><title>g\n");
	assert_has(graph, "class=\"f kernel s0\" x=\"75.0000%\" y=\"72\" width=\"25.0000%\"");
	assert_has(graph, "data-d=\"3\"><title>r\nkernel, 1,000,000 ");
	assert_has(graph, "data-d=\"4\"><title>&lt;woken&gt;\n");
	assert_has(graph, "data-d=\"5\"><title>w\nwaker, kernel, 1,000,000 ");
	assert_has(graph, "data-d=\"7\"><title>b\nwaker, 1,000,000 ");
	assert_has(graph, "<title>&lt;title&gt;</title>");
	assert_has(graph, ">&quot;sub&quot; &amp; more</text>");
	free(graph);
}

static void test_graph_of_nothing(void **state)
{
	struct folded folded = {0};
	char *graph;

	(void)state;
	for (int format = FLAME_GRAPH_SVG; format <= FLAME_GRAPH_HTML; format++) {
		graph = draw(&folded, (enum flame_graph_format)format);
		assert_has(graph, "nothing was measured");
		free(graph);
	}
	add(&folded, "a;b", 0);
	graph = draw(&folded, FLAME_GRAPH_HTML);
	assert_has(graph, "nothing was measured");
	free(graph);
}

/* Frames without a name, two borders, a name that is only the mark: drawn, not tripped over. */
static void test_odd_lines(void **state)
{
	struct folded folded = {0};
	char *graph;

	(void)state;
	add(&folded, "", 1);
	add(&folded, ";;", 2);
	add(&folded, "_[k]", 4);
	add(&folded, "a;--;--;_[k]", 8);
	add(&folded, "a;]]></script><script>alert(1)</script>", 16);
	graph = draw(&folded, FLAME_GRAPH_HTML);
	assert_has(graph, "data-v=\"31\" data-d=\"0\"");
	assert_has(graph, "]]&gt;&lt;/script&gt;&lt;script&gt;alert(1)&lt;/script&gt;");
	assert_null(strstr(graph, "alert(1)</script>"));
	free(graph);
}

/* A thousand stacks of five hundred frames. */
static void test_high_graph(void **state)
{
	struct folded folded = {0};
	char *graph;

	(void)state;
	for (int i = 0; i < 1000; i++) {
		char *line = calloc(1, 2100);

		for (int frame = 0; frame < 500; frame++)
			snprintf(line + strlen(line), 2100 - strlen(line), "%s%d",
				 frame ? ";" : "", frame < 400 ? frame : i);
		assert_true(folded_add(&folded, line, 1000));
	}
	graph = draw(&folded, FLAME_GRAPH_SVG);
	assert_has(graph, "data-s=\"999000\" data-v=\"1000\" data-d=\"500\"");
	free(graph);
}

/* ---- the kernel's symbols ---- */

#define SYMBOLS_MAX 400000

struct symbol {
	unsigned long long address;
	char name[128];
};

static int compare_addresses(const void *a, const void *b)
{
	const struct symbol *x = a, *y = b;

	return x->address < y->address ? -1 : x->address > y->address;
}

/* All of them, by address. NULL if addresses are hidden. */
static struct symbol *read_symbols(size_t *count)
{
	struct symbol *symbols = calloc(SYMBOLS_MAX, sizeof(*symbols));
	FILE *file = fopen("/proc/kallsyms", "r");
	char line[1024];

	assert_non_null(symbols);
	for (*count = 0; file && *count < SYMBOLS_MAX && fgets(line, sizeof(line), file);) {
		struct symbol *symbol = &symbols[*count];

		*count += sscanf(line, "%llx %*c %127s", &symbol->address, symbol->name) == 2 &&
			  symbol->address;
	}
	if (file)
		fclose(file);
	qsort(symbols, *count, sizeof(*symbols), compare_addresses);
	if (*count)
		return symbols;
	free(symbols);
	return NULL;
}

/* Is `name` one of those at the address of symbol `at`? Several may be. */
static int is_name_at(const struct symbol *symbols, size_t count, size_t at, const char *name)
{
	const unsigned long long address = symbols[at].address;

	while (at && symbols[at - 1].address == address)
		at--;
	for (; at < count && symbols[at].address == address; at++)
		if (!strncmp(symbols[at].name, name, sizeof(symbols[at].name) - 1))
			return 1;
	return 0;
}

static void test_kernel_symbols(void **state)
{
	size_t count;
	struct symbol *symbols = read_symbols(&count);

	(void)state;
	if (!symbols) {
		skip();
		return;
	}
	for (size_t i = 0; i < count; i += 17) {
		const unsigned long long address = symbols[i].address;
		const unsigned long long next = i + 1 < count ? symbols[i + 1].address : ~0ULL;

		assert_true(is_name_at(symbols, count, i, symbols_kernel(address)));
		if (next > address + 1)
			assert_true(is_name_at(symbols, count, i, symbols_kernel(address + 1)));
	}
	free(symbols);
}

static void test_no_kernel_symbol(void **state)
{
	size_t count;
	struct symbol *symbols = read_symbols(&count);

	(void)state;
	assert_string_equal(symbols_kernel(0), "[unknown]");
	assert_string_equal(symbols_kernel(~0ULL), "[unknown]");
	if (!symbols) {
		skip();
		return;
	}
	assert_string_equal(symbols_kernel(symbols[0].address - 1), "[unknown]");
	assert_string_equal(symbols_kernel(symbols[count - 1].address + 0x10000), "[unknown]");
	free(symbols);
}

/* ---- a process's symbols ---- */

static void test_own_symbols(void **state)
{
	struct symbols_process process;
	char name[64];

	(void)state;
	symbols_process_open(&process, getpid());
	symbols_process_name(&process, (__u64)(uintptr_t)test_own_symbols, name, sizeof(name));
	assert_string_equal(name, "test_own_symbols");
	symbols_process_name(&process, (__u64)(uintptr_t)test_own_symbols + 1, name,
			     sizeof(name));
	assert_string_equal(name, "test_own_symbols");
	symbols_process_name(&process, 0, name, sizeof(name));
	assert_string_equal(name, "[unknown]");
	symbols_process_close(&process);
	symbols_process_name(&process, (__u64)(uintptr_t)test_own_symbols, name, sizeof(name));
	assert_string_equal(name, "[unknown]");
	symbols_process_close(&process);
}

static void test_no_process(void **state)
{
	struct symbols_process process;
	char name[64];

	(void)state;
	symbols_process_open(&process, 0x7fffffff);
	symbols_process_name(&process, 0x1000, name, sizeof(name));
	assert_string_equal(name, "[unknown]");
	symbols_process_close(&process);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_clean),
		cmocka_unit_test(test_clean_broken_utf8),
		cmocka_unit_test(test_folded),
		cmocka_unit_test(test_graph),
		cmocka_unit_test(test_graph_of_nothing),
		cmocka_unit_test(test_odd_lines),
		cmocka_unit_test(test_high_graph),
		cmocka_unit_test(test_kernel_symbols),
		cmocka_unit_test(test_no_kernel_symbol),
		cmocka_unit_test(test_own_symbols),
		cmocka_unit_test(test_no_process),
	};

	return cmocka_run_group_tests_name("sample_parts", tests, NULL, NULL);
}
