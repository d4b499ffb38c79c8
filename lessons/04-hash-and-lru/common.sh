# SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
# shellcheck shell=bash disable=SC2034 # OBJECT is for lessons/check.sh, which is sourced before this
#
# common.sh - packets for the checks of this lesson, and what the program made of them, in words.

# hex_address A.B.C.D
hex_address() {
	local IFS=.
	# shellcheck disable=SC2086 # four words
	printf '%02x%02x%02x%02x' $1
}

# packet SOURCE DESTINATION PROTOCOL [PORT [OPTION-WORDS [OFFSET]]] - an IPv4 packet, for `packets`.
# The port stands behind the IP header whatever the protocol; it comes from port 50000. OPTION-WORDS
# make the header longer, OFFSET makes it a fragment that is not the first.
packet() {
	local options
	printf -v options '%*s' "$((${5:-0} * 8))" ''
	printf 'hex:%024d0800%x0000%02x0000%04x40%02x0000' 0 $((0x45 + ${5:-0})) $((40 + ${5:-0} * 4)) "${6:-0}" "$3"
	hex_address "$1"
	hex_address "$2"
	printf '%sc350%04x00080000%024d' "${options// /1}" "${4:-0}" 0
}

# to ADDRESS [PORT] - a UDP packet that goes there.
to() {
	packet 192.0.2.1 "$1" 17 "${2:-53}"
}

# destinations - "ADDRESS: N" of all entries, a line each.
destinations() {
	awk '$1 == "map" && $2 == "destinations" {
		k = $3
		printf "%d.%d.%d.%d: %s\n", k % 256, int(k / 256) % 256, int(k / 65536) % 256, int(k / 16777216), $4
	}' probe.out | sort -V | grep . || echo '(no entry)'
}

# flows - "SOURCE > DESTINATION PROTOCOL/PORT: N" of all entries, a line each. The last byte of the
# key belongs to no member; " +xx" tells of it where it is not 0.
flows() {
	awk '
	function byte(i) { return 16 * digit(2 * i + 1) + digit(2 * i + 2) }
	function digit(i) { return index("0123456789abcdef", substr(key, i, 1)) - 1 }
	function address(i) { return byte(i) "." byte(i + 1) "." byte(i + 2) "." byte(i + 3) }
	$1 == "map" && $2 == "flows" {
		key = $3
		printf "%s > %s %d/%d", address(0), address(4), byte(10), byte(9) * 256 + byte(8)
		printf "%s: %s\n", byte(11) ? " +" substr(key, 23) : "", $4
	}' probe.out | sort -V | grep . || echo '(no entry)'
}

# how_many MAP - entries.
how_many() {
	awk -v map="$1" '$1 == "map" && $2 == map { n++ } END { print n + 0 }' probe.out
}

# adds_atomically - what a lookup gives the address of is changed by atomic instructions only. The
# stack, at r10, is the program's own.
adds_atomically() {
	local stores atomic fetched
	stores=$(instructions '\*\(u64 \*\)\(r[0-9] [-+] [0-9]+\) [-+*/|&^]?=')
	atomic=$(instructions 'lock \*\(u64 ')
	fetched=$(instructions 'atomic_fetch_add\(\(u64 ') # where the result is used; no store, as shown
	if [ "$stores" -gt "$atomic" ]; then
		echo 'one is read, changed and written'
	elif [ $((atomic + fetched)) = 0 ]; then
		echo 'nothing is added to a __u64'
	else
		echo yes
	fi
}

# counts_atomically - is a check of its own.
counts_atomically() {
	expect atomic 'counters are added to by atomic instructions' yes "$(adds_atomically)" \
		'two CPUs may add at the same time, and one of them would be lost: __sync_fetch_and_add(counter, 1)'
}

# with_before HEADER NAME - compiles the answer once more, as NAME_kern.c, with a header before it;
# warnings were shown the first time. $OBJECT is what comes of it.
with_before() {
	cp "$LESSON/$1" . && cp flows_kern.c "$2_kern.c"
	CLANG="${CLANG:-clang} -w -include $1" kern "$2_kern.c" "compiles-with-${2//_/-}"
}

# with_a_race - another CPU is always faster.
with_a_race() {
	with_before race.h race
}

# with_no_room - no map has room for a new entry.
with_no_room() {
	with_before no_room.h no_room
}
