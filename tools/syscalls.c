// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * syscalls: see syscalls.h.
 *
 * The fields of an argument are rows of a table for each command, in strace's order; a row's
 * function turns its bytes into text.
 */
#include "syscalls.h"

#include <bpf/libbpf.h>
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>

#include "options.h"
#include "output.h"
#include "stand_in.h"
#include "words.h"

#define FIRST_FD 3

/* A descriptor that the stand-in gave out: a real one, so that close() works on it. */
struct opened {
	int real, shown;
	__u32 key_size, value_size; /* of a map */
	bool holds_fds;
};

struct recorder {
	struct syscall_list *list;
	const struct bpf_loader *loader;
	unsigned int stage;
	struct opened *opened;
	size_t opened_count;
};

/* ---- descriptors ---- */

static struct opened *opened_at(const struct recorder *recorder, __u64 real)
{
	for (size_t i = 0; i < recorder->opened_count; i++)
		if ((__u64)recorder->opened[i].real == real)
			return &recorder->opened[i];
	return NULL;
}

/* The loader closes descriptors without a word to us; their numbers are free again. */
static void forget_closed(struct recorder *recorder, int reopened)
{
	size_t kept = 0;

	for (size_t i = 0; i < recorder->opened_count; i++)
		if (recorder->opened[i].real != reopened &&
		    fcntl(recorder->opened[i].real, F_GETFD) >= 0)
			recorder->opened[kept++] = recorder->opened[i];
	recorder->opened_count = kept;
}

static bool is_shown(const struct recorder *recorder, int number)
{
	for (size_t i = 0; i < recorder->opened_count; i++)
		if (recorder->opened[i].shown == number)
			return true;
	return false;
}

static bool map_holds_fds(__u32 type)
{
	return type == BPF_MAP_TYPE_PROG_ARRAY || map_type_holds_maps(type);
}

static long new_fd(struct recorder *recorder, int command, const union bpf_attr *attr)
{
	int real = eventfd(0, EFD_CLOEXEC), shown = FIRST_FD;
	struct opened *opened;

	if (real < 0)
		return -errno;
	forget_closed(recorder, real);
	while (is_shown(recorder, shown))
		shown++;
	recorder->opened = must(
		reallocarray(recorder->opened, recorder->opened_count + 1, sizeof(*opened)));
	opened = &recorder->opened[recorder->opened_count++];
	*opened = (struct opened){.real = real, .shown = shown};
	if (command == BPF_MAP_CREATE) {
		opened->key_size = attr->key_size;
		opened->value_size = attr->value_size;
		opened->holds_fds = map_holds_fds(attr->map_type);
	}
	return real;
}

/* ---- fields ---- */

struct row;

struct argument {
	const struct recorder *recorder;
	const union bpf_attr *attr;
};

struct row {
	const char *name;
	size_t offset, size;
	/* Sets field->text, or is_number and number; or nothing where it is not to be shown. */
	void (*fill)(const struct argument *argument, const struct row *row,
		     struct syscall_field *field);
};

static __u64 value_of(const struct argument *argument, const struct row *row)
{
	const char *bytes = (const char *)argument->attr + row->offset;
	__u64 wide;
	__u32 word;

	if (row->size == sizeof(wide)) {
		memcpy(&wide, bytes, sizeof(wide));
		return wide;
	}
	memcpy(&word, bytes, sizeof(word));
	return word;
}

static void fill_number(const struct argument *argument, const struct row *row,
			struct syscall_field *field)
{
	field->is_number = true;
	field->number = value_of(argument, row);
}

/* It counts, and is shown, by a flag only. */
static void fill_numa_node(const struct argument *argument, const struct row *row,
			   struct syscall_field *field)
{
	if (argument->attr->map_flags & BPF_F_NUMA_NODE)
		fill_number(argument, row, field);
}

static void fill_fd(const struct argument *argument, const struct row *row,
		    struct syscall_field *field)
{
	const struct opened *opened;

	fill_number(argument, row, field);
	opened = opened_at(argument->recorder, field->number);
	if (opened && field->number)
		field->number = (__u64)opened->shown;
}

