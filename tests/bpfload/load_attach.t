#!/bin/sh
# SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
#
# tier: 2
# load_attach.t - bpfload load --attach, --pin, --dump, --keep: programs count UDP packets to one
# port, a known number of them is sent over lo of a namespace of the test's own, and the maps, as
# they are printed and as bpftool reads them, say that number. Then nothing is left, however it
# ended.

# shellcheck disable=SC2034 # AS_USER is for bpfload() of common.sh

# shellcheck source=/dev/null
. "$(dirname "$0")/../tap.sh"
# shellcheck source=/dev/null
. "$TOP/tests/bpfload/common.sh"

PATH=$PATH:/usr/sbin:/sbin
NS=bpf_load_test_$$
BPFFS=$WORK/bpffs
CGROUPS=$WORK/cgroups
PID=

skip_all() {
	echo "1..0 # SKIP $1"
	exit 0
}

clean_up() {
	[ -z "$PID" ] || kill -KILL "$PID" 2>/dev/null
	rmdir "$CGROUPS/$NS" 2>/dev/null
	umount "$CGROUPS" 2>/dev/null
	umount "$BPFFS" 2>/dev/null
	ip netns del "$NS" 2>/dev/null
	rm -rf "$WORK"
}

[ "$(id -u)" = 0 ] || skip_all 'needs root'
for command in ip tc bpftool jq bash; do
	command -v "$command" >/dev/null || skip_all "$command is not installed"
done
mkdir "$BPFFS" "$CGROUPS"
mount -t bpf bpf "$BPFFS" 2>"$WORK/err" || skip_all "cannot mount a bpffs: $(cat "$WORK/err")"
trap clean_up EXIT
ip netns add "$NS" 2>/dev/null || skip_all 'no network namespace can be made'
ip -n "$NS" link set lo up || skip_all 'no network in a namespace'

# ---- objects: each program counts UDP packets to port 7777 in its own map ----

compile net -g <<'END'
#include <linux/bpf.h>
#include <bpf_helpers.h>

struct count {
	__u32 packets, last_length;
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 8);
	__type(key, __u32);
	__type(value, struct count);
} by_port SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 2);
	__type(key, __u32);
	__type(value, __u64);
} by_cpu SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 4096);
} ring SEC(".maps");

int seen;

/* Ethernet, IPv4 without options, UDP to port 7777? */
static __always_inline int is_ours(const unsigned char *data, const unsigned char *end)
{
	return data + 42 <= end && data[23] == 17 && data[36] == 0x1e && data[37] == 0x61;
}

static __always_inline void count(unsigned int length)
{
	__u32 port = 7777, cpu_key = 1;
	struct count first = {0, 0}, *count;
	__u64 *cpu;

	bpf_map_update_elem(&by_port, &port, &first, BPF_NOEXIST);
	count = bpf_map_lookup_elem(&by_port, &port);
	if (count) {
		__sync_fetch_and_add(&count->packets, 1);
		count->last_length = length;
	}
	cpu = bpf_map_lookup_elem(&by_cpu, &cpu_key);
	if (cpu)
		*cpu += 1;
	__sync_fetch_and_add(&seen, 1);
}

SEC("xdp")
int count_xdp(struct xdp_md *ctx)
{
	unsigned char *data = (void *)(long)ctx->data, *end = (void *)(long)ctx->data_end;

	if (is_ours(data, end))
		count(end - data);
	return XDP_PASS;
}

SEC("classifier")
int count_tc(struct __sk_buff *skb)
{
	if (is_ours((void *)(long)skb->data, (void *)(long)skb->data_end))
		count(skb->len);
	return 0;
}

SEC("cgroup_skb/egress")
int count_cgroup(struct __sk_buff *skb)
{
	unsigned char *data = (void *)(long)skb->data, *end = (void *)(long)skb->data_end;

	/* without an Ethernet header here */
	if (data + 28 <= end && data[9] == 17 && data[22] == 0x1e && data[23] == 0x61)
		count(skb->len);
	return 1;
}

char _license[] SEC("license") = "GPL";
END

compile old <<'END'
#include <linux/bpf.h>
#include <bpf_helpers.h>

