#!/bin/sh
# SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
#
# tier: 2
# vm: yes
# trace_output.t - the sample trace_output: every event is read or counted as lost, on each CPU,
# by both readers; a ring that is full, to the event; what PERF_RECORD_LOST tells and when.

# shellcheck source=tests/samples/common.sh
. "$(dirname "$0")/common.sh"
test_sample trace_output jq bpftool
CALLS=$(cd "$TOP" && realpath "$BUILD/tests/samples/calls")

# --- tools of this test -------------------------------------------------------------------------

# A process that calls getpgid() when it is told: $CALLER.
mkfifo "$WORK/to" "$WORK/from"
"$CALLS" <"$WORK/to" >"$WORK/from" &
CALLER=$!
exec 8>"$WORK/to" 9<"$WORK/from"

# call COUNT WHERE - it makes so many calls; the CPU is in $CPU.
call() {
	echo "$1 $2" >&8
	read -r CPU _ <&9
}

# watch PROGRAM OPTIONS... - the sample looks at that process alone.
watch() {
	program=$1
	shift
	start "$program" -p "$CALLER" --json -t 0.1 "$@"
}

# numbers - of the last report: produced, read, refused, told, missing; waiting, failed, wrong
numbers() {
	report | jq -r '"\(.produced) \(.read) \(.refused) \(.told) \(.missing) \(.waiting) \(.failed) \(.wrong)"'
}

# counted NUMBERS NAME - the report comes to these numbers; behind them nothing waits, failed or is wrong.
counted() {
	wanted=$1
	is_there() { [ "$(numbers)" = "$wanted 0 0 0" ]; }
	eventually is_there
	is "$(numbers)" "$wanted 0 0 0" "$2"
}

# on_cpu CPU - what the last report has of one CPU
on_cpu() {
	report | jq -r --argjson cpu "$1" '.cpus[] | select(.cpu == $cpu) | "\(.produced) \(.read) \(.refused)"'
}

# in_map - the sums over all CPUs of the program's counters, as bpftool sees them.
LITTLE=$([ "$(printf '\1\0' | od -An -td2 | tr -d ' ')" = 1 ] && echo true || echo false)
in_map() {
	bpftool -j map dump id "$(map_id counts)" | jq -r --argjson little "$LITTLE" '
		def number: (if $little then reverse else . end) | map(ltrimstr("0x")) | join("") |
			explode | reduce .[] as $c (0; . * 16 + (if $c > 57 then $c - 87 else $c - 48 end));
		[.[0].values[].value] | map([.[0:8], .[8:16], .[16:24]] | map(number)) | transpose | map(add) |
		join(" ")'
}

# map_info - of all its maps, as the kernel has them
map_info() {
	for id in $(object_ids map); do
		bpftool -j map show id "$id" | jq -c '[.name, .type, .bytes_key, .bytes_value, .max_entries, .flags]'
	done | sort
}

# --- what it counts -----------------------------------------------------------------------------

check_life --rate 100000

POSSIBLE=$(sed 's/.*-//' /sys/devices/system/cpu/possible)

# count_calls PROGRAM LABEL OPTIONS...
count_calls() {
	program=$1 label=$2
	shift 2
	watch "$program" --wakeup 1000 "$@"
	counted '0 0 0 0 0' "$label: nothing before something is called"
	call 5000 0
	first=$CPU
	counted '5000 5000 0 0 0' "$label: 5000 calls"
	call 3001 1
	counted '8001 8001 0 0 0' "$label: 3001 more, and 1 of them waited for the report"
	if [ "$CPU" != "$first" ]; then
		is "$(on_cpu "$first"), $(on_cpu "$CPU")" '5000 5000 0, 3001 3001 0' "$label: each on its CPU"
	else
		skip 'there is one CPU only' "$label: each on its CPU"
	fi
	is "$(in_map)" '8001 0 0' "$label: the map says the same"
	INFO=$(map_info)
	stop INT
	is "$RC $(cat "$WORK/err")" '0 ' "$label: it ends well"
}