/* "BPF_MAP_TYPE_" and "lru_hash" make BPF_MAP_TYPE_LRU_HASH; a number where there is no name. */
static char *constant(const char *prefix, const char *name, __u64 value)
{
	char *text;

	if (!name)
		return text_of("%llu", (unsigned long long)value);
	text = text_of("%s%s", prefix, name);
	for (char *c = text; *c; c++)
		*c = (char)toupper((unsigned char)*c);
	return text;
}

static void fill_map_type(const struct argument *argument, const struct row *row,
			  struct syscall_field *field)
{
	const __u64 value = value_of(argument, row);

	field->text = constant("BPF_MAP_TYPE_",
			       libbpf_bpf_map_type_str((enum bpf_map_type)value), value);
}

static void fill_prog_type(const struct argument *argument, const struct row *row,
			   struct syscall_field *field)
{
	const __u64 value = value_of(argument, row);

	field->text = constant("BPF_PROG_TYPE_",
			       libbpf_bpf_prog_type_str((enum bpf_prog_type)value), value);
}

static void fill_attach_type(const struct argument *argument, const struct row *row,
			     struct syscall_field *field)
{
	const __u64 value = value_of(argument, row);

	field->text = constant("BPF_", libbpf_bpf_attach_type_str((enum bpf_attach_type)value),
			       value);
}

/* Names joined by "|" without blanks, "0" for none. */
static void fill_flags(__u32 flags, const char *(*name_of)(unsigned int bit),
		       struct syscall_field *field)
{
	char text[WORDS_ROOM] = "";

	for (unsigned int bit = 0; bit < 32; bit++) {
		if (!(flags & (1u << bit)))
			continue;
		append(text, sizeof(text), "%s", text[0] ? "|" : "");
		if (name_of(bit))
			append(text, sizeof(text), "%s", name_of(bit));
		else
			append(text, sizeof(text), "0x%x", 1u << bit);
	}
	field->text = text_of("%s", text[0] ? text : "0");
}

static void fill_map_flags(const struct argument *argument, const struct row *row,
			   struct syscall_field *field)
{
	fill_flags((__u32)value_of(argument, row), words_flag, field);
}

static const char *prog_flag(unsigned int bit)
{
	static const char *const names[] = {"BPF_F_STRICT_ALIGNMENT", "BPF_F_ANY_ALIGNMENT",
					    "BPF_F_TEST_RND_HI32",    "BPF_F_TEST_STATE_FREQ",
					    "BPF_F_SLEEPABLE",	      "BPF_F_XDP_HAS_FRAGS"};

	return bit < sizeof(names) / sizeof(names[0]) ? names[bit] : NULL;
}

static void fill_prog_flags(const struct argument *argument, const struct row *row,
			    struct syscall_field *field)
{
	fill_flags((__u32)value_of(argument, row), prog_flag, field);
}

static void fill_update_flags(const struct argument *argument, const struct row *row,
			      struct syscall_field *field)
{
	static const char *const names[] = {"BPF_ANY", "BPF_NOEXIST", "BPF_EXIST"};
	const __u64 value = value_of(argument, row);

	field->text = constant(
		"", value < sizeof(names) / sizeof(names[0]) ? names[value] : NULL, value);
}

/* ---- what lies in the argument or behind its pointers ---- */

#define BUFFER_MOST 32

static void append_byte(char *text, size_t room, unsigned char byte, bool digit_follows)
{
	static const char named[] = "\n\t\v\f\r\"\\", letters[] = "ntvfr\"\\";
	const char *at = byte ? strchr(named, byte) : NULL;

	if (at)
		append(text, room, "\\%c", letters[at - named]);
	else if (byte >= ' ' && byte < 0x7f)
		append(text, room, "%c", byte);
	else
		append(text, room, digit_follows ? "\\%03o" : "\\%o", byte);
}

