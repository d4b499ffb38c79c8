// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * bad_input - damaged objects, and files that are none. tier: 0
 *
 * Every object here is opened and relocated without privileges. Whatever is wrong with it: no
 * crash, no sanitizer report, no descriptor left open, and either the result is sound or the error
 * names the file and a place in it.
 *
 * The mass tests damage objects of clang one place at a time: cut off at every byte, every byte
 * set to 0xff, every field of every header, symbol and relocation set to 0, 1, its maximum and
 * the half of that. Each runs in a child process, so that a crash or an endless loop is one
 * failed test that knows which place it was. CLANG chooses the compiler.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#define BPF_LOAD_NO_CLASSIC
#include "bpf_load.h"
#include "loader/elf_file.h"
#include "robust.h"
#include "make_object.h"

#include <signal.h>
#include <sys/mman.h>
#include <time.h>

#if WITH_ASAN
#include <sanitizer/lsan_interface.h>
#endif

#define NAME	     "damaged.o"
#define MAX_REPORTED 10
#define TIME_LIMIT   120 /* seconds for one mass test: an endless loop, not a slow machine */

struct sample {
	const char *name, *flags[3];
	unsigned char *bytes;
	size_t size;
};

static struct sample samples[] = {
	{.name = "kernel maps", .flags = {"-g0"}},
	{.name = "kernel maps, -g", .flags = {"-g"}},
	{.name = "iproute2 maps", .flags = {"-g0", "-DIPROUTE2"}},
	{.name = "iproute2 maps, -g", .flags = {"-g", "-DIPROUTE2"}},
	{.name = "BTF maps", .flags = {"-g", "-DBTF_MAPS"}},
};

static char *directory; /* for objects that this test compiles */

/* ---- compiling ---- */

static int compile_samples(void **state)
{
	(void)state;
	directory = new_directory();
	for (size_t i = 0; i < ARRAY_SIZE(samples); i++) {
		char *path = path_in(directory, "sample.o");

		compile_for("bpf", "tests/objects/bad_input.c", path, samples[i].flags);
		samples[i].bytes = (unsigned char *)read_whole(path, &samples[i].size);
		assert_non_null(samples[i].bytes);
		free(path);
	}
	return 0;
}

static int free_samples(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(samples); i++)
		free(samples[i].bytes);
	remove_tree(directory);
	free(directory);
	return 0;
}

/* ---- what a good answer is ---- */

static bool relocs_are_sound(const struct bpf_loader *loader,
			     const struct bpf_loader_program *program)
{
	for (size_t i = 0; i < program->reloc_count; i++) {
		const struct bpf_loader_reloc *reloc = &program->relocs[i];
		bool map = reloc->kind == BPF_LOADER_RELOC_MAP ||
			   reloc->kind == BPF_LOADER_RELOC_VALUE;

		if (reloc->insn >= program->insn_count || !reloc->symbol)
			return false;
		if (reloc->target >= (map ? bpf_loader_map_count(loader) : program->insn_count))
			return false;
	}
	return true;
}

static bool programs_are_sound(const struct bpf_loader *loader)
{
	for (size_t i = 0; i < bpf_loader_program_count(loader); i++) {
		const struct bpf_loader_program *program = bpf_loader_program(loader, i);

		if (!program->name || !program->section || !program->insn_count ||
		    !program->part_count || program->fd != -1 ||
		    !relocs_are_sound(loader, program))
			return false;
		for (size_t part = 0; part < program->part_count; part++)
			if (program->parts[part].start >= program->insn_count ||
			    !bpf_loader_part_name(loader, program, part))
				return false;
	}
	return true;
}

static bool maps_are_sound(const struct bpf_loader *loader)
{
	for (size_t i = 0; i < bpf_loader_map_count(loader); i++) {
		const struct bpf_loader_map *map = bpf_loader_map(loader, i);

		if (!map->name || !map->section || map->fd != -1 ||
		    map->inner_map >= (long)bpf_loader_map_count(loader))
			return false;
		if (map->pinning != BPF_LOADER_PIN_NONE && !map->pin_path)
			return false;
	}
	return true;
}

static bool is_sound(const struct bpf_loader *loader)
{
	return bpf_loader_license(loader) && maps_are_sound(loader) &&
	       programs_are_sound(loader);
}

/* A text for a person: on a terminal, every byte of it shows or is a line break. */
static bool is_readable(const char *text)
{
	if (strlen(text) < 24 || strstr(text, "(null)"))
		return false;
	for (; *text; text++)
		if ((unsigned char)*text < ' ' && *text != '\n' && *text != '\t')
			return false;
	return true;
}

static bool names_a_place(const char *error)
{
	static const char *const places[] = {
		"section ", "section '", "symbol ",	    "ELF header",      "instruction",
		"map '",    "ELF class", "not an ELF file", "bytes is no size"};

	if (strncmp(error, NAME ": ", strlen(NAME ": ")) != 0)
		return false;
	for (size_t i = 0; i < ARRAY_SIZE(places); i++)
		if (strstr(error, places[i]))
			return true;
	return false;
}

