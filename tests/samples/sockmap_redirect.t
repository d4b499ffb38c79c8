#!/bin/sh
# SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
#
# tier: 2
# vm: yes
# sockmap_redirect.t - the sample sockmap_redirect: every byte of a stream of known length has to
# come out at the other end, in its place, whichever way it went; and where a program was on the
# way it has to have seen as many. How fast is not asked.

# shellcheck source=tests/samples/common.sh
. "$(dirname "$0")/common.sh"
test_sample sockmap_redirect jq bpftool
check_life --bytes=100000 "$@"

# in_map INDEX OFFSET - the number at that offset in an element of map 'passed', as bpftool sees it.
LITTLE=$([ "$(printf '\1\0' | od -An -td2 | tr -d ' ')" = 1 ] && echo true || echo false)
in_map() {
	bpftool -j map lookup id "$(map_id passed)" key "$1" 0 0 0 |
		jq -r --argjson little "$LITTLE" --argjson at "$2" \
			'[.value[$at:$at + 8][] | ltrimstr("0x")] | if $little then reverse else . end | join("")' |
		{ read -r hex && echo $((0x$hex)); }
}

# exactly LABEL STREAM OPTIONS... - two reports, each of a stream so long.
exactly() {
	label=$1 stream=$2
	shift 2
	run in_ns "$SAMPLE" --json -c 2 -t 0.1 "--bytes=$stream" "$@"
	is "$RC" 0 "$label: status 0"
	json "map([.ways[].name]) | all(. == [\"proxy\", \"sk_skb\", \"sk_msg\"])" "$label: three ways"
	json "[.[].ways | map(.received)] == [[$stream,$stream,$stream],[2*$stream,2*$stream,2*$stream]]" \
		"$label: every byte arrives"
	json '[.[].ways[].wrong] | all(. == 0)' "$label: in its place"
	json '[.[].ways[1:][] | .seen_by_bpf == .received] | all' "$label: and was seen by a program"
	json '[.[].ways[0] | .seen_by_bpf + .calls] | all(. == 0)' "$label: but not on the way through the proxy"
}

exactly kernel 300000 --maps=kernel
exactly btf 300000 --maps=btf
exactly 'odd sizes' 100003 --write=777
json '.[0].ways[2].calls == 129' 'odd sizes: one call of the program for each write'
exactly 'less than a word' 5 --write=1

# Nothing is sent while it is stopped in the pause behind a report: map and report say the same.
start "$SAMPLE" --json -t 1 --bytes=200000
kill -STOP "$PID"
is "$(report | jq -c '[.ways[1:][] | [.seen_by_bpf, .calls]]')" \
	"[[$(in_map 0 0),$(in_map 0 8)],[$(in_map 1 0),$(in_map 1 8)]]" 'map passed, as bpftool sees it'
kill -CONT "$PID"
stop INT

end_of_quick_part

# --- ends in the middle ---------------------------------------------------------------------------

# open_sockets - how many TCP sockets the sample has.
open_sockets() {
	find "/proc/$PID/fd" -lname 'socket:*' 2>/dev/null | wc -l
}

ip netns exec "$NS" "$SAMPLE" --json --bytes=1000000000 --write=64 >"$WORK/out" 2>"$WORK/err" </dev/null &
PID=$!
has_sockets() { [ "$(open_sockets)" = 4 ]; }
eventually has_sockets
verdict $? 'a long stream: four sockets'
maps=$(object_ids map) progs=$(object_ids prog)
stop INT
is "$RC $(cat "$WORK/err" "$WORK/out")" '0 ' 'SIGINT in the middle of a stream ends it, quietly'
# shellcheck disable=SC2086 # ids are words
eventually all_gone map $maps && eventually all_gone prog $progs
verdict $? 'and its maps and programs are gone'

ip netns exec "$NS" "$SAMPLE" --json --bytes=1000000000 >"$WORK/out" 2>"$WORK/err" </dev/null &
PID=$!
eventually has_sockets
maps=$(object_ids map) progs=$(object_ids prog)
stop KILL
# shellcheck disable=SC2086 # ids are words
eventually all_gone map $maps && eventually all_gone prog $progs
verdict $? 'killed: maps and programs are gone all the same'

# --- what can go wrong ----------------------------------------------------------------------------

for option in --bytes=0 --bytes=1e6 --write=0 --write=65537 --write=; do
	run in_ns "$SAMPLE" "$option"
	is "$RC $(printf '%s\n' "$OUT" | wc -l)" '2 1' "$option: wrong usage"
done

done_testing