/* "\1\0\0\0", of at most `most` bytes. */
static char *buffer_text(const void *bytes, size_t size, size_t most)
{
	const unsigned char *byte = bytes;
	const size_t room = most * 4 + 8;
	char *text = must(calloc(1, room));

	append(text, room, "\"");
	for (size_t i = 0; i < size && i < most; i++)
		append_byte(text, room, byte[i],
			    i + 1 < size && byte[i + 1] >= '0' && byte[i + 1] < '8');
	append(text, room, size > most ? "\"..." : "\"");
	return text;
}

static void fill_name(const struct argument *argument, const struct row *row,
		      struct syscall_field *field)
{
	const char *name = (const char *)argument->attr + row->offset;

	field->text = buffer_text(name, strnlen(name, row->size), row->size);
}

static const void *pointer_of(const struct argument *argument, const struct row *row)
{
	const void *pointer;

	memcpy(&pointer, (const char *)argument->attr + row->offset, sizeof(pointer));
	return pointer;
}

static void fill_buffer(const struct argument *argument, const struct row *row, size_t size,
			struct syscall_field *field)
{
	const void *bytes = pointer_of(argument, row);

	field->text = bytes ? buffer_text(bytes, size, BUFFER_MOST) : text_of("NULL");
}

static void fill_string(const struct argument *argument, const struct row *row,
			struct syscall_field *field)
{
	const char *string = pointer_of(argument, row);

	fill_buffer(argument, row, string ? strlen(string) : 0, field);
}

/* Paths are never cut. */
static void fill_path(const struct argument *argument, const struct row *row,
		      struct syscall_field *field)
{
	const char *path = pointer_of(argument, row);

	field->text = buffer_text(path, strlen(path), strlen(path));
}

static void fill_btf(const struct argument *argument, const struct row *row,
		     struct syscall_field *field)
{
	fill_buffer(argument, row, argument->attr->btf_size, field);
}

static void fill_key(const struct argument *argument, const struct row *row,
		     struct syscall_field *field)
{
	const struct opened *map = opened_at(argument->recorder, argument->attr->map_fd);

	fill_buffer(argument, row, map ? map->key_size : 0, field);
}

/* A value that is a descriptor is shown by the number that we show for it. */
static void fill_value(const struct argument *argument, const struct row *row,
		       struct syscall_field *field)
{
	const struct opened *map = opened_at(argument->recorder, argument->attr->map_fd),
			    *inside;
	int fd;

	if (!map || !map->holds_fds) {
		fill_buffer(argument, row, map ? map->value_size : 0, field);
		return;
	}
	memcpy(&fd, pointer_of(argument, row), sizeof(fd));
	inside = opened_at(argument->recorder, (__u64)fd);
	field->text = buffer_text(inside ? &inside->shown : &fd, sizeof(fd), sizeof(fd));
}

/* Long rows are counted, as strace counts what it leaves out. */
static void fill_count(const struct argument *argument, const struct row *row, __u32 count,
		       const char *what, struct syscall_field *field)
{
	field->text = pointer_of(argument, row)
			      ? text_of("[/* %u %s%s */]", count, what, count == 1 ? "" : "s")
			      : text_of("NULL");
}

static void fill_insns(const struct argument *argument, const struct row *row,
		       struct syscall_field *field)
{
	fill_count(argument, row, argument->attr->insn_cnt, "instruction", field);
}

static void fill_funcs(const struct argument *argument, const struct row *row,
		       struct syscall_field *field)
{
	fill_count(argument, row, argument->attr->func_info_cnt, "record", field);
}

static void fill_lines(const struct argument *argument, const struct row *row,
		       struct syscall_field *field)
{
	fill_count(argument, row, argument->attr->line_info_cnt, "record", field);
}

/* Pointers that the loader leaves NULL. */
static void fill_null(const struct argument *argument, const struct row *row,
		      struct syscall_field *field)
{
	const void *pointer = pointer_of(argument, row);

	field->text = pointer ? text_of("%p", pointer) : text_of("NULL");
}

static void fill_version(const struct argument *argument, const struct row *row,
			 struct syscall_field *field)
{
	const __u64 version = value_of(argument, row);

	field->text =
		text_of("KERNEL_VERSION(%u, %u, %u)", (unsigned int)(version >> 16),
			(unsigned int)(version >> 8 & 0xff), (unsigned int)(version & 0xff));
}

