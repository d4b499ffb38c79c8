#!/bin/sh
# SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
#
# tier: 2
# vm: yes
# xdp_stats.t - the sample xdp_stats: every action, in both modes and by both definitions, counts
# exactly the packets that were sent for it, and what is counted is also what happens to them.

# shellcheck source=tests/samples/common.sh
. "$(dirname "$0")/common.sh"
# shellcheck source=tests/samples/xdp.sh
. "$(dirname "$0")/xdp.sh"
test_sample xdp_stats jq bpftool bash
xdp_pair

check_life --mode=any

# counts - "ACTION packets bytes" of all actions in the last report, in a line
counts() {
	report | jq -r '[.actions[] | "\(.name) \(.packets) \(.bytes)"] | join(", ")'
}

counted() {
	[ "$(counts)" = "$1" ]
}

# NoPorts of UDP: datagrams that the namespace's stack got, for a port that nobody has
# shellcheck disable=SC2016 # awk's $1
passed() {
	in_ns awk '$1 == "Udp:" && $3 + 0 == $3 {print $3}' /proc/net/snmp
}

# bytes_of PORT COUNT - the frames that send_each sends
bytes_of() {
	frame_bytes 4 "$2" $((50 + $1 - 4000))
}

# send_each - to port 4000 one datagram, to 4001 two, … and one below and one above the range
send_each() {
	for port in 3999 4005; do
		send_udp "$FAR" $V4_NEAR $port 1 50
	done
	for port in 4000 4001 4002 4003 4004; do
		send_udp "$FAR" $V4_NEAR $port $((port - 3999)) $((50 + port - 4000))
	done
}

WANTED="aborted 1 $(bytes_of 4000 1), drop 2 $(bytes_of 4001 2), pass 5 $(($(bytes_of 4002 3) + $(bytes_of 4000 2))), \
tx 4 $(bytes_of 4003 4), redirect 5 $(bytes_of 4004 5)"

# every_action MODE KIND
every_action() {
	before=$(passed)
	start "$SAMPLE" -i xdp0 "--mode=$1" "--maps=$2" --action=by-port --json -t 0.1
	send_each
	eventually counted "$WANTED"
	is "$(counts)" "$WANTED" "$1, $2: each action has its packets and bytes"
	is "$(report | jq -c '[.mode, .agree, all(.actions[]; .packets == .percpu_packets and .bytes == .percpu_bytes and .packets == (.cpus | add))]')" \
		"[\"$1\",true,true]" "$1, $2: the mode; the arrays agree; the sum over the CPUs"
	for name in shared per_cpu; do
		is "$(map_words $name 8)" "$(echo "$WANTED" | tr ',' '\n' | sed 's/^ *[a-z]* //')" \
			"$1, $2: the kernel's map '$name'"
	done
	is "$(($(passed) - before))" 5 "$1, $2: the stack got those that were passed, no others"
	INFO=$(map_infos) TAG=$(program_tags)
	stop INT
	is "$RC $(cat "$WORK/err")" '0 ' "$1, $2: SIGINT ends it with status 0"
}

every_action native kernel
KERNEL_INFO=$INFO KERNEL_TAG=$TAG
every_action native btf
is "$INFO" 'per_cpu percpu_array 4 16 5
settings array 4 4 1
shared array 4 16 5' 'the maps that the kernel has'
is "$KERNEL_INFO $KERNEL_TAG" "$INFO $TAG" 'the same maps and the same program by both definitions'

# Its own lab: of 23 datagrams 5 go to each of the first three ports, 4 to the others.
start "$SAMPLE" --json -t 0.1 --packets=23
LAB='aborted 5 710, drop 5 1210, pass 5 1710, tx 4 1768, redirect 4 2168'
eventually counted "$LAB"
is "$(counts)" "$LAB" 'a lab of its own: every datagram of its traffic'
stop INT

end_of_quick_part

every_action generic kernel
every_action generic btf

