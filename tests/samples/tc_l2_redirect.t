#!/bin/sh
# SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
#
# tier: 2
# vm: yes
# tc_l2_redirect.t - the sample tc_l2_redirect: every frame that A sends goes through the tunnel to
# B, and every answer comes back, counted to the last one; whoever attached the programs, from
# whichever object; and the pinned map is what decides.

# shellcheck source=tests/samples/common.sh
. "$(dirname "$0")/common.sh"
test_sample tc_l2_redirect jq bpftool tc nsenter bash

check_life --attach=loader

SENT=40
# Frames of datagrams of one byte, a newline: bash reads byte by byte, and what it leaves of a datagram
# is lost.
FRAME=$((14 + 20 + 8 + 1))

# begin PROGRAM OPTIONS... - starts it; $A, $B and $MIDDLE are its namespaces, $PIN its map, as it says.
begin() {
	start "$@" --json -t 0.1 --no-load
	eval "$(report | jq -r '@sh "A=\(.namespaces.a) B=\(.namespaces.b) MIDDLE=\(.namespaces.middle)
		PIN=\(.bpffs)/tc/globals/l2_ifindex"')"
}

# exchange COUNT - A sends so many datagrams from one socket and reads as many answers.
exchange() {
	# shellcheck disable=SC2016 # bash is to expand it
	nsenter --net="$A" bash -c '
		exec 3<>/dev/udp/10.0.0.2/7777 || exit 1
		for ((i = 0; i < $1; i++)); do echo >&3; done
		for ((i = 0; i < $1; i++)); do read -r -t 20 line <&3 || exit 1; done' bash "$1"
}

# interface NAMESPACE NAME EXPRESSION - what the kernel's own counters say
interface() {
	nsenter --net="$1" ip -j -s link show dev "$2" | jq -c ".[0] | $3"
}

# set_interface DIRECTION INDEX - writes the pinned map, from outside.
set_interface() {
	bpftool map update pinned "$PIN" key "$1" 0 0 0 value "$2" 0 0 0
}

# The names and ids of the programs that are on the two interfaces, as tc sees them.
attached() {
	for interface in near tunnel; do
		nsenter --net="$MIDDLE" tc -j filter show dev $interface ingress
	done | jq -r '.[].options.prog | select(.) | "\(.name) \(.id)"'
}

# directions MEMBERS - of both, of the last report
directions() {
	report | jq -c "[.directions[] | [$1]]"
}

