// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * For differential.c: cgroup programs. The verifier allows them different things by their
 * attach types, which the section names.
 */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u64);
} packets SEC(".maps");

static __always_inline int count(void)
{
	__u32 key = 0;
	__u64 *value = bpf_map_lookup_elem(&packets, &key);

	if (value)
		*value += 1;
	return 1;
}

SEC("cgroup_skb/ingress") int skb_ingress(struct __sk_buff *skb)
{
	return count();
}

SEC("cgroup_skb/egress") int skb_egress(struct __sk_buff *skb)
{
	return count();
}

SEC("cgroup/skb") int skb(struct __sk_buff *skb)
{
	return count();
}

SEC("cgroup/sock") int sock(struct bpf_sock *ctx)
{
	return 1;
}

SEC("cgroup/sock_create") int sock_create(struct bpf_sock *ctx)
{
	return 1;
}

SEC("cgroup/sock_release") int sock_release(struct bpf_sock *ctx)
{
	return 1;
}

/* Only at post_bind is the source address known. */
SEC("cgroup/post_bind4") int post_bind4(struct bpf_sock *ctx)
{
	return ctx->src_port != 1;
}

SEC("cgroup/bind4") int bind4(struct bpf_sock_addr *ctx)
{
	ctx->user_port = 0;
	return 1;
}

SEC("cgroup/connect6") int connect6(struct bpf_sock_addr *ctx)
{
	return ctx->user_ip6[0] != 1;
}

SEC("cgroup/sendmsg4") int sendmsg4(struct bpf_sock_addr *ctx)
{
	return ctx->msg_src_ip4 != 1;
}

SEC("cgroup/dev") int dev(struct bpf_cgroup_dev_ctx *ctx)
{
	return ctx->major != 1;
}

SEC("cgroup/sysctl") int sysctl(struct bpf_sysctl *ctx)
{
	return ctx->write == 0;
}

SEC("cgroup/getsockopt") int getsockopt(struct bpf_sockopt *ctx)
{
	ctx->retval = 0;
	return 1;
}

SEC("cgroup/setsockopt") int setsockopt(struct bpf_sockopt *ctx)
{
	ctx->optlen = 0;
	return 1;
}

char _license[] SEC("license") = "GPL";
