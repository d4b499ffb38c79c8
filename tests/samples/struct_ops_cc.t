#!/bin/sh
# SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
#
# tier: 2
# vm: yes
# struct_ops_cc.t - the sample struct_ops_cc: what each loader says of which object; and that TCP
# really calls the programs, and all bytes of a connection that uses them arrive.

# shellcheck source=tests/samples/common.sh
. "$(dirname "$0")/common.sh"
test_sample struct_ops_cc jq bpftool
# There is one name for all: this test cannot run beside the sample.
! bpftool -j struct_ops list 2>/dev/null | grep -q '"toy"' || skip_all 'the sample is running elsewhere'
check_life "$@"

TOY=bpf_load_toy

# listed - is it among the congestion controls of this machine?
listed() {
	grep -qw $TOY /proc/sys/net/ipv4/tcp_available_congestion_control
}

not_listed() {
	! listed
}

# calls_in_map - what bpftool sees in map 'calls': the numbers, in the order of the report.
LITTLE=$([ "$(printf '\1\0' | od -An -td2 | tr -d ' ')" = 1 ] && echo true || echo false)
calls_in_map() {
	bpftool -j map dump id "$(map_id calls)" | jq -c --argjson little "$LITTLE" '
		[.[].value | map(ltrimstr("0x")) | if $little then reverse else . end | join("") |
			explode | reduce .[] as $digit (0; . * 16 + $digit - (if $digit > 57 then 87 else 48 end))]'
}

BYTES=1500000
# works KIND
works() {
	start "$SAMPLE" "--maps=$1" --json -t 0.1 --bytes=$BYTES --loss=50
	eventually reported ".received == $BYTES"
	is "$(report | jq -c '[.received, .algorithm, .calls.init]')" "[$BYTES,\"$TOY\",1]" \
		"$1: all bytes arrive, over one connection, which says that it uses $TOY"
	report | jq -e '.calls.cong_avoid > 0 and .calls.ssthresh > 0 and .resent > 0' >/dev/null
	verdict $? "$1: packets were acknowledged, and lost, and the programs called for it"
	is "$(calls_in_map)" "$(report | jq -c '[.calls[]]')" "$1: map calls, as bpftool sees it"
	listed
	verdict $? "$1: the kernel lists it"
	is "$(report | jq .link)" "$LINK" "$1: registered by a link, if the kernel has such links"
	LEGACY=$(report | jq -r .bpf_load) LIBBPF=$(report | jq -r .libbpf)
	stop INT
	eventually not_listed
	verdict $? "$1: and no more, when the sample has ended"
}

# Links of struct_ops are there since Linux 6.4.
LINK=$(uname -r | awk -F '[.-]' '{ print (($1 > 6 || ($1 == 6 && $2 >= 4)) ? "true" : "false") }')

works kernel
like "$LEGACY" "^struct_ops_cc_kern.o: .*'toy_init': struct_ops .*use libbpf" 'bpf_load refuses struct_ops, by name'
like "$LIBBPF" "^struct_ops_cc_kern.o: .*legacy map definitions .* not supported" 'libbpf refuses SEC("maps")'
works btf
like "$LEGACY" "^struct_ops_cc_kern.btf.o: .*'toy_init': struct_ops " 'bpf_load refuses the other one, too'
is "$LIBBPF" '' 'which libbpf does not'

run in_ns "$SAMPLE" --no-load --json -c 1 -t 0.1
json '.[0] | .calls == {"init": 0, "ssthresh": 0, "cong_avoid": 0, "undo_cwnd": 0}' 'no connection, no calls'

end_of_quick_part

# --- what can go wrong -----------------------------------------------------------------------------

start "$SAMPLE" --json -t 0.1
run in_ns "$SAMPLE" -c 1 -t 0.1
is "$RC $(printf '%s\n' "$OUT" | wc -l)" '1 1' 'a second one: status 1, one line'
like "$OUT" "^struct_ops_cc: there is a congestion control '$TOY' already: .* elsewhere" 'a second one: why'
count=$(report | jq .calls.cong_avoid)
eventually reported ".calls.cong_avoid > $count"
verdict $? 'the first goes on'
stop KILL
if [ "$LINK" = true ]; then
	eventually not_listed
	verdict $? 'killed: it is gone all the same'
else
	bpftool struct_ops unregister name toy >/dev/null 2>&1
	eventually not_listed
	verdict $? 'killed: bpftool takes it away'
fi

mkdir "$WORK/alone" && cp "$SAMPLE" "${SAMPLE}_kern.o" "$WORK/alone"
run in_ns "$WORK/alone/struct_ops_cc" -c 1
is "$RC" 1 'no object with BTF maps: status 1'
like "$OUT" '^struct_ops_cc: .*struct_ops_cc_kern.btf.o: .*No such file' 'which'
run in_ns "$SAMPLE" --loss=x
is "$RC" 2 'a loss that is no number: wrong usage'

done_testing