/* Why the handle's state is no good answer, NULL where it is one. */
static const char *judge(const struct bpf_loader *loader)
{
	const char *error = bpf_loader_error(loader);

	if (!error)
		return is_sound(loader) ? NULL : "opens, but what it says makes no sense";
	if (!bpf_loader_errno(loader))
		return "an error without errno";
	if (!is_readable(error))
		return "no text for a person";
	return names_a_place(error) ? NULL : "does not name file and place";
}

/* ---- the mass tests ---- */

/* What a child tells its parent, even if it dies. */
struct progress {
	char what[160]; /* the damage being tried */
	unsigned long next, first, refused, wrong;
};

static struct progress *progress;

static void complain(const char *why, const char *error)
{
	if (progress->wrong++ < MAX_REPORTED)
		fprintf(stderr, "# %s: %s: %s\n", progress->what, why,
			error ? error : "opened");
}

static void try_object(const unsigned char *bytes, size_t size)
{
	struct bpf_loader *loader;
	const char *why;

	/* Another child has been here, and died at the last one. */
	if (progress->next++ < progress->first)
		return;
	loader = bpf_loader_open_memory(bytes, size, NAME, NULL);
	if (loader && !bpf_loader_error(loader))
		bpf_loader_relocate(loader);
	why = loader ? judge(loader) : "no handle";
	if (why)
		complain(why, bpf_loader_error(loader));
	if (bpf_loader_error(loader))
		progress->refused++;
	bpf_loader_close(loader);
}

/* The child's end: its own leak check, without cmocka's and stdio's exit handlers. */
static void finish_child(int fds_before)
{
	if (count_fds() != fds_before)
		complain("descriptors left open", NULL);
#if WITH_ASAN
	if (__lsan_do_recoverable_leak_check())
		complain("memory leaked", NULL);
#endif
	fflush(stderr);
	_exit(0);
}

static void run_child(void (*damage)(const struct sample *sample), const struct sample *sample)
{
	static const int signals[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGSYS, SIGABRT};
	int fds = count_fds();

	/* cmocka's handlers would go on with the next test, in the child. */
	for (size_t i = 0; i < ARRAY_SIZE(signals); i++)
		signal(signals[i], SIG_DFL);
	alarm(TIME_LIMIT);
	damage(sample);
	finish_child(fds);
}

/* One child; false when it died before the end. */
static bool run_one(void (*damage)(const struct sample *sample), const struct sample *sample)
{
	int status;
	pid_t pid;

	progress->first = progress->next;
	progress->next = 0;
	fflush(NULL);
	pid = fork();
	if (!pid)
		run_child(damage, sample);
	assert_true(pid > 0);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	if (!status)
		return true;
	complain(WIFSIGNALED(status) ? strsignal(WTERMSIG(status)) : "a sanitizer's report",
		 "died");
	return false;
}

/* All damages of one sample. After a crash a new child goes on behind it. */
static void run_children(void (*damage)(const struct sample *sample),
			 const struct sample *sample)
{
	int children = 1;

	memset(progress, 0, sizeof(*progress));
	while (!run_one(damage, sample) && children < MAX_REPORTED)
		children++;
	print_message("# %s: %lu damages, %lu refused\n", sample->name, progress->next,
		      progress->refused);
	assert_true(progress->next > 0);
}

static void damage_all(void (*damage)(const struct sample *sample))
{
	unsigned long wrong = 0;

	progress = mmap(NULL, sizeof(*progress), PROT_READ | PROT_WRITE,
			MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	assert_ptr_not_equal(progress, MAP_FAILED);
	for (size_t i = 0; i < ARRAY_SIZE(samples); i++) {
		run_children(damage, &samples[i]);
		wrong += progress->wrong;
	}
	munmap(progress, sizeof(*progress));
	if (wrong)
		fail_msg("%lu wrong answers", wrong);
}

/* An undamaged sample is understood: otherwise the mass tests would test nothing. */
static void samples_are_good(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(samples); i++) {
		struct bpf_loader *loader =
			bpf_loader_open_memory(samples[i].bytes, samples[i].size, NAME, NULL);

		assert_null(bpf_loader_error(loader));
		assert_int_equal(bpf_loader_relocate(loader), 0);
		assert_true(is_sound(loader));
		assert_int_equal(bpf_loader_map_count(loader), 5);
		assert_int_equal(bpf_loader_program_count(loader), 1);
		assert_int_equal(bpf_loader_program(loader, 0)->part_count, 2);
		assert_int_equal(bpf_loader_program(loader, 0)->reloc_count, 6);
		assert_string_equal(bpf_loader_license(loader), "GPL");
		bpf_loader_close(loader);
	}
}

static void cut_everywhere(const struct sample *sample)
{
	for (size_t size = 0; size < sample->size; size++) {
		unsigned char *copy = malloc(size + 1); /* its own size: ASan sees its end */

		memcpy(copy, sample->bytes, size);
		snprintf(progress->what, sizeof(progress->what), "%s, cut off at byte %zu",
			 sample->name, size);
		try_object(copy, size);
		free(copy);
	}
}

