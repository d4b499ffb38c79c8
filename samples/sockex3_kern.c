// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * sockex3: a socket filter that takes frames apart by tail calls, and counts flows for each CPU.
 *
 * Headers are packed into each other in any order and number: tags, labels, tunnels. A verifier
 * that wants to see the end of every loop has no liking for that. So each kind of header has a
 * program of its own, which reads one header and jumps to the program for what comes behind it:
 *
 *     start -> VLAN -> VLAN -> MPLS -> IPv4 -> GRE -> IPv6 -> extension -> ports
 *
 * A tail call is a jump, not a call: nothing comes back, and nothing of the stack is left. What
 * the next program has to know is in the per-CPU array `states`.
 *
 * Only what an interface receives is looked at.
 */
#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <linux/in.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <stddef.h>

#include "bpf_endian.h"
#include "bpf_helpers.h"
#include "sockex3.h"

/* The user program can ask for another number of flows (--entries). */
#define FLOWS 1024

/* From <errno.h>, which is for user space. */
#define E2BIG 7

/* What a frame's parsers tell each other. */
struct state {
	struct flow flow; /* as far as it is known */
	__u32 offset;	  /* of the next header; what its program reads first */
	__u32 bytes;	  /* the frame on the wire */
	__u32 calls;	  /* tail calls so far */
	__u32 header;	  /* PARSE_EXTENSION: which kind */
};

#ifdef BTF_MAPS

/* Values are programs: a user program puts in file descriptors, four bytes. Here the loader does
 * it: a function in section "socket/N" goes to slot N. */
struct {
	__uint(type, BPF_MAP_TYPE_PROG_ARRAY);
	__uint(key_size, sizeof(__u32)); /* PARSE_… */
	__uint(value_size, sizeof(__u32));
	__uint(max_entries, PARSERS);
} parsers SEC(".maps");

/* One element, and each CPU has its own. */
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__type(key, __u32);
	__type(value, struct state);
	__uint(max_entries, 1);
} states SEC(".maps");

/* An entry has a value for each CPU; the keys are common to all. */
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_HASH);
	__type(key, struct flow);
	__type(value, struct traffic);
	__uint(max_entries, FLOWS);
} flows SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__type(key, __u32); /* FRAME_… */
	__type(value, struct traffic);
	__uint(max_entries, FRAME_ENDS);
} frames SEC(".maps");

#else

/* Values are programs: a user program puts in file descriptors, four bytes. Here the loader does
 * it: a function in section "socket/N" goes to slot N. */
struct bpf_map_def SEC("maps") parsers = {
	.type = BPF_MAP_TYPE_PROG_ARRAY,
	.key_size = sizeof(__u32), /* PARSE_… */
	.value_size = sizeof(__u32),
	.max_entries = PARSERS,
};

/* One element, and each CPU has its own. value_size is that of one CPU. */
struct bpf_map_def SEC("maps") states = {
	.type = BPF_MAP_TYPE_PERCPU_ARRAY,
	.key_size = sizeof(__u32),
	.value_size = sizeof(struct state),
	.max_entries = 1,
};

/* An entry has a value for each CPU; the keys are common to all. */
struct bpf_map_def SEC("maps") flows = {
	.type = BPF_MAP_TYPE_PERCPU_HASH,
	.key_size = sizeof(struct flow),
	.value_size = sizeof(struct traffic),
	.max_entries = FLOWS,
};

struct bpf_map_def SEC("maps") frames = {
	.type = BPF_MAP_TYPE_PERCPU_ARRAY,
	.key_size = sizeof(__u32), /* FRAME_… */
	.value_size = sizeof(struct traffic),
	.max_entries = FRAME_ENDS,
};

#endif

/* SLOT(PARSE_VLAN) is SEC("socket/0"). In two steps, so that the name becomes its number. */
#define SLOT(NUMBER)	   SECTION_OF(NUMBER)
#define SECTION_OF(NUMBER) SEC("socket/" #NUMBER)

