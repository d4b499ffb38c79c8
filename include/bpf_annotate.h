/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * BPF_ANNOTATE_KV_PAIR(map, key type, value type): how a SEC("maps") definition, which holds
 * sizes only, told the loader the BTF types of its key and value (Linux 4.18 on).
 *
 * It makes a variable ____btf_map_NAME with the members key and value, in section
 * .maps.NAME. The variable is never loaded; a loader looks up its struct in the BTF.
 */
#ifndef BPF_ANNOTATE_H
#define BPF_ANNOTATE_H

#ifndef BPF_ANNOTATE_KV_PAIR
#define BPF_ANNOTATE_KV_PAIR(name, type_key, type_val)                           \
	struct ____btf_map_##name {                                              \
		type_key key;                                                    \
		type_val value;                                                  \
	};                                                                       \
	struct ____btf_map_##name __attribute__((section(".maps." #name), used)) \
	____btf_map_##name = {}
#endif

#endif