static void truncated(void **state)
{
	(void)state;
	damage_all(cut_everywhere);
}

static void spoil_every_byte(const struct sample *sample)
{
	for (size_t at = 0; at < sample->size; at++) {
		unsigned char byte = sample->bytes[at];

		snprintf(progress->what, sizeof(progress->what), "%s, byte %zu made 0xff",
			 sample->name, at);
		sample->bytes[at] = 0xff;
		try_object(sample->bytes, sample->size);
		sample->bytes[at] = byte;
	}
}

static void every_byte(void **state)
{
	(void)state;
	damage_all(spoil_every_byte);
}

/* ---- fields ---- */

struct field {
	const char *name;
	size_t offset, size;
};

#define FIELD(type, member)                                                     \
	{                                                                       \
#member, offsetof(type, member), sizeof(((type *)NULL)->member) \
	}

static const struct field header_fields[] = {
	FIELD(Elf64_Ehdr, e_ident[EI_MAG0]),
	FIELD(Elf64_Ehdr, e_ident[EI_MAG1]),
	FIELD(Elf64_Ehdr, e_ident[EI_CLASS]),
	FIELD(Elf64_Ehdr, e_ident[EI_DATA]),
	FIELD(Elf64_Ehdr, e_ident[EI_VERSION]),
	FIELD(Elf64_Ehdr, e_ident[EI_OSABI]),
	FIELD(Elf64_Ehdr, e_ident[EI_PAD]),
	FIELD(Elf64_Ehdr, e_type),
	FIELD(Elf64_Ehdr, e_machine),
	FIELD(Elf64_Ehdr, e_version),
	FIELD(Elf64_Ehdr, e_entry),
	FIELD(Elf64_Ehdr, e_phoff),
	FIELD(Elf64_Ehdr, e_shoff),
	FIELD(Elf64_Ehdr, e_flags),
	FIELD(Elf64_Ehdr, e_ehsize),
	FIELD(Elf64_Ehdr, e_phentsize),
	FIELD(Elf64_Ehdr, e_phnum),
	FIELD(Elf64_Ehdr, e_shentsize),
	FIELD(Elf64_Ehdr, e_shnum),
	FIELD(Elf64_Ehdr, e_shstrndx),
};

static const struct field section_fields[] = {
	FIELD(Elf64_Shdr, sh_name),	 FIELD(Elf64_Shdr, sh_type),
	FIELD(Elf64_Shdr, sh_flags),	 FIELD(Elf64_Shdr, sh_addr),
	FIELD(Elf64_Shdr, sh_offset),	 FIELD(Elf64_Shdr, sh_size),
	FIELD(Elf64_Shdr, sh_link),	 FIELD(Elf64_Shdr, sh_info),
	FIELD(Elf64_Shdr, sh_addralign), FIELD(Elf64_Shdr, sh_entsize),
};

static const struct field symbol_fields[] = {
	FIELD(Elf64_Sym, st_name),  FIELD(Elf64_Sym, st_info),	FIELD(Elf64_Sym, st_other),
	FIELD(Elf64_Sym, st_shndx), FIELD(Elf64_Sym, st_value), FIELD(Elf64_Sym, st_size),
};

/* r_info is two numbers: type in the lower half, symbol in the upper one. */
static const struct field reloc_fields[] = {
	FIELD(Elf64_Rel, r_offset),
	{"r_info, type", offsetof(Elf64_Rel, r_info), 4},
	{"r_info, symbol", offsetof(Elf64_Rel, r_info) + 4, 4},
};

/* Tries the values that numbers go wrong at, in the field at byte `at` of the object. */
static void spoil_field(const struct sample *sample, size_t at, size_t size)
{
	const uint64_t max = size == 8 ? UINT64_MAX : (1ULL << (8 * size)) - 1;
	const uint64_t values[] = {0, 1, max / 2 + 1, max};
	const size_t prefix = strlen(progress->what);
	uint64_t before = 0;

	memcpy(&before, sample->bytes + at, size);
	for (size_t i = 0; i < ARRAY_SIZE(values); i++) {
		snprintf(progress->what + prefix, sizeof(progress->what) - prefix, " = 0x%llx",
			 (unsigned long long)values[i]);
		memcpy(sample->bytes + at, &values[i], size);
		try_object(sample->bytes, sample->size);
	}
	memcpy(sample->bytes + at, &before, size);
}

static void spoil_fields(const struct sample *sample, const char *what, size_t index,
			 size_t start, const struct field *fields, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		snprintf(progress->what, sizeof(progress->what), "%s, %s %zu, %s", sample->name,
			 what, index, fields[i].name);
		spoil_field(sample, start + fields[i].offset, fields[i].size);
	}
}

static Elf64_Shdr section_header(const struct sample *sample, size_t index)
{
	Elf64_Ehdr header;
	Elf64_Shdr section;

	memcpy(&header, sample->bytes, sizeof(header));
	memcpy(&section, sample->bytes + header.e_shoff + index * sizeof(section),
	       sizeof(section));
	return section;
}

static size_t section_count(const struct sample *sample)
{
	Elf64_Ehdr header;

	memcpy(&header, sample->bytes, sizeof(header));
	return header.e_shnum;
}

