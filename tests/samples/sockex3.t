#!/bin/sh
# SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
#
# tier: 2
# vm: yes
# sockex3.t - the sample sockex3: frames with headers of all kinds in each other, made here byte by
# byte, sent over a pair of interfaces. Each flow has exactly the packets and bytes that were sent,
# and what is no flow is counted by its reason: cut off anywhere, malformed, too many headers.

# shellcheck source=tests/samples/common.sh
. "$(dirname "$0")/common.sh"
test_sample sockex3 jq bpftool awk
INJECT=$(cd "$TOP" && realpath "$BUILD/tests/samples/inject")

in_ns sysctl -q -w net.ipv6.conf.default.disable_ipv6=1
in_ns ip link add veth_a type veth peer name veth_b
in_ns ip link set veth_a up arp off
in_ns ip link set veth_b up arp off

# --- frames, from the inside out, in hexadecimal --------------------------------------------------

zeros() {
	[ "$1" = 0 ] || printf "%0$((2 * $1))d" 0
}

# udp SOURCE_PORT PAYLOAD_BYTES; tcp likewise. The destination port is 7.
udp() {
	printf '%04x0007%04x0000%s' "$1" $((8 + $2)) "$(zeros "$2")"
}
tcp() {
	printf '%04x0007%s50100000%s' "$1" "$(zeros 8)" "$(zeros $((4 + $2)))"
}

