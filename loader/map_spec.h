/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * map_spec: the one description of a map, whatever dialect it was written in.
 *
 * Readers (maps_legacy, maps_btf, maps_data) fill it from an object and know no syscalls.
 * map_create turns it into an fd and knows no ELF. What a dialect cannot say stays 0.
 */
#ifndef BPF_LOAD_MAP_SPEC_H
#define BPF_LOAD_MAP_SPEC_H

#include <linux/types.h>
#include <stdbool.h>
#include <stddef.h>

enum bpf_loader_dialect {
	BPF_LOADER_AUTO,     /* only as a wish: decide by evidence */
	BPF_LOADER_KERNEL,   /* SEC("maps") struct bpf_map_def of the kernel samples */
	BPF_LOADER_IPROUTE2, /* SEC("maps") struct bpf_elf_map */
	BPF_LOADER_GOBPF,    /* SEC("maps/NAME"), 280 bytes with a name space string */
	BPF_LOADER_GOEBPF,   /* SEC("maps"), 40 bytes with pointers to inner map and pin path */
	BPF_LOADER_ANDROID,  /* SEC("maps") of Android: with owner and mode of the pin */
	BPF_LOADER_BTF,	     /* SEC(".maps"): fields described by BTF */
	BPF_LOADER_DATA,     /* .data, .rodata, .bss: a map made for global variables */
	BPF_LOADER_DIALECT_COUNT,
};

/* Where a definition asks to be pinned; the path comes out in .pin_path. */
enum bpf_loader_pinning {
	BPF_LOADER_PIN_NONE,
	BPF_LOADER_PIN_OBJECT_NS, /* <bpffs>/tc/<sha1 of the object file>/NAME */
	BPF_LOADER_PIN_GLOBAL_NS, /* <bpffs>/tc/globals/NAME */
	BPF_LOADER_PIN_CUSTOM,	  /* <bpffs>/<path from the bpf_pinning file>/NAME */
	BPF_LOADER_PIN_NAMESPACE, /* <bpffs>/<namespace>/globals/NAME (gobpf) */
	BPF_LOADER_PIN_PATH,	  /* the path the definition holds (goebpf) */
	BPF_LOADER_PIN_BY_NAME,	  /* <pin root>/NAME (LIBBPF_PIN_BY_NAME) */
};

/* What a static initialiser puts into a slot of a map: another map or a program. */
struct bpf_loader_slot {
	__u32 key;
	long map;	     /* index of the map, or -1 */
	const char *program; /* function name, or NULL */
};

struct map_layout;

struct bpf_loader_map {
	/* where it was found; pointers live as long as the handle */
	const char *name;
	char *own_name; /* storage of .name where the file has no such string */
	const char *section;
	__u32 section_index;
	size_t offset;		  /* of the definition in the section, bytes */
	size_t size;		  /* of the definition, bytes */
	const unsigned char *raw; /* those bytes; NULL for .bss */
	enum bpf_loader_dialect dialect;
	const struct map_layout *layout; /* how .raw was read; NULL for BTF and data */
	const char *dialect_rule;	 /* what decided the dialect: "BTF", "size", … */

	/* what it says */
	__u32 type; /* enum bpf_map_type */
	__u32 key_size, value_size, max_entries, map_flags;
	__u32 numa_node; /* counts only with BPF_F_NUMA_NODE */
	__u64 map_extra;
	__u32 btf_key_type, btf_value_type; /* type ids, 0: none */
	__u32 id;	/* iproute2: the name other definitions and N/M sections use */
	long inner_map; /* index of the map that is the template, or -1 */
	struct bpf_loader_map *inner; /* or a template of its own (BTF), or NULL */
	struct bpf_loader_slot *slots;
	size_t slot_count;
	enum bpf_loader_pinning pinning;
	__u32 pinning_id;     /* as written */
	const char *pin_hint; /* namespace or path that the definition holds, or NULL */
	char *pin_path;	      /* where it gets pinned, or NULL */

	/* what became of it */
	int fd;	     /* -1 until created; owned by the handle, unless given */
	bool given;  /* the fd came from the caller, who keeps and closes it */
	bool reused; /* the fd is an older pinned map */
	bool pinned; /* the handle made the pin and removes it if the load fails */
	bool used;   /* a program refers to it */
};

struct map_list {
	struct bpf_loader_map *maps;
	size_t count, room;
	/* by section index: where its maps stand in the list; made by map_list_index() */
	struct map_range {
		size_t first, count;
	} * by_section;
};

/* An empty map outside a list (fd -1, no inner), to be freed by map_list_release(). */
struct bpf_loader_map *map_alloc(void);

/* Appends an empty map (fd -1, no inner). NULL without memory. The pointer lives until the next. */
struct bpf_loader_map *map_list_add(struct map_list *list);

/*
 * Makes map_list_at() work for what the list holds so far. Maps of one section stand together
 * in the list, by offset. Returns 0 or -ENOMEM.
 */
int map_list_index(struct map_list *list, size_t section_count);

/* The map whose definition covers `offset` of a section: its index in the list, or -1. */
long map_list_at(const struct map_list *list, size_t section, __u64 offset);

/* Closes fds and frees everything the maps own. */
void map_list_release(struct map_list *list);

/* "kernel", "iproute2", …: the words that --dialect takes. */
const char *map_dialect_name(enum bpf_loader_dialect dialect);

/* The reverse; BPF_LOADER_DIALECT_COUNT for a word that names none. */
enum bpf_loader_dialect map_dialect_by_name(const char *name);

/* "array", "hash", … as bpftool writes it; "unknown type" for what this libbpf does not know. */
const char *map_type_name(__u32 type);

/* True for ARRAY_OF_MAPS and HASH_OF_MAPS, the types that need an inner map. */
bool map_type_holds_maps(__u32 type);

#endif