static void spoil_header(const struct sample *sample)
{
	spoil_fields(sample, "ELF header", 0, 0, header_fields, ARRAY_SIZE(header_fields));
}

static void spoil_sections(const struct sample *sample)
{
	Elf64_Ehdr header;

	memcpy(&header, sample->bytes, sizeof(header));
	for (size_t i = 0; i < header.e_shnum; i++)
		spoil_fields(sample, "section header", i,
			     header.e_shoff + i * sizeof(Elf64_Shdr), section_fields,
			     ARRAY_SIZE(section_fields));
}

/* Every entry of every table of the kind `type`. */
static void spoil_tables(const struct sample *sample, uint32_t type, const char *what,
			 size_t entry_size, const struct field *fields, size_t count)
{
	for (size_t i = 0; i < section_count(sample); i++) {
		const Elf64_Shdr table = section_header(sample, i);

		for (size_t n = 0; table.sh_type == type && n < table.sh_size / entry_size; n++)
			spoil_fields(sample, what, n, table.sh_offset + n * entry_size, fields,
				     count);
	}
}

static void spoil_symbols(const struct sample *sample)
{
	spoil_tables(sample, SHT_SYMTAB, "symbol", sizeof(Elf64_Sym), symbol_fields,
		     ARRAY_SIZE(symbol_fields));
}

static void spoil_relocs(const struct sample *sample)
{
	spoil_tables(sample, SHT_REL, "relocation", sizeof(Elf64_Rel), reloc_fields,
		     ARRAY_SIZE(reloc_fields));
}

static void header_values(void **state)
{
	(void)state;
	damage_all(spoil_header);
}

static void section_values(void **state)
{
	(void)state;
	damage_all(spoil_sections);
}

static void symbol_values(void **state)
{
	(void)state;
	damage_all(spoil_symbols);
}

static void reloc_values(void **state)
{
	(void)state;
	damage_all(spoil_relocs);
}

/* ---- silence: what there is to say goes to the caller, never to its terminal ---- */

static void open_damaged_types(const struct sample *sample, const char *output)
{
	int fd = open(output, O_CREAT | O_TRUNC | O_WRONLY | O_CLOEXEC, 0600);

	if (fd < 0 || dup2(fd, STDOUT_FILENO) < 0 || dup2(fd, STDERR_FILENO) < 0)
		_exit(2);
	for (size_t i = 0; i < section_count(sample); i++) {
		const Elf64_Shdr section = section_header(sample, i);

		/* the head of .BTF alone has the value 0xeb9f, and of .BTF.ext */
		if (section.sh_size < 64 || sample->bytes[section.sh_offset] != 0x9f ||
		    sample->bytes[section.sh_offset + 1] != 0xeb)
			continue;
		for (size_t at = 0; at < section.sh_size && at < 600; at++) {
			sample->bytes[section.sh_offset + at] ^= 0xff;
			bpf_loader_close(bpf_loader_open_memory(sample->bytes, sample->size,
								NAME, NULL));
			sample->bytes[section.sh_offset + at] ^= 0xff;
		}
	}
	_exit(0);
}

static void damaged_types_in_silence(void **state)
{
	char *path = path_in(directory, "output"), *output;
	int status;
	pid_t pid;

	(void)state;
	fflush(NULL);
	pid = fork();
	if (!pid)
		open_damaged_types(&samples[ARRAY_SIZE(samples) - 1], path);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	output = read_whole(path, NULL);
	assert_string_equal(output, "");
	free(output);
	free(path);
}

/* ---- one error each: files ---- */

/* The error must hold `place`, begin with the file's name and have that errno. */
static void expect_refusal(struct bpf_loader *loader, const char *name, int errnum,
			   const char *place)
{
	assert_non_null(loader);
	assert_contains(bpf_loader_error(loader), place);
	assert_int_equal(strncmp(bpf_loader_error(loader), name, strlen(name)), 0);
	assert_true(is_readable(bpf_loader_error(loader)));
	assert_int_equal(bpf_loader_errno(loader), errnum);
	assert_int_equal(bpf_loader_relocate(loader), -errnum);
	bpf_loader_close(loader);
}

static void expect_file_refusal(const char *path, int errnum, const char *place)
{
	const int fds = count_fds();

	expect_refusal(bpf_loader_open(path, NULL), path, errnum, place);
	assert_int_equal(count_fds(), fds);
}

static void no_such_file(void **state)
{
	(void)state;
	expect_file_refusal("/no/such/object.o", ENOENT, "cannot open: No such file");
	expect_file_refusal("", ENOENT, "cannot open: No such file");
}

static void a_directory(void **state)
{
	(void)state;
	expect_file_refusal(directory, EISDIR, "is a directory");
}

/* Opening a fifo or a device must not wait for anybody. */
static void no_regular_file(void **state)
{
	char *path = path_in(directory, "fifo");

	(void)state;
	assert_int_equal(mkfifo(path, 0600), 0);
	expect_file_refusal(path, EINVAL, "is not a regular file");
	expect_file_refusal("/dev/null", EINVAL, "is not a regular file");
	expect_file_refusal("/dev/zero", EINVAL, "is not a regular file");
	free(path);
}

