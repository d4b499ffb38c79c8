#!/bin/sh
# SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
#
# tier: 2
# vm: yes
# sockex1.t - the sample sockex1, and what all samples share: options, reports, the end.
# Everything runs in a network namespace of its own, where the only packets are those that
# send.c sends; so the bytes that the sample shows are known beforehand, to the last one.

# shellcheck source=tests/samples/common.sh
. "$(dirname "$0")/common.sh"
test_sample sockex1 jq bpftool setpriv timeout
SEND=$(cd "$TOP" && realpath "$BUILD/tests/samples/send")
[ -x "$SEND" ] || { echo "Bail out! $BUILD/tests/samples/send is not there: run make tests" && exit 1; }

# --- tools of this test ---------------------------------------------------------------------

# in_map INDEX - the bytes that the kernel's array has there, as bpftool sees it.
in_map() {
	bpftool -j map lookup id "$(object_ids map)" key "$1" 0 0 0 |
		jq -r --argjson little "$LITTLE" \
			'[.value[] | ltrimstr("0x")] | if $little then reverse else . end | join("")' |
		{ read -r hex && echo $((0x$hex)); }
}

# Is the low byte of a number its first here?
LITTLE=$([ "$(printf '\1\0' | od -An -td2 | tr -d ' ')" = 1 ] && echo true || echo false)

# in_json INDEX - the bytes of that protocol in the last report; 0 if it is not there.
in_json() {
	report |
		jq "[.protocols[] | select(.number == $1) | .bytes] + [0] | first"
}

# json_shows INDEX BYTES
json_shows() {
	[ "$(in_json "$1")" = "$2" ]
}

# counted INDEX BYTES NAME - report and map both say so, and stay at it.
counted() {
	eventually json_shows "$1" "$2"
	is "$(in_json "$1") $(in_map "$1")" "$2 $2" "$3"
}

# --- what it counts -------------------------------------------------------------------------

ETHERNET=14 IPV4=20 IPV6=40 UDP=8
V4_BYTES=$((50 * (ETHERNET + IPV4 + UDP + 100)))
V6_BYTES=$((30 * (ETHERNET + IPV6 + UDP + 200)))

# count_traffic PROGRAM KIND LABEL
count_traffic() {
	start "$1" "--maps=$2" --no-load --json -t 0.1
	map=$(object_ids map) prog=$(object_ids prog)
	is "$(in_json 17)" 0 "$3: nothing is counted before something is sent"
	in_ns "$SEND" udp 127.0.0.1 50 100
	counted 17 $V4_BYTES "$3: 50 IPv4 datagrams, each frame once"
	in_ns "$SEND" udp ::1 30 200
	counted 17 $((V4_BYTES + V6_BYTES)) "$3: 30 IPv6 datagrams on top of them"
	is "$(report | jq -c '[.protocols[].number]')" '[17]' "$3: no other protocol"
	# Rmem, the seventh column: bytes that wait in the queues of packet sockets
	# shellcheck disable=SC2016 # awk's $7
	is "$(in_ns awk 'NR > 1 {bytes += $7} END {print bytes}' /proc/net/packet)" 0 "$3: the socket keeps no frame"
	INFO=$(bpftool -j map show id "$map" | jq -c '{name, type, bytes_key, bytes_value, max_entries, flags}')
	stop INT
	is "$RC" 0 "$3: SIGINT ends it with status 0"
	is "$(cat "$WORK/err")" '' "$3: nothing on stderr"
	[ -n "$map" ] && [ -n "$prog" ] && eventually all_gone map "$map" && eventually all_gone prog "$prog"
	verdict $? "$3: map and program are gone with it"
}

WANTED='{"name":"my_map","type":"array","bytes_key":4,"bytes_value":8,"max_entries":256,"flags":0}'
count_traffic "$SAMPLE" kernel 'SEC("maps")'
is "$INFO" "$WANTED" 'SEC("maps"): the map that the kernel has'
count_traffic "$SAMPLE" btf 'SEC(".maps")'
is "$INFO" "$WANTED" 'SEC(".maps"): the same map'
end_of_quick_part
count_traffic "$SANITIZED" kernel 'SEC("maps"), sanitizers'
count_traffic "$SANITIZED" btf 'SEC(".maps"), sanitizers'

# frame ETHERTYPE OFFSET VALUE SIZE
frame() {
	in_ns "$SEND" frame lo "$@"
}

