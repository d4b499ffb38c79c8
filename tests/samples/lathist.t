#!/bin/sh
# SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
#
# tier: 2
# vm: yes
# lathist.t - the sample lathist. What is exact: a process that is woken a known number of times
# gives that many events, and what was started is what was measured or else accounted for. Of the
# whole machine's interrupts the kernel's own counts are the measure. No time is ever judged.

# shellcheck source=tests/samples/common.sh
. "$(dirname "$0")/common.sh"
# shellcheck source=tests/samples/known.sh
. "$(dirname "$0")/known.sh"
test_sample lathist jq bpftool awk
check_life --source=wakeup

# --- exactly: woken so many times ---------------------------------------------------------------

# in_map NAME - the sum of all numbers that the kernel has in that per-CPU map, by bpftool.
in_map() {
	bpftool -j map dump id "$(map_id "$1")" | jq --argjson little "$LITTLE" '
		def digit: if . > 96 then . - 87 else . - 48 end;
		def number: map(ltrimstr("0x")) | (if $little then reverse else . end) | add |
			explode | reduce .[] as $c (0; . * 16 + ($c | digit));
		[.[].values[].value | number] | add'
}

# Is the low byte of a number its first here?
LITTLE=$([ "$(printf '\1\0' | od -An -td2 | tr -d ' ')" = 1 ] && echo true || echo false)

# books - starts, events in all buckets, and what became of the other starts, of the last report.
books() {
	report | jq -c '[.starts, .all.events, .repeated, .awake, .lost, .pending]'
}

# balanced - every start of the last report is accounted for.
balanced() {
	reported '.starts == .all.events + .repeated + .awake + .lost + .pending'
}

# agrees - buckets, CPUs and sum of the last report are the same events.
agrees() {
	reported '.all.events == ([.all.buckets[].events] | add)
		and .all.events == ([.cpus[].buckets[].events] | add)
		and all(.cpus[]; .events == ([.buckets[].events] | add + 0))
		and all(.all.buckets[]; .below == 2 * .from or .from == 0)
		and .all.below_50 <= .all.below_90 and .all.below_90 <= .all.below_99
		and .all.below_99 <= .all.below_100 and .all.below_100 == .all.buckets[-1].below'
}

has_events() {
	reported ".all.events >= $1"
}

# woken PROGRAM KIND LABEL
woken() {
	load block 40
	eventually grep -q . "$WORK/load"
	start "$1" "--maps=$2" --no-load --json -t 0.1 -p "$(head -n 1 "$WORK/load")"
	is "$(books)" '[0,0,0,0,0,0]' "$3: a thread that sleeps makes no event"
	go 1
	eventually has_events 40
	is "$(books)" '[40,40,0,0,0,0]' "$3: woken 40 times, 40 events"
	is "$(in_map histogram)" 40 "$3: as many in the kernel's map"
	go 2
	eventually has_events 80
	is "$(books)" '[80,80,0,0,0,0]' "$3: and 40 more"
	agrees >"$WORK/why"
	verdict $? "$3: buckets, CPUs, percentiles and sum agree"
	INFO=$(for id in $(object_ids map); do
		bpftool -j map show id "$id" | jq -c '[.name, .type, .bytes_key, .bytes_value, .max_entries, .flags]'
	done | sort)
	stop INT
	is "$RC $(cat "$WORK/err")" '0 ' "$3: it ends well"
	end_load
}

MAPS='["begun","percpu_array",4,8,16,0]
["config","array",4,32,1,0]
["counts","percpu_array",4,32,1,0]
["histogram","percpu_array",4,8,64,0]
["woken","hash",4,8,16384,0]'
woken "$SAMPLE" kernel 'SEC("maps")'
is "$INFO" "$MAPS" 'SEC("maps"): the maps that the kernel has'
woken "$SAMPLE" btf 'SEC(".maps")'
is "$INFO" "$MAPS" 'SEC(".maps"): the same maps'

# --- interrupts: the kernel counts them, too ----------------------------------------------------

# kernels_count softirq|hardirq - how many there were so far, of all kinds and on all CPUs.
kernels_count() {
	case $1 in
	softirq) awk 'NR > 1 {for (i = 2; i <= NF; i++) sum += $i} END {print sum}' /proc/softirqs ;;
	hardirq) awk '$1 == "LOC:" {for (i = 2; $i ~ /^[0-9]+$/; i++) sum += $i} END {print sum}' /proc/interrupts ;;
	esac
}

lines_are() {
	[ "$(wc -l <"$WORK/out")" -ge "$1" ]
}

# fresh_events - the events in a report that was begun after now.
fresh_events() {
	eventually lines_are $(($(wc -l <"$WORK/out") + 2))
	report | jq .all.events
}

