/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * make_object: writes BPF objects that no compiler would write.
 *
 * A test builds an object section by section and gets the bytes of the ELF file. Nothing is
 * checked and nothing is completed: a relocation may point behind its program, a symbol into
 * no section. Rules:
 *
 *  - object_new(), then sections, symbols and relocations in any order, then object_write(),
 *    which frees the object and returns the file's bytes, to be freed by the caller.
 *  - Data is copied; object_section_append() grows a section after it was made.
 *  - Indexes are those of the ELF file: section 0 and symbol 0 are the null ones.
 *  - Without memory the program ends: it is a test.
 */
#ifndef TESTS_MAKE_OBJECT_H
#define TESTS_MAKE_OBJECT_H

#include <elf.h>
#include <linux/bpf.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "include/bpf_insn.h"

#ifndef EM_BPF
#define EM_BPF 247
#endif

struct object_bytes {
	unsigned char *data;
	size_t size;
};

struct object_section {
	Elf64_Shdr header;
	struct object_bytes bytes; /* empty for SHT_NOBITS; then header.sh_size counts */
};

struct object {
	struct object_section *sections;
	unsigned int section_count;
	struct object_bytes symbols, strings;
	unsigned int maps, license; /* sections, 0 until there is one */
};

static inline void *object_memory(void *memory)
{
	if (!memory)
		abort();
	return memory;
}

/* Appends `size` bytes (zeros where `data` is NULL) and returns where they begin. */
static inline size_t object_append(struct object_bytes *bytes, const void *data, size_t size)
{
	size_t start = bytes->size;

	if (!size)
		return start;
	bytes->data = object_memory(realloc(bytes->data, start + size));
	if (data)
		memcpy(bytes->data + start, data, size);
	else
		memset(bytes->data + start, 0, size);
	bytes->size += size;
	return start;
}

static inline uint32_t object_string(struct object *object, const char *string)
{
	return (uint32_t)object_append(&object->strings, string, strlen(string) + 1);
}

static inline unsigned int object_section(struct object *object, const char *name,
					  uint32_t type, uint64_t flags, const void *data,
					  size_t size)
{
	struct object_section *section;

	object->sections = object_memory(realloc(
		object->sections, (object->section_count + 1) * sizeof(*object->sections)));
	section = &object->sections[object->section_count];
	memset(section, 0, sizeof(*section));
	section->header.sh_name = object_string(object, name);
	section->header.sh_type = type;
	section->header.sh_flags = flags;
	section->header.sh_addralign = 8;
	if (type == SHT_NOBITS)
		section->header.sh_size = size;
	else
		object_append(&section->bytes, data, size);
	return object->section_count++;
}

static inline size_t object_section_append(struct object *object, unsigned int section,
					   const void *data, size_t size)
{
	return object_append(&object->sections[section].bytes, data, size);
}

static inline unsigned int object_symbol(struct object *object, const char *name, int binding,
					 int type, unsigned int section, uint64_t value,
					 uint64_t size)
{
	const Elf64_Sym symbol = {
		.st_name = name ? object_string(object, name) : 0,
		.st_info = ELF64_ST_INFO(binding, type),
		.st_shndx = (Elf64_Section)section,
		.st_value = value,
		.st_size = size,
	};

	return (unsigned int)(object_append(&object->symbols, &symbol, sizeof(symbol)) /
			      sizeof(symbol));
}

static inline struct object *object_new(void)
{
	struct object *object = object_memory(calloc(1, sizeof(*object)));

	object_section(object, "", SHT_NULL, 0, NULL, 0);
	object->sections[0].header.sh_addralign = 0;
	object_symbol(object, NULL, STB_LOCAL, STT_NOTYPE, 0, 0, 0);
	return object;
}

/* The relocations of `section`, as a table of their own. Returns that table's section. */
static inline unsigned int object_relocs(struct object *object, unsigned int section,
					 const Elf64_Rel *relocs, size_t count)
{
	unsigned int index =
		object_section(object, ".rel", SHT_REL, 0, relocs, count * sizeof(*relocs));

	object->sections[index].header.sh_info = section;
	object->sections[index].header.sh_entsize = sizeof(*relocs);
	return index;
}