static void an_empty_file(void **state)
{
	char *path = path_in(directory, "empty.o");

	(void)state;
	write_whole(path, "", 0);
	expect_file_refusal(path, ENOEXEC, "the file is empty");
	free(path);
}

static void a_text_file(void **state)
{
	static const char text[] = "int main(void) { return 0; }\n";
	char *path = path_in(directory, "prog_kern.c");

	(void)state;
	write_whole(path, text, strlen(text));
	expect_file_refusal(path, ENOEXEC, "not an ELF file; compile the source");
	free(path);
}

/* A hole of a terabyte costs nothing on disk; it must not cost memory either. */
static void a_huge_file(void **state)
{
	char *path = path_in(directory, "huge.o");
	int fd = open(path, O_CREAT | O_WRONLY | O_CLOEXEC, 0600);

	(void)state;
	assert_true(fd >= 0);
	if (ftruncate(fd, 1LL << 40))
		assert_int_equal(ftruncate(fd, 1LL << 30), 0);
	close(fd);
	expect_file_refusal(path, EFBIG, "is no size for a BPF object");
	free(path);
}

/* Root may read everything, so root tries as somebody else. */
static void try_unreadable(const char *path)
{
	struct bpf_loader *loader;
	const char *error;
	bool good;

	if (!geteuid() && setresuid(65534, 65534, 65534))
		_exit(2);
	loader = bpf_loader_open(path, NULL);
	error = bpf_loader_error(loader);
	good = error && strstr(error, "cannot open: Permission denied") &&
	       bpf_loader_errno(loader) == EACCES;
	if (!good)
		fprintf(stderr, "# %s\n", error ? error : "opened");
	_exit(!good);
}

static void an_unreadable_file(void **state)
{
	char *path = path_in(directory, "unreadable.o");
	int status;
	pid_t pid;

	(void)state;
	write_whole(path, samples[0].bytes, samples[0].size);
	assert_int_equal(chmod(directory, 0755), 0);
	assert_int_equal(chmod(path, 0000), 0);
	fflush(NULL);
	pid = fork();
	if (!pid)
		try_unreadable(path);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	free(path);
}

static void an_object_for_another_processor(void **state)
{
	(void)state;
	expect_file_refusal("/proc/self/exe", ENOEXEC, "ELF header, e_machine");
}

static void a_big_endian_object(void **state)
{
	const char *const flags[3] = {"-g"};
	const bool little = __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__;
	char *path = path_in(directory, "other_end.o");

	(void)state;
	compile_for(little ? "bpfeb" : "bpfel", "tests/objects/bad_input.c", path, flags);
	expect_file_refusal(path, ENOEXEC, "ELF header, EI_DATA");
	free(path);
}

/* ---- one error each: bytes ---- */

/* Opens sample `index` after `size` bytes at `at` were overwritten. */
static struct bpf_loader *open_patched(size_t index, size_t at, const void *bytes, size_t size)
{
	unsigned char *copy = malloc(samples[index].size);
	struct bpf_loader *loader;

	memcpy(copy, samples[index].bytes, samples[index].size);
	memcpy(copy + at, bytes, size);
	loader = bpf_loader_open_memory(copy, samples[index].size, NAME, NULL);
	free(copy);
	return loader;
}

static void a_32_bit_object(void **state)
{
	const unsigned char elf32 = ELFCLASS32;

	(void)state;
	expect_refusal(open_patched(0, EI_CLASS, &elf32, 1), NAME, ENOEXEC, "ELF class 1");
}

static void a_wrong_machine(void **state)
{
	const Elf64_Half x86_64 = EM_X86_64, none = EM_NONE;
	struct bpf_loader *loader;

	(void)state;
	expect_refusal(open_patched(0, offsetof(Elf64_Ehdr, e_machine), &x86_64, 2), NAME,
		       ENOEXEC, "ELF header, e_machine 62: code for another processor");
	/* LLVM before 3.9 had no number for BPF. */
	loader = open_patched(0, offsetof(Elf64_Ehdr, e_machine), &none, 2);
	assert_null(bpf_loader_error(loader));
	bpf_loader_close(loader);
}

static void a_linked_file(void **state)
{
	const Elf64_Half executable = ET_EXEC;

	(void)state;
	expect_refusal(open_patched(0, offsetof(Elf64_Ehdr, e_type), &executable, 2), NAME,
		       ENOEXEC, "ELF header, e_type 2");
}

static void nothing_at_all(void **state)
{
	(void)state;
	expect_refusal(bpf_loader_open_memory("", 0, NAME, NULL), NAME, EINVAL, "0 bytes");
}

static void unterminated_strings(void **state)
{
	const char letter = 'x';

	(void)state;
	for (size_t i = 1; i < section_count(&samples[0]); i++) {
		const Elf64_Shdr table = section_header(&samples[0], i);

		if (table.sh_type == SHT_STRTAB)
			expect_refusal(open_patched(0, table.sh_offset + table.sh_size - 1,
						    &letter, 1),
				       NAME, EINVAL, "section ");
	}
}

