#!/bin/bash
# SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
#
# tier: 1
# probe_slots.t - lessons/runner/probe: changes of a PROG_ARRAY between them, what it prints, and
# what it says about words that are neither.

# shellcheck source=tests/tap.sh
. "$(dirname "$0")/../tap.sh"
BUILD=${BUILD:-build}
case $BUILD in /*) ;; *) BUILD=$TOP/$BUILD ;; esac
cd "$WORK" || exit 1

cat >jumps.c <<'END'
#include <linux/bpf.h>
#include "bpf_helpers.h"

struct bpf_map_def SEC("maps") slots = {
	.type = BPF_MAP_TYPE_PROG_ARRAY,
	.key_size = sizeof(__u32),
	.value_size = sizeof(__u32),
	.max_entries = 3,
};

struct bpf_map_def SEC("maps") runs = {
	.type = BPF_MAP_TYPE_ARRAY,
	.key_size = sizeof(__u32),
	.value_size = sizeof(__u64),
	.max_entries = 2,
};

static __always_inline void count(__u32 index)
{
	__u64 *counter = bpf_map_lookup_elem(&runs, &index);

	if (counter)
		*counter += 1;
}

SEC("socket")
int jump(struct __sk_buff *skb)
{
	count(0);
	bpf_tail_call(skb, &slots, 2);
	return 7;
}

SEC("socket")
int target(struct __sk_buff *skb)
{
	count(1);
	return skb->len;
}

char _license[] SEC("license") = "Dual BSD/GPL";
END
clang -O2 -g -target bpf -I"$TOP/include" "-I/usr/include/$(uname -m)-linux-gnu" -c jumps.c
verdict $? 'the object of the test compiles'

# probe WORD... - leaves what it printed in $OUT, without the slots (their values are ids), and $RC.
probe() {
	OUT=$("$BUILD/lessons/runner/probe" jumps.o jump "$@" 2>&1)
	RC=$?
	OUT=$(printf '%s\n' "$OUT" | grep -v '^map slots ')
}

# refused WORD STATUS TEXT
refused() {
	probe "$1"
	is "$RC" "$2" "'$1': exit status"
	is "$OUT" "$3" "'$1': what it says"
}

LACKING=$("$BUILD/lessons/runner/probe" --able) || {
	skip "$LACKING" 'probe runs programs'
	done_testing
	exit
}

probe ipv4/udp/100
is "$RC $OUT" '0 return 7
map runs 0 1' 'a slot that is empty: the program goes on'
probe ipv4/udp/100 'slots[2]=target' ipv4/tcp/60 arp/42 'slots[2]=' ipv6/udp/90
is "$RC $OUT" '0 return 7
return 60
return 42
return 7
map runs 0 4
map runs 1 2' 'a slot is filled and emptied between packets'
refused 'slots[2]=' 1 "change 'slots[2]=': No such file or directory"
refused 'slots[3]=target' 1 "change 'slots[3]=target': Argument list too long"
refused 'slots[0]=nobody' 1 "program 'nobody': the object has none of that name"
refused 'nothing[0]=target' 1 "map 'nothing': the object has no PROG_ARRAY of that name"
refused 'runs[0]=target' 1 "map 'runs': the object has no PROG_ARRAY of that name"
refused 'slots[2]' 2 "probe: 'slots[2]' is not MAP[SLOT]=PROGRAM"
refused 'slots[two]=target' 2 "probe: 'slots[two]=target' is not MAP[SLOT]=PROGRAM"
refused 'ipv5/udp/100' 2 "probe: 'ipv5/udp/100' is no packet"
done_testing
