// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * tc_l2_redirect: whole Ethernet frames go into a tunnel and come out of it, by two classifiers.
 *
 *     A ---- near | the middle | tunnel ==== B
 *
 * to_tunnel() sits where A's frames come in, says which tunnel they are for, and hands them to
 * the tunnel's interface. from_tunnel() sits where frames come out of the tunnel and hands them
 * to A. No routing, no bridge, no address in the middle takes part. To which interface is not
 * written in the program: a map says it, and the map is pinned, so that anybody can look at it
 * and change it.
 *
 * These maps are of iproute2's dialect, the one tc had. Compiled twice:
 *
 *     tc_l2_redirect_kern.o       struct bpf_elf_map in SEC("maps"), PIN_GLOBAL_NS
 *     tc_l2_redirect_kern.btf.o   types in SEC(".maps"), LIBBPF_PIN_BY_NAME
 *
 * Today's tc takes the second only. Of the first it takes what a loader has loaded and pinned.
 */
#include <linux/bpf.h>
#include <linux/pkt_cls.h>
#include <stddef.h>

#include "bpf_elf.h"
#include "bpf_helpers.h"

#include "tc_l2_redirect.h"

#ifdef BTF_MAPS

/*
 * "By name" says: in whatever directory the loader takes for pins, under the map's own name. For
 * tc that directory is tc/globals. Whoever loads an object with such a map first creates it,
 * whoever comes later gets the same.
 */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__type(key, __u32);   /* TO_TUNNEL, FROM_TUNNEL */
	__type(value, __u32); /* index of the interface to redirect to; 0: do not */
	__uint(max_entries, DIRECTIONS);
	__uint(pinning, LIBBPF_PIN_BY_NAME);
} l2_ifindex SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__type(key, __u32);
	__type(value, struct redirected);
	__uint(max_entries, DIRECTIONS);
	__uint(pinning, LIBBPF_PIN_BY_NAME);
} l2_redirected SEC(".maps");

#else

/*
 * Not the kernel's struct bpf_map_def: after the first four words come flags, id and pinning.
 * Both structs go into sections of one name, and nothing in the bytes says which it is.
 */
struct bpf_elf_map SEC("maps") l2_ifindex = {
	.type = BPF_MAP_TYPE_ARRAY,
	.size_key = sizeof(__u32),   /* TO_TUNNEL, FROM_TUNNEL */
	.size_value = sizeof(__u32), /* index of the interface to redirect to; 0: do not */
	.max_elem = DIRECTIONS,
	.pinning = PIN_GLOBAL_NS,
};

struct bpf_elf_map SEC("maps") l2_redirected = {
	.type = BPF_MAP_TYPE_ARRAY,
	.size_key = sizeof(__u32),
	.size_value = sizeof(struct redirected),
	.max_elem = DIRECTIONS,
	.pinning = PIN_GLOBAL_NS,
};

#endif

/*
 * The part of struct bpf_tunnel_key that every kernel knows. The struct grew in 6.0, and the
 * helpers refuse sizes that they do not know, so sizeof() of the headers at hand is wrong on an
 * older kernel.
 */
#define KEY_SIZE (offsetof(struct bpf_tunnel_key, tunnel_label) + sizeof(__u32))

/* bpf_redirect() only takes a note; the frame goes when the program has returned its result. */
static __always_inline int redirect(struct __sk_buff *skb, __u32 direction)
{
	struct redirected *redirected = bpf_map_lookup_elem(&l2_redirected, &direction);
	__u32 *ifindex = bpf_map_lookup_elem(&l2_ifindex, &direction);

	/* TC_ACT_OK: as if there were no classifier. In the middle, nobody wants the frame. */
	if (!ifindex || !*ifindex || !redirected)
		return TC_ACT_OK;
	/* Atomic: an interface's frames may arrive on several CPUs at once. */
	__sync_fetch_and_add(&redirected->frames, 1);
	__sync_fetch_and_add(&redirected->bytes, skb->len);
	return bpf_redirect(*ifindex, 0);
}

SEC("classifier/to_tunnel")
int to_tunnel(struct __sk_buff *skb)
{
	struct bpf_tunnel_key key = {
		.tunnel_id = TUNNEL_ID,
		.remote_ipv4 = TUNNEL_REMOTE, /* in this CPU's byte order */
		.tunnel_ttl = 64,
	};

	/*
	 * The tunnel's interface has neither number nor far end of its own ("external"): every
	 * frame brings them along. One without them would be dropped there, so drop it here.
	 */
	if (bpf_skb_set_tunnel_key(skb, &key, KEY_SIZE, 0))
		return TC_ACT_SHOT;
	return redirect(skb, TO_TUNNEL);
}

SEC("classifier/from_tunnel")
int from_tunnel(struct __sk_buff *skb)
{
	/* Whoever came through the tunnel's interface carries the key that it came with. */
	struct bpf_tunnel_key key = {0};

	if (bpf_skb_get_tunnel_key(skb, &key, KEY_SIZE, 0) || key.tunnel_id != TUNNEL_ID)
		return TC_ACT_OK;
	return redirect(skb, FROM_TUNNEL);
}

char _license[] SEC("license") = "Dual BSD/GPL";