# v4 PROTOCOL INNER [FRAGMENT_FIELD] - from 192.0.2.1 to 198.51.100.2
v4() {
	printf '4500%04x0000%04x40%02x0000c0000201c6336402%s' $((20 + ${#2} / 2)) "$((${3:-0}))" "$1" "$2"
}

# outer4 PROTOCOL INNER - from 203.0.113.1 to 203.0.113.2
outer4() {
	printf '4500%04x0000000040%02x0000cb007101cb007102%s' $((20 + ${#2} / 2)) "$1" "$2"
}

# v6 NEXT INNER - from 2001:db8::1 to 2001:db8::2
v6() {
	printf '60000000%04x%02x4020010db8%s0120010db8%s02%s' $((${#2} / 2)) "$1" "$(zeros 11)" "$(zeros 11)" "$2"
}

# tag TYPE INNER; label LAST INNER; gre FLAGS TYPE INNER; ethernet TYPE INNER: types in hexadecimal
tag() {
	printf '0005%s%s' "$1" "$2"
}
label() {
	printf '00010%s40%s' "$1" "$2"
}
gre() {
	printf '%s%s%s' "$1" "$2" "$3"
}
ethernet() {
	printf '0200000000ff0200000000fe%s%s' "$1" "$2"
}
# options NEXT INNER - an extension header of 16 bytes
options() {
	printf '%02x01%s%s' "$1" "$(zeros 14)" "$2"
}

# inject LINES
inject() {
	printf '%s\n' "$1" | in_ns "$INJECT" veth_b
}

# flow PORT - packets, bytes, and the rest of the flows from that port.
FLOW='[.packets, .bytes, .through, .protocol, .source, .destination, .destination_port]'
flow() {
	report | jq -c "[.flows[] | select(.source_port == $1) | $FLOW]"
}

# ends - the frames of each kind that there are.
ends() {
	report | jq -c '.frames | map_values(select(.packets > 0) | [.packets, .bytes])'
}

# sent N - have so many frames been seen, in flows or not?
sent() {
	eventually reported "([.frames[].packets] | add) == $1"
}

A4='"192.0.2.1","198.51.100.2",7' A6='"2001:db8::1","2001:db8::2",7'

check_life --top=20

# --- each encapsulation ---------------------------------------------------------------------------

# IPv4, IPv6; a VLAN tag, which the kernel takes off, and which counts; two tags; MPLS with one label
# and with three; GRE, and with checksum, key and sequence number; IPv4 in IPv4, IPv6 in IPv4, IPv4 in
# IPv6; three extension headers; nearly everything in one.
FLOWS_WANTED="[1,142,\"\",17,$A4]
[2,348,\"\",6,$A6]
[3,438,\"VLAN\",17,$A4]
[4,680,\"VLAN QinQ\",17,$A6]
[5,790,\"MPLS\",6,$A4]
[6,1044,\"MPLS\",17,$A6]
[7,1162,\"GRE\",17,$A4]
[8,1680,\"GRE\",6,$A6]
[9,1458,\"IPIP\",17,$A4]
[10,1820,\"6in4\",17,$A6]
[11,2134,\"IPIP\",6,$A4]
[12,2520,\"\",132,$A6]
[13,2782,\"VLAN MPLS GRE\",17,$A6]"

# each KIND
each() {
	start "$SAMPLE" "--maps=$1" -i veth_a --json -t 0.1 --top=100
	is "$(report | jq -c '[.entries, .flows]') $(ends)" '[0,[]] {}' "$1: nothing before something is sent"
	inject "1 $(ethernet 0800 "$(v4 17 "$(udp 1 100)")")
2 $(ethernet 86dd "$(v6 6 "$(tcp 2 100)")")
3 $(ethernet 8100 "$(tag 0800 "$(v4 17 "$(udp 3 100)")")")
4 $(ethernet 88a8 "$(tag 8100 "$(tag 86dd "$(v6 17 "$(udp 4 100)")")")")
5 $(ethernet 8847 "$(label 1 "$(v4 6 "$(tcp 5 100)")")")
6 $(ethernet 8848 "$(label 0 "$(label 0 "$(label 1 "$(v6 17 "$(udp 6 100)")")")")")
7 $(ethernet 0800 "$(outer4 47 "$(gre 0000 0800 "$(v4 17 "$(udp 7 100)")")")")
8 $(ethernet 0800 "$(outer4 47 "$(gre b000 86dd "$(zeros 12)$(v6 6 "$(tcp 8 100)")")")")
9 $(ethernet 0800 "$(outer4 4 "$(v4 17 "$(udp 9 100)")")")
10 $(ethernet 0800 "$(outer4 41 "$(v6 17 "$(udp 10 100)")")")
11 $(ethernet 86dd "$(v6 4 "$(v4 6 "$(tcp 11 100)")")")
12 $(ethernet 86dd "$(v6 0 "$(options 43 "$(options 60 "$(options 132 "$(udp 12 100)")")")")")
13 $(ethernet 8100 "$(tag 8847 "$(label 1 "$(outer4 47 "$(gre 2000 86dd "$(zeros 4)$(v6 60 "$(options 17 "$(udp 13 100)")")")")")")")"
	sent 91
	is "$(ends)" '{"counted":[91,16998]}' "$1: 91 frames, all in flows, to the byte"
	is "$(report | jq -c ".flows | sort_by(.source_port)[] | $FLOW")" "$FLOWS_WANTED" "$1: each flow, with all that is around it"
	INFO=$(for id in $(object_ids map); do
		bpftool -j map show id "$id"
	done | jq -c '[.name, .type, .bytes_key, .bytes_value, .max_entries, .flags]' | sort)
	# the value of each possible CPU, summed up by hand
	is "$(bpftool -j map dump id "$(map_id frames)" | jq '[.[] | select(.key[0] == "0x00") | .values[].value[0]]' |
		tr -dc '0-9a-fx\n' | { sum=0 && while read -r byte; do sum=$((sum + ${byte:-0})); done && echo $sum; })" 91 \
		"$1: the map has them, shared out among the CPUs"
	stop INT
}

WANTED='["flows","percpu_hash",40,16,1024,0]
["frames","percpu_array",4,16,8,0]
["parsers","prog_array",4,4,7,0]
["states","percpu_array",4,56,1,0]'
each kernel
is "$INFO" "$WANTED" 'SEC("maps"): the maps that the kernel has'
each btf
is "$INFO" "$WANTED" 'SEC(".maps"): the same maps'

# --- what is no flow ------------------------------------------------------------------------------

# labels N INNER
labels() {
	i=1 frame=$(label 1 "$2")
	while [ $i -lt "$1" ]; do
		frame=$(label 0 "$frame")
		i=$((i + 1))
	done
	printf '%s' "$frame"
}

start "$SAMPLE" -i veth_a --json -t 0.1
# Tail calls: one for each label, one to IPv4, one to the ports.
inject "3 $(ethernet 8847 "$(labels 31 "$(v4 17 "$(udp 31 100)")")")
5 $(ethernet 8847 "$(labels 32 "$(v4 17 "$(udp 32 100)")")")
7 $(ethernet 8847 "$(labels 60 "$(v4 17 "$(udp 33 100)")")")"
sent 15
is "$(flow 31)" "[[3,798,\"MPLS\",17,$A4]]" '33 tail calls are allowed'
is "$(ends)" '{"counted":[3,798],"too_deep":[12,4024]}' 'the 34th fails, and is counted'
stop INT

start "$SAMPLE" -i veth_a --json -t 0.1 --without=mpls
inject "1 $(ethernet 8847 "$(label 1 "$(v4 17 "$(udp 1 100)")")")
2 $(ethernet 0800 "$(v4 17 "$(udp 2 100)")")
3 $(ethernet 8100 "$(tag 8847 "$(label 1 "$(v4 17 "$(udp 1 100)")")")")"
sent 6
is "$(flow 1) $(flow 2)" "[] [[2,284,\"\",17,$A4]]" '--without: the others work'
is "$(ends)" '{"counted":[2,284],"no_parser":[4,596]}' '--without: a tail call to an empty slot fails, and is counted'
stop INT

# A frame cut off at each byte: all headers, down to the ports, are needed.
WHOLE=$(ethernet 8847 "$(label 1 "$(outer4 47 "$(gre 2000 86dd "$(zeros 4)$(v6 60 "$(options 17 "$(udp 1 4)")")")")")")
NEEDED=$((14 + 4 + 20 + 8 + 40 + 16 + 4))
start "$SAMPLE" -i veth_a --json -t 0.1
inject "$(awk -v whole="$WHOLE" -v needed=$NEEDED \
	'BEGIN {for (size = 14; size < needed; size++) print 1, substr(whole, 1, 2 * size)}')
2 $(printf '%s' "$WHOLE" | cut -c 1-$((2 * NEEDED)))
1 $WHOLE"
sent $((NEEDED - 14 + 3))
is "$(ends | jq -c '[.counted, .truncated[0], length]')" "[[3,$((2 * NEEDED + ${#WHOLE} / 2))],$((NEEDED - 14)),2]" \
	'cut off anywhere: counted as such'
is "$(report | jq .entries)" 1 'and no flow is made of it'
stop INT

end_of_quick_part

start "$SAMPLE" -i veth_a --json -t 0.1
inject "1 $(ethernet 0806 "$(zeros 28)")
2 $(ethernet 8847 "$(label 1 "$(zeros 40)")")
3 $(ethernet 0800 "55$(v4 17 "$(udp 1 9)" | cut -c 3-)")
4 $(ethernet 0800 "44$(v4 17 "$(udp 1 9)" | cut -c 3-)")
5 $(ethernet 86dd "50$(v6 17 "$(udp 1 9)" | cut -c 3-)")
6 $(ethernet 0800 "4f$(v4 17 "$(udp 1 9)" | cut -c 3-)")"
sent 21
is "$(ends)" '{"not_ip":[3,158],"truncated":[6,306],"malformed":[12,712]}' \
	'ARP; MPLS with nothing known; versions and lengths that cannot be; options that are not there'
stop INT

start "$SAMPLE" -i veth_a --json -t 0.1
inject "1 $(ethernet 0800 "$(v4 17 "$(udp 9 20)" 0x2000)")
2 $(ethernet 0800 "$(v4 17 "$(udp 9 20)" 0x2004)")
3 $(ethernet 0800 "$(v4 17 "$(udp 9 20)" 0x0004)")
4 $(ethernet 86dd "$(v6 44 "1100000100000000$(udp 8 20)")")
5 $(ethernet 86dd "$(v6 44 "1100000900000000$(udp 8 20)")")
6 $(ethernet 86dd "$(v6 51 "1104000000000000$(zeros 16)$(udp 6 20)")")
7 $(ethernet 0800 "$(v4 47 "$(gre 0001 880b "$(zeros 20)")")")
8 $(ethernet 0800 "$(v4 47 "$(gre 0000 6558 "$(zeros 20)")")")
9 $(ethernet 0800 "$(v4 50 "$(zeros 20)")")
1 $(ethernet 0800 "$(v4 0 "$(zeros 20)")")"
sent 46
is "$(flow 9) $(flow 8)" "[[1,62,\"\",17,$A4]] [[4,360,\"\",17,$A6]]" 'a first fragment has its ports'
is "$(flow 6)" "[[6,636,\"\",17,$A6]]" 'behind an authentication header there are some, too'
is "$(report | jq -c '[.flows[] | select(.source_port == 0) | [.packets, .protocol]] | sort')" \
	'[[1,0],[5,17],[5,17],[9,50],[15,47]]' 'later fragments, other GRE, ESP: flows without ports'
is "$(ends)" '{"counted":[46,3228]}' 'all in flows'
stop INT

start "$SAMPLE" -i veth_a --json -t 0.1 --entries=2
inject "1 $(ethernet 0800 "$(v4 17 "$(udp 1 100)")")
2 $(ethernet 0800 "$(v4 17 "$(udp 2 100)")")
4 $(ethernet 0800 "$(v4 17 "$(udp 3 100)")")
1 $(ethernet 0800 "$(v4 17 "$(udp 1 100)")")"
sent 8
is "$(ends)" '{"counted":[4,568],"flows_full":[4,568]}' 'a full hash: what has no room is counted'
is "$(report | jq -c '[.entries, .max_entries]') $(flow 1)" "[2,2] [[2,284,\"\",17,$A4]]" 'who has an entry is counted on'
stop INT

# Both directions of the interface, then a CPU each.
start "$SAMPLE" -i veth_a --json -t 0.1
printf '%s\n' "5 $(ethernet 0800 "$(v4 17 "$(udp 1 100)")")" | in_ns "$INJECT" veth_a
inject "2 $(ethernet 0800 "$(v4 17 "$(udp 2 100)")")"
sent 2
is "$(flow 1) $(flow 2)" "[] [[2,284,\"\",17,$A4]]" 'what comes in is counted, not what leaves'
if [ "$(nproc)" -gt 1 ] && command -v taskset >/dev/null; then
	line="100 $(ethernet 0800 "$(v4 17 "$(udp 3 100)")")"
	printf '%s\n' "$line" | in_ns taskset -c 0 "$INJECT" veth_b &
	other=$!
	printf '%s\n' "$line" | in_ns taskset -c 1 "$INJECT" veth_b
	wait $other
	sent 202
	is "$(flow 3)" "[[200,28400,\"\",17,$A4]]" 'sent from two CPUs at once: the sum is right'
else
	skip 'one CPU, or no taskset' 'sent from two CPUs at once'
fi
stop INT

# --- its own frames -------------------------------------------------------------------------------

run in_ns "$SAMPLE" -c 3 -t 0.3 --json
json 'last | [.flows[].through] | sort == ["","","","6in4","GRE","IPIP","MPLS","VLAN","VLAN MPLS GRE","VLAN QinQ"]' \
	'frames of its own: each encapsulation'
json 'last | .frames | .not_ip.packets > 0 and .truncated.packets > 0 and .too_deep.packets > 0' 'and some that fail'
json 'last | (.flows | map(.packets) | max - min) <= 1' 'in turn'
run in_ns "$SAMPLE" -c 1 -t 0.3 --no-load --json
json '.[0].flows == [] and ([.[0].frames[].packets] | add) == 0' '--no-load: not one frame in the lab'
run in_ns "$SAMPLE" -c 1 -t 0.5
like "$OUT" '^ +[0-9]+ +[0-9]+  UDP   MPLS      192\.0\.2\.12:40004 > 198\.51\.100\.3:4789$' 'a row of the table'
like "$OUT" '^ +[0-9]+ +[0-9]+  too deep: more headers' 'and what is no flow'

start "$SAMPLE" --json -t 0.1
first=$PID
run in_ns "$SAMPLE" --json -t 0.1 -c 2
is "$RC" 0 'twice at once: each has its own lab'
PID=$first maps=$(object_ids map)
stop KILL
# shellcheck disable=SC2086 # ids are words
[ -n "$maps" ] && eventually all_gone map $maps
verdict $? 'killed, it leaves no map behind'

run in_ns "$SAMPLE" -i nowhere0
is "$RC $OUT" "1 sockex3: no interface 'nowhere0'; there are: lo, veth_b, veth_a" 'an interface that is not there'
run in_ns "$SAMPLE" --without=tcp
is "$RC" 2 '--without: a parser that does not exist'
like "$OUT" "^sockex3: option --without: 'tcp' is not vlan, mpls, ipv4" '--without: those that do'

done_testing