struct bpf_map_def SEC("maps") protocols = {
	.type = BPF_MAP_TYPE_ARRAY, .key_size = 4, .value_size = 8, .max_entries = 256,
};
struct bpf_map_def SEC("maps") other = {
	.type = BPF_MAP_TYPE_HASH, .key_size = 4, .value_size = 8, .max_entries = 4,
};

unsigned long long load_byte(void *skb, unsigned long long off) asm("llvm.bpf.load.byte");
unsigned long long load_half(void *skb, unsigned long long off) asm("llvm.bpf.load.half");

SEC("socket")
int count_socket(struct __sk_buff *skb)
{
	__u32 key = load_byte(skb, 23);
	long *value;

	if (key != 17 || load_half(skb, 36) != 7777 || skb->pkt_type != 4)
		return 0;
	value = bpf_map_lookup_elem(&protocols, &key);
	if (value)
		__sync_fetch_and_add(value, 1);
	bpf_map_delete_elem(&other, &key);
	return 0;
}

char _license[] SEC("license") = "GPL";
END

compile twins -g <<'END'
#include <linux/bpf.h>
#include <bpf_helpers.h>

SEC("xdp") int first(struct xdp_md *ctx)
{
	return XDP_PASS;
}
SEC("xdp") int second(struct xdp_md *ctx)
{
	return XDP_PASS;
}
END

compile exits -g <<'END'
#include <linux/bpf.h>
#include <bpf_helpers.h>

struct name {
	char text[16];
};

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 1024);
	__type(key, struct name);
	__type(value, __u32);
} ended SEC(".maps");

SEC("raw_tracepoint/sched_process_exit")
int on_exit(void *ctx)
{
	struct name name = {""};
	__u32 one = 1, *count;

	bpf_get_current_comm(&name, sizeof(name));
	count = bpf_map_lookup_elem(&ended, &name);
	if (count)
		__sync_fetch_and_add(count, 1);
	else
		bpf_map_update_elem(&ended, &name, &one, BPF_ANY);
	return 0;
}

char _license[] SEC("license") = "GPL";
END

# ---- running it ----

in_ns() {
	ip netns exec "$NS" "$@"
}

# start ARG... - bpfload load in the namespace, in the background, until it runs.
start() {
	: >"$WORK/out"
	ip netns exec "$NS" "$BPFLOAD" load --bpffs "$BPFFS" "$@" >"$WORK/out" 2>"$WORK/err" </dev/null &
	PID=$!
	eventually grep -q "$RUNS" "$WORK/out"
}

# stop SIGNAL - ends it; leaves the rest as bpfload() does.
stop() {
	kill "-$1" "$PID" 2>/dev/null
	wait "$PID"
	RC=$?
	PID=
	OUT=$(cat "$WORK/out")
	ERR=$(cat "$WORK/err")
}

printed() {
	grep -Eq "$1" "$WORK/out"
}

# send COUNT - datagrams of 2 bytes to port 7777: 44 bytes with their Ethernet, IP and UDP headers.
send() {
	# shellcheck disable=SC2016 # expanded inside
	in_ns bash -c 'for ((i = 0; i < $1; i++)); do echo x >/dev/udp/127.0.0.1/7777; done 2>/dev/null' send "$1"
}

pins() {
	find "$BPFFS" -mindepth 1 ! -name '*.debug' | sed "s|$BPFFS/||" | sort | tr '\n' ' '
}

# What the interface and bpffs hold; nothing, if all is well.
left() {
	in_ns ip link show lo | grep -o 'prog/xdp.*'
	in_ns tc qdisc show dev lo | grep clsact
	pins
}

# ours - there are programs or maps of this test in the kernel.
ours() {
	bpftool -j prog show | jq -e 'any(.[]; .name == "count_xdp" or .name == "count_tc" or .name == "count_socket" or .name == "count_cgroup")' >/dev/null
}

gone() {
	! ours
}

# ---- interfaces ----

