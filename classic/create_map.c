/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * The bpf_create_map family, which libbpf 1.0 replaced by bpf_map_create().
 *
 * Contract: <bpf/bpf.h>. Every function returns a map fd that the caller closes, or -1 with
 * errno set. Sizes of the old calls are `int`; the kernel refuses what is out of range.
 */
#include <stddef.h>

#include <bpf/bpf.h>

int bpf_create_map_xattr(const struct bpf_create_map_attr *attr)
{
	LIBBPF_OPTS(bpf_map_create_opts, opts);

	if (!attr)
		return bpf_classic_return(-EINVAL);
	opts.btf_fd = attr->btf_fd;
	opts.btf_key_type_id = attr->btf_key_type_id;
	opts.btf_value_type_id = attr->btf_value_type_id;
	opts.map_flags = attr->map_flags;
	opts.numa_node = attr->numa_node;
	opts.map_ifindex = attr->map_ifindex;
	/* The two share storage; only the map type tells which one is meant. */
	if (attr->map_type == BPF_MAP_TYPE_STRUCT_OPS)
		opts.btf_vmlinux_value_type_id = attr->btf_vmlinux_value_type_id;
	else
		opts.inner_map_fd = attr->inner_map_fd;
	return bpf_classic_return(bpf_map_create(attr->map_type, attr->name, attr->key_size,
						 attr->value_size, attr->max_entries, &opts));
}

/* @attr on NUMA node @node; a negative one leaves the choice to the kernel. */
static int create_on_node(struct bpf_create_map_attr attr, int node)
{
	if (node >= 0) {
		attr.map_flags |= BPF_F_NUMA_NODE;
		attr.numa_node = node;
	}
	return bpf_create_map_xattr(&attr);
}

/* The names in parentheses are macros too; written like this they are not. */

int(bpf_create_map_node)(enum bpf_map_type type, const char *name, int key_size, int value_size,
			 int max_entries, __u32 map_flags, int node)
{
	struct bpf_create_map_attr attr = {
		.name = name,
		.map_type = type,
		.map_flags = map_flags,
		.key_size = key_size,
		.value_size = value_size,
		.max_entries = max_entries,
	};

	return create_on_node(attr, node);
}

int bpf_create_map_name(enum bpf_map_type type, const char *name, int key_size, int value_size,
			int max_entries, __u32 map_flags)
{
	return bpf_create_map_node(type, name, key_size, value_size, max_entries, map_flags,
				   -1);
}

int(bpf_create_map)(enum bpf_map_type type, int key_size, int value_size, int max_entries,
		    __u32 map_flags)
{
	return bpf_create_map_name(type, NULL, key_size, value_size, max_entries, map_flags);
}

int(bpf_create_map_in_map_node)(enum bpf_map_type type, const char *name, int key_size,
				int inner_map_fd, int max_entries, __u32 map_flags, int node)
{
	struct bpf_create_map_attr attr = {
		.name = name,
		.map_type = type,
		.map_flags = map_flags,
		.key_size = key_size,
		.value_size = sizeof(__u32),
		.max_entries = max_entries,
	};

	attr.inner_map_fd = inner_map_fd;
	return create_on_node(attr, node);
}

int(bpf_create_map_in_map)(enum bpf_map_type type, const char *name, int key_size,
			   int inner_map_fd, int max_entries, __u32 map_flags)
{
	return bpf_create_map_in_map_node(type, name, key_size, inner_map_fd, max_entries,
					  map_flags, -1);
}