static inline Elf64_Rel object_reloc(uint64_t offset, unsigned int symbol, unsigned int type)
{
	return (Elf64_Rel){.r_offset = offset, .r_info = ELF64_R_INFO((uint64_t)symbol, type)};
}

/* ---- what BPF objects are made of ---- */

/* A program section with one global function that begins it. */
static inline unsigned int object_program(struct object *object, const char *section,
					  const char *function, const struct bpf_insn *insns,
					  size_t count)
{
	unsigned int index =
		object_section(object, section, SHT_PROGBITS, SHF_ALLOC | SHF_EXECINSTR, insns,
			       count * sizeof(*insns));

	object_symbol(object, function, STB_GLOBAL, STT_FUNC, index, 0, count * sizeof(*insns));
	return index;
}

/* One more definition in SEC("maps"). Returns its symbol. */
static inline unsigned int object_map(struct object *object, const char *name,
				      const void *definition, size_t size)
{
	size_t offset;

	if (!object->maps)
		object->maps = object_section(object, "maps", SHT_PROGBITS,
					      SHF_ALLOC | SHF_WRITE, NULL, 0);
	offset = object_section_append(object, object->maps, definition, size);
	return object_symbol(object, name, STB_GLOBAL, STT_OBJECT, object->maps, offset, size);
}

static inline void object_license(struct object *object, const void *text, size_t size)
{
	object->license = object_section(object, "license", SHT_PROGBITS, SHF_ALLOC | SHF_WRITE,
					 text, size);
}

/* struct bpf_map_def of Linux 4.14 to 5.10. */
struct kernel_map {
	uint32_t type, key_size, value_size, max_entries, map_flags, inner_map_idx, numa_node;
};

/* struct bpf_elf_map of iproute2 4.13 and later. */
struct iproute2_map {
	uint32_t type, size_key, size_value, max_elem, flags, id, pinning, inner_id, inner_idx;
};

/* An array of one 64-bit counter. Returns its symbol. */
static inline unsigned int object_counter(struct object *object, const char *name)
{
	const struct kernel_map map = {BPF_MAP_TYPE_ARRAY, 4, 8, 1, 0, 0, 0};

	return object_map(object, name, &map, sizeof(map));
}

/* A program that returns `value`. */
static inline unsigned int object_returns(struct object *object, const char *section,
					  const char *function, int value)
{
	const struct bpf_insn insns[] = {
		BPF_MOV64_IMM(BPF_REG_0, value),
		BPF_EXIT_INSN(),
	};

	return object_program(object, section, function, insns, 2);
}

/* A program that returns the first 4 bytes of element 0 of the map or data at `symbol`. */
static inline unsigned int object_reads(struct object *object, const char *section,
					const char *function, unsigned int symbol)
{
	const struct bpf_insn insns[] = {
		BPF_ST_MEM(BPF_W, BPF_REG_10, -4, 0),
		BPF_MOV64_REG(BPF_REG_2, BPF_REG_10),
		BPF_ALU64_IMM(BPF_ADD, BPF_REG_2, -4),
		BPF_LD_IMM64(BPF_REG_1, 0),
		BPF_RAW_INSN(BPF_JMP | BPF_CALL, 0, 0, 0, BPF_FUNC_map_lookup_elem),
		BPF_JMP_IMM(BPF_JNE, BPF_REG_0, 0, 2),
		BPF_MOV64_IMM(BPF_REG_0, 0),
		BPF_EXIT_INSN(),
		BPF_LDX_MEM(BPF_W, BPF_REG_0, BPF_REG_0, 0),
		BPF_EXIT_INSN(),
	};
	const Elf64_Rel reloc = {.r_offset = 24, .r_info = ELF64_R_INFO((uint64_t)symbol, 1)};
	unsigned int index = object_program(object, section, function, insns,
					    sizeof(insns) / sizeof(insns[0]));

	object_relocs(object, index, &reloc, 1);
	return index;
}