start "$SAMPLE" --no-load --json -t 0.1
frame 0800 23 255 60
counted 255 60 'the highest protocol number has a place'
frame 0800 23 0 61
frame 86dd 20 0 62
counted 0 123 'the lowest has, for IPv4 and for an IPv6 hop-by-hop header'
frame 86dd 20 60 70
counted 60 70 'IPv6 with an extension header counts under that'
frame 0806 23 99 60
frame 88b5 20 99 60
frame 0800 99 0 23
frame 86dd 99 0 20
frame 0800 99 0 14
frame 0800 23 254 60
counted 254 60 'frames behind the odd ones are counted'
is "$(report | jq -c '[.protocols[].number]')" '[0,60,254,255]' \
	'ARP, other EtherTypes and frames too short for a protocol are not'
is "$(report | jq -r '.protocols[0].name')" IPv6-HopByHop 'protocol 0 has its name'
stop TERM
is "$RC" 0 'SIGTERM ends it with status 0'

in_ns ip link add veth_a type veth peer name veth_b
in_ns ip link set veth_a up
in_ns ip link set veth_b up
start "$SAMPLE" -i veth_a --json -t 0.1
in_ns "$SEND" udp 127.0.0.1 10 10
in_ns "$SEND" frame veth_a 0800 23 250 90
in_ns "$SEND" frame veth_b 0800 23 251 90
counted 250 90 'another interface: what leaves it'
is "$(in_json 251) $(in_json 17) $(in_json 1)" '0 0 0' \
	'not what comes in, not what is on lo, and no traffic of its own'
in_ns ip link del veth_a
wait "$PID"
is "$? $(cat "$WORK/err")" '1 sockex1: interface veth_a has been removed' 'an interface that goes away ends it'
PID=

# --- its own traffic --------------------------------------------------------------------------

# One UDP datagram for each IP version, as traffic.h has it.
PAIR=$((2 * (ETHERNET + UDP + 128) + IPV4 + IPV6))
run in_ns "$SAMPLE" -t 0.3 -c 3 --json
is "$RC" 0 'with traffic of its own: status 0'
LAST=$(printf '%s\n' "$OUT" | tail -n 1)
is "$(echo "$LAST" | jq -c '[.protocols[].name]')" '["ICMP","TCP","UDP","IPv6-ICMP"]' 'ICMP, TCP, UDP, ICMPv6'
is "$(printf '%s\n' "$OUT" | jq -s '[.[].protocols[] | select(.number == 17) | .bytes] | . == sort and (unique | length == 3)')" \
	true 'the count rises from report to report'
UDP_BYTES=$(echo "$LAST" | jq '.protocols[] | select(.number == 17) | .bytes')
IPV4_DATAGRAM=$((ETHERNET + IPV4 + UDP + 128))
[ $((UDP_BYTES % PAIR)) = 0 ] || [ $((UDP_BYTES % PAIR)) = $IPV4_DATAGRAM ]
verdict $? 'UDP: whole datagrams of the documented size, IPv4 and IPv6 in turn'
# 50 packets a second at most, of which 2 in 6 are UDP: one second's worth and half as much again
[ "$UDP_BYTES" -gt 0 ] && [ "$UDP_BYTES" -le $((50 * PAIR * 3 / 12)) ]
verdict $? 'not more than the documented rate'

# users_may ping|nothing - the kernel's word on echo requests without CAP_NET_RAW
users_may() {
	in_ns sysctl -q -w "net.ipv4.ping_group_range=$2"
	run in_ns "$SAMPLE" -t 0.5 -c 1 --json
	is "$(echo "$OUT" | jq '[.protocols[] | select(.number == 1 or .number == 58) | .bytes > 0]' -c)" '[true,true]' \
		"echoes, where users may $1"
}
users_may ping '0 2147483647'
users_may nothing '1 0'

in_ns ip link set lo down
run in_ns "$SAMPLE" -c 1 -t 0.1
like "$OUT" '^sockex1: warning: no traffic of its own: Network is down; is lo up\?' 'lo that is down: a warning'
is "$RC" 0 'and a report'
in_ns ip link set lo up

start "$SAMPLE" -t 0.1
map=$(object_ids map)
stop KILL
[ -n "$map" ] && eventually all_gone map "$map"
verdict $? 'killed, it leaves no map behind'

# --- reports ----------------------------------------------------------------------------------

