#!/bin/sh
# SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
#
# tier: 2
# vm: yes
# devmap_redirect.t - the sample devmap_redirect: by either map and in both modes, every datagram that
# was sent arrives at the other side; what cannot be sent on is counted as such.

# shellcheck source=tests/samples/common.sh
. "$(dirname "$0")/common.sh"
# shellcheck source=tests/samples/xdp.sh
. "$(dirname "$0")/xdp.sh"
test_sample devmap_redirect jq bpftool bash
check_life --mode=any

# columns NAME... - these members of both directions, in a line each
columns() {
	report | jq -r --args '.directions[] | [.[$ARGS.positional[]]] | map(tostring) | join(" ")' "$@"
}

# through MODE KIND MAPS OPTIONS... - 20 datagrams, 10 each way; MAPS: those that are used
through() {
	mode=$1 kind=$2 maps=$3
	shift 3
	start "$SAMPLE" "--mode=$mode" "--maps=$kind" --packets=20 --json -t 0.1 "$@"
	eventually reported '[.directions[].arrived] | add == 20'
	is "$(columns from to map sent came_in redirected refused dropped arrived)" \
		"left right ${maps% *} 10 10 10 0 0 10
right left ${maps#* } 10 10 10 0 0 10" "$mode, $kind, $maps: all that was sent has arrived"
	is "$(report | jq -r .mode)" "$mode" "$mode, $kind, $maps: the mode"
	is "$(map_words arrived 8)" '10
10' "$mode, $kind, $maps: the kernel's map"
	[ -n "${KNOWN:-}" ] || INFO=$(map_infos) TAGS=$(program_tags)
	stop INT
	is "$RC $(cat "$WORK/err")" '0 ' "$mode, $kind, $maps: SIGINT ends it with status 0"
}

through native kernel 'DEVMAP DEVMAP_HASH'
KERNEL="$INFO $TAGS"
through native btf 'DEVMAP DEVMAP_HASH'
is "$INFO" 'arrived array 4 8 2
counters array 4 40 2
ports devmap 4 4 2
ports_by_index devmap_hash 4 4 2
routes hash 4 24 2
setup array 4 36 1' 'the maps that the kernel has'
is "$KERNEL" "$INFO $TAGS" 'the same maps and programs by both definitions'

# A veth whose peer has no program takes no frames. What the kernel says, and when, differs.
start "$SAMPLE" --mode=native --peer=nothing --packets=10 --json -t 0.1
eventually reported '[.directions[] | .refused + .dropped] | add == 10'
is "$(report | jq -c '[.directions[] | [.sent, .came_in, .redirected, .refused + .dropped, .arrived, .error == 95 or .error == 6]]')" \
	'[[5,5,5,5,0,true],[5,5,5,5,0,true]]' 'native, without a program at the other end: all are lost, and counted as that'
stop INT

end_of_quick_part
KNOWN=yes

through native kernel 'DEVMAP DEVMAP' --map=devmap
through generic btf 'DEVMAP_HASH DEVMAP_HASH' --map=devmap_hash --peer=nothing
if kernel_from 5.13; then
	through native kernel 'DEVMAP DEVMAP_HASH' --peer=gro
else
	skip "Linux $(uname -r) does not" 'GRO makes a veth take frames'
fi

start "$SAMPLE" --mode=native --offload --packets=10 --json -t 0.1
eventually reported '[.directions[].redirected] | add == 10'
# The lab's namespaces have no names; a thread of the sample is in the first only.
is "$(columns redirected refused dropped arrived)" '5 0 0 0
5 0 0 0' 'native, checksums left to the interface: they get through, and no socket takes them'
stop INT

run "$SAMPLE" --peer=nothing --mode=native -c 1 -t 0.3
like "$OUT" '^left -> right: .* \([0-9]+\): a veth takes$' 'the table explains the error'
narrow "$OUT" 'with the error'

# An entry taken out while it runs: packets go to the stack, where nothing forwards them.
start "$SAMPLE" --json -t 0.1
bpftool map delete id "$(map_id ports)" key 0 0 0 0
before=$(report | jq .directions[0].redirected)
eventually reported ".directions[0].came_in > $before + 5"
is "$(report | jq '.directions[0].came_in > .directions[0].redirected and .directions[1].came_in == .directions[1].redirected')" \
	true 'without its entry in the DEVMAP a packet is not redirected; the other direction goes on'
stop INT

# --- on interfaces that are there -------------------------------------------------------------

# xdp0 - xdp1 and xdp2 - xdp3; 1 and 3 are far
xdp_pair
ip -n "$NS" link add xdp2 type veth peer name xdp3 netns "$FAR"
ip -n "$NS" link set xdp2 addrgenmode none arp off up
ip -n "$FAR" link set xdp3 addrgenmode none arp off up
xdp_nobody "$FAR" 198.51.100.13

received() {
	in_far cat /sys/class/net/xdp3/statistics/rx_packets
}

# cable MODE - 9 datagrams into xdp0
cable() {
	before=$(received)
	start "$SAMPLE" -i xdp0 --to=xdp2 "--mode=$1" --json -t 0.1
	send_udp "$FAR" 198.51.100.13 9 9 100
	eventually reported '.directions[0].came_in == 9'
}

cable generic
is "$(columns from to came_in redirected refused dropped) $(($(received) - before))" 'xdp0 xdp2 9 9 0 0 9' \
	'generic, -i and --to: what came in by one came out at the far end of the other'
stop INT
cable native
is "$(report | jq '.directions[0] | .redirected == 9 and .refused + .dropped == 9') $(($(received) - before))" 'true 0' \
	'native, -i and --to: the far end has no program'
stop INT
ip -n "$NS" link set xdp2 down
cable generic
is "$(columns redirected refused dropped error)" '9 9 0 100' 'an interface that is down is refused, ENETDOWN'
stop INT

# --- what can go wrong ------------------------------------------------------------------------

run in_ns "$SAMPLE" -i nowhere0 --to=xdp2
is "$RC $OUT" "1 devmap_redirect: no interface 'nowhere0'; there are: lo, xdp0, xdp2" 'an interface that is not there'
run in_ns "$SAMPLE" -i xdp0 --to=nowhere0
is "$RC $OUT" "1 devmap_redirect: no interface 'nowhere0' to send to" 'another one'
for options in '-i xdp0' '--to=xdp2'; do
	# shellcheck disable=SC2086 # words
	run in_ns "$SAMPLE" $options
	is "$RC $OUT" '2 devmap_redirect: -i and --to need each other: from where, to where' "$options alone"
done
for name in --map=hash --peer=x --mode=fast; do
	run "$SAMPLE" "$name"
	is "$RC $(printf '%s\n' "$OUT" | wc -l)" '2 1' "$name: status 2, one line"
done
start "$SAMPLE" -i xdp0 --to=xdp2 --json -t 0.1
run in_ns "$SAMPLE" -i xdp0 --to=xdp2
is "$RC $(printf '%s\n' "$OUT" | grep -c 'xdp0: an XDP program is there already')" '1 1' 'twice at once'
ip -n "$NS" link del xdp2
wait "$PID"
is "$? $(cat "$WORK/err")" '1 devmap_redirect: interface xdp2 has been removed' 'an interface that goes away ends it'
PID=

"$SAMPLE" --json --packets=20 -c 1 -t 1 >"$WORK/one" &
first=$!
run "$SAMPLE" --json --packets=20 --peer=nothing --mode=native -c 1 -t 1
wait $first
is "$RC $? $(jq -c '[.directions[] | [.arrived, .refused, .dropped]]' "$WORK/one")" '0 0 [[10,0,0],[10,0,0]]' \
	'another lab at the same time: its errors are not counted here'

done_testing