# attached WHAT PATTERN NAME - by WHAT, five packets are five; ^C leaves nothing.
attached() {
	start --attach "$1" --dump 0.2 net.o
	verdict $? "$3: runs"
	send 5
	eventually printed ' by_port\[7777\] = \{\.packets = 5, \.last_length = [0-9]+\}$'
	verdict $? "$3: five packets are counted, told by their types"
	eventually printed ' seen = 5$'
	verdict $? "$3: a variable by its name"
	eventually printed ' by_cpu\[1\] = cpu [0-9]+: [1-5]'
	verdict $? "$3: a per-CPU value by CPU"
	like "$(cat "$WORK/out")" "$2" "$3: said where"
	stop INT
	is "$RC" 0 "$3: ends by ^C"
	like "$ERR" "^bpfload: note: map 'ring' is not dumped: entries of a ringbuf cannot be listed\$" "$3: a map without entries to list is named"
	is "$(left)" '' "$3: nothing is left"
}

interfaces() {
	attached xdp:lo '^  count_xdp +xdp +lo$' 'xdp:lo'
	like "$OUT" 'by_port\[7777\] = .*last_length = 44' 'xdp:lo: with the Ethernet header'
	attached count_xdp=xdpgeneric:lo '^  count_xdp +xdpgeneric +lo$' 'xdpgeneric:lo'
	attached tc:lo:ingress '^  count_tc +tc +lo +ingress$' 'tc:lo:ingress'
	attached count_tc=tc:lo:egress '^  count_tc +tc +lo +egress$' 'tc:lo:egress'
	start --attach tc:lo:ingress --attach xdp:lo --dump 0.2 net.o
	in_ns bpftool -j net show >"$WORK/net"
	is "$(jq -r '.[0] | [(.tc // .TC)[].name, (.xdp[].mode // "x")] | join(" ")' "$WORK/net" 2>&1 | grep -c count_tc)" 1 'two at once: bpftool sees the filter'
	send 3
	eventually printed ' seen = 6$'
	verdict $? 'two at once: both count'
	stop TERM
	is "$RC:$(left)" 0: 'two at once: SIGTERM leaves nothing'
	eventually gone
	verdict $? 'and the programs are gone from the kernel'
}

sockets() {
	start --attach socket:lo --dump 0.2 old.o
	send 4
	eventually printed ' protocols\[11 00 00 00\] = 04 00 00 00 00 00 00 00$'
	verdict $? 'socket:lo: four packets, in hex where no type is known'
	unlike "$(cat "$WORK/out")" ' protocols\[[^1]' 'socket:lo: entries that are zero are not shown'
	# a map changed from outside: new, changed, gone
	id=$(bpftool -j map show | jq -r '[.[] | select(.name == "other" and .max_entries == 4)][-1].id')
	bpftool map update id "$id" key 7 0 0 0 value 1 0 0 0 0 0 0 0
	eventually printed ' other\[07 00 00 00\] = 01 00'
	verdict $? '--dump: an entry that is new'
	bpftool map update id "$id" key 7 0 0 0 value 2 0 0 0 0 0 0 0
	eventually printed ' other\[07 00 00 00\] = 02 00'
	verdict $? '--dump: an entry that has changed'
	bpftool map delete id "$id" key 7 0 0 0
	eventually printed ' other\[07 00 00 00\] is gone$'
	verdict $? '--dump: an entry that is gone'
	stop HUP
	is "$RC:$(left)" 0: 'socket:lo: nothing is left after SIGHUP'
	start --attach socket:lo old.o
	verdict $? 'without --dump: runs'
	stop INT
	is "$RC" 0 'without --dump: until ^C'
	unlike "$OUT" ' s  ' 'without --dump: prints no entries'
}

