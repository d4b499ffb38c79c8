// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * For differential.c: the sections of tc, sockets, tunnels and socket maps.
 */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct {
	__uint(type, BPF_MAP_TYPE_SOCKMAP);
	__uint(max_entries, 4);
	__type(key, __u32);
	__type(value, __u64);
} sockets SEC(".maps");

SEC("socket") int on_socket(struct __sk_buff *skb)
{
	return skb->len;
}

SEC("tc") int on_tc(struct __sk_buff *skb)
{
	return 0;
}

SEC("classifier") int on_classifier(struct __sk_buff *skb)
{
	return 0;
}

SEC("action") int on_action(struct __sk_buff *skb)
{
	return 0;
}

SEC("lwt_in") int on_lwt_in(struct __sk_buff *skb)
{
	return 0;
}

SEC("lwt_out") int on_lwt_out(struct __sk_buff *skb)
{
	return 0;
}

SEC("lwt_xmit") int on_lwt_xmit(struct __sk_buff *skb)
{
	return 0;
}

SEC("sockops") int on_sockops(struct bpf_sock_ops *ctx)
{
	__u32 key = 0;

	bpf_sock_map_update(ctx, &sockets, &key, BPF_ANY);
	return 1;
}

SEC("sk_skb") int on_sk_skb(struct __sk_buff *skb)
{
	return bpf_sk_redirect_map(skb, &sockets, 0, 0);
}

SEC("sk_skb/stream_parser") int parser(struct __sk_buff *skb)
{
	return skb->len;
}

SEC("sk_skb/stream_verdict") int verdict(struct __sk_buff *skb)
{
	return bpf_sk_redirect_map(skb, &sockets, 1, 0);
}

SEC("sk_msg") int on_sk_msg(struct sk_msg_md *msg)
{
	return bpf_msg_redirect_map(msg, &sockets, 2, 0);
}

SEC("sk_reuseport") int reuseport(struct sk_reuseport_md *ctx)
{
	return SK_PASS;
}

SEC("sk_lookup") int lookup(struct bpf_sk_lookup *ctx)
{
	return SK_PASS;
}

SEC("flow_dissector") int on_flow(struct __sk_buff *skb)
{
	return 0;
}

char _license[] SEC("license") = "GPL";
