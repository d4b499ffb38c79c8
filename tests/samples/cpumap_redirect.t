#!/bin/sh
# SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
#
# tier: 2
# vm: yes
# cpumap_redirect.t - the sample cpumap_redirect: every packet is handled on the CPU that its port
# asks for, however many CPUs there are, and gets to its socket there.

# shellcheck source=tests/samples/common.sh
. "$(dirname "$0")/common.sh"
# shellcheck source=tests/samples/xdp.sh
. "$(dirname "$0")/xdp.sh"
test_sample cpumap_redirect jq bpftool bash taskset nproc
check_life --mode=any

CPUS=$(nproc)
# How many of 20 datagrams, 5 for each port, each CPU in use gets.
# shellcheck disable=SC2016 # awk's $1
SPREAD=$(for port in 4000 4001 4002 4003; do echo $((port % CPUS)); done |
	sort -n | awk '{n[$1] += 5} END {for (i = 0; i < 64; i++) if (n[i]) print n[i]}' | tr '\n' ' ')

all() {
	report | jq -r '.all | "\(.came_in) \(.redirected) \(.handled) \(.delivered) \(.others)"'
}

# member NAME - what the CPUs counted there, those that counted anything
member() {
	report | jq -r "[.cpus[].$1 | select(. > 0)] | map(tostring) | join(\" \")"
}

# spread MODE KIND
spread() {
	start "$SAMPLE" "--mode=$1" "--maps=$2" --packets=20 --json -t 0.1
	eventually reported '.all.delivered == 20'
	is "$(all)" '20 20 20 20 0' "$1, $2: every datagram at every stage"
	is "$(report | jq -r .mode) $(member came_in)" "$1 20" "$1, $2: the mode; all came in on one CPU"
	is "$(member handled) " "$SPREAD" "$1, $2: $CPUS CPUs handled them, by their ports"
	is "$(member delivered) " "$SPREAD" "$1, $2: and the same gave them to the socket"
	is "$(map_words stages 8)" '20 20 20 20 0' "$1, $2: the kernel's map, added up over the CPUs"
	[ -n "${KNOWN:-}" ] || INFO=$(map_infos | sed "s/ [0-9]*\$/ entries/") TAGS=$(program_tags)
	stop INT
	is "$RC $(cat "$WORK/err")" '0 ' "$1, $2: SIGINT ends it with status 0"
}

spread native kernel
KERNEL="$INFO $TAGS"
spread native btf
is "$INFO" 'cpus cpumap 4 8 entries
stages percpu_array 4 40 entries
targets array 4 260 entries' 'the maps that the kernel has'
is "$KERNEL" "$INFO $TAGS" 'the same maps and programs by both definitions'

start taskset -c 0 "$SAMPLE" --packets=20 --json -t 0.1
eventually reported '.all.delivered == 20'
is "$(report | jq -c '.cpus[0]')" '{"cpu":0,"came_in":20,"redirected":20,"handled":20,"delivered":20,"others":0}' \
	'one CPU only: everything is there'
stop INT

end_of_quick_part
KNOWN=yes

# Before 5.15 a generic program could not redirect to a CPU.
if kernel_from 5.15; then
	spread generic kernel
else
	skip "Linux $(uname -r) cannot" 'generic mode'
fi

last=$(report | jq '.cpus | length - 1')
if [ "$CPUS" = $((last + 1)) ]; then
	start "$SAMPLE" "--cpu=$last" --packets=20 --json -t 0.1
	eventually reported '.all.delivered == 20'
	is "$(report | jq -c ".cpus[$last] | [.handled, .delivered]")" '[20,20]' '--cpu: all go to that one'
	stop INT
else
	skip 'not all CPUs may be used' '--cpu: all go to that one'
fi

# An entry taken out while it runs: packets pass where they are.
start taskset -c 0 "$SAMPLE" --json -t 0.1
bpftool map delete id "$(map_id cpus)" key 0 0 0 0
before=$(report | jq .all.redirected)
eventually reported ".all.came_in > $before + 5"
is "$(report | jq '.all | .came_in > .redirected and .redirected == .handled')" true \
	'without its entry in the CPUMAP a packet passes'
stop INT

# --- on an interface that is there ------------------------------------------------------------

xdp_pair
xdp_nobody "$FAR" 198.51.100.13
cc -D_GNU_SOURCE -o "$WORK/send" "$TOP/tests/samples/send.c" || exit 1
start "$SAMPLE" -i xdp0 --json -t 0.1
send_udp "$FAR" 198.51.100.13 4000 7 100
send_udp "$FAR" 198.51.100.13 4001 5 100
in_far "$WORK/send" frame xdp1 0806 20 1 60
in_far "$WORK/send" frame xdp1 0800 23 6 60
in_far "$WORK/send" frame xdp1 0800 23 17 33
eventually reported '.all.handled == 12 and .all.others == 3'
is "$(all)" '12 12 12 0 3' '-i: UDP is redirected and handled; ARP, TCP and a frame too short are not'
run in_ns "$SAMPLE" -i xdp0
is "$RC $(printf '%s\n' "$OUT" | grep -c 'xdp0: an XDP program is there already')" '1 1' 'twice at once'
ip -n "$NS" link del xdp0
wait "$PID"
is "$? $(cat "$WORK/err")" '1 cpumap_redirect: interface xdp0 has been removed' 'an interface that goes away ends it'
PID=

# --- what can go wrong ------------------------------------------------------------------------

run in_ns "$SAMPLE" -i nowhere0
is "$RC $OUT" "1 cpumap_redirect: no interface 'nowhere0'; there are: lo" 'an interface that is not there'
run in_ns taskset -c 0 "$SAMPLE" --cpu=63
is "$RC $OUT" '1 cpumap_redirect: no CPU 63 to send packets to; there are: 0' 'a CPU that is not there'
for name in --cpu=x --cpu=-1 --mode=fast; do
	run "$SAMPLE" "$name"
	is "$RC $(printf '%s\n' "$OUT" | wc -l)" '2 1' "$name: status 2, one line"
done

done_testing
