# SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
# shellcheck shell=bash
#
# common.sh - what the checks of lesson 07 have in common: packets in packets, and counters by name.

# The elements of the map `packets`, as tail_calls.h has them.
COUNTERS=(udp tcp other tunnel too-deep guest)

# headers DEPTH PROTOCOL [WORDS] - DEPTH IPv4 headers, one in the other, each of WORDS times four
# bytes (5: no options), the innermost with PROTOCOL; in hex.
headers() {
	local n words=${3:-5}
	for ((n = 1; n <= $1; n++)); do
		printf '4%x0000000000000040%02x0000c0000201c0000202' "$words" $((n < $1 ? 4 : $2))
		zeros $(((words - 5) * 4))
	done
}

# zeros N - bytes, in hex.
zeros() {
	[ "$1" = 0 ] || printf '%0*d' $(($1 * 2)) 0
}

# nested DEPTH PROTOCOL [WORDS] - such a packet for `packets`: Ethernet, IPv4 headers, 20 bytes.
nested() {
	printf 'hex:%s0800%s%s' "$(zeros 12)" "$(headers "$@")" "$(zeros 20)"
}

# ipv6_with_17 - an IPv6 packet with 17 where an IPv4 packet has its protocol.
ipv6_with_17() {
	printf 'hex:%s86dd60%s11%s' "$(zeros 12)" "$(zeros 8)" "$(zeros 40)"
}

# table NAME=N... - all counters, a line each; those that are not named are 0.
table() {
	local name each n
	for name in "${COUNTERS[@]}"; do
		n=0
		for each in "$@"; do
			[ "${each%%=*}" != "$name" ] || n=${each#*=}
		done
		printf '%-9s %s\n' "$name" "$n"
	done
}

# found_table - the same, as the program has counted.
found_table() {
	local i
	for i in "${!COUNTERS[@]}"; do
		printf '%-9s %s\n' "${COUNTERS[i]}" "$(value packets "$i")"
	done
}

# counted ID WHAT 'NAME=N ...' [WHY] - what the last `packets` has counted.
counted() {
	local wanted
	read -ra wanted <<<"$3"
	expect "$1" "$2" "$(table "${wanted[@]}")" "$(able && found_table)" "${4:-}"
}

# one_cpu - all that follows runs on one CPU, so that what it left in a per-CPU map is met again.
one_cpu() {
	taskset -pc "$(taskset -pc $$ | sed 's/.*: //; s/[,-].*//')" $$ >/dev/null
}
