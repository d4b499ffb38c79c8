#!/bin/sh
# SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
#
# tier: 2
# vm: yes
# sockex2.t - the sample sockex2: packets and bytes of each destination, to the last one, in the
# report and in the map; the key without padding; a hash that is full.

# shellcheck source=tests/samples/common.sh
. "$(dirname "$0")/common.sh"
test_sample sockex2 jq bpftool
SEND=$(cd "$TOP" && realpath "$BUILD/tests/samples/send")

ETHERNET=14 IPV4=20 IPV6=40 UDP=8
V4=$((ETHERNET + IPV4 + UDP + 100))
V6=$((ETHERNET + IPV6 + UDP + 200))

# send_udp ADDRESS COUNT SIZE
send_udp() {
	in_ns "$SEND" udp "$@"
}

# frame ETHERTYPE OFFSET VALUE SIZE
frame() {
	in_ns "$SEND" frame lo "$@"
}

# shows ADDRESS PACKETS BYTES - does the last report?
shows() {
	reported "any(.destinations[]; .address == \"$1\" and .packets == $2 and .bytes == $3)"
}

# counted ADDRESS PACKETS BYTES NAME
counted() {
	eventually shows "$1" "$2" "$3"
	is "$(report | jq -c --arg a "$1" '.destinations[] | select(.address == $a) | [.packets, .bytes]')" \
		"[$2,$3]" "$4"
}

# as_number - of a JSON array of bytes in hexadecimal, least first or most first as this machine has it
LITTLE=$([ "$(printf '\1\0' | od -An -td2 | tr -d ' ')" = 1 ] && echo true || echo false)
as_number() {
	jq -r --argjson little "$LITTLE" '[.[] | ltrimstr("0x")] | if $little then reverse else . end | join("")' |
		{ read -r hex && echo $((0x$hex)); }
}

# in_map BYTES_OF_KEY... - packets and bytes there, as bpftool sees it.
in_map() {
	# shellcheck disable=SC2068 # bytes are words
	bpftool -j map lookup id "$(map_id destinations)" key hex $@ | jq -c .value >"$WORK/value"
	echo "$(jq -c '.[:8]' "$WORK/value" | as_number) $(jq -c '.[8:]' "$WORK/value" | as_number)"
}

FAMILY4=$($LITTLE && echo '02 00 00 00' || echo '00 00 00 02')
FAMILY6=$($LITTLE && echo '0a 00 00 00' || echo '00 00 00 0a')
ZERO12='00 00 00 00 00 00 00 00 00 00 00 00'

check_life -i lo

# --- what it counts -----------------------------------------------------------------------------

# count_traffic KIND
count_traffic() {
	start "$SAMPLE" "--maps=$1" --no-load --json -t 0.1
	is "$(report | jq -c '[.destinations, .entries, .max_entries]')" '[[],0,1024]' "$1: nothing before something is sent"
	send_udp 127.0.0.1 50 100
	send_udp ::1 30 200
	send_udp 127.3.2.1 7 100
	counted 127.0.0.1 50 $((50 * V4)) "$1: 50 datagrams over IPv4"
	counted ::1 30 $((30 * V6)) "$1: 30 over IPv6"
	counted 127.3.2.1 7 $((7 * V4)) "$1: 7 to another address"
	is "$(report | jq -c '[.destinations[].address]')" '["::1","127.0.0.1","127.3.2.1"]' "$1: most bytes first"
	is "$(report | jq -c '[.entries, .lost]')" \
		'[3,{"full":{"packets":0,"bytes":0},"other":{"packets":0,"bytes":0}}]' "$1: one entry each, nothing lost"
	# shellcheck disable=SC2086 # bytes are words
	is "$(in_map $FAMILY4 7f 03 02 01 $ZERO12)" "7 $((7 * V4))" "$1: the map has it under family, address and 12 zeros"
	# shellcheck disable=SC2086
	is "$(in_map $FAMILY6 $ZERO12 00 00 00 01)" "30 $((30 * V6))" "$1: and IPv6 under all 16 bytes"
	INFO=$(bpftool -j map show id "$(map_id destinations)" |
		jq -c '{name, type, bytes_key, bytes_value, max_entries, flags}')
	stop INT
}