# compare SOURCE OPTIONS... - over the same time, or a little more or less.
compare() {
	start "$SAMPLE" --json -t 0.1 "--source=$1"
	outer=$(kernels_count "$1")
	events=$(fresh_events)
	inner=$(kernels_count "$1")
	sleep 0.5
	inner=$(($(kernels_count "$1") - inner))
	events=$(($(fresh_events) - events))
	outer=$(($(kernels_count "$1") - outer))
	[ "$inner" -gt 0 ] && [ "$events" -le "$outer" ]
	verdict $? "$1: not more events than the kernel had ($events of at most $outer)"
	# While another program on a tracepoint runs, ours is passed over: some may be missing.
	[ "$events" -ge $((inner / 2)) ]
	verdict $? "$1: nor much less ($events of about $inner)"
	agrees >"$WORK/why"
	verdict $? "$1: buckets, CPUs, percentiles and sum agree"
	stop INT
	is "$RC $(cat "$WORK/err")" '0 ' "$1: it ends well"
}

compare softirq
compare hardirq

# Softirqs of a process that is over: nothing is added any more, and the books must balance.
softirqs_of() {
	load udp 200
	start "$SAMPLE" --json -t 0.1 "--source=$1" -p "$LOAD"
	go 1
	end_load
	eventually has_events 1
	fresh_events >/dev/null
	has_events 1 >/dev/null && balanced >/dev/null
	verdict $? "$1 -p: there are events of a process that sends, every start accounted for: $(books)"
	stop INT
}

softirqs_of softirq
softirqs_of softirq-wait

# --- what few kernels have ----------------------------------------------------------------------

run in_ns "$SAMPLE" --source=preempt -c 1 -t 0.1
if grep -q ' trace_preempt_off$' /proc/kallsyms; then
	is "$RC" 0 'preempt: this kernel has the functions'
elif [ -e /sys/bus/event_source/devices/kprobe/type ]; then
	is "$RC $(printf '%s\n' "$OUT" | wc -l)" '1 1' 'preempt, no such functions: status 1, one line'
	like "$OUT" '^lathist: .*no function trace_preempt_off\|trace_preempt_on; try --source=wakeup$' \
		'preempt: which they are, and what to do instead'
else
	is "$RC $(printf '%s\n' "$OUT" | wc -l)" '1 2' 'preempt, no kprobes: status 1, two lines'
	like "$OUT" '^lathist: .*trace_preempt_off.*trace_preempt_on.*no kprobes.*; try --source=wakeup$' \
		'preempt: what is missing, and what to do instead'
	like "$OUT" '^lathist: .*: tools/vm -- .*/lathist --source=preempt$' 'preempt: the command for a VM'
fi

end_of_quick_part

# --- the rest -----------------------------------------------------------------------------------

woken "$SANITIZED" kernel 'sanitizers'
one_life "$SANITIZED" "softirq, with sanitizers" --source=softirq
for source in softirq softirq-wait hardirq; do
	run in_ns "$SAMPLE" "--source=$source" -c 1 -t 0.3
	like "$OUT" '^[0-9]+ events: half took less than ' "$source: a picture"
	narrow "$OUT" "$source"
done

for value in '' Wakeup wakeup2 preempt,wakeup; do
	run "$SAMPLE" "--source=$value"
	is "$RC $(printf '%s\n' "$OUT" | wc -l)" '2 1' "--source=$value: status 2, one line"
	like "$OUT" "'$value' is not wakeup, softirq-wait, softirq, hardirq or preempt" "--source=$value: what there is"
done

start "$SAMPLE" --json -t 0.1
is "$(find "/proc/$PID/task" -mindepth 1 -maxdepth 1 | wc -l)" 5 'four threads of its own'
map=$(map_id woken)
stop KILL
[ -n "$map" ] && eventually all_gone map "$map"
verdict $? 'killed, it leaves no map behind'
start "$SAMPLE" --json -t 0.1 --no-load
is "$(find "/proc/$PID/task" -mindepth 1 -maxdepth 1 | wc -l)" 1 '--no-load: none'
is "$(object_ids prog | wc -l)" 3 'wakeup: three programs are loaded, not all of the object'
stop INT
start "$SAMPLE" --json -t 0.1 --source=hardirq
is "$(object_ids prog | wc -l)" 2 'hardirq: two'
stop INT

run in_ns "$SAMPLE" --no-load -p 4194304 -c 1 -t 0.1
is "$RC $(printf '%s\n' "$OUT" | tail -n 1)" '0 nothing so far' 'a thread that does not exist: nothing, and it says so'
run in_ns "$SAMPLE" -c 1 -t 0.3
like "$OUT" '^ +it took +events (CPU 0|all [0-9]+ CPUs)' 'bars have a heading'
like "$OUT" '^ *[0-9.]+[num]?s - +[0-9.]+[num]?s +[0-9]+ +[*]+' 'bars are of stars in a pipe'
unlike "$OUT" ' $' 'no line ends in blanks'

if have_terminal; then
	run env LC_ALL=C.UTF-8 TERM=xterm script -qec "ip netns exec $NS $SAMPLE -c 2 -t 0.2" /dev/null
	like "$OUT" '(█|▏|▌)' 'bars are of blocks on a terminal that has them'
	run env LC_ALL=C TERM=xterm script -qec "ip netns exec $NS $SAMPLE -c 2 -t 0.2" /dev/null
	unlike "$OUT" '(█|▏|▌)' 'and of stars on one that has not'
else
	skip 'no pseudo-terminals here, or no script(1)' 'bars on a terminal'
fi

done_testing
