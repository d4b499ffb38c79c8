#!/bin/sh
# SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
#
# tier: 2
# vm: yes
# lpm_route.t - the sample lpm_route: each packet counts for the longest prefix that fits, at all
# lengths, at the edges of prefixes, while routes come and go; and for no route where none fits.
# A large random table is compared with a search from route to route.

# shellcheck source=tests/samples/common.sh
. "$(dirname "$0")/common.sh"
test_sample lpm_route jq bpftool awk
INJECT=$(cd "$TOP" && realpath "$BUILD/tests/samples/inject")

# to4 A B C D - an IPv4 header to that address, behind an Ethernet header: 34 bytes
to4() {
	printf '0200000000ff0200000000fe08004500001400000000400000000a000001%02x%02x%02x%02x' "$@"
}
# to6 32_HEX_DIGITS - an IPv6 header to that address: 54 bytes
to6() {
	printf '0200000000ff0200000000fe86dd6000000000003b4020010db8000000000000000000000001%s' "$1"
}
inject() {
	printf '%s\n' "$1" | in_ns "$INJECT" lo
}

# routes FILTER - packets of each route, in order: "PREFIX N, …"
routes() {
	report | jq -r '[.routes[] | select(.packets > 0) | "\(.prefix) \(.packets)"] | join(", ")'
}
# sent N - have so many packets been seen?
sent() {
	eventually reported "([.routes[].packets, .unrouted[].packets] | add) == $1"
}

put "$WORK/routes" <<'END'
# overlapping, from the shortest to the longest, in no order
10.1.2.3/32	one address
0.0.0.0/0 all of IPv4

10.1.0.0/16
10.0.0.0/8 ten
   10.1.2.0/24 deep "quoted"
10.1.2.2/31
128.0.0.0/1 upper half
::/0 all of IPv6
2001:db8::/32
2001:db8::8000:0:0:0/65
2001:db8::1/128
END

check_life "--routes=$WORK/routes"

# --- the longest prefix ---------------------------------------------------------------------------

# match KIND
match() {
	start "$SAMPLE" "--maps=$1" -i lo --json -t 0.1 "--routes=$WORK/routes"
	is "$(report | jq -r '[.routes[] | "\(.prefix) \(.depth)"] | join(", ")')" \
		'0.0.0.0/0 0, 10.0.0.0/8 1, 10.1.0.0/16 2, 10.1.2.0/24 3, 10.1.2.2/31 4, 10.1.2.3/32 5, 128.0.0.0/1 1, ::/0 0, 2001:db8::/32 1, 2001:db8::1/128 2, 2001:db8:0:0:8000::/65 2' \
		"$1: the table, and what lies in what"
	is "$(report | jq -c '[.routes[].label]')" \
		'["all of IPv4","ten","","deep \"quoted\"","","one address","upper half","all of IPv6","","",""]' "$1: the labels"
	inject "1 $(to4 9 255 255 255)
2 $(to4 10 0 0 0)
3 $(to4 10 255 255 255)
4 $(to4 10 1 0 0)
5 $(to4 10 1 1 255)
6 $(to4 10 1 2 0)
7 $(to4 10 1 2 255)
8 $(to4 10 1 2 2)
9 $(to4 10 1 2 3)
10 $(to4 10 1 2 4)
11 $(to4 11 0 0 0)
12 $(to4 127 255 255 255)
13 $(to4 128 0 0 0)
14 $(to4 255 255 255 255)
1 $(to6 20010db7ffffffffffffffffffffffff)
2 $(to6 20010db8000000000000000000000000)
3 $(to6 20010db8000000000000000000000001)
4 $(to6 20010db8000000000000000000000002)
5 $(to6 20010db8000000008000000000000001)
6 $(to6 20010db8000000007fffffffffffffff)
7 $(to6 20010db9000000000000000000000000)"
	sent 133
	is "$(routes)" "0.0.0.0/0 $((1 + 11 + 12)), 10.0.0.0/8 5, 10.1.0.0/16 9, 10.1.2.0/24 $((6 + 7 + 10)), 10.1.2.2/31 8, 10.1.2.3/32 9, 128.0.0.0/1 27, ::/0 8, 2001:db8::/32 $((2 + 4 + 6)), 2001:db8::1/128 3, 2001:db8:0:0:8000::/65 5" \
		"$1: each packet counts for the longest prefix that fits"
	is "$(report | jq -c '[(.routes[] | select(.prefix == "10.1.2.3/32") | .bytes), .unrouted.ipv4.packets, .unrouted.ipv6.packets]')" \
		"[$((9 * 34)),0,0]" "$1: its bytes; with a route of length 0 none is without"

	# From outside, while it runs.
	bpftool map delete id "$(map_id routes4)" key hex 20 00 00 00 0a 01 02 03
	bpftool map delete id "$(map_id routes4)" key hex 00 00 00 00 00 00 00 00
	# shellcheck disable=SC2086 # bytes are words
	bpftool map delete id "$(map_id routes6)" key hex 00 00 00 00 $ZERO16
	eventually reported '.routes | length == 8'
	inject "100 $(to4 10 1 2 3)
20 $(to4 11 0 0 0)
30 $(to6 20010db9000000000000000000000000)"
	eventually reported ".unrouted == {\"ipv4\": {\"packets\": 20, \"bytes\": $((20 * 34))}, \"ipv6\": {\"packets\": 30, \"bytes\": $((30 * 54))}}"
	is "$(report | jq -c '[.unrouted[].packets]')" '[20,30]' "$1: without the routes of length 0, no route"
	is "$(routes | grep -o '10\.1\.2\.[23]/3[12] [0-9]*')" '10.1.2.2/31 108' "$1: without a route, the next shorter one"
	# shellcheck disable=SC2086
	bpftool map update id "$(map_id routes4)" key hex 1f 00 00 00 0b 00 00 00 value hex $ZERO16
	inject "50 $(to4 11 0 0 1)
60 $(to4 11 0 0 2)"
	eventually reported '.unrouted.ipv4.packets == 80'
	is "$(routes | grep -o '11\.0\.0\.0/31 [0-9]*')" '11.0.0.0/31 50' "$1: a new route counts from then on"
	INFO=$(for id in $(object_ids map); do
		bpftool -j map show id "$id"
	done | jq -c '[.name, .type, .bytes_key, .bytes_value, .max_entries, .flags]' | sort)
	stop INT
}