/* ---- the tables ---- */

#define ROW(member, fill) ROW_AS(#member, member, fill)
#define ROW_AS(name, member, fill)                                     \
	{                                                              \
		name, offsetof(union bpf_attr, member),                \
			sizeof(((union bpf_attr *)NULL)->member), fill \
	}

static const struct row map_create_rows[] = {
	ROW(map_type, fill_map_type),
	ROW(key_size, fill_number),
	ROW(value_size, fill_number),
	ROW(max_entries, fill_number),
	ROW(map_flags, fill_map_flags),
	ROW(inner_map_fd, fill_fd),
	ROW(numa_node, fill_numa_node),
	ROW(map_name, fill_name),
	ROW(map_ifindex, fill_number),
	ROW(btf_fd, fill_fd),
	ROW(btf_key_type_id, fill_number),
	ROW(btf_value_type_id, fill_number),
	ROW(btf_vmlinux_value_type_id, fill_number),
	ROW(map_extra, fill_number),
};
static const struct row update_rows[] = {
	ROW(map_fd, fill_fd),
	ROW(key, fill_key),
	ROW(value, fill_value),
	ROW(flags, fill_update_flags),
};
static const struct row freeze_rows[] = {
	ROW(map_fd, fill_fd),
};
static const struct row pin_rows[] = {
	ROW(pathname, fill_path),
	ROW(bpf_fd, fill_fd),
	ROW(file_flags, fill_number),
};
static const struct row btf_load_rows[] = {
	ROW(btf, fill_btf),
	ROW(btf_log_buf, fill_null),
	ROW(btf_size, fill_number),
	ROW(btf_log_size, fill_number),
	ROW(btf_log_level, fill_number),
};
static const struct row prog_load_rows[] = {
	ROW(prog_type, fill_prog_type),
	ROW(insn_cnt, fill_number),
	ROW(insns, fill_insns),
	ROW(license, fill_string),
	ROW(log_level, fill_number),
	ROW(log_size, fill_number),
	ROW(log_buf, fill_null),
	ROW(kern_version, fill_version),
	ROW(prog_flags, fill_prog_flags),
	ROW(prog_name, fill_name),
	ROW(prog_ifindex, fill_number),
	ROW(expected_attach_type, fill_attach_type),
	ROW(prog_btf_fd, fill_fd),
	ROW(func_info_rec_size, fill_number),
	ROW(func_info, fill_funcs),
	ROW(func_info_cnt, fill_number),
	ROW(line_info_rec_size, fill_number),
	ROW(line_info, fill_lines),
	ROW(line_info_cnt, fill_number),
	ROW(attach_btf_id, fill_number),
	ROW(attach_prog_fd, fill_fd),
	ROW(fd_array, fill_null),
};

#define COMMAND(name, rows, gives_fd)                                         \
	{                                                                     \
		name, #name, rows, sizeof(rows) / sizeof((rows)[0]), gives_fd \
	}

static const struct command_rows {
	int command;
	const char *name;
	const struct row *rows;
	size_t count;
	bool gives_fd;
} commands[] = {
	COMMAND(BPF_MAP_CREATE, map_create_rows, true),
	COMMAND(BPF_MAP_UPDATE_ELEM, update_rows, false),
	COMMAND(BPF_MAP_FREEZE, freeze_rows, false),
	COMMAND(BPF_OBJ_PIN, pin_rows, false),
	COMMAND(BPF_OBJ_GET, pin_rows, true),
	COMMAND(BPF_BTF_LOAD, btf_load_rows, true),
	COMMAND(BPF_PROG_LOAD, prog_load_rows, true),
};

static const struct command_rows *rows_of(int command)
{
	static const struct command_rows other = {.name = "BPF_?"};

	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++)
		if (commands[i].command == command)
			return &commands[i];
	return &other;
}

/* ---- recording ---- */