run in_ns "$SAMPLE" --no-load -t 0.1 -c 4 --json
json 'length == 4' '-c: so many reports, each a line of JSON'
json 'all(.[]; .sample == "sockex1" and .interface == "lo" and .protocols == [])' 'JSON: its members'
json '[.[].seconds] | . == sort and .[0] >= 0.1 and .[3] >= 0.4 and .[3] < 2' '-t: the time between reports'
run in_ns "$SAMPLE" --no-load -t 0.2 -d 0.5 --json
json 'length == 3 and .[2].seconds >= 0.5' '-d: a last report at the end of the time'
run in_ns "$SAMPLE" --no-load -d 0.1 --json
json 'length == 1' '-d shorter than -t: still a report'
run in_ns "$SAMPLE" --no-load -d 60 -c 1 -t 0.1 --json
json 'length == 1' '-c and -d: what comes first'
in_ns "$SAMPLE" -v --no-load -c 1 -t 0.1 --json >"$WORK/out" 2>"$WORK/err"
is "$(jq -r .sample "$WORK/out")" sockex1 '-v: stdout has the reports only'
like "$(cat "$WORK/err")" "^attach .*'count_bytes'" "-v: the loader's events on stderr"

run in_ns "$SAMPLE" -c 2 -t 0.3
is "$RC" 0 'a table'
is "$(printf '%s\n' "$OUT" | grep -c '^protocol  *number  *bytes  *bytes/s$')" 2 'its heading'
like "$OUT" '^UDP +17 +[0-9]+ +[0-9]+$' 'its rows'
is "$(printf '%s\n' "$OUT" | grep -c "$ESCAPE")" 0 'no escape codes in a pipe'
narrow "$OUT" 'the table'
run in_ns "$SAMPLE" --no-load -c 1 -t 0.1
like "$OUT" '^no IP packet so far$' 'an empty table says so'

# on_terminal TERM OPTIONS... - what a terminal of that kind gets to see.
on_terminal() {
	terminal=$1
	shift
	run env TERM="$terminal" script -qec "ip netns exec $NS $SAMPLE $*" /dev/null
}

