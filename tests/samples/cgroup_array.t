#!/bin/sh
# SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
#
# tier: 2
# vm: yes
# cgroup_array.t - the sample cgroup_array: of the packets and programs of a process in the cgroup
# and of one outside, each is counted once, on its side; those from inside are dropped, or not, as
# told; and the array can be written by somebody else while the programs run.

# shellcheck source=tests/samples/common.sh
. "$(dirname "$0")/common.sh"
test_sample cgroup_array jq bpftool nsenter bash

check_life --action=drop

INSIDE=40 OUTSIDE=25
FRAME=$((14 + 20 + 8 + 1))

# begin PROGRAM OPTIONS... - starts it; $CGROUP and $OUTER, $PIN and $SPACE are what it says.
begin() {
	start "$@" --json -t 0.1
	eval "$(report | jq -r '@sh "CGROUP=\(.cgroup) OUTER=\(.outer) PIN=\(.pin) SPACE=\(.namespace)"')"
}

# in_cgroup inside|outside COMMAND... - as a process that is there; outside is below the outer cgroup only.
in_cgroup() {
	# shellcheck disable=SC2153 # begin sets them
	[ "$1" = inside ] && directory=$CGROUP || directory=$OUTER
	shift
	# shellcheck disable=SC2016 # sh -c is to expand it
	sh -c 'echo $$ >"$1/cgroup.procs" && shift && exec "$@"' sh "$directory" "$@"
}

# Opened before the process is moved, the socket would belong to where it came from.
# shellcheck disable=SC2016 # bash is to expand it
SENDER='exec 3<>/dev/udp/192.0.2.2/$2 || exit 1; for ((i = 0; i < $1; i++)); do echo >&3; done'

# send SIDE COUNT - datagrams of one byte from there
send() {
	port=7000
	[ "$1" = outside ] || port=7001
	in_cgroup "$1" nsenter --net="$SPACE" bash -c "$SENDER" bash "$2" $port
}

# sides MEMBERS - of both sides, of the last report
sides() {
	report | jq -c "[.inside, .outside | [$1]]"
}

# eventually_sides MEMBERS WANTED NAME
eventually_sides() {
	eventually eval "[ \"\$(sides '$1')\" = '$2' ]"
	is "$(sides "$1")" "$2" "$3"
}

# counted MEMBER - inside and outside, as bpftool reads the map
counted() {
	bpftool -j map dump id "$(map_id counted)" | jq -c "[.[] | .formatted.value.$1] | reverse"
}

# one ACTION PROGRAM MAPS LABEL
one() {
	begin "$2" --no-load "--maps=$3" "--action=$1"
	is "$(sides .packets,.programs)" '[[0,0],[0,0]]' "$4: nothing before something happens"
	in_cgroup inside sh -c 'for i in 1 2 3 4 5 6 7; do /bin/true; done'
	in_cgroup outside sh -c 'for i in 1 2 3; do /bin/true; done'
	/bin/true
	# Seven and three, and sh itself.
	eventually_sides .programs '[[8],[4]]' "$4: programs started inside, and outside, and not elsewhere"
	send inside $INSIDE
	send outside $OUTSIDE
	[ "$1" = drop ] && arrived=0 || arrived=$INSIDE
	eventually_sides .packets,.bytes,.arrived \
		"[[$INSIDE,$((INSIDE * FRAME)),$arrived],[$OUTSIDE,$((OUTSIDE * FRAME)),$OUTSIDE]]" \
		"$4: packets of both, $arrived from inside arrive, all $OUTSIDE from outside"
	[ "$3" = kernel ] || is "$(counted packets)" "[$INSIDE,$OUTSIDE]" "$4: so says the map"
	stop INT
	is "$RC $(cat "$WORK/err")" '0 ' "$4: SIGINT ends it"
}

one drop "$SAMPLE" kernel 'drop, kernel definitions'
one pass "$SAMPLE" btf 'pass, BTF definitions'

# Somebody else writes the pinned array: now the outer cgroup is inside, with all below it.
begin "$SAMPLE" --no-load
bpftool map update pinned "$PIN" key 1 0 0 0 value 9 0 0 0 9<"$OUTER"
send inside 3
send outside 4
eventually_sides .packets '[[7],[0]]' 'another cgroup in the array: the cgroup below it is inside, too'
bpftool map delete pinned "$PIN" key 1 0 0 0
before=$(sides .packets,.programs)
send inside 5
lines=$(wc -l <"$WORK/out")
more_reports() {
	[ "$(wc -l <"$WORK/out")" -gt $((lines + 2)) ]
}
eventually more_reports
is "$(sides .packets,.programs)" "$before" 'no cgroup at that index: neither side counts'
stop TERM
is "$RC" 0 'SIGTERM ends it with status 0'