WANTED='{"name":"destinations","type":"hash","bytes_key":20,"bytes_value":16,"max_entries":1024,"flags":0}'
count_traffic kernel
is "$INFO" "$WANTED" 'SEC("maps"): the map that the kernel has'
count_traffic btf
is "$INFO" "$WANTED" 'SEC(".maps"): the same map'

# --- a full hash --------------------------------------------------------------------------------

# full KIND
full() {
	start "$SAMPLE" "--maps=$1" --no-load --json -t 0.1 --entries=2
	send_udp 127.0.0.1 5 100
	send_udp 127.0.0.2 4 100
	send_udp 127.0.0.3 3 100
	send_udp ::1 2 200
	send_udp 127.0.0.1 1 100
	eventually reported ".lost.full.packets == 5"
	is "$(report | jq -c '[.entries, .max_entries, .lost.full.packets, .lost.full.bytes, .lost.other.packets]')" \
		"[2,2,5,$((3 * V4 + 2 * V6)),0]" "$1: what has no room is counted, to the byte"
	counted 127.0.0.1 6 $((6 * V4)) "$1: who has an entry is counted on"
	counted 127.0.0.2 4 $((4 * V4)) "$1: the other entry stays as it was"
	is "$(report | jq -c '[.destinations[].address]')" '["127.0.0.1","127.0.0.2"]' "$1: no third"
	stop TERM
}
full kernel
full btf

end_of_quick_part

# --- edges --------------------------------------------------------------------------------------

start "$SAMPLE" --no-load --json -t 0.1
frame 0800 33 9 60
counted 0.0.0.9 1 60 'a frame with nothing but a destination'
frame 0800 99 0 33
frame 86dd 99 0 53
frame 0806 33 7 60
frame 88b5 33 7 60
frame 0800 30 9 34
counted 9.0.0.0 1 34 'a header that the frame just holds'
frame 86dd 38 32 54
counted 2000:: 1 54 'and one of IPv6'
is "$(report | jq -c '[.entries, .lost.full.packets, .lost.other.packets]')" '[3,0,0]' \
	'frames cut off before the end of the address, ARP and others make no entries'
stop INT

i=1
start "$SAMPLE" --no-load --json -t 0.1 --top=2
while [ $i -le 5 ]; do
	send_udp 127.0.1.$i $i 100
	i=$((i + 1))
done
eventually shows 127.0.1.5 5 $((5 * V4))
is "$(report | jq -c '[.entries, [.destinations[] | [.address, .packets]]]')" \
	'[5,[["127.0.1.5",5],["127.0.1.4",4]]]' '--top: the first so many, of more'
stop INT

start "$SAMPLE" --no-load -t 0.1 --top=1 --entries=2
send_udp 127.0.0.1 3 100
send_udp 127.0.0.2 2 100
send_udp 127.0.0.3 1 100
eventually grep -q 'the hash is full' "$WORK/out"
stop INT
OUT=$(tail -n 5 "$WORK/out")
like "$OUT" "^127\.0\.0\.1 +3 +$((3 * V4)) +60% #+ *$" 'a row: packets, bytes, share'
like "$OUT" '^and 1 more; --top=N' 'the table says that there is more'
like "$OUT" "^1 packets, $V4 bytes to others: the hash is full \(E2BIG\)" 'and what a full hash means'

start "$SAMPLE" --no-load --json -t 0.1
first=$PID maps=$(object_ids map)
run in_ns "$SAMPLE" --no-load --json -t 0.1 -c 2
is "$RC" 0 'twice at once: the second runs'
send_udp 127.0.0.1 5 100
counted 127.0.0.1 5 $((5 * V4)) 'and the first counts on, each packet once'
PID=$first
stop KILL
# shellcheck disable=SC2086 # ids are words
[ -n "$maps" ] && eventually all_gone map $maps
verdict $? 'killed, it leaves no map behind'

run in_ns "$SAMPLE" -i nowhere0
is "$RC $OUT" "1 sockex2: no interface 'nowhere0'; there are: lo" 'an interface that is not there'
for wrong in 0 1000001 -1 x ''; do
	run in_ns "$SAMPLE" "--entries=$wrong"
	is "$RC $(printf '%s\n' "$OUT" | wc -l)" '2 1' "--entries=$wrong: status 2, one line"
	like "$OUT" "^sockex2: option --entries: '$wrong' is not a" "--entries=$wrong: what is wrong"
done

done_testing