cgroups() {
	if ! mount -t cgroup2 none "$CGROUPS" 2>"$WORK/mount.err" || ! mkdir "$CGROUPS/$NS"; then
		skip "no cgroup of our own: $(cat "$WORK/mount.err")" 'cgroup:PATH'
		return
	fi
	start --attach "cgroup:$CGROUPS/$NS" --dump 0.2 net.o
	like "$(cat "$WORK/out")" "^  count_cgroup +cgroup +$CGROUPS/$NS +egress\$" 'cgroup: said where, and the direction'
	is "$(bpftool -j cgroup show "$CGROUPS/$NS" | jq -r '.[].name')" count_cgroup 'cgroup: bpftool sees it'
	send 2
	# shellcheck disable=SC2016 # expanded inside
	in_ns bash -c 'echo $$ >"$1/cgroup.procs" && for i in 1 2 3; do echo x >/dev/udp/127.0.0.1/7777; done 2>/dev/null' sender "$CGROUPS/$NS"
	eventually printed ' by_port\[7777\] = \{\.packets = 3, '
	verdict $? 'cgroup: counts its members only'
	stop INT
	is "$RC:$(bpftool -j cgroup show "$CGROUPS/$NS" | jq -r '.[]?.name')" 0: 'cgroup: nothing is attached any more'
	load --attach "cgroup:$CGROUPS/nosuch" net.o
	refused "cannot open cgroup $CGROUPS/nosuch: No such file" 'cgroup that is none'
	load --attach "cgroup:$WORK" net.o
	refused "cannot attach it to cgroup:$WORK: .*" 'cgroup: any directory'
	like "$ERR" "is no cgroup of version 2" 'cgroup: any directory: what it should be'
}

sections() {
	tag=t$$_$(basename "$(dirname "$BPFLOAD")")
	cp "$(command -v sleep)" "$WORK/$tag"
	RUNS='"bpfload": "load"'
	start --json --attach section --dump 0.2 exits.o
	RUNS='^Running until'
	"$WORK/$tag" 0 && "$WORK/$tag" 0 && "$WORK/$tag" 0
	hex=$(printf '%s' "$tag" | od -An -tx1 | tr -d ' \n')
	eventually sh -c "jq -es '[.[] | select(.bpfload == \"dump\") | .changes[] | select(.key.bytes | startswith(\"$hex\"))][-1] | .value.text == \"3\" and .map == \"ended\"' '$WORK/out'"
	verdict $? 'section: a raw tracepoint counts; the dump in JSON'
	stop INT
	is "$RC:$ERR" 0: 'section: ends by ^C'
	jq -s '.[0]' "$WORK/out" >"$WORK/first"
	jq -s '.[1]' "$WORK/out" >"$WORK/second"
	jq -es 'length > 1 and all(.[1:][]; .bpfload == "dump" and (.changes | length) > 0)' "$WORK/out" >/dev/null
	verdict $? 'JSON: one document of the load, then one for each round with changes'
	mv "$WORK/first" "$WORK/out"
	follows_schema load
	json '.attachments == [{program: "on_exit", kind: "raw_tracepoint", target: "sched_process_exit", direction: null, pin: null, removal: null}]' 'JSON: attachments'
	mv "$WORK/second" "$WORK/out"
	follows_schema dump
	load --attach section net.o
	refused "no section's name says where" 'section: where no name says it'
}

# ---- pins ----

pinned() {
	load --pin "$BPFFS/mine" net.o
	is "$RC:$ERR" 0: '--pin: loads'
	is "$(pins)" 'mine mine/by_cpu mine/by_port mine/count_cgroup mine/count_tc mine/count_xdp mine/net_bss mine/ring ' '--pin: maps and programs by name'
	like "$OUT" "^  $BPFFS/mine/by_port +map by_port\$" '--pin: told'
	like "$OUT" "^  $BPFFS/mine/count_xdp +program count_xdp\$" '--pin: programs too'
	is "$(bpftool -j prog show pinned "$BPFFS/mine/count_xdp" | jq -r .name)" count_xdp '--pin: bpftool finds a program'
	load --pin "$BPFFS/mine" net.o
	refused "cannot pin it at $BPFFS/mine/[a-z_]+: File exists; rm it" '--pin again'
	is "$(pins | wc -w)" 8 '--pin again: the old pins stay as they are'
	rm -r "$BPFFS/mine"
	load --json --pin "$BPFFS/mine" net.o
	follows_schema load
	json '.pins | length == 7' '--pin in JSON'
	rm -r "$BPFFS/mine"

	load --pin "$BPFFS/a/b" net.o
	refused "^bpfload: --pin $BPFFS/a/b: cannot make that directory: No such file" '--pin below nothing'
	load --pin "$WORK/plain/pins" net.o
	refused "--pin $WORK/plain/pins: that is not on a bpffs" '--pin elsewhere'
	[ ! -e "$WORK/plain/pins" ]
	verdict $? '--pin elsewhere: makes no directory'
	: >"$WORK/plain/file"
	load --pin "$WORK/plain/file" net.o
	refused 'that is not on a bpffs' '--pin at a file'
	load --pin "$BPFFS/mine" --attach xdp:nosuch net.o
	refused "there is no interface 'nosuch'" '--pin, then a failure'
	is "$(left)" '' '--pin, then a failure: nothing is left'

	start --pin "$BPFFS/mine" --attach xdp:lo net.o
	is "$(pins | wc -w)" 8 '--pin in the foreground: there while it runs'
	stop INT
	is "$RC:$(left)" 0: '--pin in the foreground: gone with it'
}

