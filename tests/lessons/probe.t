#!/bin/bash
# SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
#
# tier: 1
# probe.t - lessons/runner/probe runs a program on packets, and tells what maps hold then: what
# checks of the lessons rely on, and what lessons themselves do not show.

# shellcheck source=tests/tap.sh
. "$(dirname "$0")/../tap.sh"
BUILD=${BUILD:-build}
case $BUILD in /*) ;; *) BUILD=$TOP/$BUILD ;; esac
PROBE=$BUILD/lessons/runner/probe
if ! LACKS=$("$PROBE" --able); then
	echo "1..0 # SKIP $LACKS"
	exit 0
fi
cd "$WORK" || exit 1

cat >untidy_kern.c <<'END'
#include <linux/bpf.h>
#include "bpf_helpers.h"

struct untidy {
	__u16 half;
	__u8 byte;
};

struct bpf_map_def SEC("maps") by_key = {
	.type = BPF_MAP_TYPE_HASH,
	.key_size = 4,
	.value_size = 4,
	.max_entries = 8,
};

struct bpf_map_def SEC("maps") array = {
	.type = BPF_MAP_TYPE_ARRAY,
	.key_size = 4,
	.value_size = 4,
	.max_entries = 8,
};

SEC("socket")
int add(struct __sk_buff *skb)
{
	struct untidy key;
	__u32 zero = 0;

	key.half = 0x0102;
	key.byte = 3;
	bpf_map_update_elem(&by_key, &key, &zero, BPF_ANY);
	bpf_map_update_elem(&array, &zero, &zero, BPF_ANY);
	return skb->len;
}

char _license[] SEC("license") = "GPL";
END
make -s -f "$TOP/lessons/lesson.mk" TOP="$TOP" O="$BUILD" untidy_kern.o
verdict $? 'a program that leaves a byte of its key unwritten compiles'

# probed PACKET... - leaves what probe printed, in one line.
probed() {
	run "$PROBE" untidy_kern.o add "$@"
	OUT=$(printf '%s\n' "$OUT" | paste -sd ';')
}

probed stack:aa ipv4/udp/60
is "$OUT" "return 60;map by_key $((0xaa030102)) 0" \
	'the byte is what stack: says; an element of a hash is shown though it is 0, that of an array is not'
probed stack:00 arp/42 stack:ff arp/42 arp/42
is "$(printf '%s\n' "$OUT" | tr ';' '\n' | sort | paste -sd ';')" \
	"map by_key $((0x00030102)) 0;map by_key $((0xff030102)) 0;return 42;return 42;return 42" \
	'stack: holds for what comes behind it, and maps stay'
probed hex:0011
is "$RC" 2 'what is too short for a frame is refused'
like "$OUT" "'hex:0011' is no packet" 'and named'
run "$PROBE" untidy_kern.o subtract arp/42
is "$RC" 1 'a program that is not there is refused'
like "$OUT" "program 'subtract': the object has none of that name" 'and named'
done_testing
