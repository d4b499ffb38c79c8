#!/bin/sh
# SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
#
# tier: 2
# vm: yes
# xdp_ip_tracker.t - the sample xdp_ip_tracker: both directions of IPv4 and IPv6, to the byte; one
# entry a pair; what happens when the hash is full; no classifier stays.

# shellcheck source=tests/samples/common.sh
. "$(dirname "$0")/common.sh"
# shellcheck source=tests/samples/xdp.sh
. "$(dirname "$0")/xdp.sh"
test_sample xdp_ip_tracker jq bpftool bash tc
xdp_pair
check_life --mode=any

# Addresses that nobody has: what is sent to them arrives, and is not answered.
for n in 3 4 5 6; do
	xdp_nobody "$FAR" 198.51.100.1$n
	xdp_nobody "$NS" 198.51.100.2$n
done
xdp_nobody "$FAR" 2001:db8:1::11
xdp_nobody "$NS" 2001:db8:1::22

# pairs - a line for each pair of the last report: here there rx_packets rx_bytes tx_packets tx_bytes
pairs() {
	report | jq -r '.pairs[] | [.here, .there, .rx_packets, .rx_bytes, .tx_packets, .tx_bytes | tostring] | join(" ")'
}

shows() {
	[ "$(pairs)" = "$1" ]
}

WANTED="2001:db8:1::11 2001:db8:1::2 9 $(frame_bytes 6 9 300) 0 0
198.51.100.13 198.51.100.2 20 $(frame_bytes 4 20 100) 0 0
2001:db8:1::1 2001:db8:1::22 0 0 4 $(frame_bytes 6 4 500)
198.51.100.1 198.51.100.23 0 0 2 $(frame_bytes 4 2 700)"

# both_directions MODE KIND
both_directions() {
	start "$SAMPLE" -i xdp0 "--mode=$1" "--maps=$2" --json -t 0.1
	is "$(pairs)" '' "$1, $2: nothing before something is sent"
	send_udp "$FAR" 198.51.100.13 9 20 100
	send_udp "$FAR" 2001:db8:1::11 9 9 300
	send_udp "$NS" 198.51.100.23 9 2 700
	send_udp "$NS" 2001:db8:1::22 9 4 500
	eventually shows "$WANTED"
	is "$(pairs)" "$WANTED" "$1, $2: packets and bytes of each pair, the most bytes first"
	is "$(report | jq -c '[.mode, .left_out]')" "[\"$1\",0]" "$1, $2: the mode; none left out"
	is "$(map_words pairs 8 | sort)" "$(echo "$WANTED" | cut -d ' ' -f 3- | sort)" "$1, $2: the kernel's map"
	INFO=$(map_infos) TAGS=$(program_tags)
	stop INT
	is "$RC $(cat "$WORK/err")" '0 ' "$1, $2: SIGINT ends it with status 0"
	is "$(in_ns tc qdisc show dev xdp0 clsact; in_ns ip link show xdp0 | grep -c xdp/)" 0 \
		"$1, $2: neither classifier nor XDP program stays"
}

both_directions native kernel
KERNEL="$INFO $TAGS"
both_directions native btf
is "$INFO" 'left_out array 4 8 1
pairs hash 36 32 1024' 'the maps that the kernel has'
is "$KERNEL" "$INFO $TAGS" 'the same maps and programs by both definitions'

# Its own lab: 23 datagrams in five flows
start "$SAMPLE" --json -t 0.1 --packets=23
LAB="192.0.2.1 192.0.2.2 5 $(frame_bytes 4 5 1000) 5 $(frame_bytes 4 5 100)
2001:db8::1 2001:db8::2 5 $(frame_bytes 6 5 50) 4 $(frame_bytes 6 4 500)
192.0.2.1 192.0.2.3 0 0 4 $(frame_bytes 4 4 200)"
eventually shows "$LAB"
is "$(pairs)" "$LAB" 'a lab of its own: every datagram of its traffic'
stop INT

end_of_quick_part

both_directions generic kernel

# A conversation is one entry, whoever begins.
start "$SAMPLE" -i xdp0 --json -t 0.1
in_ns sh -c "echo 0 >/proc/sys/net/ipv4/icmp_ratelimit"
send_udp "$FAR" $V4_NEAR 9 5 100
WANTED="$V4_NEAR $V4_FAR 5 $(frame_bytes 4 5 100) 5 $((5 * (14 + 20 + 8 + 20 + 8 + 100)))"
eventually shows "$WANTED"
is "$(pairs)" "$WANTED" 'five datagrams to an unused port, and the five answers, are one pair'
stop INT

