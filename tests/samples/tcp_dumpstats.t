#!/bin/sh
# SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
#
# tier: 2
# vm: yes
# tcp_dumpstats.t - the sample tcp_dumpstats: connections that send a known number of bytes, of
# which a known part is lost on the way. What the sample says of retransmissions has to be what
# the kernel counted in the network namespace that only these connections are in, and what their
# owner is told by TCP_INFO.

# shellcheck source=tests/samples/common.sh
. "$(dirname "$0")/common.sh"
test_sample tcp_dumpstats jq bpftool nsenter
TALK=$(cd "$TOP" && realpath "$BUILD/tests/samples/talk")
check_life "$@"

# Is the low byte of a number its first here?
LITTLE=$([ "$(printf '\1\0' | od -An -td2 | tr -d ' ')" = 1 ] && echo true || echo false)

# dropped_in_map - the second number of map 'counts', as bpftool sees it.
dropped_in_map() {
	bpftool -j map lookup id "$(map_id counts)" key 0 0 0 0 |
		jq -r --argjson little "$LITTLE" \
			'[.value[8:16][] | ltrimstr("0x")] | if $little then reverse else . end | join("")' |
		{ read -r hex && echo $((0x$hex)); }
}

# resent_in_namespace - RetransSegs of the namespace that the running sample is in.
resent_in_namespace() {
	nsenter -t "$PID" -n cat /proc/net/snmp | awk '$1 == "Tcp:" && !at {
		for (i = 2; i <= NF; i++)
			if ($i == "RetransSegs")
				at = i
		next
	}
	$1 == "Tcp:" { print $at }'
}

BYTES=8000
# known_bytes KIND - three connections of as many bytes; the third loses every fifth packet.
known_bytes() {
	start "$SAMPLE" "--maps=$1" --json -t 0.1 --bytes=$BYTES --drop=5
	eventually reported '.ended == 3'
	is "$(report | jq -c '[.connections[] | [.state, .bytes_acked]]')" \
		"[[\"closed\",$BYTES],[\"closed\",$BYTES],[\"closed\",$BYTES]]" \
		"$1: three connections, and what each has sent, to the byte"
	is "$(report | jq '[.connections[].resent] | add')" "$(resent_in_namespace)" \
		"$1: as many segments sent again as the kernel counted"
	report | jq -e '.connections[2].resent >= .dropped and .dropped > 0' >/dev/null
	verdict $? "$1: what was lost was sent again"
	report | jq -e '[.connections[] | .resent == .resent_seen] | all' >/dev/null
	verdict $? "$1: each of them called the program"
	# 1448 bytes fit into a segment on Ethernet, with timestamps.
	report | jq -e "[.connections[1:][] | .data_segments - .resent >= ($BYTES / 1448)] | all" >/dev/null
	verdict $? "$1: not fewer segments than the bytes need"
	report | jq -e '[.connections[] | .min_rtt_us > 0 and .srtt_us >= .min_rtt_us] | all' >/dev/null
	verdict $? "$1: the shortest round trip is not longer than the mean"
	report | jq -e '.no_storage + .no_room + .unlisted == 0' >/dev/null
	verdict $? "$1: nothing is missing"
	is "$(dropped_in_map)" "$(report | jq .dropped)" "$1: packets dropped, as bpftool sees the map"
	stop INT
}

known_bytes kernel
known_bytes btf

start "$SAMPLE" --json -t 0.1 --bytes=$BYTES --drop=0
eventually reported '.ended == 3'
is "$(report | jq -c '[.dropped, (.connections | map(.bytes_acked) | add)]')" "[0,$((3 * BYTES))]" \
	'--drop=0: nothing is lost, all arrives'
stop INT

end_of_quick_part

# --- connections of somebody else ---------------------------------------------------------------


# what_talk_saw - in the words of the report: of each connection its ends, bytes and segments again.
what_talk_saw() {
	jq -cs 'sort_by(.local) | map([.local, .remote, .bytes_acked, .resent])' "$WORK/talk.out"
}

what_sample_saw() {
	report | jq -c '.connections | sort_by(.local) | map([.local, .remote, .bytes_acked, .resent])'
}

for address in 127.0.0.1 ::1; do
	start "$SAMPLE" --json -t 0.1 --no-load
	group=$(report | jq -r .cgroup)
	is "$(report | jq -c .connections)" '[]' "$address: nothing before somebody talks"
	in_ns "$TALK" "$group" $address 5 30000 >"$WORK/talk.out"
	eventually reported '.ended == 5'
	is "$(what_sample_saw)" "$(what_talk_saw)" "$address: 5 connections, each as its owner saw it"
	is "$(report | jq -c '[.connections[].bytes_acked]')" '[30000,30000,30000,30000,30000]' \
		"$address: and that is what was sent"
	[ $address = ::1 ] || run in_ns "$SAMPLE" "--cgroup=$group" -c 1 -t 0.1 --json
	stop INT
done
json '.[0].connections == []' 'a second one may watch the same cgroup'

start "$SAMPLE" --no-load -t 0.1
group=$(sed -n 's/^TCP connections of \(.*\), in .*/\1/p' "$WORK/out" | head -n 1)
in_ns "$TALK" "$group" ::1 1 1000 >/dev/null
eventually grep -q '^\[::1\]:' "$WORK/out"
verdict $? 'a connection over IPv6 is in the table'
stop INT
narrow "$(cat "$WORK/out")" 'long addresses have a line of their own'

# --- what can go wrong ----------------------------------------------------------------------------

run in_ns "$SAMPLE" --cgroup=/nowhere -c 1
is "$RC" 1 'no such cgroup: status 1'
like "$OUT" '^tcp_dumpstats: cannot open cgroup /nowhere: No such file' 'which, and why'
run in_ns "$SAMPLE" --cgroup=/ -c 1
is "$RC" 1 'a directory that is no cgroup: status 1'
like "$OUT" '^tcp_dumpstats: cannot attach the program to cgroup /: ' 'which'
run in_ns "$SAMPLE" --bytes=many
is "$RC" 2 'a number of bytes that is none: wrong usage'

start "$SAMPLE" --json -t 0.1
pid=$PID
stop HUP
is "$RC $(find /sys/fs/cgroup -maxdepth 3 -name "bpf_load-$pid-*" 2>/dev/null)" '0 ' \
	'the terminal is closed (SIGHUP): it ends, and no cgroup stays'
start "$SAMPLE" --json -t 0.1
maps=$(object_ids map) progs=$(object_ids prog) pid=$PID
stop KILL
# shellcheck disable=SC2086 # ids are words
eventually all_gone map $maps && eventually all_gone prog $progs
verdict $? 'killed: its maps and programs are gone all the same'
find /sys/fs/cgroup -maxdepth 3 -name "bpf_load-$pid-*" -exec rmdir {} + 2>/dev/null
is "$(find /sys/fs/cgroup -maxdepth 3 -name "bpf_load-$pid-*" 2>/dev/null)" '' \
	'killed: the cgroups that stay are empty'

done_testing