/* Programs that are none of the object's are questions of libbpf, asked once in a process. */
static const char *purpose_of(const struct recorder *recorder, int command,
			      const union bpf_attr *attr)
{
	if (command != BPF_PROG_LOAD)
		return NULL;
	for (size_t i = 0; i < bpf_loader_program_count(recorder->loader); i++)
		if ((uintptr_t)bpf_loader_program(recorder->loader, i)->insns == attr->insns)
			return NULL;
	if (attr->prog_name[0])
		return "libbpf asks: may programs and maps have names (Linux 4.15)?";
	return "libbpf asks: is BPF memory free of RLIMIT_MEMLOCK (Linux 5.11)?";
}

static void fill_fields(const struct recorder *recorder, const struct command_rows *rows,
			const union bpf_attr *attr, struct syscall_record *record)
{
	const struct argument argument = {recorder, attr};

	record->fields = must(calloc(rows->count + 1, sizeof(*record->fields)));
	for (size_t i = 0; i < rows->count; i++) {
		const struct row *row = &rows->rows[i];
		struct syscall_field *field = &record->fields[record->field_count];

		if (row->offset + row->size > record->size)
			continue;
		*field = (struct syscall_field){.name = row->name};
		row->fill(&argument, row, field);
		if (field->is_number)
			field->text = text_of("%llu", (unsigned long long)field->number);
		record->field_count += field->text ? 1 : 0;
	}
}

static long answer(void *ctx, int command, const union bpf_attr *attr, unsigned int size)
{
	const struct command_rows *rows = rows_of(command);
	struct recorder *recorder = ctx;
	struct syscall_list *list = recorder->list;
	struct syscall_record *record;
	long result = 0;

	list->records = must(reallocarray(list->records, list->count + 1, sizeof(*record)));
	record = &list->records[list->count++];
	*record = (struct syscall_record){
		.command = rows->name,
		.purpose = purpose_of(recorder, command, attr),
		.stage = recorder->stage,
		.size = size,
	};
	fill_fields(recorder, rows, attr, record);
	if (command == BPF_OBJ_GET)
		result = -ENOENT;
	else if (rows->gives_fd)
		result = new_fd(recorder, command, attr);
	record->result = result;
	if (result > 0)
		record->result = opened_at(recorder, (__u64)result)->shown;
	return result;
}

void syscalls_record(struct syscall_list *list, const struct object *object,
		     const struct bpf_loader_opts *opts)
{
	struct bpf_loader_opts quiet = *opts;
	struct recorder recorder = {.list = list, .stage = STAGE_MAPS};
	struct bpf_loader *loader;
	const char *error;

	*list = (struct syscall_list){0};
	quiet.report = NULL;
	loader = bpf_loader_open_memory(object->file->bytes, object->file->size, object->path,
					&quiet);
	recorder.loader = loader;
	stand_in_set(answer, &recorder);
	if (!bpf_loader_error(loader) && !bpf_loader_create_maps(loader)) {
		recorder.stage = STAGE_PROGRAMS;
		bpf_loader_load_programs(loader);
	}
	error = bpf_loader_error(loader);
	list->error = error ? text_of("%s", error) : NULL;
	bpf_loader_close(loader);
	stand_in_set(NULL, NULL);
	free(recorder.opened);
}

void syscalls_release(struct syscall_list *list)
{
	for (size_t i = 0; i < list->count; i++) {
		struct syscall_record *record = &list->records[i];

		for (size_t j = 0; j < record->field_count; j++)
			free(record->fields[j].text);
		free(record->fields);
	}
	free(list->records);
	free(list->error);
}

/* ---- text ---- */

char *syscalls_text(const struct syscall_record *record)
{
	char *text = text_of("bpf(%s, {", record->command), *longer;

	for (size_t i = 0; i < record->field_count; i++) {
		longer = text_of("%s%s%s=%s", text, i ? ", " : "", record->fields[i].name,
				 record->fields[i].text);
		free(text);
		text = longer;
	}
	longer = record->result < 0
			 ? text_of("%s}, %u) = -1 %s (%s)", text, record->size,
				   strerrorname_np((int)-record->result),
				   strerror((int)-record->result))
			 : text_of("%s}, %u) = %ld", text, record->size, record->result);
	free(text);
	return longer;
}