# A full hash: two pairs have room, the other two do not, whatever direction.
start "$SAMPLE" -i xdp0 --json -t 0.1 --entries=2
send_udp "$FAR" 198.51.100.13 9 3 100
send_udp "$NS" 198.51.100.23 9 2 100
send_udp "$FAR" 198.51.100.14 9 4 100
send_udp "$NS" 198.51.100.24 9 5 100
send_udp "$FAR" 198.51.100.13 9 1 100
WANTED="198.51.100.13 198.51.100.2 4 $(frame_bytes 4 4 100) 0 0
198.51.100.1 198.51.100.23 0 0 2 $(frame_bytes 4 2 100)"
eventually shows "$WANTED"
is "$(pairs)" "$WANTED" 'a full hash: the pairs that came first go on counting'
is "$(report | jq .left_out) $(map_words left_out 8)" '9 9' 'a full hash: packets of others are counted as left out'
stop INT
run "$SAMPLE" --entries=2 --packets=5 -c 1 -t 0.5
like "$OUT" '^1 packets of other pairs: the map is full with 2 pairs$' 'the table says so'

# What is no IP, or is too short to be, is not counted; it passes.
cc -D_GNU_SOURCE -o "$WORK/send" "$TOP/tests/samples/send.c" || exit 1
start "$SAMPLE" -i xdp0 --json -t 0.1
for frame in '0806 20 1 60' '88b5 20 1 60' '0800 99 0 33' '86dd 99 0 53' '0800 99 0 14'; do
	# shellcheck disable=SC2086 # words
	in_far "$WORK/send" frame xdp1 $frame
done
in_far "$WORK/send" frame xdp1 0800 26 7 34
WANTED='0.0.0.0 7.0.0.0 1 34 0 0'
eventually shows "$WANTED"
is "$(pairs)" "$WANTED" 'ARP and frames too short for addresses are not counted, the shortest with them is'
stop INT

# A filter that is there already stays.
in_ns tc qdisc add dev xdp0 clsact
in_ns tc filter add dev xdp0 egress protocol ip prio 7 u32 match u32 0 0 flowid 1:1
in_ns tc filter show dev xdp0 egress >"$WORK/before"
start "$SAMPLE" -i xdp0 --json -t 0.1
stop TERM
is "$(grep -c flowid "$WORK/before") $(in_ns tc filter show dev xdp0 egress | diff "$WORK/before" - 2>&1)" '1 ' "somebody's filter and qdisc stay"
in_ns tc qdisc del dev xdp0 clsact

# --- what can go wrong ------------------------------------------------------------------------

run in_ns "$SAMPLE" -i nowhere0
is "$RC $OUT" "1 xdp_ip_tracker: no interface 'nowhere0'; there are: lo, xdp0" 'an interface that is not there'
start "$SAMPLE" -i xdp0 --json -t 0.1
run in_ns "$SAMPLE" -i xdp0
is "$RC $(printf '%s\n' "$OUT" | grep -c 'xdp0: an XDP program is there already, id [0-9]*;')" '1 1' 'twice at once'
is "$(in_ns tc filter show dev xdp0 egress | grep -c direct-action)" 1 'the first goes on with its classifier'
ip -n "$NS" link del xdp0
wait "$PID"
is "$? $(cat "$WORK/err")" '1 xdp_ip_tracker: interface xdp0 has been removed' 'an interface that goes away ends it'
PID=
for name in --entries=0 --entries=x --mode=fast; do
	run "$SAMPLE" "$name"
	is "$RC $(printf '%s\n' "$OUT" | wc -l)" '2 1' "$name: status 2, one line"
done

# Long addresses, 80 columns
xdp_wire
ip -n "$NS" address add 2001:db8:1111:2222:3333:4444:5555:6666/64 dev xdp0 nodad
ip -n "$NS" neighbour replace 2001:db8:1111:2222:7777:8888:9999:aaaa lladdr 02:00:00:00:01:02 dev xdp0 nud permanent
start "$SAMPLE" -i xdp0 -t 0.1
send_udp "$NS" 2001:db8:1111:2222:7777:8888:9999:aaaa 9 3 100
eventually grep -q '^2001:db8:1111:2222:3333:4444:5555:6666 2001:db8:1111:2222:7777:8888:9999:aaaa$' "$WORK/out"
verdict $? 'long addresses have a line of their own'
narrow "$(cat "$WORK/out")" 'with them, too'
stop INT

done_testing
