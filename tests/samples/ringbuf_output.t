#!/bin/sh
# SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
#
# tier: 2
# vm: yes
# ringbuf_output.t - the sample ringbuf_output: known executions of a known program arrive all three
# ways, with process, name and file; small buffers, and a reader that sleeps: how many fit, to the
# event; in which order they come.

# shellcheck source=tests/samples/common.sh
. "$(dirname "$0")/common.sh"
test_sample ringbuf_output jq bpftool taskset

# --- tools of this test -------------------------------------------------------------------------

# A program that nobody else runs. Whatever it does, it is executed.
COMM=bl_$$
PROGRAM=$WORK/$COMM
cp /bin/true "$PROGRAM"
PAGE=$(getconf PAGESIZE)

# The first two CPUs that this test may run on; they may be one.
taskset -pc $$ | sed 's/.*: //' | tr ',' '\n' |
	awk -F - '{ for (cpu = $1; cpu <= (NF > 1 ? $2 : $1); cpu++) print cpu }' >"$WORK/cpus"
CPU_A=$(sed -n 1p "$WORK/cpus") CPU_B=$(sed -n 2p "$WORK/cpus")

# watch PROGRAM OPTIONS... - the sample looks at that program alone.
watch() {
	sample=$1
	shift
	start "$sample" --no-load --comm "$COMM" --json -t 0.1 "$@"
	: >"$WORK/executed"
}

# execute CPU - runs the program there; what is to be expected of it goes into $WORK/executed.
execute() {
	taskset -c "$1" "$PROGRAM" &
	echo "$! $1 $COMM $PROGRAM" >>"$WORK/executed"
	wait $!
}

# execute_many COUNT - on CPU_A
execute_many() {
	# shellcheck disable=SC2016 # the inner shell's
	taskset -c "$CPU_A" sh -c 'i=0; while [ $i -lt "$2" ]; do "$1"; i=$((i + 1)); done' sh "$PROGRAM" "$1"
}

# arrived WAY - all events of that way, of all reports, as execute() writes them.
arrived() {
	grep '}$' "$WORK/out" | jq -r --arg way "$1" '.[$way].events[] | "\(.pid) \(.cpu) \(.comm) \(.filename)"'
}

# settled COUNT - so many were produced, and nothing is on its way.
settled() {
	reported ".produced == $1 and ([.perf, .output, .reserve | .waiting] | add) == 0"
}

# numbers WAY - read, lost, late; failed, wrong, unlisted
numbers() {
	report | jq -r --arg way "$1" '.[$way] | "\(.read) \(.lost) \(.late) \(.failed) \(.wrong) \(.unlisted)"'
}

# map_info - of all its maps, as the kernel has them
map_info() {
	for id in $(object_ids map); do
		bpftool -j map show id "$id" | jq -c '[.name, .type, .bytes_key, .bytes_value, .max_entries, .flags]'
	done | sort
}

# --- what arrives -------------------------------------------------------------------------------

check_life --burst 8