end_of_quick_part

one drop "$SAMPLE" btf 'drop, BTF definitions'
one pass "$SAMPLE" kernel 'pass, kernel definitions'

# The hierarchy of cgroups as everybody sees it, wherever it is mounted.
CGROUPS=$WORK/cgroups
mkdir "$CGROUPS" && mount -t cgroup2 cgroup2 "$CGROUPS"
unmount() {
	umount "$CGROUPS" 2>/dev/null
	clean_up
}
trap unmount EXIT

# --- with its own processes ---------------------------------------------------------------------

run in_ns "$SAMPLE" -c 2 -t 0.3 --json
json '.[1].inside | .packets >= 5 and .programs >= 1 and .arrived == 0 and .bytes == .packets * 142' \
	'its process inside: nothing arrives'
json '.[1].outside | .packets >= 5 and .programs >= 1 and .arrived > 0 and .bytes == .packets * 142' \
	'its process outside: it arrives'
start "$SAMPLE" --json -t 0.1
first=$PID outer=$CGROUPS/bpf_load-$PID-outer
like "$(cat "$outer/cgroup.events")" '^populated 1$' 'its processes are there'
run in_ns "$SAMPLE" -c 1 -t 0.3 --json
json '.[0].inside.packets <= 7' 'two at once: each counts its own'
PID=$first
stop KILL
eventually grep -q '^populated 0$' "$outer/cgroup.events"
is $? 0 'killed, it takes its processes along'
rmdir "$outer/inner" "$outer"
is $? 0 'and what stays are two empty cgroups'

# --- on an interface that is there -----------------------------------------------------------------

# on_lo COMMAND... - in the test's namespace, inside
on_lo() {
	in_cgroup inside nsenter --net="/run/netns/$NS" "$@"
}
# shellcheck disable=SC2016 # bash is to expand it
TO_LO='for ((i = 0; i < $1; i++)); do echo >/dev/udp/127.0.0.1/9; done'
begin "$SAMPLE" -i lo
on_lo bash -c "$TO_LO" bash 6
eventually reported '.inside.packets == 6'
is "$(report | jq -c '[.interface, .inside.packets, .inside.then]')" '["lo",6,"dropped"]' \
	'-i lo: dropped before they leave, so nobody answers'
sleep 30 &
sleeper=$!
echo $sleeper >"$CGROUP/cgroup.procs"
sample=$PID
stop INT
is "$RC $(ls -d "$CGROUPS/bpf_load-$sample-outer" 2>/dev/null)" '0 ' 'a process that is still inside at the end goes to the root cgroup'
kill $sleeper
is "$(in_ns tc qdisc show dev lo | grep -c clsact)" 0 'and the interface has no qdisc of ours'

mine=$CGROUPS/bpf_load_test-$$
mkdir "$mine"
start "$SAMPLE" --json -t 0.1 -i lo --cgroup="$mine" --action=pass
# shellcheck disable=SC2016 # sh is to expand it
sh -c 'echo $$ >"$1/cgroup.procs" && exec nsenter --net="/run/netns/$2" bash -c "$3" bash 3' sh "$mine" "$NS" "$TO_LO"
eventually reported '.inside.packets == 3 and .inside.programs == 2'
is "$(report | jq -c '[.cgroup, .inside.packets, .inside.programs]')" "[\"$mine\",3,2]" '--cgroup: one that was there'
stop INT
is "$RC" 0 'and its end'
rmdir "$mine"
is $? 0 'it is left alone'

# --- wrong use and failures ---------------------------------------------------------------------------

run in_ns "$SAMPLE" -c 1 -i lo --cgroup=/tmp
like "$RC $OUT" "^1 cgroup_array: map 'cgroups': cannot take /tmp: Bad file descriptor; is it a directory of cgroup v2\?$" \
	'--cgroup=/tmp'
run in_ns "$SAMPLE" -c 1 -i lo --cgroup=/nowhere
is "$RC $OUT" '1 cgroup_array: cannot open cgroup /nowhere: No such file or directory' '--cgroup=/nowhere'
run in_ns "$SAMPLE" -c 1 --cgroup=/tmp
is "$RC $OUT" '2 cgroup_array: option --cgroup needs -i: nothing of the lab is in there' '--cgroup without -i'
run in_ns "$SAMPLE" -i nowhere0
like "$RC $OUT" "^1 cgroup_array: no interface 'nowhere0'; there are: lo$" '-i nowhere0'
run in_ns "$SAMPLE" --action=redirect
like "$RC $OUT" "^2 cgroup_array: option --action: 'redirect' is not drop or pass; " '--action=redirect'

done_testing
