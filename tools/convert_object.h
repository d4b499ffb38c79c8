/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * convert_object: what the parts of `bpfload convert OBJECT` share.
 *
 * An object is opened by the loader; convert_object_plan.c decides what becomes of each map and
 * of each program's section, once. From that plan the others print C or JSON, or write an
 * object. None of them decides anything by itself, so the text says what the object does.
 *
 *  - Names in a plan are C identifiers and unique, as BTF needs them.
 *  - Pointers into the loader's tables live as long as the plan.
 *  - Without memory the program ends, as in output.h.
 */
#ifndef BPFLOAD_CONVERT_OBJECT_H
#define BPFLOAD_CONVERT_OBJECT_H

#include "convert.h"
#include "findings.h"
#include "object.h"

/* What a person has to know, line by line. */
struct notes {
	char **lines;
	size_t count;
};

struct planned_map;
struct planned_program;

/* `.values = { [key] = … }`: a map or a program. */
struct planned_slot {
	__u32 key;
	const struct planned_map *map;
	const struct planned_program *program;
};

struct planned_map {
	const struct bpf_loader_map *map; /* as the loader read it */
	struct bpf_loader_map numbers;	  /* a copy, completed; owns nothing */
	char *name;
	bool rebuilt;	  /* gets a new definition; false: it is a BTF map that may stay */
	bool pin_by_name; /* LIBBPF_PIN_BY_NAME */
	bool programs;	  /* a PROG_ARRAY whose `values` are programs */
	struct bpf_loader_map pattern;	    /* template of the maps it holds; owns nothing */
	const struct bpf_loader_map *inner; /* that, or NULL */
	struct planned_slot *slots;	    /* at most one for each key */
	size_t slot_count;
	struct notes notes;

	/* in the new object: set by convert_object_btf.c, then by convert_object_elf.c */
	__u32 variable;		       /* type id of the VAR */
	size_t struct_size, values_at; /* of its type; where `values` begins */
	size_t offset, size;	       /* in .maps */
	__u32 symbol;
};

struct planned_program {
	const struct bpf_loader_program *program;
	char *name;
	const char *section; /* in the new object */
	bool left;	     /* libbpf does not know its type by that section */
	struct notes notes;
};

struct conversion {
	const struct convert *convert;
	struct object object;
	struct findings findings;
	const struct btf *types;  /* the object's, NULL where it has none to be trusted */
	struct planned_map *maps; /* without those for global data */
	size_t map_count;
	struct planned_program *programs;
	size_t program_count;
	size_t legacy;	    /* maps of SEC("maps") */
	struct notes notes; /* about the whole object */
};

/* Opens the object and plans. False after a complaint. Release in any case. */
bool conversion_open(struct conversion *plan, const struct convert *convert);

void conversion_release(struct conversion *plan);

/* True where something is left for a person to do before libbpf loads the result. */
bool conversion_leaves(const struct conversion *plan);

/*
 * The `n`-th map in the order of the result, NULL behind the last: maps that hold others behind
 * those, since initialisers name them and libbpf fills slots in the order of definitions.
 */
struct planned_map *conversion_map(const struct conversion *plan, size_t n);

/* ---- text ---- */

/* The definition of one map as C, with its notes as comments. To be freed. */
char *conversion_definition(const struct conversion *plan, const struct planned_map *map);

/* C of the types that the definitions name, by the object's BTF; "" for none. To be freed. */
char *conversion_types(const struct conversion *plan);

/* The whole plan as C on stdout. */
void conversion_print(const struct conversion *plan);

/* How --check went. */
struct proof {
	bool done;	       /* both could be loaded */
	bool same;	       /* and the kernel saw no difference */
	size_t maps, programs; /* compared */
	struct notes words;    /* what could not be checked, or what differs */
};

void proof_release(struct proof *proof);

/* The same as JSON. `proof` may be NULL. */
void conversion_print_json(const struct conversion *plan, const struct proof *proof);

/* "struct __sk_buff": the type of a program's context, for its declaration. */
const char *conversion_context(__u32 program_type);

void note(struct notes *notes, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* ---- the object ---- */

/* A block of memory that is handed over; free(.bytes). */
struct image {
	void *bytes;
	size_t size;
};

/* BTF of the new object, as libbpf's writer sees it. */
struct conversion_btf;

/*
 * Types of the new object: those of the old one with their ids, then VARs and a DATASEC for the
 * maps. `kept` says which sections stay. Sets .variable, .struct_size and .values_at of maps.
 */
struct conversion_btf *conversion_btf_make(struct conversion *plan, const bool *kept);

/* libbpf 1.1 takes BTF whose types refer to types or names that do not exist, and then crashes. */
bool conversion_btf_is_sound(const struct btf *btf);

/* The id of `text` among the strings. */
__u32 conversion_btf_string(struct conversion_btf *btf, const char *text);

/* Adds the DATASEC, when offsets are known; then the bytes of .BTF, which are the conversion_btf's. */
const void *conversion_btf_bytes(struct conversion_btf *btf, const struct conversion *plan,
				 size_t maps_size, size_t *size);

void conversion_btf_free(struct conversion_btf *btf);

/* A function of the old object in the new one. */
struct placed {
	bool wanted;	/* it is in the new object */
	size_t section; /* number among the new sections of code */
	size_t offset;	/* in it */
	__u32 symbol;
	const struct bpf_loader_program *within; /* a program that holds it … */
	size_t part;				 /* … as this part */
	const struct planned_program *entry;	 /* it is that program; NULL: a sub-program */
};

/* .BTF.ext for functions in their new places. No bytes: there is none. */
struct image conversion_btf_ext(const struct conversion *plan, struct conversion_btf *btf,
				const struct placed *placed, const char *const *sections,
				size_t section_count);

/* The new object in memory. False after a complaint. */
bool conversion_object(struct conversion *plan, struct image *image);

/* Reads `image` by the loader and compares with the plan. False after a complaint. */
bool conversion_verify(const struct conversion *plan, const struct image *image);

/* Writes it to `path`, as a whole or not at all. False after a complaint. */
bool conversion_write(const struct conversion *plan, const struct image *image,
		      const char *path);

/* Loads the original by the loader and `image` by libbpf, and compares. */
void conversion_prove(struct conversion *plan, const struct image *image, struct proof *proof);

#endif