/* ---- objects that no compiler writes ---- */

static struct bpf_loader *open_object(struct object *object)
{
	size_t size;
	unsigned char *bytes = object_write(object, &size);
	struct bpf_loader *loader = bpf_loader_open_memory(bytes, size, NAME, NULL);

	free(bytes);
	return loader;
}

static void expect_object_refusal(struct object *object, int errnum, const char *place)
{
	const int fds = count_fds();

	expect_refusal(open_object(object), NAME, errnum, place);
	assert_int_equal(count_fds(), fds);
}

static const struct kernel_map array_map = {BPF_MAP_TYPE_ARRAY, 4, 4, 1, 0, 0, 0};

/* A program that takes the address of something, and the symbol for it. */
static unsigned int add_program(struct object *object)
{
	const struct bpf_insn insns[] = {
		BPF_LD_IMM64(BPF_REG_1, 0),
		BPF_MOV64_IMM(BPF_REG_0, 0),
		BPF_EXIT_INSN(),
	};

	return object_program(object, "socket", "program", insns, ARRAY_SIZE(insns));
}

static void no_symbols(void **state)
{
	struct object *object = object_new();
	struct bpf_loader *loader;

	(void)state;
	/* Nothing refers to anything: a section of code is a program all the same. */
	add_program(object);
	object->symbols.size = 0;
	loader = open_object(object);
	assert_null(bpf_loader_error(loader));
	assert_int_equal(bpf_loader_program_count(loader), 1);
	assert_string_equal(bpf_loader_program(loader, 0)->name, "socket");
	bpf_loader_close(loader);
}

static void no_symbols_but_relocations(void **state)
{
	const Elf64_Rel reloc = object_reloc(0, 1, RELOC_BPF_64_64);
	struct object *object = object_new();

	(void)state;
	object_relocs(object, add_program(object), &reloc, 1);
	object->symbols.size = 0;
	expect_object_refusal(object, EINVAL, "section 'socket': relocation 0 names symbol 1");
}

static void symbol_past_its_section(void **state)
{
	struct object *object = object_new();

	(void)state;
	object_map(object, "m", &array_map, sizeof(array_map));
	object_symbol(object, "beyond", STB_GLOBAL, STT_OBJECT, object->maps, 20, 28);
	expect_object_refusal(object, EINVAL, "'beyond'");
}

static void symbol_in_no_section(void **state)
{
	struct object *object = object_new();

	(void)state;
	add_program(object);
	object_symbol(object, "lost", STB_GLOBAL, STT_OBJECT, 1000, 0, 4);
	expect_object_refusal(object, EINVAL, "symbol 2 'lost': section 1000 (st_shndx)");
}

static void relocation_past_its_program(void **state)
{
	const uint64_t offsets[] = {32, 40, 0x7fffffff, UINT64_MAX - 7};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(offsets); i++) {
		struct object *object = object_new();
		unsigned int map = object_map(object, "m", &array_map, sizeof(array_map));
		const Elf64_Rel reloc = object_reloc(offsets[i], map, RELOC_BPF_64_64);

		object_relocs(object, add_program(object), &reloc, 1);
		expect_object_refusal(object, EINVAL, "section 'socket': relocation 0");
	}
}

/* The second half of an ld_imm64 would lie behind the program's end. */
static void relocation_of_the_last_instruction(void **state)
{
	const struct bpf_insn half[] = {BPF_LD_IMM64(BPF_REG_1, 0)};
	struct object *object = object_new();
	unsigned int map = object_map(object, "m", &array_map, sizeof(array_map));
	const Elf64_Rel reloc = object_reloc(0, map, RELOC_BPF_64_64);

	(void)state;
	object_relocs(object, object_program(object, "socket", "program", half, 1), &reloc, 1);
	expect_object_refusal(object, EINVAL, "section 'socket', function 'program', instr");
}

static void relocation_types(void **state)
{
	const unsigned int types[] = {0, 2, 3, 4, 11, 255};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(types); i++) {
		struct object *object = object_new();
		unsigned int map = object_map(object, "m", &array_map, sizeof(array_map));
		const Elf64_Rel reloc = object_reloc(0, map, types[i]);

		object_relocs(object, add_program(object), &reloc, 1);
		expect_object_refusal(object, ENOTSUP,
				      "section 'socket', function 'program', instruction 0");
	}
}

#define MANY 10000

/* MANY times the address of a map, then exit. */
static struct object *many_relocations(uint64_t behind)
{
	struct bpf_insn *insns = calloc(2 * MANY + 2, sizeof(*insns));
	Elf64_Rel *relocs = calloc(MANY, sizeof(*relocs));
	struct object *object = object_new();
	unsigned int map = object_map(object, "m", &array_map, sizeof(array_map));
	unsigned int program;

