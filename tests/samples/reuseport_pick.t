#!/bin/sh
# SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
#
# tier: 2
# vm: yes
# reuseport_pick.t - the sample reuseport_pick: connections and datagrams from known source ports,
# and which listener has to get each of them by the rule.

# shellcheck source=tests/samples/common.sh
. "$(dirname "$0")/common.sh"
test_sample reuseport_pick jq bpftool
KNOCK=$(cd "$TOP" && realpath "$BUILD/tests/samples/knock")
check_life "$@"

LITTLE=$([ "$(printf '\1\0' | od -An -td2 | tr -d ' ')" = 1 ] && echo true || echo false)

# picked_in_map - map 'picked' as bpftool sees it, of the first three listeners: [[tcp, udp], ...]
picked_in_map() {
	bpftool -j map dump id "$(map_id picked)" | jq -c --argjson little "$LITTLE" '
		def number: map(ltrimstr("0x")) | if $little then reverse else . end | join("") |
			explode | reduce .[] as $digit (0; . * 16 + $digit - (if $digit > 57 then 87 else 48 end));
		[.[:3][] | .value | [(.[:8] | number), (.[8:] | number)]]'
}

# what PROTOCOL FIELD - of the listeners in the last report, as an array.
what() {
	report | jq -c "[.$1.listeners[].$2]"
}

# own_load KIND RULE - all that it sends arrives, and where it should.
own_load() {
	start "$SAMPLE" "--maps=$1" "--rule=$2" --json -t 0.1
	eventually reported '.tcp.sent >= 10 and .udp.sent >= 10'
	# A datagram may be under way at the moment of a report, but not at that of every report.
	for protocol in tcp udp; do
		eventually reported ".$protocol | .sent >= 10 and .sent == ([.listeners[].got] | add) and
			([.listeners[] | .got == .expected and .got == .picked] | all)"
		verdict $? "$1, $2, $protocol: all that is sent arrives, at its listener, by the program's choice"
	done
	kill -STOP "$PID"
	is "$(picked_in_map | jq -c 'map(add) | add >= 20')" true "$1, $2: the map is the one that is looked at"
	kill -CONT "$PID"
	stop INT
}

own_load kernel port
own_load btf port
own_load kernel round
own_load btf round

run in_ns "$SAMPLE" --rule=kernel -c 1 -t 0.5 --json
json '.[0] | .tcp.sent > 0 and .tcp.sent == ([.tcp.listeners[].got] | add)' 'kernel: connections arrive'
json '.[0] | [.tcp.listeners[], .udp.listeners[] | .picked == 0 and .expected == null] | all' \
	'kernel: and the program chooses nobody'
for count in 1 16; do
	run in_ns "$SAMPLE" --listeners=$count -c 1 -t 0.2 --json
	json ".[0] | .tcp.sent > 0 and ([.tcp, .udp | (.listeners | length) == $count and
		([.listeners[] | .got == .expected] | all)] | all)" "$count listeners"
done

end_of_quick_part

# --- somebody else's connections -------------------------------------------------------------------


# got_all COUNT - have so many of each arrived?
got_all() {
	reported "[.tcp, .udp | [.listeners[].got] | add == $1] | all"
}

# 20001 is 0 modulo 3: the 100 ports from there on are 34 times 0, 33 times 1, 33 times 2.
start "$SAMPLE" --no-load --json -t 0.1
is "$(what tcp got) $(what udp got)" '[0,0,0] [0,0,0]' 'port: nothing comes by itself'
in_ns "$KNOCK" "$(report | jq .port)" 20001 100
eventually got_all 100
is "$(what tcp got) $(what udp got)" '[34,33,33] [34,33,33]' 'port: 100 source ports, each to its listener'
is "$(what tcp expected) $(what udp expected)" '[34,33,33] [34,33,33]' 'port: as the sample expects'
is "$(picked_in_map)" '[[34,34],[33,33],[33,33]]' 'port: as bpftool sees the map'
in_ns "$KNOCK" "$(report | jq .port)" 30000 1
eventually got_all 101
is "$(what tcp got) $(what udp got)" '[35,33,33] [35,33,33]' 'port: 30000 is for listener 0'
stop INT

# Several at once, on all CPUs: the lock of the turn is what makes this come out even.
start "$SAMPLE" --rule=round --no-load --json -t 0.1
port=$(report | jq .port)
in_ns "$KNOCK" "$port" 21000 100 &
first=$!
in_ns "$KNOCK" "$port" 22000 101 &
second=$!
in_ns "$KNOCK" "$port" 23000 102
wait $first $second
eventually got_all 303
is "$(what tcp got) $(what udp got)" '[101,101,101] [101,101,101]' 'round: 303 at once, each listener the same'
run in_ns "$SAMPLE" --port="$port" -c 1 -t 0.1
is "$RC" 1 'a port that is taken, by a twin: status 1'
like "$OUT" "^reuseport_pick: cannot listen at 127.0.0.1, port $port: Address already in use" 'which, and why'
run in_ns "$SAMPLE" -c 1 -t 0.1 --json
json '.[0].tcp.sent > 0' 'a second one at a port of its own'
stop INT

# --- what can go wrong ------------------------------------------------------------------------------

in_ns ip link set lo down
run in_ns "$SAMPLE" -c 1 -t 0.2 --json
is "$RC $OUT" '1 reuseport_pick: lo is down, nothing can come: ip link set lo up' 'without lo'
in_ns ip link set lo up
for option in --rule=hash --listeners=0 --listeners=17 --port=65536; do
	run in_ns "$SAMPLE" "$option"
	is "$RC $(printf '%s\n' "$OUT" | wc -l)" '2 1' "$option: wrong usage"
done

start "$SAMPLE" --json -t 0.1
maps=$(object_ids map) progs=$(object_ids prog)
stop KILL
# shellcheck disable=SC2086 # ids are words
eventually all_gone map $maps && eventually all_gone prog $progs
verdict $? 'killed: maps and programs are gone all the same'

done_testing
