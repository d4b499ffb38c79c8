#!/bin/sh
# SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
#
# tier: 2
# vm: yes
# trace_printk.t - the sample trace_printk: a process that makes a known number of calls gives as many
# lines, with what belongs into each, while the switch is on, and none while it is off.

# shellcheck source=tests/samples/common.sh
. "$(dirname "$0")/common.sh"
# shellcheck source=tests/samples/known.sh
. "$(dirname "$0")/known.sh"
test_sample trace_printk jq bpftool awk
TRACEFS=/sys/kernel/tracing
[ -d $TRACEFS/events ] || TRACEFS=/sys/kernel/debug/tracing

instance_of() {
	echo "$TRACEFS/instances/bpf_load-$1"
}

check_life --switch=alternate

# --- exactly: so many calls, so many lines ------------------------------------------------------

# counts - what the last report says of calls, lines printed, refused, read, lost.
counts() {
	report | jq -c '[.calls, .printed, .refused, .read, .lost]'
}

counts_are() {
	[ "$(counts)" = "$1" ]
}

# in_map - the kernel's own three counts, low byte only.
in_map() {
	bpftool -j map dump id "$(map_id counts)" | jq -c --argjson little "$LITTLE" \
		'[.[].value | (if $little then .[0] else .[7] end)]'
}

LITTLE=$([ "$(printf '\1\0' | od -An -td2 | tr -d ' ')" = 1 ] && echo true || echo false)

# all_lines - those of all reports, in order of their text.
all_lines() {
	grep '}$' "$WORK/out" | jq -r '.lines[]' | sort
}

# wanted_lines TAG TIMES - of 100 calls that known makes, each so many times.
wanted_lines() {
	awk -v tag="$1" -v times="$2" 'BEGIN {
		for (i = 0; i < 100 * times; i++)
			printf "sample %d: known calls getpgid(0x7e57%04x)\n", tag, i % 100 + 1
	}' | sort
}

# prints PROGRAM KIND LABEL
prints() {
	load getpgid 100
	start "$1" "--maps=$2" --switch=on --no-load --json -t 0.1 -p "$LOAD"
	is "$(counts)" '[0,0,0,0,0]' "$3: no call, no line"
	go 1
	eventually counts_are '[100,100,0,100,0]'
	is "$(counts)" '[100,100,0,100,0]' "$3, on: 100 calls, 100 lines printed and read"
	is "$(in_map)" '["0x64","0x64","0x00"]' "$3, on: as many in the kernel's map"
	is "$(all_lines)" "$(wanted_lines "$PID" 1)" "$3, on: what each line says"
	go 2
	eventually counts_are '[200,200,0,200,0]'
	is "$(all_lines)" "$(wanted_lines "$PID" 2)" "$3, on: and once more"
	INFO=$(for id in $(object_ids map); do
		bpftool -j map show id "$id" | jq -c '[.name, .type, .bytes_key, .bytes_value, .max_entries, .flags]'
	done | sort)
	[ -d "$(instance_of "$PID")" ]
	verdict $? "$3: it has an instance of tracefs of its own"
	instance=$(instance_of "$PID")
	stop INT
	is "$RC $(cat "$WORK/err")" '0 ' "$3: it ends well"
	[ ! -e "$instance" ]
	verdict $? "$3: the instance is gone"

	start "$1" "--maps=$2" --switch=off --no-load --json -t 0.1 -p "$LOAD"
	go 3
	eventually counts_are '[100,0,0,0,0]'
	is "$(counts) $(in_map) $(all_lines)" '[100,0,0,0,0] ["0x64","0x00","0x00"] ' "$3, off: 100 calls, no line"
	stop INT
	end_load
}

MAPS='["config","array",4,16,1,0]
["counts","array",4,8,3,0]'
prints "$SAMPLE" kernel 'SEC("maps")'
is "$INFO" "$MAPS" 'SEC("maps"): the maps that the kernel has'
prints "$SAMPLE" btf 'SEC(".maps")'
is "$INFO" "$MAPS" 'SEC(".maps"): the same maps'