ZERO16='00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00'
# bpftool takes numbers of this machine's order; keys above are for least byte first.
if [ "$(printf '\1\0' | od -An -td2 | tr -d ' ')" = 1 ]; then
	WANTED='["routes4","lpm_trie",8,16,1024,1]
["routes6","lpm_trie",20,16,1024,1]
["unrouted","array",4,16,2,0]'
	match kernel
	is "$INFO" "$WANTED" 'SEC("maps"): the maps that the kernel has'
	match btf
	is "$INFO" "$WANTED" 'SEC(".maps"): the same maps'
else
	skip 'keys are written for little-endian machines' 'the longest prefix'
fi

# --- no route; too short --------------------------------------------------------------------------

: >"$WORK/empty"
start "$SAMPLE" -i lo --json -t 0.1 "--routes=$WORK/empty"
inject "3 $(to4 10 0 0 1)
4 $(to6 20010db8000000000000000000000000)
5 $(to4 10 0 0 1 | cut -c 1-66)
6 $(to6 20010db8000000000000000000000000 | cut -c 1-106)
7 0200000000ff0200000000fe0806$(to4 10 0 0 1)
1 $(to4 10 0 0 1)"
sent 8
is "$(report | jq -c '[.routes, .unrouted.ipv4, .unrouted.ipv6]')" \
	'[[],{"packets":4,"bytes":136},{"packets":4,"bytes":216}]' 'an empty table: no route; frames cut off and ARP are not counted'
stop INT
end_of_quick_part

# --- a random table -------------------------------------------------------------------------------

# 400 routes in 10.0.0.0/8 of lengths 8 to 32, 1000 addresses. The reference goes through all routes.
awk -v routes="$WORK/random" -v frames="$WORK/frames" '
	function text(n) { return int(n / 2^24) "." int(n / 2^16) % 256 "." int(n / 2^8) % 256 "." n % 256 }
	# Few different bits, so that prefixes lie in each other.
	function address() { return 10 * 2^24 + int(rand() * 4) * 2^22 + int(rand() * 4) * 2^14 + int(rand() * 8) * 2^6 + int(rand() * 64) }
	BEGIN {
		srand(7)
		while (count < 400) {
			bits = 8 + int(rand() * 25)
			net = int(address() / 2^(32 - bits)) * 2^(32 - bits)
			name = text(net) "/" bits
			if (name in seen) continue
			seen[name] = 1
			nets[++count] = net; lengths[count] = bits; names[count] = name
			print name >routes
		}
		for (i = 0; i < 1000; i++) {
			to = address()
			best = 0
			for (j = 1; j <= count; j++)
				if (int(to / 2^(32 - lengths[j])) == nets[j] / 2^(32 - lengths[j]) && (!best || lengths[j] > lengths[best]))
					best = j
			hits[best ? names[best] : "none"]++
			print text(to) >frames
		}
		for (name in hits) print name, hits[name]
	}' | sort >"$WORK/wanted"
start "$SAMPLE" -i lo --json -t 0.2 "--routes=$WORK/random"
inject "$(awk -F . '{printf "1 0200000000ff0200000000fe08004500001400000000400000000a000001%02x%02x%02x%02x\n", $1, $2, $3, $4}' "$WORK/frames")"
sent 1000
report | jq -r '(.routes[] | select(.packets > 0) | "\(.prefix) \(.packets)"), (.unrouted.ipv4.packets | select(. > 0) | "none \(.)")' |
	sort >"$WORK/got"
is "$(diff "$WORK/wanted" "$WORK/got")" '' "400 routes, 1000 addresses: the same as a search from route to route ($(wc -l <"$WORK/got") were taken)"
stop INT