/* ---- counting ---- */

/*
 * No atomic instruction: nobody else writes this CPU's values, and one filter does not interrupt
 * another, for the kernel receives a packet with its bottom halves off.
 */
static __always_inline void add(struct traffic *traffic, const struct state *state)
{
	traffic->packets++;
	traffic->bytes += state->bytes;
}

/* The frame's way is over. What a filter returns is how much the socket gets: nothing. */
static __always_inline int end(const struct state *state, __u32 how)
{
	struct traffic *traffic = bpf_map_lookup_elem(&frames, &how);

	if (traffic)
		add(traffic, state);
	return 0;
}

/* ---- from parser to parser ---- */

/* Element 0 of a per-CPU array: the address of this CPU's. */
static __always_inline struct state *find_state(void)
{
	const __u32 zero = 0;

	return bpf_map_lookup_elem(&states, &zero);
}

/*
 * Where the tail call works, nothing behind it is executed. Where it does not, the program goes on
 * as if nothing had been: there is no program in that slot, or the packet has been through
 * TAIL_CALLS of them. The kernel does not say which.
 */
static __always_inline int jump(struct __sk_buff *skb, struct state *state, __u32 slot)
{
	state->calls++;
	bpf_tail_call(skb, &parsers, slot);
	return end(state, state->calls > TAIL_CALLS ? FRAME_TOO_DEEP : FRAME_NO_PARSER);
}

/* The program for an EtherType, of a frame or of what GRE carries; negative if there is none. */
static __always_inline int parser_of(__u16 type)
{
	switch (type) {
	case ETH_P_8021Q:
	case ETH_P_8021AD: return PARSE_VLAN;
	case ETH_P_MPLS_UC:
	case ETH_P_MPLS_MC: return PARSE_MPLS;
	case ETH_P_IP: return PARSE_IPV4;
	case ETH_P_IPV6: return PARSE_IPV6;
	default: return -1;
	}
}

static __always_inline int jump_by_type(struct __sk_buff *skb, struct state *state, __u16 type)
{
	int slot = parser_of(bpf_ntohs(type));

	return slot < 0 ? end(state, FRAME_NOT_IP) : jump(skb, state, slot);
}

/* In IPv4 only one header can stand between IP and payload, and tell what comes next. */
static __always_inline int is_extension(__u8 version, __u8 protocol)
{
	return protocol == IPPROTO_AH ||
	       (version == 6 && (protocol == IPPROTO_HOPOPTS || protocol == IPPROTO_ROUTING ||
				 protocol == IPPROTO_FRAGMENT || protocol == IPPROTO_DSTOPTS));
}

/* Behind an IP header or an extension header: more headers, or the payload. */
static __always_inline int jump_by_protocol(struct __sk_buff *skb, struct state *state,
					    __u8 protocol)
{
	state->flow.protocol = protocol;
	state->header = protocol;
	switch (protocol) {
	case IPPROTO_IPIP:
		state->flow.through |= THROUGH_IPV4;
		return jump(skb, state, PARSE_IPV4);
	case IPPROTO_IPV6:
		state->flow.through |= THROUGH_IPV6;
		return jump(skb, state, PARSE_IPV6);
	case IPPROTO_GRE: return jump(skb, state, PARSE_GRE);
	}
	if (is_extension(state->flow.version, protocol))
		return jump(skb, state, PARSE_EXTENSION);
	return jump(skb, state, PARSE_PORTS);
}

/* ---- the programs ---- */

/*
 * The one that the socket has. A VLAN tag has been taken off by the kernel, or the network card,
 * before: it is no longer in the frame, but noted beside it, and its 4 bytes are not in skb->len.
 */
