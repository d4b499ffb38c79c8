// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * For differential.c: global variables in sections of their own names.
 */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

__u32 in_data SEC(".data.first") = 1;
__u32 in_data_two SEC(".data.a_long_name_of_a_section") = 2;
__u64 in_bss;
const volatile __u32 in_rodata SEC(".rodata.mine") = 3;
__u32 plain = 4;

SEC("tc") int use(struct __sk_buff *skb)
{
	in_bss += in_data + in_data_two + in_rodata;
	plain++;
	return in_bss;
}

/* Its section is there although no program uses it. */
__u32 unused SEC(".data.unused") = 9;

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u64);
} values SEC(".maps");

char _license[] SEC("license") = "GPL";
