/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * "bpf_elf.h": the contract between a tc program and iproute2's loader, as of iproute2
 * 4.13 and later: names of sections, map definitions of 36 bytes, ways to pin a map.
 *
 * struct bpf_elf_map is not struct bpf_map_def, though both go into section "maps": the
 * first five fields agree, the others mean different things. Older iproute2 had shorter
 * ones (20 to 28 bytes); their fields are all here, under the same names.
 */
#ifndef __BPF_ELF__
#define __BPF_ELF__

#ifndef __VMLINUX_H__
#include <linux/types.h>
#endif
#include <bpf_annotate.h>

#define ELF_SECTION_LICENSE    "license"
#define ELF_SECTION_MAPS       "maps"
#define ELF_SECTION_PROG       "prog"	    /* xdp, lwt */
#define ELF_SECTION_CLASSIFIER "classifier" /* tc filter */
#define ELF_SECTION_ACTION     "action"	    /* tc action */

#define ELF_MAX_MAPS	    64
#define ELF_MAX_LICENSE_LEN 128

/* Values of .pinning; larger ones are looked up in /etc/iproute2/bpf_pinning. */
#define PIN_NONE      0 /* a new map for every load */
#define PIN_OBJECT_NS 1 /* shared by the programs of this very object file */
#define PIN_GLOBAL_NS 2 /* shared by all objects that name it, in tc/globals */

struct bpf_elf_map {
	__u32 type;	  /* enum bpf_map_type */
	__u32 size_key;	  /* bytes */
	__u32 size_value; /* bytes */
	__u32 max_elem;
	__u32 flags;	 /* BPF_F_* for BPF_MAP_CREATE */
	__u32 id;	 /* this map's number: for tail-call sections, for inner_id */
	__u32 pinning;	 /* PIN_* */
	__u32 inner_id;	 /* maps of maps: the id of the inner map */
	__u32 inner_idx; /* inner map: its slot in the outer one; -1 is none */
};

#endif
