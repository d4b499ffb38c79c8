// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * uprobe_target: see uprobe_target.h.
 *
 * The kernel wants a place in the file. A symbol has an address, so the section that holds it
 * translates: file offset = address - section address + section offset.
 */
#include "uprobe_target.h"

#include <errno.h>
#include <fcntl.h>
#include <gelf.h>
#include <libelf.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#if defined(__x86_64__)
#define LIBRARY_DIR "/usr/lib/x86_64-linux-gnu"
#elif defined(__aarch64__)
#define LIBRARY_DIR "/usr/lib/aarch64-linux-gnu"
#else
#define LIBRARY_DIR "/usr/lib"
#endif

/* Where programs and libraries live; "libc" alone stands for "libc.so.6". */
static bool find_file(const char *name, char *path, size_t size)
{
	static const char *const places[] = {
		"/usr/bin", "/usr/sbin", "/bin",   "/sbin",	 "/lib",
		"/usr/lib", LIBRARY_DIR, "/lib64", "/usr/lib64",
	};

	if (strchr(name, '/'))
		return snprintf(path, size, "%s", name) < (int)size && !access(path, R_OK);
	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		if (snprintf(path, size, "%s/%s", places[i], name) < (int)size &&
		    !access(path, R_OK))
			return true;
		if (snprintf(path, size, "%s/%s.so.6", places[i], name) < (int)size &&
		    !access(path, R_OK))
			return true;
	}
	return false;
}

static bool symbol_offset(Elf *elf, const GElf_Sym *symbol, __u64 *offset)
{
	Elf_Scn *section = elf_getscn(elf, symbol->st_shndx);
	GElf_Shdr header;

	if (!section || !gelf_getshdr(section, &header))
		return false;
	*offset = symbol->st_value - header.sh_addr + header.sh_offset;
	return true;
}

static bool find_in_table(Elf *elf, Elf_Scn *section, const GElf_Shdr *header, const char *name,
			  __u64 *offset)
{
	Elf_Data *data = elf_getdata(section, NULL);
	GElf_Sym symbol;

	for (int i = 0; data && gelf_getsym(data, i, &symbol); i++) {
		const char *found = elf_strptr(elf, header->sh_link, symbol.st_name);

		if (GELF_ST_TYPE(symbol.st_info) != STT_FUNC || symbol.st_shndx == SHN_UNDEF ||
		    !found || strcmp(found, name))
			continue;
		return symbol_offset(elf, &symbol, offset);
	}
	return false;
}

static bool find_function(Elf *elf, const char *name, __u64 *offset)
{
	Elf_Scn *section = NULL;
	GElf_Shdr header;

	while ((section = elf_nextscn(elf, section))) {
		if (!gelf_getshdr(section, &header) ||
		    (header.sh_type != SHT_SYMTAB && header.sh_type != SHT_DYNSYM))
			continue;
		if (find_in_table(elf, section, &header, name, offset))
			return true;
	}
	return false;
}

static bool function_offset(const char *path, const char *name, __u64 *offset)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	bool found = false;
	Elf *elf;

	if (fd < 0)
		return false;
	elf_version(EV_CURRENT);
	elf = elf_begin(fd, ELF_C_READ_MMAP, NULL);
	if (elf && elf_kind(elf) == ELF_K_ELF)
		found = find_function(elf, name, offset);
	elf_end(elf);
	close(fd);
	return found;
}

int uprobe_target(const char *target, char *path, size_t path_size, __u64 *offset, char *why,
		  size_t why_size)
{
	const char *colon = strrchr(target, ':');
	char file[512], symbol[256], *end;
	size_t length;

	if (!colon || colon == target || !colon[1] ||
	    snprintf(file, sizeof(file), "%.*s", (int)(colon - target), target) >=
		    (int)sizeof(file)) {
		snprintf(why, why_size,
			 "'%s' does not name file and function, as in "
			 "uprobe//bin/bash:readline",
			 target);
		return -EINVAL;
	}
	if (!find_file(file, path, path_size)) {
		snprintf(why, why_size, "there is no file '%s' to probe", file);
		return -ENOENT;
	}
	*offset = strtoull(colon + 1, &end, 0);
	if (!*end)
		return 0;
	length = strcspn(colon + 1, "+");
	snprintf(symbol, sizeof(symbol), "%.*s", (int)length, colon + 1);
	if (!function_offset(path, symbol, offset)) {
		snprintf(why, why_size, "file %s has no function '%s'", path, symbol);
		return -ENOENT;
	}
	if (colon[1 + length])
		*offset += strtoull(colon + 1 + length + 1, NULL, 0);
	return 0;
}