POSSIBLE=$(sed 's/.*-//' /sys/devices/system/cpu/possible)
WANTED="[\"config\",\"array\",4,24,1,0]
[\"counts\",\"percpu_array\",4,56,1,0]
[\"output_events\",\"ringbuf\",0,0,$((4 * PAGE)),0]
[\"perf_events\",\"perf_event_array\",4,4,$((POSSIBLE + 1)),0]
[\"reserve_events\",\"ringbuf\",0,0,$((4 * PAGE)),0]"

# all_arrive PROGRAM LABEL OPTIONS...
all_arrive() {
	sample=$1 label=$2
	shift 2
	watch "$sample" --pages 4 "$@"
	for _ in 1 2 3 4 5 6 7 8 9 10; do
		execute "$CPU_A"
		execute "${CPU_B:-$CPU_A}"
	done
	eventually settled 20
	for way in output reserve; do
		is "$(arrived $way)" "$(cat "$WORK/executed")" "$label: 20 executions by $way: process, CPU, name, file, in order"
		is "$(numbers $way)" '20 0 0 0 0 0' "$label: none lost or late by $way"
	done
	is "$(arrived perf | sort)" "$(sort "$WORK/executed")" "$label: the same by perf, in some order"
	is "$(numbers perf | cut -d ' ' -f 1,2,4-)" '20 0 0 0 0' "$label: none lost by perf"
	INFO=$(map_info)
	stop INT
	is "$RC $(cat "$WORK/err")" '0 ' "$label: it ends well"
}

all_arrive "$SAMPLE" 'SEC("maps")' --maps=kernel
is "$INFO" "$WANTED" 'SEC("maps"): the maps, with the size that --pages says'
all_arrive "$SAMPLE" 'SEC(".maps")' --maps=btf --delay 0
is "$INFO" "$WANTED" 'SEC(".maps"): the same maps'

# --- a reader that sleeps -----------------------------------------------------------------------

# rounded BYTES - to a multiple of 8
rounded() {
	echo $((($1 + 7) / 8 * 8))
}

# What one event takes: 32 bytes and the file's name with its 0, behind a header; reserve: 160.
SENT=$((32 + ${#PROGRAM} + 1))
RECORD_PERF=$(rounded $((8 + 4 + SENT)))
RECORD_OUTPUT=$((8 + $(rounded $SENT)))
RECORD_RESERVE=$((8 + 160))

# overflow WAY RECORD - rings have a page, less the byte that tells full from empty
overflow() {
	fit=$(((PAGE - 1) / $2))
	is "$(numbers "$1")" "$fit $((COUNT - fit)) 0 0 0 0" "$fit records of $2 bytes fit by $1, the others are counted"
	is "$(report | jq ".$1.record_bytes")" $((fit * $2)) "and that is what they take by $1"
}

COUNT=$((PAGE / RECORD_OUTPUT + 40))
watch "$SAMPLE" --pages 1
kill -STOP "$PID"
execute_many $COUNT
kill -CONT "$PID"
eventually settled $COUNT
is "$(report | jq .produced)" $COUNT "$COUNT executions while the reader sleeps, on one CPU"
overflow perf "$RECORD_PERF"
overflow output "$RECORD_OUTPUT"
overflow reserve "$RECORD_RESERVE"
: >"$WORK/executed"
execute "$CPU_A"
eventually settled $((COUNT + 1))
for way in perf output reserve; do
	is "$(arrived $way | tail -n 1)" "$(cat "$WORK/executed")" "the next one arrives by $way"
done
stop INT
is "$RC $(cat "$WORK/err")" '0 ' 'it ends well'

# Perf buffers are read one CPU after the other: 1 3 5, then 2 4 6, of which 2 and 4 are late.
if [ -n "$CPU_B" ]; then
	watch "$SAMPLE"
	kill -STOP "$PID"
	for _ in 1 2 3; do
		execute "$CPU_A"
		execute "$CPU_B"
	done
	kill -CONT "$PID"
	eventually settled 6
	for way in output reserve; do
		is "$(arrived $way)" "$(cat "$WORK/executed")" "two CPUs by turns, order by $way: as it was"
	done
	is "$(arrived perf)" "$(sed -n '1p;3p;5p' "$WORK/executed" && sed -n '2p;4p;6p' "$WORK/executed")" \
		'order by perf: one CPU after the other'
	is "$(report | jq -c '[.perf.late, .output.late, .reserve.late]')" '[2,0,0]' 'and two are late'
	stop INT
else
	skip 'there is one CPU only' 'two CPUs by turns'
fi

end_of_quick_part

# --- its own load -------------------------------------------------------------------------------

run in_ns "$SAMPLE" --json -c 2 -t 0.7 --comm true --burst 5
json 'all(.[]; .produced >= .perf.read and .perf.read == .output.read and .output.read == .reserve.read)' \
	'programs of its own come all three ways'
json 'last | .produced >= 5' 'at least one burst'
json '[.[].reserve.events[].filename] | length >= 5 and all(.[]; endswith("/true"))' 'they are true'
# shellcheck disable=SC2016 # jq's
json '[.[].perf.events[] | "\(.pid)"] as $a | [.[].output.events[] | "\(.pid)"] as $b | ($a | sort) == ($b | sort)' \
	'with the same processes'
run in_ns "$SAMPLE" -c 1 -t 0.7 --comm true
like "$OUT" '^perf buffers +[0-9]+ +[0-9]+ +[0-9]+ +[0-9]+ +[0-9]+ +[0-9]+ +[0-9.]+$' 'a table has its rows'
like "$OUT" '^ +0\.[0-9]+ +[0-9]+ +[0-9]+  true +/.*/true$' 'and a list of programs'
run in_ns "$SAMPLE" -c 1 -t 0.1 --no-load --comm "$COMM"
like "$OUT" '^no program since the last report$' 'nothing executed: it says so'
start "$SAMPLE" --json -t 0.1 --pages 1 --delay 300 --burst 200 --comm true
losses() { reported '.perf.lost > 0 and .output.lost > 0 and .reserve.lost > 0'; }
eventually losses
verdict $? 'a small ring, a late reader, a large burst: losses everywhere'
stop INT
is "$RC $(cat "$WORK/err")" '0 ' 'and all are counted'

# --- names at their limits ----------------------------------------------------------------------

LONG=$WORK/$(printf 'd%.0s' $(seq 100))/$(printf 'e%.0s' $(seq 100))
mkdir -p "$LONG"
LONG_COMM=fifteen_$(printf '%07d' $(($$ % 10000000)))
cp "$PROGRAM" "$LONG/${LONG_COMM}_and_more"
start "$SANITIZED" --no-load --comm "$LONG_COMM" --json -t 0.1
"$LONG/${LONG_COMM}_and_more"
eventually settled 1
for way in perf output reserve; do
	is "$(arrived $way | cut -d ' ' -f 3-)" "$LONG_COMM $(echo "$LONG/$LONG_COMM" | cut -c 1-127)" \
		"$way: 15 bytes of the program's name, 127 of the file's"
done
stop INT
is "$RC $(cat "$WORK/err")" '0 ' 'sanitizers: it ends well'

# --- the end, and what can go wrong -------------------------------------------------------------

watch "$SAMPLE"
ids=$(object_ids map) progs=$(object_ids prog)
stop KILL
# shellcheck disable=SC2086 # ids are words
[ -n "$ids$progs" ] && eventually all_gone map $ids && eventually all_gone prog $progs
verdict $? 'killed, it leaves no map and no program'

# wrong PATTERN OPTIONS...
wrong() {
	pattern=$1
	shift
	run "$SAMPLE" "$@"
	is "$RC $(printf '%s\n' "$OUT" | wc -l)" '2 1' "$*: status 2, one line"
	like "$OUT" "^ringbuf_output: option $pattern" "$*: what is wrong"
}
wrong "--pages: '6' is not a power of two" --pages 6
wrong "--comm: '0123456789abcdef' is not a name of 1 to 15 bytes" --comm 0123456789abcdef
wrong "--comm: '' is not" --comm ''
wrong "--burst: '0' is not" --burst 0
wrong "--burst: '1001' is not" --burst 1001
wrong "--delay: '10001' is not" --delay 10001

# fd_limit N COMMAND... - with so few file descriptors that not everything opens
fd_limit() {
	# shellcheck disable=SC2016 # the inner shell's
	run in_ns sh -c 'ulimit -n "$1" && shift && exec "$@"' sh "$@"
}
fds=10
while fd_limit $fds "$SANITIZED" -c 1 -t 0.1 --no-load && [ "$RC" != 0 ]; do
	is "$RC" 1 "no more than $fds file descriptors: status 1"
	like "$OUT" '^ringbuf_output: .*(Too many open files|descriptors)' 'and what is missing'
	fds=$((fds + 1))
done

done_testing
