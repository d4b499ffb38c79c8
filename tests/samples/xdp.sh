# SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
# shellcheck shell=sh disable=SC2034 # for the test that sources this
#
# xdp.sh - what the tests of XDP samples share; sourced after common.sh, used after test_sample.
#
# Contract: xdp_pair makes a second namespace $FAR, wired to $NS by the pair xdp0 (in $NS) and xdp1,
# over which nothing is sent but what the test sends: no ARP, no IPv6 discovery. $FAR goes when the
# test ends, as $NS does.

FAR=${NS}_far
V4_NEAR=198.51.100.1 V4_FAR=198.51.100.2
V6_NEAR=2001:db8:1::1 V6_FAR=2001:db8:1::2

clean_up() {
	[ -z "$PID" ] || kill -KILL "$PID" 2>/dev/null
	ip netns del "$NS" 2>/dev/null
	ip netns del "$FAR" 2>/dev/null
	rm -rf "$WORK"
}

in_far() {
	ip netns exec "$FAR" "$@"
}

# xdp_end NAMESPACE INTERFACE MAC V4 V6 PEER-MAC PEER-V4 PEER-V6
xdp_end() {
	ip -n "$1" link set "$2" address "$3" addrgenmode none arp off
	ip -n "$1" address add "$4/24" dev "$2"
	ip -n "$1" address add "$5/64" dev "$2" nodad
	ip -n "$1" link set "$2" up
	ip -n "$1" neighbour replace "$7" lladdr "$6" dev "$2" nud permanent
	ip -n "$1" neighbour replace "$8" lladdr "$6" dev "$2" nud permanent
}

xdp_wire() {
	ip -n "$NS" link add xdp0 type veth peer name xdp1 netns "$FAR"
	xdp_end "$NS" xdp0 02:00:00:00:01:01 $V4_NEAR $V6_NEAR 02:00:00:00:01:02 $V4_FAR $V6_FAR
	xdp_end "$FAR" xdp1 02:00:00:00:01:02 $V4_FAR $V6_FAR 02:00:00:00:01:01 $V4_NEAR $V6_NEAR
}

xdp_pair() {
	ip netns add "$FAR" || exit 1
	xdp_wire || { echo 'Bail out! no veth pair' && exit 1; }
	# What is not addressed to one of them is dropped there, without a word to the sender.
	in_ns sh -c 'echo 0 >/proc/sys/net/ipv4/ip_forward'
	in_far sh -c 'echo 0 >/proc/sys/net/ipv4/ip_forward'
}

# xdp_nobody NAMESPACE ADDRESS - makes that namespace send packets for ADDRESS, which nobody has, over
# the pair. They arrive, and that is all: nothing answers, as an unused port would.
xdp_nobody() {
	case $1 in
	"$NS") ip -n "$NS" neighbour replace "$2" lladdr 02:00:00:00:01:02 dev xdp0 nud permanent ;;
	*) ip -n "$FAR" neighbour replace "$2" lladdr 02:00:00:00:01:01 dev xdp1 nud permanent ;;
	esac
}

# send_udp NAMESPACE ADDRESS PORT COUNT SIZE - COUNT datagrams of SIZE bytes of payload, each from a
# socket of its own: an ICMP error for one does not keep the next from being sent.
send_udp() {
	# shellcheck disable=SC2016 # bash expands it
	ip netns exec "$1" bash -c '
		for i in $(seq "$3"); do printf "%0$4d" 0 >"/dev/udp/$1/$2"; done' bash "$2" "$3" "$4" "$5"
}

# frame_bytes IPV COUNT SIZE - the length of COUNT Ethernet frames with such datagrams
frame_bytes() {
	echo $(($2 * (14 + 8 + ($1 == 4 ? 20 : 40) + $3)))
}

# Is the low byte of a number its first here?
LITTLE=$([ "$(printf '\1\0' | od -An -td2 | tr -d ' ')" = 1 ] && echo true || echo false)

# map_words NAME BYTES - the running sample's map of that name, a line for each element: its value
# in words of so many bytes, added up over the CPUs where each has its own. As bpftool sees it.
map_words() {
	bpftool -j map dump id "$(map_id "$1")" | jq -r --argjson little "$LITTLE" --argjson size "$2" '
		def digit: . as $c | "0123456789abcdef" | index($c);
		def number: (if $little then reverse else . end) | map(ltrimstr("0x")) | add
			| split("") | reduce .[] as $c (0; . * 16 + ($c | digit));
		def words: [range(0; length; $size) as $i | .[$i:$i + $size] | number];
		.[] | if .values then [.values[].value | words] | transpose | map(add) else .value | words end
		| map(tostring) | join(" ")'
}

# map_infos - "NAME TYPE KEY-SIZE VALUE-SIZE ENTRIES" of each map of the running sample, sorted
map_infos() {
	for id in $(object_ids map); do
		bpftool -j map show id "$id"
	done | jq -r '[.name, .type, .bytes_key, .bytes_value, .max_entries] | map(tostring) | join(" ")' | sort
}

# program_tags - "NAME TAG" of each program, likewise. The tag is a hash of its instructions.
program_tags() {
	for id in $(object_ids prog); do
		bpftool -j prog show id "$id"
	done | jq -r '"\(.name) \(.tag)"' | sort
}

# kernel_from VERSION - is the kernel of that version, or newer?
kernel_from() {
	[ "$(printf '%s\n%s\n' "$1" "$(uname -r)" | sort -V | head -n 1)" = "$1" ]
}