kept() {
	bpfload_in_ns --keep --pin "$BPFFS/mine" --attach xdp:lo --attach tc:lo:egress net.o
	is "$RC:$ERR" 0: '--keep: returns at once'
	like "$OUT" "^  count_xdp +xdp lo +rm $BPFFS/mine/count_xdp_link\$" '--keep: says how to remove a link'
	like "$OUT" '^  count_tc +tc lo +tc qdisc del dev lo clsact$' '--keep: says how to remove the qdisc it made'
	send 2
	is "$(bpftool -j map dump pinned "$BPFFS/mine/by_port" | jq -r '.[].formatted.value.packets')" 4 '--keep: both count on'
	like "$(left)" 'clsact' '--keep: the filter is there'
	bpfload_in_ns --attach xdp:lo net.o
	refused 'interface lo: an XDP program is there already, id [0-9]+' 'a place that is taken'
	# a second filter beside it, with the qdisc that is there
	bpfload_in_ns --json --keep --attach tc:lo:egress net.o
	json '.attachments[0] | .removal | startswith("tc filter del dev lo egress prio ")' '--keep beside another filter, JSON: says how to remove it alone'
	is "$(in_ns tc filter show dev lo egress | grep -c 'direct-action')" 2 '--keep: two filters'
	in_ns sh -c "$(jq -r '.attachments[0].removal' "$WORK/out")"
	is "$(in_ns tc filter show dev lo egress | grep -c 'direct-action')" 1 'that command removes the one'
	in_ns tc qdisc del dev lo clsact
	rm "$BPFFS/mine/count_xdp_link"
	# the kernel lets go of it a moment after the name is gone
	eventually link_is_gone
	verdict $? 'without its pin the link is gone'
	rm -r "$BPFFS/mine"
	start --keep --pin "$BPFFS/mine" --attach xdp:lo --dump 0.2 net.o
	stop INT
	is "$RC" 0 '--keep --dump: until ^C'
	like "$(pins)" 'mine/count_xdp_link' '--keep --dump: then it stays'
	rm -r "$BPFFS/mine"
	is "$(left)" '' 'and is removed by rm'
}

bpfload_in_ns() {
	AS_USER="ip netns exec $NS"
	load "$@"
	AS_USER=
}

link_is_gone() {
	! in_ns ip link show lo | grep -q prog/xdp
}

load() {
	bpfload load --bpffs "$BPFFS" "$@"
}

# ---- what goes wrong ----