SEC("socket")
int start(struct __sk_buff *skb)
{
	struct state *state = find_state();
	__u16 type;

	if (!state || skb->pkt_type == PACKET_OUTGOING)
		return 0;
	__builtin_memset(state, 0, sizeof(*state));
	state->bytes = skb->len;
	state->offset = ETH_HLEN;
	if (skb->vlan_present) {
		state->bytes += 4;
		state->flow.through = THROUGH_VLAN;
	}
	if (bpf_skb_load_bytes(skb, offsetof(struct ethhdr, h_proto), &type, sizeof(type)) < 0)
		return end(state, FRAME_TRUNCATED);
	return jump_by_type(skb, state, type);
}

/* A tag that is still in the frame: a number, and the EtherType of what follows. */
SLOT(PARSE_VLAN)
int parse_vlan(struct __sk_buff *skb)
{
	struct state *state = find_state();
	__u16 tag[2];

	if (!state)
		return 0;
	if (bpf_skb_load_bytes(skb, state->offset, tag, sizeof(tag)) < 0)
		return end(state, FRAME_TRUNCATED);
	state->offset += sizeof(tag);
	state->flow.through |= state->flow.through & THROUGH_VLAN ? THROUGH_QINQ : THROUGH_VLAN;
	return jump_by_type(skb, state, tag[1]);
}

/* A label does not tell what follows. Behind the last one: what looks like IPv4 or IPv6. */
SLOT(PARSE_MPLS)
int parse_mpls(struct __sk_buff *skb)
{
	struct state *state = find_state();
	__u8 label[4], next;

	if (!state)
		return 0;
	if (bpf_skb_load_bytes(skb, state->offset, label, sizeof(label)) < 0)
		return end(state, FRAME_TRUNCATED);
	state->offset += sizeof(label);
	state->flow.through |= THROUGH_MPLS;
	if (!(label[2] & 1))
		return jump(skb, state, PARSE_MPLS);

	if (bpf_skb_load_bytes(skb, state->offset, &next, sizeof(next)) < 0)
		return end(state, FRAME_TRUNCATED);
	switch (next >> 4) {
	case 4: return jump(skb, state, PARSE_IPV4);
	case 6: return jump(skb, state, PARSE_IPV6);
	default: return end(state, FRAME_NOT_IP);
	}
}

/* The addresses of an inner packet take the place of the outer ones, all 32 bytes of them. */
SLOT(PARSE_IPV4)
int parse_ipv4(struct __sk_buff *skb)
{
	struct state *state = find_state();
	struct iphdr ip;

	if (!state)
		return 0;
	if (bpf_skb_load_bytes(skb, state->offset, &ip, sizeof(ip)) < 0)
		return end(state, FRAME_TRUNCATED);
	if (ip.version != 4 || ip.ihl < 5)
		return end(state, FRAME_MALFORMED);
	__builtin_memset(state->flow.source, 0, sizeof(state->flow.source));
	__builtin_memset(state->flow.destination, 0, sizeof(state->flow.destination));
	state->flow.source[0] = ip.saddr;
	state->flow.destination[0] = ip.daddr;
	state->flow.version = 4;
	state->flow.protocol = ip.protocol;
	state->header = 0;
	state->offset += ip.ihl * 4;

	/* Of a packet in fragments only the first has the headers that follow. */
	if (ip.frag_off & bpf_htons(0x1fff))
		return jump(skb, state, PARSE_PORTS);
	return jump_by_protocol(skb, state, ip.protocol);
}

SLOT(PARSE_IPV6)
int parse_ipv6(struct __sk_buff *skb)
{
	struct state *state = find_state();
	struct ipv6hdr ip;

	if (!state)
		return 0;
	if (bpf_skb_load_bytes(skb, state->offset, &ip, sizeof(ip)) < 0)
		return end(state, FRAME_TRUNCATED);
	if (ip.version != 6)
		return end(state, FRAME_MALFORMED);
	__builtin_memcpy(state->flow.source, &ip.saddr, sizeof(ip.saddr));
	__builtin_memcpy(state->flow.destination, &ip.daddr, sizeof(ip.daddr));
	state->flow.version = 6;
	state->offset += sizeof(ip);
	return jump_by_protocol(skb, state, ip.nexthdr);
}

