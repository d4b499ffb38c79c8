#!/bin/sh
# SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
#
# tier: 2
# vm: yes
# queue_stack.t - the sample queue_stack: both orders, from both sides; full maps with either flag;
# and what bpftool puts into the same maps from outside.

# shellcheck source=tests/samples/common.sh
. "$(dirname "$0")/common.sh"
test_sample queue_stack jq bpftool

# The four steps of the first round: who pushes and pops, with which flag, which numbers; for queue
# and for stack: errors (-7 is -E2BIG), peeked, popped; -2, -ENOENT, is what the empty map says.
WANTED='["program","user","BPF_ANY",[1,2,3,4],
 [[0,0,0,0],1,[1,2,3,4],-2],[[0,0,0,0],4,[4,3,2,1],-2]]
["user","program","BPF_ANY",[5,6,7,8],
 [[0,0,0,0],5,[5,6,7,8],-2],[[0,0,0,0],8,[8,7,6,5],-2]]
["program","user","BPF_ANY",[9,10,11,12,13,14],
 [[0,0,0,0,-7,-7],9,[9,10,11,12],-2],[[0,0,0,0,-7,-7],12,[12,11,10,9],-2]]
["user","program","BPF_EXIST",[15,16,17,18,19,20],
 [[0,0,0,0,0,0],17,[17,18,19,20],-2],[[0,0,0,0,0,0],20,[20,19,18,17],-2]]'
WANTED=$(echo "$WANTED" | jq -c .)

# steps - of the reports on standard input
steps() {
	jq -c '.steps[] | [.pushed_by, .popped_by, .flags, .pushed] +
		[.queue, .stack | [.errors, .peeked, .popped, .end_error]]'
}

map_info() {
	for id in $(object_ids map); do
		bpftool -j map show id "$id" | jq -c '[.name, .type, .bytes_key, .bytes_value, .max_entries, .flags]'
	done | sort
}

MAPS='["order","array",4,24,1,0]
["queue","queue",0,4,4,0]
["stack","stack",0,4,4,0]'

check_life -t 0.1

# both_orders KIND LABEL
both_orders() {
	start "$SAMPLE" --json -t 0.1 "--maps=$1"
	is "$(head -n 1 "$WORK/out" | steps)" "$WANTED" "$2: orders, peeks, errors"
	is "$(map_info)" "$MAPS" "$2: the maps, without keys"
	stop INT
}
both_orders kernel 'SEC("maps")'
both_orders btf 'SEC(".maps")'

end_of_quick_part

# --- rounds -------------------------------------------------------------------------------------

run in_ns "$SANITIZED" --json -c 60 -t 0.01
is "$RC" 0 'sixty rounds'
json 'length == 60 and [.[].round] == [range(1; 61)]' 'are counted'
json '[.[].steps[].pushed[]] | .[:980] == [range(1; 981)]' 'their numbers go on from one to the next'
# shellcheck disable=SC2016 # jq's
json '[.[].steps[].pushed[]] | max <= 999 and (index(980) as $i | .[$i + 1] == 1)' 'and begin again before they have four digits'
json 'all(.[].steps[]; .queue.popped == (.stack.popped | reverse))' 'the stack always reverses the queue'
json 'all(.[].steps[]; .queue.popped == (if .flags == "BPF_ANY" then .pushed[:4] else .pushed[-4:] end))' \
	'the first four stay; with BPF_EXIST the last four'
run in_ns "$SAMPLE" -c 1 -t 0.1
like "$OUT" '^ +pops +9 10 11 12 +12 11 10 9$' 'a table has both orders'
like "$OUT" '^ +refused \(E2BIG\)  13 14 +13 14$' 'and what was refused'

# --- from outside -------------------------------------------------------------------------------

# The sample is stopped as it sleeps between two rounds, when both maps are empty.
start "$SAMPLE" --json -t 0.3
queue=$(map_id queue) stack=$(map_id stack)
kill -STOP "$PID"
for value in 101 102 103; do
	bpftool map enqueue id "$queue" value $value 0 0 0
	bpftool map push id "$stack" value $value 0 0 0
done
# value MAP OPERATION - the first byte, in decimal
value() {
	echo $(($(bpftool -j map "$2" id "$1" | jq -r '.value[0]')))
}
is "$(value "$queue" peek) $(value "$stack" peek)" '101 103' 'bpftool peeks: the oldest of the queue, the youngest of the stack'
is "$(value "$queue" dequeue) $(value "$stack" pop)" '101 103' 'and takes them'
# 102 103 are left in the queue, 101 102 in the stack.
SEEN=$(wc -l <"$WORK/out")
# next_report - the first that came after that
next_report() {
	sed "1,${SEEN}d" "$WORK/out" | grep '}$' | head -n 1 | grep .
}
kill -CONT "$PID"
eventually next_report
is "$(next_report | jq -c '.steps[0] | [.queue.errors, .queue.popped[:2], .queue.popped[2:] == .pushed[:2]]')" \
	'[[0,0,-7,-7],[102,103],true]' 'the next round finds what is left, at the beginning of the queue'
is "$(next_report | jq -c '.steps[0] | [.stack.errors, .stack.popped[2:], .stack.popped[:2] == (.pushed[:2] | reverse)]')" \
	'[[0,0,-7,-7],[102,101],true]' 'and at the end of the stack'
stop INT
is "$RC $(cat "$WORK/err")" '0 ' 'it ends well'

start "$SAMPLE" --json -t 0.1
ids=$(object_ids map) progs=$(object_ids prog)
stop KILL
# shellcheck disable=SC2086 # ids are words
[ -n "$ids$progs" ] && eventually all_gone map $ids && eventually all_gone prog $progs
verdict $? 'killed, it leaves no map and no program'

done_testing
