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
	const struct bpf_loader_map *inner; /* template of the maps it holds, or NULL */
	struct planned_slot *slots;	    /* at most one for each key */
	size_t slot_count;
	struct notes notes;

	/* in the new object: set by convert_object_btf.c, then by convert_object_elf.c */
	__u32 variable;		      /* type id of the VAR */
	size_t struct_size, values_at; /* of its type; where `values` begins */
	size_t offset, size;	      /* in .maps */
	__u32 symbol;
};

struct planned_program {
	const struct bpf_loader_program *program;
	char *name;
	const char *section; /* in the new object */
	bool left;	     /* libbpf does not know its type by that section */
	struct notes notes;
};

struct plan {
	const struct convert *convert;
	struct object object;
	struct findings findings;
	struct planned_map *maps; /* without those for global data */
	size_t map_count;
	struct planned_program *programs;
	size_t program_count;
	size_t legacy;	     /* maps of SEC("maps") */
	struct notes notes;  /* about the whole object */
};

/* Opens the object and plans. False after a complaint. Release in any case. */
bool plan_open(struct plan *plan, const struct convert *convert);

void plan_release(struct plan *plan);

/* True where something is left for a person to do before libbpf loads the result. */
bool plan_leaves(const struct plan *plan);

/* ---- text ---- */

/* The definition of one map as C, with its notes as comments. To be freed. */
char *plan_definition(const struct plan *plan, const struct planned_map *map);

/* C of the types that the definitions name, by the object's BTF; "" for none. To be freed. */
char *plan_types(const struct plan *plan);

/* The whole plan as C on stdout. */
void plan_print(const struct plan *plan);

/* How --check went. */
struct proof {
	bool done;     /* both could be loaded */
	bool same;     /* and the kernel saw no difference */
	size_t maps, programs; /* compared */
	struct notes words;    /* what could not be checked, or what differs */
};

void proof_release(struct proof *proof);

/* The same as JSON. `proof` may be NULL. */
void plan_print_json(const struct plan *plan, const struct proof *proof);

/* "struct __sk_buff": the type of a program's context, for its declaration. */
const char *plan_context(__u32 program_type);

void note(struct notes *notes, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* ---- the object ---- */

/* A block of memory that is handed over; free(.bytes). */
struct image {
	void *bytes;
	size_t size;
};

/* BTF of the new object, as libbpf's writer sees it. */
struct plan_btf;

/*
 * Types of the new object: those of the old one with their ids, then VARs and a DATASEC for the
 * maps. `kept` says which sections stay. Sets .variable, .struct_size and .values_at of maps.
 */
struct plan_btf *plan_btf_make(struct plan *plan, const bool *kept);

/* The id of `text` among the strings. */
__u32 plan_btf_string(struct plan_btf *btf, const char *text);

/* Adds the DATASEC, when offsets are known; then the bytes of .BTF, which are the plan_btf's. */
const void *plan_btf_bytes(struct plan_btf *btf, const struct plan *plan, size_t maps_size,
			   size_t *size);

void plan_btf_free(struct plan_btf *btf);

/* A function of the old object in the new one. */
struct placed {
	bool wanted;	 /* it is in the new object */
	size_t section;	 /* number among the new sections of code */
	size_t offset;	 /* in it */
	__u32 symbol;
	const struct bpf_loader_program *within; /* a program that holds it … */
	size_t part;				 /* … as this part */
	const struct planned_program *entry;	 /* it is that program; NULL: a sub-program */
};

/* .BTF.ext for functions in their new places. No bytes: there is none. */
struct image plan_btf_ext(const struct plan *plan, struct plan_btf *btf,
			  const struct placed *placed, const char *const *sections,
			  size_t section_count);

/* The new object in memory. False after a complaint. */
bool plan_object(struct plan *plan, struct image *image);

/* Reads `image` by the loader and compares with the plan. False after a complaint. */
bool plan_verify(const struct plan *plan, const struct image *image);

/* Writes it to `path`, as a whole or not at all. False after a complaint. */
bool plan_write(const struct plan *plan, const struct image *image, const char *path);

/* Loads the original by the loader and `image` by libbpf, and compares. */
void plan_prove(struct plan *plan, const struct image *image, struct proof *proof);

#endif