# what_happens MODE ACTION STACK FAR - 7 datagrams; the stack got STACK of them, and FAR came back
# to where they came from.
what_happens() {
	stack=$(passed) far=$(in_far cat /sys/class/net/xdp1/statistics/rx_packets)
	start "$SAMPLE" -i xdp0 "--mode=$1" "--action=$2" --json -t 0.1
	send_udp "$FAR" $V4_NEAR 9 7 100
	eventually reported "[.actions[] | select(.name == \"$2\") | .packets] == [7]"
	is "$(report | jq -c '[.actions[] | select(.packets > 0) | [.name, .packets, .bytes]]')" \
		"[[\"$2\",7,$(frame_bytes 4 7 100)]]" "$1: $2 for all packets"
	# No eventually: what is not to come must not come later.
	is "$(($(passed) - stack)) $(($(in_far cat /sys/class/net/xdp1/statistics/rx_packets) - far))" "$3 $4" \
		"$1: $2: what became of them"
	stop INT
}

for mode in generic native; do
	what_happens $mode drop 0 0
	what_happens $mode aborted 0 0
done
what_happens generic tx 0 7
what_happens generic redirect 0 7

start "$SAMPLE" -i xdp0 --json -t 0.1
send_udp "$FAR" $V4_NEAR 4001 3 100
eventually reported '.actions[2].packets == 3'
is "$(report | jq -c '[.mode, [.actions[].packets]]')" '["native",[0,0,3,0,0]]' \
	'-i alone: every packet passes; native where the driver can'
stop INT

# --- what can go wrong ------------------------------------------------------------------------

run in_ns "$SAMPLE" -i nowhere0
is "$RC $OUT" "1 xdp_stats: no interface 'nowhere0'; there are: lo, xdp0" 'an interface that is not there'
run in_ns "$SAMPLE" -i lo --mode=native
is "$RC $OUT" '1 xdp_stats: interface lo: cannot attach the native XDP program: Operation not supported; its driver knows no XDP: try --mode=generic' \
	'native mode, where the driver has none'
start "$SAMPLE" -i lo --json -t 0.1
is "$(report | jq -r .mode)" generic 'there, any is generic'
run in_ns "$SAMPLE" -i lo
is "$RC" 1 'twice at once: status 1'
like "$OUT" "^xdp_stats: interface lo: an XDP program is there already, id $(object_ids prog); .*ip link set lo xdp off" \
	'twice at once: which program is in the way, what to do'
link=$(object_ids link)
stop KILL
[ -n "$link" ] && eventually in_ns "$SAMPLE" -i lo -c 1 -t 0.1
verdict $? 'killed, it leaves no program on the interface'

for name in --action=fly --mode=fast --packets=-1; do
	run "$SAMPLE" "$name"
	is "$RC $(printf '%s\n' "$OUT" | wc -l)" '2 1' "$name: status 2, one line"
done
like "$("$SAMPLE" --action=fly 2>&1)" "'fly' is not pass, drop, tx, redirect, aborted or by-port" 'and what would be right'

start "$SAMPLE" -i xdp0 -t 0.1
ip -n "$NS" link del xdp0
wait "$PID"
is "$? $(cat "$WORK/err")" '1 xdp_stats: interface xdp0 has been removed' 'an interface that goes away ends it'
PID=

"$SAMPLE" --json -c 1 -t 0.5 >"$WORK/one" &
first=$!
run "$SAMPLE" --json -c 1 -t 0.5
wait $first
is "$RC $? $(jq -rs '[.[].interface] | unique | join(" ")' "$WORK/one")" '0 0 lab0' 'two labs at the same time'

if have_terminal; then
	run script -qec "stty cols 120; $SAMPLE -c 1 -t 0.3" /dev/null
	like "$OUT" 'bytes/s +on CPU 0' 'a wide terminal has columns of single CPUs'
else
	skip 'no pseudo-terminals here, or no script(1)' 'a wide terminal'
fi

done_testing