WANTED="[\"counts\",\"percpu_array\",4,24,1,0]
[\"events\",\"perf_event_array\",4,4,$((POSSIBLE + 1)),0]
[\"watched\",\"array\",4,4,1,0]"
count_calls "$SAMPLE" 'SEC("maps"), by hand' --maps=kernel
is "$INFO" "$WANTED" 'SEC("maps"): the maps, and events has a slot for each CPU'
count_calls "$SAMPLE" 'SEC(".maps"), by libbpf' --maps=btf --reader=libbpf
is "$INFO" "$WANTED" 'SEC(".maps"): the same maps'

# A reader that sleeps and a ring of one page: what fits is known, to the event.
# overflow PROGRAM LABEL OPTIONS...
overflow() {
	program=$1 label=$2
	shift 2
	watch "$program" --pages 1 "$@"
	room=$(report | jq .ring_events)
	kill -STOP "$PID"
	call $((room + 900)) 0
	kill -CONT "$PID"
	counted "$((room + 900)) $room 900 0 0" "$label: a full ring holds $room events; of 900 only the program knows"
	call 1 0
	counted "$((room + 901)) $((room + 1)) 900 900 900" "$label: one event later the record and the gap tell of them"
	kill -STOP "$PID"
	call "$room" 0
	kill -CONT "$PID"
	counted "$((2 * room + 901)) $((2 * room + 1)) 900 900 900" "$label: as many as fit, over the end of the ring: all are whole"
	is "$(in_map)" "$((2 * room + 901)) 900 0" "$label: the map says the same"
	stop INT
	is "$RC $(cat "$WORK/err")" '0 ' "$label: it ends well"
}

overflow "$SAMPLE" 'by hand'
[ "$(getconf PAGESIZE)" != 4096 ] || is "$room" 102 'a page of 4096 bytes has room for 102 events of 40 bytes'
overflow "$SAMPLE" 'by libbpf' --reader=libbpf

end_of_quick_part

# --- a million ----------------------------------------------------------------------------------

# all_counted COUNT - is everything there that was called, and nothing on its way?
all_counted() {
	reported ".produced == $1 and .waiting == 0"
}

# many PROGRAM LABEL TENTH OPTIONS... - ten times TENTH calls, on two CPUs by turns
many() {
	program=$1 label=$2 tenth=$3
	shift 3
	watch "$program" "$@"
	for turn in 0 1 2 3 4 5 6 7 8 9; do
		call "$tenth" "$turn"
	done
	eventually all_counted $((tenth * 10))
	is "$(report | jq -c '[.produced, .read + .refused, .failed, .wrong]')" "[${tenth}0,${tenth}0,0,0]" \
		"$label: ${tenth}0 events, read + lost is what was produced"
	is "$(report | jq -c '[.cpus[] | .read + .refused == .produced and .missing == .told and .missing <= .refused] | all')" true \
		"$label: on each CPU; the gaps are those that the records tell of"
	stop INT
	is "$RC $(cat "$WORK/err")" '0 ' "$label: it ends well"
}

many "$SAMPLE" 'large rings' 100000 --pages 1024
many "$SAMPLE" 'small rings' 100000 --pages 1
many "$SAMPLE" 'small rings, libbpf' 20000 --pages 1 --reader=libbpf
many "$SANITIZED" 'small rings, sanitizers' 20000 --pages 1

# --- wake-ups -----------------------------------------------------------------------------------

# One for 100 events, and none for the ring's filling up: it stays far below half.
watch "$SAMPLE" --wakeup 100 --pages 1024
call 10000 0
counted '10000 10000 0 0 0' '--wakeup 100: all arrive'
is "$(report | jq '.wakeups > 0 and .wakeups <= 100')" true '--wakeup 100: at most 100 wake-ups for 10000'
stop INT
watch "$SAMPLE" --wakeup 1000000
call 50 0
counted '50 50 0 0 0' 'fewer events than --wakeup: they are read for the report'
is "$(report | jq .wakeups)" 0 'and wake nobody'
stop INT

# --- its own load -------------------------------------------------------------------------------

run in_ns "$SAMPLE" --json -c 3 -t 0.2 --events 20000 --rate 0
json 'last | .calls == 20000 and .produced >= 20000 and .read == .produced' '--events: so many calls, all read'
run in_ns "$SAMPLE" --json -c 2 -t 0.3 --rate 5000
json 'last | .calls > 0 and .calls <= 3050' '--rate: no more than that'
json 'all(.[]; .calls % 50 == 0)' '--rate: in a hundred steps a second'
run in_ns "$SAMPLE" --json -c 1 -t 0.3 --no-load
json 'last | .calls == 0' '--no-load: no calls'
run in_ns "$SAMPLE" -c 1 -t 0.3 --pages 1
like "$OUT" '^CPU +events/s +produced +read +waiting +program +record +gap$' 'a table has its heading'
like "$OUT" '^all +[0-9]+ +[1-9][0-9]* +[1-9]' 'and its sums'

# --- two at once, and the end -------------------------------------------------------------------

ip netns exec "$NS" "$SAMPLE" -p "$CALLER" --reader=libbpf --json -t 0.1 >"$WORK/other" 2>&1 &
OTHER=$!
eventually test -s "$WORK/other"
watch "$SAMPLE"
call 1000 0
counted '1000 1000 0 0 0' 'two at once: one has all events'
stop INT
other_has_them() { grep '}$' "$WORK/other" | tail -n 1 | jq -e '.read == 1000 and .produced == 1000'; }
eventually other_has_them
verdict $? 'two at once: the other has them, too'
kill -INT "$OTHER"
wait "$OTHER"
is "$? $(grep -vc '^{.*}$' "$WORK/other")" '0 0' 'two at once: it ends well'

watch "$SAMPLE"
ids=$(object_ids map) progs=$(object_ids prog)
stop KILL
# shellcheck disable=SC2086 # ids are words
[ -n "$ids$progs" ] && eventually all_gone map $ids && eventually all_gone prog $progs
verdict $? 'killed, it leaves no map and no program'

# --- what can go wrong --------------------------------------------------------------------------

# wrong PATTERN OPTIONS...
wrong() {
	pattern=$1
	shift
	run "$SAMPLE" "$@"
	is "$RC $(printf '%s\n' "$OUT" | wc -l)" '2 1' "$*: status 2, one line"
	like "$OUT" "^trace_output: option $pattern" "$*: what is wrong"
}
wrong "--pages: '0' is not a power of two" --pages 0
wrong "--pages: '3' is not a power of two" --pages 3
wrong "--pages: '131072' is not a power of two, 1 to 65536" --pages 131072
wrong "--wakeup: '0' is not a number of events" --wakeup 0
wrong "--reader: 'bcc' is not manual or libbpf" --reader bcc
wrong "--rate: '99' is not" --rate 99
wrong "--rate: '-1' is not" --rate -1
wrong "--events: 'x' is not a whole number" --events x

# fd_limit N COMMAND... - with so few file descriptors that the rings do not open
fd_limit() {
	# shellcheck disable=SC2016 # the inner shell's
	run in_ns sh -c 'ulimit -n "$1" && shift && exec "$@"' sh "$@"
}
fds=6
while fd_limit $fds "$SAMPLE" -c 1 -t 0.1 && [ "$RC" != 0 ]; do
	is "$RC" 1 "no more than $fds file descriptors: status 1"
	like "$OUT" '^trace_output: .*(Too many open files|descriptors)' 'and what is missing'
	fds=$((fds + 1))
done

done_testing
