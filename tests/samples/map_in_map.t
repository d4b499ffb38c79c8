#!/bin/sh
# SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
#
# tier: 2
# vm: yes
# map_in_map.t - the sample map_in_map: while inner maps are swapped, every read sees a whole one,
# never a half, never none; while values are written in place, halves are seen. Each run of the
# program is in one of the counts, and the last change is what stands in the outer map.

# shellcheck source=tests/samples/common.sh
. "$(dirname "$0")/common.sh"
test_sample map_in_map jq bpftool

check_life --writers=2

CHANGES=30

# counts MEMBERS - of both outer maps
counts() {
	report | jq -c "[.outers[] | [$1]]"
}

# Is the low byte of a number its first here?
LITTLE=$([ "$(printf '\1\0' | od -An -td2 | tr -d ' ')" = 1 ] && echo true || echo false)

# numbers - the values of bpftool's dump, each once, of hexadecimal bytes
numbers() {
	jq -r --argjson little "$LITTLE" \
		'.[] | [.value[] | ltrimstr("0x")] | if $little then reverse else . end | join("")' |
		sort -u | while read -r hex; do echo $((0x$hex)); done
}

# inner NAME - the id of the map that stands in the outer map of that name: read, an outer map says ids
inner() {
	bpftool -j map dump id "$(map_id "$1")" | numbers
}

# values ID - what is in that inner map, each value once
values() {
	bpftool -j map dump id "$1" | numbers
}

# swapped PROGRAM MAPS LABEL
swapped() {
	start "$1" --json -t 0.1 "--maps=$2" --changes=$CHANGES
	eventually reported "all(.outers[]; .changes == $CHANGES)"
	is "$(counts .changes,.half,.missing)" "[[$CHANGES,0,0],[$CHANGES,0,0]]" \
		"$3: $CHANGES swaps of each, no read saw a half new map, or none"
	reported '.runs > 0 and all(.outers[]; .whole > 0)' >/dev/null
	verdict $? "$3: and there were reads"
	is "$(report | jq -c '.runs as $runs | [.outers[].whole == $runs]')" '[true,true]' "$3: each run of the program is one read"
	for outer in array_of_maps hash_of_maps; do
		is "$(values "$(inner $outer)")" $CHANGES "$3: in $outer stands the last change"
		is "$(bpftool -j map show id "$(inner $outer)" | jq .max_entries)" 8 "$3: with its eight values"
	done
	ids=$(object_ids map)
	inner=$(inner array_of_maps)
	# shellcheck disable=SC2086 # ids are words
	is "$(printf '%s\n' $ids | grep -c "^$inner$")" 0 "$3: only the outer map holds it"
	stop INT
	is "$RC $(cat "$WORK/err")" '0 ' "$3: SIGINT ends it"
	eventually all_gone map "$inner"
	verdict $? "$3: the inner map goes with the outer"
}

swapped "$SAMPLE" kernel 'kernel definitions'
swapped "$SAMPLE" btf 'BTF definitions'

# in_place MAPS
in_place() {
	start "$SAMPLE" --json -t 0.1 "--maps=$1" --in-place
	eventually reported 'all(.outers[]; .half > 0)'
	verdict $? "--in-place, --maps=$1: half new values are seen in both"
	is "$(report | jq -c '.runs as $runs | [.outers[] | .whole + .half + .missing == $runs]')" '[true,true]' \
		"--in-place, --maps=$1: each run is in one count"
	is "$(counts .missing)" '[[0],[0]]' "--in-place, --maps=$1: something is always there"
	stop TERM
	is "$RC" 0 "--in-place, --maps=$1: SIGTERM ends it"
}

in_place kernel
in_place btf

end_of_quick_part

# --- thousands ---------------------------------------------------------------------------------------

# The kernel takes its time for each swap, so several threads swap at once.
start "$SAMPLE" --json -t 0.1 --writers=16 --changes=1500
eventually reported 'all(.outers[]; .changes == 1500)'
is "$(counts .changes,.half,.missing)" '[[1500,0,0],[1500,0,0]]' '3000 swaps by 32 threads: not one read saw a half, or nothing'
stop INT
is "$RC $(cat "$WORK/err")" '0 ' 'and they all end'

# Taken out by somebody else, there is nothing to read; that is counted, too.
start "$SAMPLE" --json -t 0.1 --changes=1
eventually reported 'all(.outers[]; .changes == 1)'
is "$(counts .missing)" '[[0],[0]]' 'nothing is missing'
bpftool map delete id "$(map_id hash_of_maps)" key 0x67 0x12 0 0 2>"$WORK/bpftool" ||
	bpftool map delete id "$(map_id hash_of_maps)" key 0 0 0x12 0x67
eventually reported '.outers[1].missing > 0'
is "$(report | jq -c '[.outers[] | .missing > 0]')" '[false,true]' 'until it is taken out: reads that find no inner map'
stop KILL

run in_ns "$SAMPLE" -c 1 -t 0.3 --in-place
like "$OUT" '^\(a change: the values are written one after the other where they are\)$' 'the table says what a change is'

for wrong in 0 17 x; do
	run in_ns "$SAMPLE" --writers=$wrong
	like "$RC $OUT" "^2 map_in_map: option --writers: '$wrong' is not a number of threads, 1 to 16; " "--writers=$wrong"
done

done_testing