if have_terminal; then
	on_terminal xterm -c 3 -t 0.3
	is "$(printf '%s\n' "$OUT" | grep -o "$ESCAPE\[7A$ESCAPE\[J" | wc -l)" 2 \
		'on a terminal each report takes the place of the 7 lines before'
	on_terminal dumb -c 2 -t 0.1
	is "$RC $(printf '%s\n' "$OUT" | grep -c "$ESCAPE")" '0 0' 'TERM=dumb: no escape codes'
	on_terminal xterm --json -c 2 -t 0.1
	is "$RC $(printf '%s\n' "$OUT" | grep -c "$ESCAPE")" '0 0' 'JSON: no escape codes on a terminal'
else
	skip 'no pseudo-terminals here, or no script(1)' 'reports on a terminal'
fi

in_ns sh -c "timeout 20 '$SAMPLE' -t 0.1; echo \$? >'$WORK/status'" 2>"$WORK/err" | head -n 1 >/dev/null
is "$(cat "$WORK/status" "$WORK/err")" 0 'a reader that has seen enough ends it, quietly'
run in_ns sh -c "'$SAMPLE' -c 1 -t 0.1 >/dev/full"
is "$RC $OUT" '1 sockex1: cannot write the report: No space left on device' 'a full disk is an error'
run in_ns sh -c "'$SAMPLE' -c 1 -t 0.1 >&-"
is "$RC $OUT" '1 sockex1: stdout is closed: nowhere to write reports to' 'no stdout is an error'

# --- help and wrong usage ---------------------------------------------------------------------

run "$SAMPLE" --help
is "$RC" 0 '--help: status 0'
is "$(printf '%s\n' "$OUT" | sed -n '3,4p' | grep -c .)" 2 '--help: two lines on what it is'
for part in '^usage: sockex1 ' '^example: +sudo .*/sockex1 ' '^map types: ARRAY$' '^needs: +root' \
	'^  -i, --interface=' '^  -t, --interval=' '^  -c, --count=' '^  -d, --duration=' '--maps=kernel\|btf' \
	'--json' '--no-load' '^  -v, --verbose' '^  -h, --help'; do
	like "$OUT" "$part" "--help has $part"
done
unlike "$OUT" '--pid' '--help: not the options that it does not take'
narrow "$(printf '%s\n' "$OUT" | sed "s|$SAMPLE|$NAME|")" '--help'

# wrong PATTERN OPTIONS...
wrong() {
	pattern=$1
	shift
	"$SAMPLE" "$@" >"$WORK/out" 2>"$WORK/err" </dev/null
	RC=$?
	is "$RC $(wc -l <"$WORK/err") $(wc -c <"$WORK/out")" '2 1 0' "$*: status 2, one line"
	like "$(cat "$WORK/err")" "^sockex1: $pattern.*--help" "$*: what is wrong"
}

wrong "option --interval: '0' is not a number of seconds" -t 0
wrong "option --interval: '-1' is not" -t -1
wrong "option --interval: 'nan' is not" --interval=nan
wrong "option --interval: '1s' is not" -t 1s
wrong "option --interval: '' is not" -t ''
wrong "option --duration: '1e9' is not" -d 1e9
wrong "option --duration: '86401' is not" -d 86401
wrong "option --count: '-1' is not a whole number" -c -1
wrong "option --count: '1.5' is not" -c 1.5
wrong "option --count: '18446744073709551617' is not" -c 18446744073709551617
wrong "option --maps: 'libbpf' is not kernel or btf" --maps=libbpf
wrong "option --interface: '' is not" -i ''
wrong "option --interface: '0123456789abcdef' is not" -i 0123456789abcdef
wrong 'option --pid does not apply to this sample' -p 1
wrong 'option --count lacks its value COUNT' -c
wrong 'option --json takes no value' --json=yes
wrong 'no such option: -x' -x
wrong 'no such option, or not clear which: --bogus' --bogus
wrong 'no such option, or not clear which: --inter' --inter=1
wrong "'lo': only options are taken" lo

# --- what can go wrong ------------------------------------------------------------------------

# A copy that any user may read.
COPY=$WORK/copy
mkdir "$COPY"
cp "$SAMPLE" "${SAMPLE}_kern.o" "$COPY"
chmod -R a+rX "$WORK"

run in_ns "$SAMPLE" -i nowhere0
is "$RC $OUT" "1 sockex1: no interface 'nowhere0'; there are: lo" 'an interface that is not there'
if [ "$(cat /proc/sys/kernel/unprivileged_bpf_disabled)" != 0 ]; then
	run in_ns setpriv --reuid 65534 --regid 65534 --clear-groups "$COPY/sockex1" -c 1
	is "$RC $(printf '%s\n' "$OUT" | wc -l)" '1 1' 'an ordinary user: status 1, one line'
	like "$OUT" "^sockex1: .*map 'my_map'.*Operation not permitted; .*CAP_BPF.*root" \
		'an ordinary user: what is missing and what to do'
else
	skip 'unprivileged_bpf_disabled is 0' 'an ordinary user may not load'
fi
run in_ns setpriv --bounding-set=-net_raw --inh-caps=-net_raw "$SAMPLE" -c 1
is "$RC $OUT" '1 sockex1: cannot open a packet socket: Operation not permitted; it takes CAP_NET_RAW: run it as root' \
	'no CAP_NET_RAW'
run in_ns "$COPY/sockex1" --maps=btf -c 1
is "$RC $OUT" "1 sockex1: $COPY/sockex1_kern.btf.o: No such file or directory; \`make samples\` builds it" \
	'an object that is not there'
echo 'no ELF file at all' >"$COPY/sockex1_kern.o"
run in_ns "$COPY/sockex1" -c 1
is "$RC $(printf '%s\n' "$OUT" | wc -l)" '1 1' 'an object that is none: status 1, one line'
like "$OUT" "^sockex1: $COPY/sockex1_kern.o: " 'an object that is none: which'

# The test for NULL taken out of the program.
if sed 's/^\tif (bytes)$//' "$TOP/samples/sockex1_kern.c" >"$WORK/kern.c" &&
	clang -O2 -g -target bpf -I"$TOP/include" -I"/usr/include/$(uname -m)-linux-gnu" -c \
		-o "$COPY/sockex1_kern.o" "$WORK/kern.c" 2>"$WORK/err"; then
	run in_ns "$COPY/sockex1" -c 1
	is "$RC" 1 'a program that the verifier refuses: status 1'
	like "$OUT" "^sockex1: $COPY/sockex1_kern.o: section 'socket', program 'count_bytes'.*verifier" 'which, and who'
	like "$OUT" "^\\(-v prints the verifier's whole log\\)$" 'and where there is more'
	run in_ns "$COPY/sockex1" -v -c 1
	like "$OUT" '^0: R1=ctx' '-v: the whole log'
else
	skip "clang: $(head -n 1 "$WORK/err")" 'a program that the verifier refuses'
fi

done_testing