# --- --flap, its own packets ----------------------------------------------------------------------

printf '10.0.0.0/8 wide\n10.1.0.0/16 narrow\n' >"$WORK/two"
start "$SAMPLE" -i lo --json -t 0.5 "--routes=$WORK/two" --flap=10.1.0.0/16
eventually reported '.routes | length == 1'
inject "5 $(to4 10 1 0 1)"
eventually reported '.routes | length == 2'
inject "3 $(to4 10 1 0 1)"
eventually reported '[.routes[].packets] | add == 8'
eventually reported '.routes | length == 2'
got=$(report | jq -c '[.routes[] | [.prefix, .label]]')
is "$got" '[["10.0.0.0/8","wide"],["10.1.0.0/16","narrow"]]' '--flap: the route comes back, with its label'
[ "$(report | jq '.routes[0].packets')" -ge 1 ]
verdict $? 'and what went there meanwhile took the shorter one'
stop INT

run in_ns "$SAMPLE" -c 1 -t 0.5 --json
json '.[0].routes | length == 12 and all(.[]; .packets > 0)' 'packets of its own take each route'
json '.[0].unrouted | .ipv4.packets > 0 and .ipv6.packets > 0' 'and none'
run in_ns "$SAMPLE" -c 1 -t 0.2 --json --no-load
json '[.[0].routes[].packets, .[0].unrouted[].packets] | add == 0' '--no-load: not one packet'
printf '2001:db8:ffff:ffff:ffff:ffff:ffff:ffff/128 a label of some length\n2001:db8::/32\n' >"$WORK/long"
run in_ns "$SAMPLE" -c 1 -t 0.2 "--routes=$WORK/long"
narrow "$OUT" 'the longest prefix'
like "$OUT" '^  2001:db8:ffff:ffff:ffff:ffff:ffff:ffff/128 a label of so +[0-9]+ +[0-9]+$' 'a row of the table, indented'

# --- what can go wrong ----------------------------------------------------------------------------

# fails TEXT PATTERN
fails() {
	printf '%s\n' "10.0.0.0/8 good" '# comment' "$1" >"$WORK/bad"
	run in_ns "$SAMPLE" -i lo -c 1 -t 0.1 "--routes=$WORK/bad"
	is "$RC $(printf '%s\n' "$OUT" | wc -l)" '1 1' "'$1': status 1, one line"
	like "$OUT" "^lpm_route: $2" "'$1': what is wrong, and where"
}
fails '10.0.0.0' "$WORK/bad:3: '10.0.0.0': no prefix"
fails '10.0.0.0/' "$WORK/bad:3: '10.0.0.0/': no length"
fails '10.0.0.0/33' "$WORK/bad:3: '10.0.0.0/33': no length"
fails '10.0.0.0/-1' "$WORK/bad:3: '10.0.0.0/-1': no length"
fails '10.0.0.0/8x' "$WORK/bad:3: '10.0.0.0/8x': no length"
fails '::/129' "$WORK/bad:3: '::/129': no length"
fails '10.0.0/8' "$WORK/bad:3: '10.0.0/8': no IPv4 or IPv6 address"
fails '10.1.0.0/8' "$WORK/bad:3: '10.1.0.0/8': more bits in the address than its length"
fails '2001:db8::1/127' "$WORK/bad:3: '2001:db8::1/127': more bits"
fails '10.0.0.0/8 again' 'cannot put in the route 10.0.0.0/8: File exists; it is in the table already'
run in_ns "$SAMPLE" -c 1 --routes="$WORK/nowhere"
is "$RC $OUT" "1 lpm_route: $WORK/nowhere: No such file or directory" 'a file that is not there'
awk 'BEGIN {for (i = 0; i < 1025; i++) print "10." int(i / 256) "." i % 256 ".0/24"}' >"$WORK/many"
run in_ns "$SAMPLE" -i lo -c 1 -t 0.1 --routes="$WORK/many"
is "$RC $OUT" '1 lpm_route: cannot put in the route 10.4.0.0/24: No space left on device; the trie is full' 'a route too many'
run in_ns "$SAMPLE" -c 3 -t 0.1 --flap=10.9.0.0/16
is "$RC" 1 '--flap: a route that is not in the table'
like "$OUT" 'cannot take out the route 10\.9\.0\.0/16: No such file or directory; is it in the table\?' 'is named'
run in_ns "$SAMPLE" --flap=10.9.0.0
is "$RC" 2 '--flap: no prefix'
run in_ns "$SAMPLE" -i nowhere0
is "$RC $OUT" "1 lpm_route: no interface 'nowhere0'; there are: lo" 'an interface that is not there'

start "$SAMPLE" --json -t 0.1
first=$PID maps=$(object_ids map)
run in_ns "$SAMPLE" --json -t 0.1 -c 2
is "$RC" 0 'twice at once'
PID=$first
stop KILL
# shellcheck disable=SC2086 # ids are words
[ -n "$maps" ] && eventually all_gone map $maps
verdict $? 'killed, it leaves no map behind'

done_testing