# both PROGRAM MAPS ATTACH WORDS
both() {
	label="--maps=$2 --attach=$3"
	begin "$1" "--maps=$2" "--attach=$3"
	programs=$(attached)
	is "$(report | jq -r .attached_by): $(echo "$programs" | cut -d ' ' -f 1 | tr '\n' ' ')" \
		"$4: to_tunnel from_tunnel " "$label: attached by $4, and tc sees both programs"
	is "$(directions .frames,.bytes,.arrived)" '[[0,0,0],[0,0,0]]' "$label: nothing before something is sent"
	exchange $SENT
	is $? 0 "$label: $SENT datagrams from A, as many answers from B"
	eventually reported ".directions[1].frames == $SENT and .directions[0].arrived == $SENT"
	is "$(directions .frames,.bytes)" \
		"[[$SENT,$((SENT * FRAME))],[$SENT,$((SENT * FRAME))]]" "$label: each frame once, with all its bytes"
	tunnel=$(interface "$MIDDLE" tunnel '[.ifindex, .stats64.tx.packets, .stats64.rx.packets]')
	is "${tunnel#*,} $(interface "$B" host_b .stats64.rx.packets)" "$SENT,$SENT] $SENT" \
		"$label: they went through the tunnel, by its own counters"
	index=${tunnel%%,*}
	is "$(bpftool -j map lookup pinned "$PIN" key 0 0 0 0 | jq -r '.value[0]')" "$(printf '0x%02x' "${index#[}")" \
		"$label: the pinned map holds the tunnel's index, as bpftool and ip see it"
	maps=$(bpftool -j map show pinned "$PIN" | jq .id) progs=$(echo "$programs" | cut -d ' ' -f 2)
	stop INT
	is "$RC $(cat "$WORK/err")" '0 ' "$label: SIGINT ends it, status 0"
	# shellcheck disable=SC2086 # ids are words
	[ -n "$maps" ] && [ -n "$progs" ] && eventually all_gone map $maps && eventually all_gone prog $progs
	verdict $? "$label: programs and pinned maps are gone, tc's too"
}

both "$SAMPLE" kernel tc 'tc, from the pinned program'
both "$SAMPLE" btf tc 'tc, from the object file'

# The map is the switch.
begin "$SAMPLE"
tunnel=$(report | jq '.directions[0].ifindex')
exchange 5
set_interface 0 0
nsenter --net="$A" bash -c 'for i in 1 2 3; do echo x >/dev/udp/10.0.0.2/7777; done'
is "$(interface "$MIDDLE" near .stats64.rx.packets)" 8 'index 0 in the map: 3 frames more come in'
eventually reported '.directions[0].ifindex == 0'
is "$(report | jq -c '[.directions[0] | .frames, .arrived]')" '[5,5]' 'and are not redirected'
set_interface 0 "$tunnel"
exchange 2
eventually reported '.directions[1].frames == 7'
is "$(directions .frames)" '[[7],[7]]' 'the index written back: redirected again'
stop TERM
is "$RC" 0 'SIGTERM ends it with status 0'

end_of_quick_part

both "$SAMPLE" kernel loader loader
both "$SAMPLE" btf loader loader

# --- with its own traffic ---------------------------------------------------------------------

run in_ns "$SAMPLE" -c 3 -t 0.3 --json
json 'all(.[].directions[]; .frames >= .arrived and .bytes == .frames * 142)' 'its datagrams have 100 bytes of payload'
json '.[2].directions | all(.[]; .frames > 0 and .frames <= 100)' '50 a second each way, not more'

# --- pins in a place that others see ------------------------------------------------------------

mkdir "$WORK/bpffs" && mount -t bpf bpf "$WORK/bpffs"
unmount() {
	umount "$WORK/bpffs" 2>/dev/null
	clean_up
}
trap unmount EXIT
listing() {
	find "$WORK/bpffs" -mindepth 1 -not -name '*.debug' | sed "s|$WORK/bpffs/||" | sort | tr '\n' ' '
}

# places MAPS ATTACH PINS
places() {
	start "$SAMPLE" --json -t 0.1 "--maps=$1" "--attach=$2" "--bpffs=$WORK/bpffs"
	is "$(listing)" "$3" "--bpffs, --maps=$1 --attach=$2: what is pinned where"
	stop INT
	is "$RC $(listing)" '0 ' "--bpffs, --maps=$1 --attach=$2: nothing stays"
}
MAPS='tc tc/globals tc/globals/l2_ifindex tc/globals/l2_redirected '
places kernel loader "$MAPS"
places btf loader "$MAPS"
places kernel tc "l2_from_tunnel l2_to_tunnel $MAPS"
places btf tc "ip ${MAPS}xdp "

mkdir -p "$WORK/bpffs/tc/globals"
bpftool map create "$WORK/bpffs/tc/globals/other" type array key 4 value 4 entries 1 name other
start "$SAMPLE" --json -t 0.1 "--bpffs=$WORK/bpffs"
run in_ns "$SAMPLE" -c 1 "--bpffs=$WORK/bpffs" --maps=btf
is "$RC" 1 'a second run that would pin at the same place: status 1'
like "$OUT" "^tc_l2_redirect: $WORK/bpffs/tc/globals/l2_ifindex: .*pinned there already.*rm " 'and why, and what to do'
first=$PID
run in_ns "$SAMPLE" -c 2 -t 0.1 --json
is "$RC" 0 'a second run with a bpffs of its own is fine'
json '.[1].directions[0].frames > 0' 'and counts its own frames'
PID=$first
stop INT
is "$RC $(listing)" '0 tc tc/globals tc/globals/other ' 'pins of others stay'
rm "$WORK/bpffs/tc/globals/other"

# --- the worst end, and others ------------------------------------------------------------------

begin "$SAMPLE" --attach=tc --maps=btf
maps=$(object_ids map) progs=$(attached | cut -d ' ' -f 2)
stop KILL
# shellcheck disable=SC2086 # ids are words
[ -n "$maps" ] && [ -n "$progs" ] && eventually all_gone map $maps && eventually all_gone prog $progs
verdict $? 'killed, it leaves neither pinned maps nor filters of tc'

run in_ns "$SAMPLE" --attach=ip
is "$RC $OUT" "2 tc_l2_redirect: option --attach: 'ip' is not loader or tc; \`tc_l2_redirect --help\` lists the options" \
	'--attach=ip'
run in_ns env PATH=/nowhere "$SAMPLE" -c 1
like "$RC $OUT" '^1 tc_l2_redirect: ip .*No such file' 'no ip(8): status 1, and what is missing'
mkdir "$WORK/with space"
cp "$SAMPLE" "${SAMPLE}_kern.btf.o" "$WORK/with space"
run in_ns "$WORK/with space/tc_l2_redirect" --attach=tc --maps=btf -c 1
like "$RC $OUT" '^1 tc_l2_redirect: .*: tc cannot be told to load it: its path has a space$' 'a path with a space'
run in_ns "$SAMPLE" -v -c 1 -t 0.1 --attach=tc
like "$OUT" '^tc filter add dev near ingress bpf direct-action object-pinned /proc/.*/l2_to_tunnel$' '-v shows what tc is told'

done_testing
