/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * convert_source_types: what is known of the types of a map's key and value.
 */
#ifndef BPFLOAD_CONVERT_SOURCE_TYPES_H
#define BPFLOAD_CONVERT_SOURCE_TYPES_H

#include "convert_source_definition.h"

/* The types to be written down, as C; NULL where there is a size only. */
struct types {
	char *key, *value;
};

/*
 * The kernel takes the types of both or of none, and a loader that offers it one gets the map
 * created with a warning. So there are both or none, but for maps that have no BTF anyway: there
 * each is worth writing down.
 */
struct types types_find(const struct plan *plan, const struct definition *definition);
void types_release(struct types *types);

/* The type that an annotation or a sizeof tells for MAP_FIELD_KEY_SIZE or …VALUE_SIZE. To be freed. */
char *types_known(const struct plan *plan, const struct definition *definition,
		  enum map_field_kind kind);

/* Is the key an index, of which the kernel takes only an int as type? */
bool types_key_is_index(__u32 type);

/* Has the key a type that the kernel refuses for this kind of map? */
bool types_key_is_wrong(const struct definition *definition);

#endif
