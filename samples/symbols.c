// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * symbols: see symbols.h.
 */
#include "symbols.h"

#include <elfutils/libdwfl.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "clean_text.h"
#include "include/bpf/classic_trace.h"

static const char unknown[] = "[unknown]";

/* ---- the kernel ---- */

/*
 * The table has where symbols begin, not where they end. What lies so far behind one is not in it:
 * code of a BPF program or a module that came after the table was read. The largest functions of
 * kernels have less.
 */
#define FUNCTION_MAX 0x10000ULL

int symbols_load_kernel(void)
{
	static bool loaded;
	static int err;

	if (!loaded)
		err = load_kallsyms();
	loaded = true;
	return err;
}

const char *symbols_kernel(__u64 address)
{
	const struct ksym *symbol;
	__u64 start;

	if (symbols_load_kernel())
		return unknown;
	symbol = ksym_search((long)address);
	start = (__u64)symbol->addr;
	/* Below all symbols it is the first one that is found. */
	if (!start || address < start || address - start >= FUNCTION_MAX)
		return unknown;
	clean_text(symbol->name);
	return symbol->name;
}

/* ---- processes ---- */

/*
 * The file that a module is mapped from, as the process sees it: its root may not be ours. What is
 * no file (the vdso) libdw reads from the process's memory.
 */
static int find_elf(Dwfl_Module *module, void **userdata, const char *name, Dwarf_Addr base,
		    char **file_name, Elf **elf)
{
	const struct symbols_process *process = *userdata;
	char path[PATH_MAX];
	int fd;

	if (!process || name[0] != '/')
		return dwfl_linux_proc_find_elf(module, userdata, name, base, file_name, elf);
	if (snprintf(path, sizeof(path), "/proc/%d/root%s", process->pid, name) >=
	    (int)sizeof(path))
		return -1;
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (fd >= 0)
		*file_name = strdup(name);
	return fd;
}

static char *debug_directories;

static const Dwfl_Callbacks callbacks = {
	.find_elf = find_elf,
	.find_debuginfo = dwfl_standard_find_debuginfo,
	.debuginfo_path = &debug_directories, /* NULL: the usual ones */
};

static int tell_process(Dwfl_Module *module, void **userdata, const char *name, Dwarf_Addr base,
			void *process)
{
	(void)module;
	(void)name;
	(void)base;
	*userdata = process;
	return DWARF_CB_OK;
}

void symbols_process_open(struct symbols_process *process, pid_t pid)
{
	Dwfl *dwfl;

	/* libdw would ask the servers named there for debug files, in the middle of a report. */
	unsetenv("DEBUGINFOD_URLS");
	*process = (struct symbols_process){.pid = pid};
	dwfl = dwfl_begin(&callbacks);
	if (!dwfl)
		return;
	if (dwfl_linux_proc_report(dwfl, pid) || dwfl_report_end(dwfl, NULL, NULL) ||
	    dwfl_getmodules(dwfl, tell_process, process, 0)) {
		dwfl_end(dwfl);
		return;
	}
	process->dwfl = dwfl;
}

/* "libc.so.6", also of a file that has been replaced since: "/lib/libc.so.6 (deleted)". */
static void print_unknown(char *name, size_t size, const char *path)
{
	static const char deleted[] = " (deleted)";
	const char *slash = strrchr(path, '/');
	const char *file = slash && slash[1] ? slash + 1 : path;
	size_t length = strlen(file);

	if (length > strlen(deleted) && !strcmp(file + length - strlen(deleted), deleted))
		length -= strlen(deleted);
	snprintf(name, size, "[unknown in %.*s]", (int)length, file);
}

void symbols_process_name(const struct symbols_process *process, __u64 address, char *name,
			  size_t size)
{
	Dwfl_Module *module = process->dwfl ? dwfl_addrmodule(process->dwfl, address) : NULL;
	const char *symbol, *file;
	GElf_Off offset;
	GElf_Sym entry;

	if (!module) {
		snprintf(name, size, "%s", unknown);
		return;
	}
	symbol = dwfl_module_addrinfo(module, address, &offset, &entry, NULL, NULL, NULL);
	file = dwfl_module_info(module, NULL, NULL, NULL, NULL, NULL, NULL, NULL);
	if (symbol && *symbol) /* without the version behind it: "read@@GLIBC_2.2.5" */
		snprintf(name, size, "%.*s", (int)(1 + strcspn(symbol + 1, "@")), symbol);
	else
		print_unknown(name, size, file ? file : "?");
	clean_text(name);
}

void symbols_process_close(struct symbols_process *process)
{
	if (process->dwfl)
		dwfl_end(process->dwfl);
	process->dwfl = NULL;
}
