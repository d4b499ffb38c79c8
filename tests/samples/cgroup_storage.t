#!/bin/sh
# SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
#
# tier: 2
# vm: yes
# cgroup_storage.t - the sample cgroup_storage: a known number of questions of a known size, and of
# answers, is what each of the two cgroups has sent and received, to the byte; in the map with one
# value as in the sum of the one for each CPU; by the report as by bpftool.

# shellcheck source=tests/samples/common.sh
. "$(dirname "$0")/common.sh"
test_sample cgroup_storage jq bpftool nsenter bash taskset

check_life --no-load

# A question is one byte, an answer 1000, and both have headers of IPv4 and UDP.
QUESTIONS=60
ASKED=$((QUESTIONS * (20 + 8 + 1)))
ANSWERED=$((QUESTIONS * (20 + 8 + 1000)))

cgroup() {
	report | jq -r ".cgroups[] | select(.name == \"$1\") | .$2"
}

# in_cgroup client|server COMMAND... - as a process that is there
in_cgroup() {
	directory=$(cgroup "$1" path)
	shift
	# shellcheck disable=SC2016 # sh -c is to expand it
	sh -c 'echo $$ >"$1/cgroup.procs" && shift && exec "$@"' sh "$directory" "$@"
}

# ask COMMAND... - the questions, from the client's cgroup; a datagram is read up to its first byte, a newline.
ask() {
	# shellcheck disable=SC2016 # bash is to expand it
	in_cgroup client nsenter --net="$(report | jq -r .namespace)" "$@" bash -c '
		exec 3<>/dev/udp/127.0.0.1/7000 || exit 1
		for ((i = 0; i < $1; i++)); do echo >&3 && read -r -t 20 line <&3 || exit 1; done' bash $QUESTIONS
}

# all MEMBER - client egress, client ingress, server egress, server ingress
all() {
	report | jq -c "[.cgroups[] | .egress, .ingress | $1]"
}

# What bpftool finds in a map: [cgroup, attach type, packets, bytes] of each value, CPUs added up,
# in the order of all().
in_map() {
	bpftool -j map dump id "$(map_id "$1")" | jq -c --argjson client "$(cgroup client id)" '
		def number: map(ltrimstr("0x") | explode | map(if . > 96 then . - 87 else . - 48 end) | .[0] * 16 + .[1]) |
			reverse | reduce .[] as $byte (0; . * 256 + $byte);
		[.[] | {
			client: (.key[0:8] | number == $client),
			type: (.key[8:12] | number),
			values: (if .values then [.values[].value] else [.value] end),
		}] | sort_by((.client | not), -.type) |
		[.[] | [([.values[][0:8] | number] | add), ([.values[][8:16] | number] | add)]]'
}

WANTED="[[$QUESTIONS,$ASKED],[$QUESTIONS,$ANSWERED],[$QUESTIONS,$ANSWERED],[$QUESTIONS,$ASKED]]"

# exact PROGRAM MAPS LABEL
exact() {
	start "$1" --json -t 0.1 --no-load "--maps=$2"
	is "$(all '.packets + .bytes')" '[0,0,0,0]' "$3: nothing before something is sent"
	ask
	is $? 0 "$3: $QUESTIONS questions have their answers"
	eventually reported ".cgroups[1].ingress.packets == $QUESTIONS and .cgroups[0].ingress.packets == $QUESTIONS"
	is "$(all '[.packets, .bytes]')" "$WANTED" "$3: packets and bytes of both cgroups, both ways"
	is "$(all '[([.cpus[].packets] | add), ([.cpus[].bytes] | add)]')" "$WANTED" "$3: the CPUs together say the same"
	is "$(bpftool -j map show id "$(map_id traffic)" | jq -c '[.type, .max_entries, .bytes_key]')" \
		'["cgroup_storage",0,16]' "$3: the map has no entries of its own"
	stop INT
	is "$RC $(cat "$WORK/err")" '0 ' "$3: SIGINT ends it"
}

exact "$SAMPLE" kernel 'kernel definitions'
exact "$SAMPLE" btf 'BTF definitions'

# Without BTF, bpftool shows bytes: those of a big-endian machine are not read here.
if [ "$(printf '\1\0' | od -An -td2 | tr -d ' ')" = 1 ]; then
	start "$SAMPLE" --json -t 0.1 --no-load
	ask
	eventually reported ".cgroups[0].ingress.packets == $QUESTIONS"
	is "$(in_map traffic)" "$WANTED" 'bpftool finds four values, with those numbers'
	is "$(in_map traffic_percpu)" "$WANTED" 'and by CPU'
	stop TERM
	is "$RC" 0 'SIGTERM ends it with status 0'
fi

end_of_quick_part

# --- one CPU, others that do not count -------------------------------------------------------------

start "$SAMPLE" --json -t 0.1 --no-load
cpu=$(taskset -pc $$ | sed 's/.*: *//; s/[-,].*//')
ask taskset -c "$cpu"
eventually reported ".cgroups[0].ingress.packets == $QUESTIONS"
is "$(report | jq -c "[.cgroups[0].egress.cpus[$cpu].bytes, .cgroups[0].egress.bytes]")" "[$ASKED,$ASKED]" \
	"a client that may run on CPU $cpu only sends there"
is "$(report | jq ".cgroups[0].egress.cpus | length")" "$(sed 's/.*-//' /sys/devices/system/cpu/possible | awk '{print $1 + 1}')" \
	'there is a value for each CPU that the kernel may have'
nsenter --net="$(report | jq -r .namespace)" bash -c 'for i in 1 2 3; do echo >/dev/udp/127.0.0.1/9; done'
asked=$(all .packets)
is "$asked" "[$QUESTIONS,$QUESTIONS,$QUESTIONS,$QUESTIONS]" 'packets of other sockets count nowhere'
first=$PID
run in_ns "$SAMPLE" -c 1 -t 0.3 --json
json '.[0].cgroups[0].egress | .packets > 0 and .packets <= 10' 'two at once: each has values of its own'
PID=$first
is "$(all .packets)" "$asked" 'and the other stays as it was'
stop KILL
leftover=$WORK/cgroups
mkdir "$leftover" && mount -t cgroup2 cgroup2 "$leftover"
eventually rmdir "$leftover/bpf_load-$first-client"
is $? 0 'killed, it leaves its cgroups, empty'
eventually rmdir "$leftover/bpf_load-$first-server"
umount "$leftover"

run in_ns "$SAMPLE" -c 2 -t 0.4 --json
json '.[1].cgroups[0].egress.bytes == .[1].cgroups[0].egress.packets * 128' 'its own questions have 100 bytes'
json '.[1].cgroups[1].egress.bytes == .[1].cgroups[1].egress.packets * 1028' 'its own answers 1000'
json '.[1].cgroups[0].egress.packets | . > 0 and . <= 20' '20 a second, not more'
run in_ns setpriv --bounding-set=-net_admin --inh-caps=-net_admin "$SAMPLE" -c 1
like "$RC $OUT" '^1 cgroup_storage: .*Operation not permitted' 'no CAP_NET_ADMIN: status 1'

done_testing