# The switch as it goes: with calls of its own, in periods of on and off.
run in_ns "$SAMPLE" --json -c 4 -t 0.5 -p 4194304
json '[.[].switch] == ["on","off","on","off"]' 'alternate: on and off in turn'
json 'all(.[]; .calls == 0 and .read == 0)' 'another process than -p is none of ours'
in_ns "$SAMPLE" --json -t 0.6 -c 4 >"$WORK/out"
OUT=$(cat "$WORK/out")
json 'last | .printed > 0 and .calls > .printed and .read == .printed and .refused == 0' \
	'alternate: some calls of its own are printed, and not all'
json '([.[].lines | length] | add) == (last | .read)' 'alternate: each line is in one report'
json '[.[].lines | length] | .[1] == 0 and .[3] == 0' 'alternate: no line while it is off'

end_of_quick_part

# --- the rest -----------------------------------------------------------------------------------

prints "$SANITIZED" btf 'sanitizers'

# Two at once: the lines of both go to both instances.
load getpgid 100
ip netns exec "$NS" "$SAMPLE" --switch=on --no-load --json -t 0.1 -p "$LOAD" >"$WORK/other" &
OTHER=$!
eventually test -s "$WORK/other"
start "$SAMPLE" --switch=on --no-load --json -t 0.1 -p "$LOAD"
go 1
eventually counts_are '[100,100,0,100,0]'
stop INT
is "$(all_lines | wc -l) $(all_lines | grep -cv 'known calls')" '100 0' 'two at once: one has its own 100 lines'
kill -INT $OTHER && wait $OTHER
is "$(jq -c '.lines[]' "$WORK/other" | wc -l)" 100 'two at once: so has the other'

# The machine's trace_pipe: there can be only one reader, of ours or of anybody's.
readers() {
	find /proc/[0-9]*/fd -lname "*tracing/trace_pipe" 2>/dev/null | wc -l
}
exec 9<$TRACEFS
if ! command -v flock >/dev/null || ! flock -n 9 || [ "$(readers)" != 0 ]; then
	skip 'somebody else reads trace_pipe' '--global: 100 calls, 100 lines'
else
	start "$SAMPLE" --global --switch=on --no-load --json -t 0.1 -p "$LOAD" 9<&-
	[ ! -e "$(instance_of "$PID")" ]
	verdict $? '--global: no instance is made'
	go 2
	eventually reported '.read == 100'
	others=$(($(readers) - 1))
	stop INT
	if [ "$(report | jq .read)" != 100 ] && [ $others -gt 0 ]; then
		skip 'somebody else came to read trace_pipe' '--global: 100 calls, 100 lines'
	else
		# What others printed before may be counted as lost.
		is "$(report | jq -c '[.calls, .printed, .read]')" '[100,100,100]' '--global: 100 calls, 100 lines'
	fi
fi
exec 9<&-
end_load

# Killed, it cannot remove its instance; the next one does.
start "$SAMPLE" --json -t 0.1
map=$(map_id config) left=$(instance_of "$PID")
stop KILL
[ -n "$map" ] && eventually all_gone map "$map"
verdict $? 'killed, it leaves no map behind'
[ -d "$left" ] && run in_ns "$SAMPLE" -c 1 -t 0.1 && [ ! -e "$left" ]
verdict $? 'what a killed one left of tracefs, the next removes'

run unshare -m sh -c "mount --bind $TRACEFS $TRACEFS && mount -o remount,ro,bind $TRACEFS &&
	exec '$SAMPLE' -c 1 -t 0.1"
is "$RC" 1 'a tracefs that cannot be written: status 1'
like "$OUT" '^trace_printk: cannot make /.*/instances/bpf_load-[0-9]+: Read-only file system; --global reads' \
	'which file, why, and what to do'
run "$SAMPLE" --switch=maybe
is "$RC $(printf '%s\n' "$OUT" | wc -l)" '2 1' '--switch=maybe: status 2, one line'
like "$OUT" "'maybe' is not on, off or alternate" '--switch=maybe: what there is'
run in_ns "$SAMPLE" -c 1 -t 0.5
like "$OUT" '^ *[0-9]+\.[0-9]+ \[[0-9]+\] sample [0-9]+: trace_printk calls getpgid\(0x[0-9a-f]+\)$' 'the table has the lines'
run in_ns "$SAMPLE" -c 1 -t 0.1 --switch=off
like "$OUT" '^no line since the report before$' 'and says so if there are none'

done_testing
