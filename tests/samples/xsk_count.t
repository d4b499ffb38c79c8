#!/bin/sh
# SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
#
# tier: 2
# vm: yes
# xsk_count.t - the sample xsk_count: every UDP packet that XDP redirected is in the program's ring, to
# the byte; others are not, and go on; what a program that sleeps too long loses is counted.

# shellcheck source=tests/samples/common.sh
. "$(dirname "$0")/common.sh"
# shellcheck source=tests/samples/xdp.sh
. "$(dirname "$0")/xdp.sh"
test_sample xsk_count jq bpftool bash
xdp_pair
check_life --mode=any
xdp_nobody "$FAR" 198.51.100.13

# fates - "packets bytes" of redirected, ring, no_socket, no_udp
fates() {
	report | jq -r '[.redirected, .ring, .no_socket, .no_udp | "\(.packets) \(.bytes)"] | join(", ")'
}

shows() {
	[ "$(fates)" = "$1" ]
}

BYTES=$(($(frame_bytes 4 300 18) + $(frame_bytes 4 3 1400)))

# rounds - 300 datagrams, more than there are frames, so that every frame goes round. Not so many at
# once that a sample that gets no CPU for a while could lose one.
rounds() {
	for sent in 100 200 300; do
		send_udp "$FAR" 198.51.100.13 4000 100 18
		eventually reported ".ring.packets == $sent"
	done
}

# ring MODE KIND
ring() {
	start "$SAMPLE" -i xdp0 "--mode=$1" "--maps=$2" --json -t 0.1
	rounds
	send_udp "$FAR" 198.51.100.13 4001 3 1400
	WANTED="303 $BYTES, 303 $BYTES, 0 0, 0 0"
	eventually shows "$WANTED"
	is "$(fates)" "$WANTED" "$1, $2: all packets and bytes that were sent are in the ring"
	is "$(report | jq -c '[.mode, .queue, .lost, (.last | del(.from_port))]')" \
		"[\"$1\",0,{\"dropped\":0,\"ring_full\":0},{\"from\":\"$V4_FAR\",\"to\":\"198.51.100.13\",\"to_port\":4001,\"bytes\":1442}]" \
		"$1, $2: the mode; nothing lost; the last packet's addresses"
	is "$(map_words counters 8 | head -n 1)" "303 $BYTES" "$1, $2: the kernel's map"
	[ -n "${KNOWN:-}" ] || INFO=$(map_infos) TAGS=$(program_tags)
	stop INT
	is "$RC $(cat "$WORK/err")" '0 ' "$1, $2: SIGINT ends it with status 0"
}

ring generic kernel
KERNEL="$INFO $TAGS"
ring generic btf
is "$INFO" 'counters array 4 16 3
sockets xskmap 4 4 64' 'the maps that the kernel has'
is "$KERNEL" "$INFO $TAGS" 'the same maps and programs by both definitions'

# Its own lab: 13 of 100 bytes and 12 of 1000.
start "$SAMPLE" --packets=25 --json -t 0.1
LAB=$(($(frame_bytes 4 13 100) + $(frame_bytes 4 12 1000)))
eventually shows "25 $LAB, 25 $LAB, 0 0, 0 0"
is "$(fates)" "25 $LAB, 25 $LAB, 0 0, 0 0" 'a lab of its own: every datagram of its traffic'
stop INT

end_of_quick_part
KNOWN=yes

ring native kernel

# What is no UDP goes on, and what the map has no socket for.
# shellcheck disable=SC2016 # awk's $1
passed() {
	in_ns awk '$1 == "Udp:" && $3 + 0 == $3 {print $3}' /proc/net/snmp
}

cc -D_GNU_SOURCE -o "$WORK/send" "$TOP/tests/samples/send.c" || exit 1
start "$SAMPLE" -i xdp0 --json -t 0.1
before=$(passed)
send_udp "$FAR" $V4_NEAR 4000 5 100
in_far "$WORK/send" frame xdp1 0806 20 1 60
in_far "$WORK/send" frame xdp1 0800 23 6 70
WANTED="5 $(frame_bytes 4 5 100), 5 $(frame_bytes 4 5 100), 0 0, 2 130"
eventually shows "$WANTED"
is "$(fates) $(($(passed) - before))" "$WANTED 0" 'ARP and TCP pass; of the UDP packets the stack sees none'
bpftool map delete id "$(map_id sockets)" key 0 0 0 0
send_udp "$FAR" $V4_NEAR 4000 4 200
WANTED="5 $(frame_bytes 4 5 100), 5 $(frame_bytes 4 5 100), 4 $(frame_bytes 4 4 200), 2 130"
eventually shows "$WANTED"
is "$(fates) $(($(passed) - before))" "$WANTED 4" 'without a socket in the map they pass, and the stack gets them'
stop INT

# A program that does not read: as many packets as there are frames, the rest is lost.
start "$SAMPLE" -i xdp0 --json -t 0.1
kill -STOP "$PID"
send_udp "$FAR" 198.51.100.13 4000 300 100
kill -CONT "$PID"
eventually reported '.ring.packets + .lost.dropped + .lost.ring_full == 300'
is "$(report | jq -c '[.redirected.packets, .ring.packets, .lost.dropped + .lost.ring_full]')" '[300,256,44]' \
	'stopped meanwhile: 256 frames are full, the other packets are counted as lost'
send_udp "$FAR" 198.51.100.13 4000 10 100
eventually reported '.ring.packets == 266'
is "$(report | jq .ring.packets)" 266 'then it goes on'

run in_ns "$SAMPLE" -i xdp0
is "$RC $OUT" '1 xsk_count: AF_XDP socket on queue 0 of xdp0: cannot bind it: Device or resource busy; another AF_XDP socket has this queue' \
	'twice at once'
stop KILL
run in_ns "$SAMPLE" -i xdp0 -c 1 -t 0.1
is "$RC" 0 'killed, it leaves nothing that is in the way'

start "$SANITIZED" -i xdp0 --json -t 0.1
rounds
stop INT
is "$RC $(cat "$WORK/err")" '0 ' 'with sanitizers: 300 packets, nothing found'

# --- what can go wrong ------------------------------------------------------------------------

run in_ns "$SAMPLE" -i nowhere0
is "$RC $OUT" "1 xsk_count: no interface 'nowhere0'; there are: lo, xdp0" 'an interface that is not there'
run in_ns "$SAMPLE" -i xdp0 --queue=63
is "$RC $OUT" '1 xsk_count: AF_XDP socket on queue 63 of xdp0: cannot bind it: Invalid argument; has the interface that queue?' \
	'a queue that is not there'
for name in --queue=64 --queue=x --mode=fast; do
	run "$SAMPLE" "$name"
	is "$RC $(printf '%s\n' "$OUT" | wc -l)" '2 1' "$name: status 2, one line"
done
start "$SAMPLE" -i xdp0 --json -t 0.1
ip -n "$NS" link del xdp0
wait "$PID"
is "$? $(cat "$WORK/err")" '1 xsk_count: interface xdp0 has been removed' 'an interface that goes away ends it'
PID=

done_testing