failures() {
	load --attach xdp:nosuch net.o
	refused "there is no interface 'nosuch'; ip link" 'no such interface'
	bpfload_in_ns --attach tc:lo:ingress --attach socket:lo net.o
	refused '--attach socket:lo: the object has no program of a type' 'no program for it'
	is "$(left)" '' 'no program for it: what was attached before is not any more'
	load --attach nosuch=xdp:lo net.o
	refused '--attach nosuch=xdp:lo: the object has no program of that name' 'no such program'
	load --attach count_tc=xdp:lo net.o
	refused "program 'count_tc' is of type sched_cls, which is not attached" 'a program of another type'
	load --attach xdp:lo twins.o
	refused 'which program\? PROGRAM=xdp:lo says it; there are first, second' 'two programs fit'
	bpfload_in_ns --attach first=xdp:lo --attach second=xdp:lo twins.o
	refused 'interface lo: an XDP program is there already' 'both at one place'
	is "$(left)" '' 'both at one place: nothing is left'
	bpfload_in_ns --attach xdp:lo --attach xdp:nosuch --pin "$BPFFS/mine" net.o
	refused 'no interface' 'the second fails'
	is "$(left)" '' 'the second fails: the first is detached'
	compile asks -g <<'END'
#include <linux/bpf.h>
#include <bpf_helpers.h>
#include <bpf_elf.h>

struct bpf_elf_map SEC("maps") asked = {
	.type = BPF_MAP_TYPE_ARRAY, .size_key = 4, .size_value = 4, .max_elem = 1,
	.pinning = PIN_GLOBAL_NS,
};
SEC("xdp") int use(struct xdp_md *ctx)
{
	__u32 key = 0;

	return bpf_map_lookup_elem(&asked, &key) ? XDP_PASS : XDP_DROP;
}
END
	load --attach xdp:nosuch asks.o
	refused 'no interface' 'a definition with a pin, attach fails'
	is "$(left)" '' 'a definition with a pin, attach fails: its pin is taken back'
}

killed() {
	start --attach xdp:lo --dump 0.2 net.o
	stop KILL
	is "$(left)" '' 'SIGKILL: a link ends with its process'
	start --attach xdp:lo --dump 0.1 net.o
	in_ns sh -c "\"$BPFLOAD\" load --attach tc:lo:ingress --dump 0.05 net.o 2>/dev/null | head -n 1 >/dev/null; sleep 0.1" &
	reader=$!
	i=0
	while [ $i -lt 20 ]; do
		send 1
		sleep 0.05
		i=$((i + 1))
	done
	wait "$reader"
	stop INT
	is "$(left)" '' 'a reader that goes away: ends and cleans up'
}

usage() {
	for option in --attach '--attach xdp' '--attach xdp:' '--attach nosuch:lo' '--attach =xdp:lo' '--attach tc:lo' '--attach tc:lo:up' '--attach tc::ingress' '--attach cgroup:' --pin --dump '--dump 0' '--dump -1' '--dump x' '--dump 1x' '--dump nan' '--dump 1e9' --keep '--keep --attach xdp:lo' "--keep --pin $BPFFS/x --attach socket:lo" "--keep --pin $BPFFS/x --attach section"; do
		# shellcheck disable=SC2086 # an option and its value
		load net.o $option
		misused "load $option"
	done
	load --pin '' net.o
	misused 'load --pin without a name'
}

standard_input() {
	"$BPFLOAD" load --json - <net.o >"$WORK/out" 2>"$WORK/err"
	RC=$?
	is "$RC:$(cat "$WORK/err")" 0: 'load -: from standard input'
	json '.object.path == "stdin" and ([.maps[].name] | contains(["by_port", "stdin.bss"]))' 'load -: what it is called'
	"$BPFLOAD" explain - <net.o >"$WORK/out" 2>&1
	like "$?:$(head -n 1 "$WORK/out")" '^0:stdin$' 'explain -: from standard input'
	OUT=$(head -c 900 net.o | "$BPFLOAD" load - 2>&1)
	like "$?:$OUT" '^1:bpfload: stdin: ' 'half an object from standard input'
	OUT=$("$BPFLOAD" load - 2>&1 <&-)
	like "$?:$OUT" '^1:bpfload: cannot read standard input: Bad file descriptor' 'no standard input'
	OUT=$("$BPFLOAD" load - 2>&1 <"$WORK")
	like "$?:$OUT" '^1:bpfload: cannot read standard input: Is a directory' 'a directory as standard input'
}

everything() {
	interfaces
	sockets
	cgroups
	sections
	pinned
	kept
	failures
	killed
	usage
	standard_input
	rmdir "$CGROUPS/$NS" 2>/dev/null
	umount "$CGROUPS" 2>/dev/null
	is "$(left)" '' 'nothing is left'
}

RUNS='^Running until'
AS_USER=
each_build everything
done_testing