/* How long an extension header of that kind is: its second byte counts, each kind in its way. */
static __always_inline __u32 extension_size(__u32 kind, __u8 length)
{
	switch (kind) {
	case IPPROTO_FRAGMENT: return 8;
	case IPPROTO_AH: return (length + 2) * 4;
	default: return (length + 1) * 8;
	}
}

SLOT(PARSE_EXTENSION)
int parse_extension(struct __sk_buff *skb)
{
	struct state *state = find_state();
	__u32 kind;
	__u8 head[4]; /* next header, length; of a fragment its offset */

	if (!state)
		return 0;
	if (bpf_skb_load_bytes(skb, state->offset, head, sizeof(head)) < 0)
		return end(state, FRAME_TRUNCATED);
	kind = state->header;
	state->offset += extension_size(kind, head[1]);
	if (kind == IPPROTO_FRAGMENT && (head[2] || head[3] & 0xf8)) {
		state->flow.protocol = head[0];
		state->header = 0;
		return jump(skb, state, PARSE_PORTS);
	}
	return jump_by_protocol(skb, state, head[0]);
}

/*
 * Four bytes, and four more for each of checksum, key and sequence number. What cannot be looked
 * into (another version, a source route, no IP inside) counts as a flow of GRE.
 */
SLOT(PARSE_GRE)
int parse_gre(struct __sk_buff *skb)
{
	struct state *state = find_state();
	struct {
		__u16 flags, type;
	} gre;
	int slot;

	if (!state)
		return 0;
	if (bpf_skb_load_bytes(skb, state->offset, &gre, sizeof(gre)) < 0)
		return end(state, FRAME_TRUNCATED);
	slot = parser_of(bpf_ntohs(gre.type));
	if (slot < 0 || gre.flags & bpf_htons(0x4007))
		return jump(skb, state, PARSE_PORTS);
	state->flow.through |= THROUGH_GRE;
	state->offset += sizeof(gre);
	state->offset += gre.flags & bpf_htons(0x8000) ? 4 : 0;
	state->offset += gre.flags & bpf_htons(0x2000) ? 4 : 0;
	state->offset += gre.flags & bpf_htons(0x1000) ? 4 : 0;
	return jump(skb, state, slot);
}

/* Where a flow is new: as in sockex2_kern.c. Other CPUs' values of the entry start as zero. */
static __always_inline int count_flow(const struct state *state)
{
	const struct traffic zero = {};
	struct traffic *traffic = bpf_map_lookup_elem(&flows, &state->flow);
	int err = 0; /* an int: see sockex2_kern.c */

	if (!traffic) {
		err = bpf_map_update_elem(&flows, &state->flow, &zero, BPF_NOEXIST);
		traffic = bpf_map_lookup_elem(&flows, &state->flow);
	}
	if (!traffic)
		return end(state, err == -E2BIG ? FRAME_FLOWS_FULL : FRAME_NO_FLOW);
	add(traffic, state);
	return end(state, FRAME_COUNTED);
}

/* These four begin with the source port and the destination port. */
static __always_inline int has_ports(__u32 protocol)
{
	return protocol == IPPROTO_TCP || protocol == IPPROTO_UDP || protocol == IPPROTO_SCTP ||
	       protocol == IPPROTO_UDPLITE;
}

/* `header` is 0 behind a later fragment: there are no ports, whatever the protocol. */
SLOT(PARSE_PORTS)
int parse_ports(struct __sk_buff *skb)
{
	struct state *state = find_state();
	__u16 ports[2];

	if (!state)
		return 0;
	if (state->offset > skb->len)
		return end(state, FRAME_TRUNCATED);
	if (has_ports(state->header)) {
		if (bpf_skb_load_bytes(skb, state->offset, ports, sizeof(ports)) < 0)
			return end(state, FRAME_TRUNCATED);
		state->flow.ports[0] = ports[0];
		state->flow.ports[1] = ports[1];
	}
	return count_flow(state);
}

char _license[] SEC("license") = "Dual BSD/GPL";
