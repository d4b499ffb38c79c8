#!/bin/sh
# SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
#
# eras.t - user programs as they were written for Linux 4.1, 4.10, 4.14 and 5.4 compile with one
# command, find their kernel side, run and count right. tier: 2

# shellcheck source=/dev/null
. "$(dirname "$0")/../tap.sh"
# shellcheck source=/dev/null
. "$(dirname "$0")/common.sh"

have_event() {
	# shellcheck disable=SC2016 # the inner shell expands
	unshare --mount sh -c 'mount -t tracefs none /sys/kernel/tracing 2>/dev/null
		[ -e "/sys/kernel/tracing/events/$1" ]' sh "$1"
}

user era_4_1
kern era_4_1
in_network "$WORK/era_4_1"
is "$RC" 0 "4.1: runs"
like "$OUT" '^udp 890 bytes$' "4.1: bytes of 5 * 142 + 3 * 60"
like "$OUT" '^length 142: 5 packets$' "4.1: packets of 100 bytes and headers"
like "$OUT" '^length 60: 3 packets$' "4.1: packets of 18 bytes and headers"
is "$(printf '%s\n' "$OUT" | grep -c '^length')" 2 "4.1: and no others"

user era_4_10
kern era_4_10
if have_event raw_syscalls/sys_enter; then
	in_network "$WORK/era_4_10"
	is "$RC" 0 "4.10: runs"
	is "$OUT" "42 calls" "4.10: a tracepoint counts our system calls"
else
	skip "this kernel has no tracepoint raw_syscalls/sys_enter" "4.10: runs"
fi

user era_4_14
kern era_4_14
in_network "$WORK/era_4_14"
is "$RC" 0 "4.14: runs"
is "$OUT" "map 0: port_counters at 0
map 1: counters_by_name at 28
map 2: jump_table at 56
map 3: near_node at 84
length 8: -1
length 9: 101
length 10: -1
length 11: 103
counter 3: 2" "4.14: callback, map of maps, jump table"

user era_5_4
kern era_5_4
if have_event sched/sched_switch; then
	in_network "$WORK/era_5_4" v0
	is "$RC" 0 "5.4: runs"
	is "$OUT" "switches seen" "5.4: raw tracepoint, XDP attached and detached"
else
	skip "this kernel has no tracepoint sched_switch" "5.4: runs"
fi

# The kernel side is looked for beside the program, by its name.
rm "$WORK/era_4_1_kern.o"
in_network "$WORK/era_4_1"
is "$RC" 1 "without its kernel side: fails"
like "$OUT" 'era_4_1_kern\.o: cannot open: No such file' "and says which file it misses"

done_testing