	for (size_t i = 0; i < MANY; i++) {
		const struct bpf_insn load[] = {BPF_LD_IMM64(BPF_REG_1, 0)};

		memcpy(insns + 2 * i, load, sizeof(load));
		/* backwards: the loader sorts them */
		relocs[i] = object_reloc((MANY - 1 - i) * 16 + behind, map, RELOC_BPF_64_64);
	}
	insns[2 * MANY] = BPF_MOV64_IMM(BPF_REG_0, 0);
	insns[2 * MANY + 1] = BPF_EXIT_INSN();
	program = object_program(object, "socket", "program", insns, 2 * MANY + 2);
	object_relocs(object, program, relocs, MANY);
	free(relocs);
	free(insns);
	return object;
}

static void ten_thousand_relocations(void **state)
{
	struct bpf_loader *loader = open_object(many_relocations(0));
	const struct bpf_loader_program *program = bpf_loader_program(loader, 0);

	(void)state;
	assert_null(bpf_loader_error(loader));
	assert_int_equal(bpf_loader_relocate(loader), 0);
	assert_int_equal(program->reloc_count, MANY);
	for (size_t i = 0; i < MANY; i++) {
		assert_int_equal(program->relocs[i].insn, 2 * i);
		assert_int_equal(program->insns[2 * i].src_reg, BPF_PSEUDO_MAP_FD);
	}
	bpf_loader_close(loader);
	expect_object_refusal(many_relocations(UINT32_MAX), EINVAL, "section 'socket'");
}

static void two_relocations_of_one_instruction(void **state)
{
	struct object *object = object_new();
	unsigned int a = object_map(object, "a", &array_map, sizeof(array_map));
	unsigned int b = object_map(object, "b", &array_map, sizeof(array_map));
	const Elf64_Rel relocs[] = {object_reloc(0, a, RELOC_BPF_64_64),
				    object_reloc(0, b, RELOC_BPF_64_64)};

	(void)state;
	object_relocs(object, add_program(object), relocs, 2);
	expect_object_refusal(object, EINVAL, "instruction 0");
}

static void a_name_of_300_characters(void **state)
{
	struct object *object = object_new();
	struct bpf_loader *loader;
	char name[301];

	(void)state;
	memset(name, 'n', 300);
	name[300] = '\0';
	object_map(object, name, &array_map, sizeof(array_map));
	loader = open_object(object);
	assert_null(bpf_loader_error(loader));
	assert_string_equal(bpf_loader_map(loader, 0)->name, name);
	assert_ptr_equal(bpf_loader_find_map(loader, name), bpf_loader_map(loader, 0));
	bpf_loader_close(loader);
}

/* Two definitions that share bytes: neither can be trusted. */
static void overlapping_maps(void **state)
{
	const size_t offsets[] = {4, 8, 16, 20, 24};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(offsets); i++) {
		struct object *object = object_new();

		object_map(object, "under", &array_map, sizeof(array_map));
		object_section_append(object, object->maps, &array_map, offsets[i]);
		object_symbol(object, "over", STB_GLOBAL, STT_OBJECT, object->maps, offsets[i],
			      sizeof(array_map));
		expect_object_refusal(object, EINVAL, "map 'under'");
	}
}

/* A map of maps is no template for another. */
static void cyclic_inner_maps(void **state)
{
	const struct kernel_map first = {BPF_MAP_TYPE_ARRAY_OF_MAPS, 4, 4, 1, 0, 1, 0};
	const struct kernel_map second = {BPF_MAP_TYPE_HASH_OF_MAPS, 4, 4, 1, 0, 0, 0};
	struct object *object = object_new();

	(void)state;
	object_map(object, "first", &first, sizeof(first));
	object_map(object, "second", &second, sizeof(second));
	expect_object_refusal(object, EINVAL, "section 'maps', map 'first'");
}

/* Index 0 in map 0 is what an author leaves there who gives the template from user space. */
static void an_inner_map_that_is_the_outer_one(void **state)
{
	const struct kernel_map outer = {BPF_MAP_TYPE_HASH_OF_MAPS, 4, 4, 1, 0, 0, 0};
	struct object *object = object_new();
	struct bpf_loader *loader;

	(void)state;
	object_map(object, "itself", &outer, sizeof(outer));
	loader = open_object(object);
	assert_null(bpf_loader_error(loader));
	assert_int_equal(bpf_loader_map(loader, 0)->inner_map, -1);
	assert_null(bpf_loader_map(loader, 0)->inner);
	bpf_loader_close(loader);
}

/* A cycle in BTF: the struct that `values` holds is the map's own. */
static void a_btf_map_of_itself(void **state)
{
	static const char source[] =
		"struct outer { int (*type)[12]; int (*max_entries)[1]; int *key;\n"
		"struct outer *values[]; };\n"
		"__attribute__((section(\".maps\"))) struct outer outer;\n"
		"__attribute__((section(\"socket\"))) int f(void) { return outer.key != 0; }\n";
	const char *const flags[3] = {"-g"};
	char *path = path_in(directory, "itself.c");
	char *object = path_in(directory, "itself.o");

	(void)state;
	write_whole(path, source, strlen(source));
	compile_for("bpf", path, object, flags);
	expect_file_refusal(object, EINVAL, "section '.maps', map 'outer.inner'");
	free(object);
	free(path);
}

