#!/bin/sh
# SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
#
# tier: 2
# tc.t - maps pinned by tc and by bpfload are found by each other, and by bpftool.
#
# The same map stands in two objects: as struct bpf_elf_map with PIN_GLOBAL_NS, which today's tc
# refuses, and as a BTF map pinned by name, which tc pins at the same place. Everything happens
# on a bpffs and in a network namespace of the test's own.

# shellcheck source=tests/tap.sh
. "$(dirname "$0")/../tap.sh"

case ${BUILD:=build} in
/*) ;;
*) BUILD=$TOP/$BUILD ;;
esac
NETNS=bpf_load_tc_$$

leave() {
	ip netns delete "$NETNS" 2>/dev/null
	umount "$WORK/bpffs" 2>/dev/null
	rm -rf "$WORK"
}

if [ "$(id -u)" != 0 ] || ! ip netns add "$NETNS" 2>/dev/null; then
	skip 'needs root and network namespaces' 'maps shared with tc'
	done_testing
	exit
fi
trap leave EXIT
mkdir "$WORK/bpffs" && mount -t bpf bpf "$WORK/bpffs" || exit 1
export TC_BPF_MNT="$WORK/bpffs"
PIN=$TC_BPF_MNT/tc/globals/shared

# compile NAME FLAGS... - the classifier with its map in one way or the other
compile() {
	name=$1
	shift
	clang -O2 -g -target bpf -I"$TOP/include" -I"/usr/include/$(uname -m)-linux-gnu" "$@" \
		-c -o "$WORK/$name.o" "$WORK/shared.c" || exit 1
}

cat >"$WORK/shared.c" <<'END'
#include <linux/bpf.h>
#include "bpf_helpers.h"
#ifdef BTF_MAPS
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(key_size, 4);
	__uint(value_size, 8);
	__uint(max_entries, ENTRIES);
	__uint(pinning, 1);
} shared SEC(".maps");
#else
#include "bpf_elf.h"
struct bpf_elf_map SEC("maps") shared = {
	.type = BPF_MAP_TYPE_ARRAY,
	.size_key = 4,
	.size_value = 8,
	.max_elem = ENTRIES,
	.pinning = PIN_GLOBAL_NS,
};
#endif
SEC("classifier") int count(struct __sk_buff *skb)
{
	unsigned int key = 1;
	unsigned long long *value = bpf_map_lookup_elem(&shared, &key);

	if (value)
		__sync_fetch_and_add(value, 1);
	return 0;
}
char _license[] SEC("license") = "GPL";
END
compile legacy -DENTRIES=4
compile btf -DENTRIES=4 -DBTF_MAPS
compile other -DENTRIES=8

in_netns() {
	nsenter --net="/run/netns/$NETNS" "$@"
}

attach_by_tc() {
	in_netns ip link set lo up
	in_netns tc qdisc add dev lo clsact
	run in_netns tc filter add dev lo ingress bpf direct-action obj "$WORK/$1" sec classifier
}

map_id() {
	bpftool -j map show pinned "$PIN" 2>/dev/null | jq .id
}

# The map id that bpfload says for map `shared` of an object.
loaded_id() {
	run "$BUILD/bpfload" load --json "$WORK/$1"
	printf '%s\n' "$OUT" | jq '.maps[] | select(.name == "shared") | .id' 2>/dev/null
}

tc_first() {
	attach_by_tc btf.o
	is "$RC:$OUT" 0: 'tc loads the BTF object and pins its map'
	pinned=$(map_id)
	like "$pinned" '^[0-9]+$' 'bpftool sees the pin that tc made'
	is "$(loaded_id legacy.o)" "$pinned" 'bpfload finds it for struct bpf_elf_map, PIN_GLOBAL_NS'
	loaded_id btf.o >"$WORK/id"
	[ "$(cat "$WORK/id")" != "$pinned" ] && [ -e "$TC_BPF_MNT/shared" ]
	verdict $? 'without a pin root a map pinned by name has its place on bpffs itself'
	run "$BUILD/bpfload" load --json --pin-root "$TC_BPF_MNT/tc/globals" "$WORK/btf.o"
	is "$(printf '%s\n' "$OUT" | jq '.maps[0].id')" "$pinned" 'with it, the BTF definition finds it too'
}

mismatch() {
	run "$BUILD/bpfload" load "$WORK/other.o"
	is "$RC" 1 'another map than the pinned one is refused'
	like "$OUT" '! max_entries +8 +4$' 'wanted and found stand side by side'
	[ -e "$PIN" ]
	verdict $? 'the pin of somebody else stays'
}

bpfload_first() {
	in_netns tc qdisc del dev lo clsact
	rm "$PIN"
	run "$BUILD/bpfload" load "$WORK/legacy.o"
	is "$RC" 0 'bpfload pins the map of struct bpf_elf_map'
	pinned=$(map_id)
	like "$pinned" '^[0-9]+$' 'bpftool sees the pin that bpfload made'
	attach_by_tc btf.o
	is "$RC:$OUT" 0: 'tc loads the BTF object again'
	used=$(in_netns tc -j filter show dev lo ingress |
		jq '.[] | .options.prog.id // empty' | head -n 1)
	is "$(bpftool -j prog show id "$used" | jq '.map_ids[0]')" "$pinned" 'and uses the map that bpfload pinned'
}

traffic_counts() {
	before=$(bpftool -j map lookup pinned "$PIN" key 1 0 0 0 | jq -c .value)
	in_netns bash -c 'for i in 1 2 3; do echo x >/dev/udp/127.0.0.1/9; done' 2>/dev/null
	after=$(bpftool -j map lookup pinned "$PIN" key 1 0 0 0 | jq -c .value)
	[ "$before" != "$after" ]
	verdict $? 'packets on lo change the shared map'
}

tc_first
mismatch
bpfload_first
traffic_counts
done_testing