/* A program that adds 1 to the counter at `symbol` each time process `pid` comes by. */
static inline unsigned int object_counts(struct object *object, const char *section,
					 const char *function, unsigned int symbol, int pid)
{
	const struct bpf_insn insns[] = {
		BPF_RAW_INSN(BPF_JMP | BPF_CALL, 0, 0, 0, BPF_FUNC_get_current_pid_tgid),
		BPF_ALU64_IMM(BPF_RSH, BPF_REG_0, 32),
		BPF_JMP_IMM(BPF_JNE, BPF_REG_0, pid, 9),
		BPF_ST_MEM(BPF_W, BPF_REG_10, -4, 0),
		BPF_MOV64_REG(BPF_REG_2, BPF_REG_10),
		BPF_ALU64_IMM(BPF_ADD, BPF_REG_2, -4),
		BPF_LD_IMM64(BPF_REG_1, 0),
		BPF_RAW_INSN(BPF_JMP | BPF_CALL, 0, 0, 0, BPF_FUNC_map_lookup_elem),
		BPF_JMP_IMM(BPF_JEQ, BPF_REG_0, 0, 2),
		BPF_MOV64_IMM(BPF_REG_1, 1),
		BPF_STX_XADD(BPF_DW, BPF_REG_0, BPF_REG_1, 0),
		BPF_MOV64_IMM(BPF_REG_0, 0),
		BPF_EXIT_INSN(),
	};
	const Elf64_Rel reloc = {.r_offset = 48, .r_info = ELF64_R_INFO((uint64_t)symbol, 1)};
	unsigned int index = object_program(object, section, function, insns,
					    sizeof(insns) / sizeof(insns[0]));

	object_relocs(object, index, &reloc, 1);
	return index;
}

/* ---- the file ---- */

/* Adds the tables; the string table is last, so that it holds every name. */
static inline void object_tables(struct object *object)
{
	unsigned int symbols = object_section(object, ".symtab", SHT_SYMTAB, 0,
					      object->symbols.data, object->symbols.size);
	unsigned int strings = object->section_count;
	uint32_t name = object_string(object, ".strtab");

	object_section(object, "", SHT_STRTAB, 0, NULL, 0);
	object_section_append(object, strings, object->strings.data, object->strings.size);
	object->sections[strings].header.sh_name = name;
	object->sections[symbols].header.sh_link = strings;
	object->sections[symbols].header.sh_info = 1;
	object->sections[symbols].header.sh_entsize = sizeof(Elf64_Sym);
	for (unsigned int i = 1; i < object->section_count; i++)
		if (object->sections[i].header.sh_type == SHT_REL)
			object->sections[i].header.sh_link = symbols;
}

static inline Elf64_Ehdr object_header(const struct object *object, size_t headers_at)
{
	Elf64_Ehdr header = {
		.e_ident = {0x7f, 'E', 'L', 'F', ELFCLASS64,
			    __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ ? ELFDATA2LSB
								      : ELFDATA2MSB,
			    EV_CURRENT},
		.e_type = ET_REL,
		.e_machine = EM_BPF,
		.e_version = EV_CURRENT,
		.e_shoff = headers_at,
		.e_ehsize = sizeof(header),
		.e_shentsize = sizeof(Elf64_Shdr),
		.e_shnum = (Elf64_Half)object->section_count,
		.e_shstrndx = (Elf64_Half)(object->section_count - 1),
	};

	return header;
}

static inline void object_free(struct object *object)
{
	for (unsigned int i = 0; i < object->section_count; i++)
		free(object->sections[i].bytes.data);
	free(object->sections);
	free(object->symbols.data);
	free(object->strings.data);
	free(object);
}

static inline void object_pad(struct object_bytes *file)
{
	object_append(file, NULL, -file->size % 8);
}

/* The finished file, to be freed by the caller; the object is gone. */
static inline unsigned char *object_write(struct object *object, size_t *size)
{
	struct object_bytes file = {0};
	Elf64_Ehdr header;

	object_tables(object);
	object_append(&file, NULL, sizeof(header));
	for (unsigned int i = 1; i < object->section_count; i++) {
		struct object_section *section = &object->sections[i];

		object_pad(&file);
		section->header.sh_offset =
			object_append(&file, section->bytes.data, section->bytes.size);
		if (section->header.sh_type != SHT_NOBITS)
			section->header.sh_size = section->bytes.size;
	}
	object_pad(&file);
	header = object_header(object, file.size);
	memcpy(file.data, &header, sizeof(header));
	for (unsigned int i = 0; i < object->section_count; i++)
		object_append(&file, &object->sections[i].header, sizeof(Elf64_Shdr));
	object_free(object);
	*size = file.size;
	return file.data;
}

#endif