/* ---- recursion: the loader must end; the verifier refuses it later ---- */

static void a_function_that_calls_itself(void **state)
{
	const struct bpf_insn insns[] = {
		BPF_RAW_INSN(BPF_JMP | BPF_CALL, 0, BPF_PSEUDO_CALL, 0, 1),
		BPF_EXIT_INSN(),
		BPF_RAW_INSN(BPF_JMP | BPF_CALL, 0, BPF_PSEUDO_CALL, 0, -1),
		BPF_EXIT_INSN(),
	};
	struct object *object = object_new();
	unsigned int section = object_program(object, "socket", "entry", insns, 4);
	const struct bpf_loader_program *program;
	struct bpf_loader *loader;

	(void)state;
	object_symbol(object, "again", STB_LOCAL, STT_FUNC, section, 16, 16);
	loader = open_object(object);
	assert_null(bpf_loader_error(loader));
	assert_int_equal(bpf_loader_relocate(loader), 0);
	program = bpf_loader_program(loader, 0);
	assert_int_equal(program->part_count, 2);
	assert_int_equal(program->insns[0].imm, 1);
	assert_int_equal(program->insns[2].imm, -1);
	bpf_loader_close(loader);
}

/* Two functions of .text that call each other, by relocations. */
static void functions_that_call_each_other(void **state)
{
	const struct bpf_insn text[] = {
		BPF_RAW_INSN(BPF_JMP | BPF_CALL, 0, BPF_PSEUDO_CALL, 0, -1),
		BPF_EXIT_INSN(),
		BPF_RAW_INSN(BPF_JMP | BPF_CALL, 0, BPF_PSEUDO_CALL, 0, -1),
		BPF_EXIT_INSN(),
	};
	struct object *object = object_new();
	unsigned int section = object_section(object, ".text", SHT_PROGBITS,
					      SHF_ALLOC | SHF_EXECINSTR, text, sizeof(text));
	unsigned int ping = object_symbol(object, "ping", STB_GLOBAL, STT_FUNC, section, 0, 16);
	unsigned int pong =
		object_symbol(object, "pong", STB_GLOBAL, STT_FUNC, section, 16, 16);
	const Elf64_Rel inside[] = {object_reloc(0, pong, RELOC_BPF_64_32),
				    object_reloc(16, ping, RELOC_BPF_64_32)};
	const Elf64_Rel outside = object_reloc(0, ping, RELOC_BPF_64_32);
	struct bpf_loader *loader;

	(void)state;
	object_relocs(object, section, inside, 2);
	section = object_program(object, "socket", "entry", text, 2);
	object_relocs(object, section, &outside, 1);
	loader = open_object(object);
	assert_null(bpf_loader_error(loader));
	assert_int_equal(bpf_loader_relocate(loader), 0);
	assert_int_equal(bpf_loader_program_count(loader), 1);
	assert_int_equal(bpf_loader_program(loader, 0)->part_count, 3);
	assert_int_equal(bpf_loader_program(loader, 0)->insns[4].imm, -3);
	bpf_loader_close(loader);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(samples_are_good),
		cmocka_unit_test(truncated),
		cmocka_unit_test(every_byte),
		cmocka_unit_test(header_values),
		cmocka_unit_test(section_values),
		cmocka_unit_test(symbol_values),
		cmocka_unit_test(reloc_values),
		cmocka_unit_test(damaged_types_in_silence),
		cmocka_unit_test(no_such_file),
		cmocka_unit_test(a_directory),
		cmocka_unit_test(no_regular_file),
		cmocka_unit_test(an_empty_file),
		cmocka_unit_test(a_text_file),
		cmocka_unit_test(a_huge_file),
		cmocka_unit_test(an_unreadable_file),
		cmocka_unit_test(an_object_for_another_processor),
		cmocka_unit_test(a_big_endian_object),
		cmocka_unit_test(a_32_bit_object),
		cmocka_unit_test(a_wrong_machine),
		cmocka_unit_test(a_linked_file),
		cmocka_unit_test(nothing_at_all),
		cmocka_unit_test(unterminated_strings),
		cmocka_unit_test(no_symbols),
		cmocka_unit_test(no_symbols_but_relocations),
		cmocka_unit_test(symbol_past_its_section),
		cmocka_unit_test(symbol_in_no_section),
		cmocka_unit_test(relocation_past_its_program),
		cmocka_unit_test(relocation_of_the_last_instruction),
		cmocka_unit_test(relocation_types),
		cmocka_unit_test(ten_thousand_relocations),
		cmocka_unit_test(two_relocations_of_one_instruction),
		cmocka_unit_test(a_name_of_300_characters),
		cmocka_unit_test(overlapping_maps),
		cmocka_unit_test(cyclic_inner_maps),
		cmocka_unit_test(an_inner_map_that_is_the_outer_one),
		cmocka_unit_test(a_btf_map_of_itself),
		cmocka_unit_test(a_function_that_calls_itself),
		cmocka_unit_test(functions_that_call_each_other),
	};

	return cmocka_run_group_tests_name("bad_input", tests, compile_samples, free_samples);
}
