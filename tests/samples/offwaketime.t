#!/bin/sh
# SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
#
# tier: 2
# vm: yes
# offwaketime.t - the sample offwaketime: blocks of a known program (sleeper.c), which measures
# them itself, are found with their length, their stacks and their waker; the flame graphs add up
# and open in a browser.

# shellcheck source=tests/samples/common.sh
. "$(dirname "$0")/common.sh"
test_sample offwaketime jq bpftool awk
SLEEPER=$(cd "$TOP" && realpath -m "$BUILD/tests/samples/sleeper")
[ -x "$SLEEPER" ] || { echo "Bail out! $SLEEPER is not built" && exit 1; }
mkfifo "$WORK/go" || exit 1

# --- tools of this test ---------------------------------------------------------------------

# kill_at_end PID - whatever happens. A killed sleeper takes its waker along.
KILL=
kill_at_end() {
	KILL="$KILL $1"
	# shellcheck disable=SC2086 # ids are words
	trap 'kill -KILL $KILL 2>/dev/null; clean_up' EXIT
}

# prepare_sleeper TIMES MILLISECONDS [PROGRAM] - it runs, and waits for go: $WAITER and $WAKER.
prepare_sleeper() {
	: >"$WORK/sleeper"
	"${3:-$SLEEPER}" "$1" "$2" <"$WORK/go" >"$WORK/sleeper" &
	SLEEPING=$!
	kill_at_end $SLEEPING
	exec 9>"$WORK/go"
	eventually grep -q waker "$WORK/sleeper"
	read -r _ WAITER _ WAKER <"$WORK/sleeper"
}

# go - lets it sleep until it is done: $MEASURED is how many microseconds it was blocked.
go() {
	echo >&9
	eventually grep -q microseconds "$WORK/sleeper"
	MEASURED=$(awk '/^microseconds/ {print $2}' "$WORK/sleeper")
}

end_sleeper() {
	echo >&9
	exec 9>&-
	wait "$SLEEPING"
}

# attached - both programs of the sample hang on their events, whether it reports yet or not.
attached() {
	[ "$(find "/proc/$PID/fd" -lname '*perf_event*' | wc -l)" = 2 ]
}

# The row of the sleeper's reads, in a report; jq's variables, not the shell's.
# shellcheck disable=SC2016
ROW='(.top[] | select(.task.tid == $waiter and (.task.user | join(";") | test("wait_for_pipe|unknown")) and .waker.tid == $waker))'

# in_row EXPRESSION - of that row in the last report.
in_row() {
	report | jq -c --argjson waiter "$WAITER" --argjson waker "$WAKER" "[$ROW] | first | $1"
}

has_blocks() {
	[ "$(in_row .count)" = "$1" ]
}

# The sample's time is the sleeper's, within 5 %, and none of it is made up.
right_time() {
	us=$(in_row .us)
	[ "${us:-null}" != null ] && [ "$us" -le "$MEASURED" ] && [ $((us * 100)) -ge $((MEASURED * 95)) ]
}

# Is what is wrong nobody's fault? The kernel leaves a tracing program out while another one runs on
# that CPU (the sample says so, or that a waker was not seen): where somebody else traces, too, a
# block or its waker may be missing. And the sleeper's own time is longer if it, or the whole VM,
# was stopped between a block and its clock.
disturbed() {
	if has_blocks "$1"; then
		! right_time
	else
		! reported '.lost.events_missed + .lost.waker_not_seen == 0' >/dev/null
	fi
}

# decided TIMES - nothing will change any more of what a report says.
decided() {
	has_blocks "$1" || disturbed "$1"
}

# watch_sleeper TIMES PROGRAM OPTIONS... - a sleeper under the eyes of the sample, and both go on.
# If they were disturbed, again, but not for ever.
watch_sleeper() {
	times=$1
	shift
	for try in 1 2 3 4 5; do
		prepare_sleeper "$times" 10
		start "$@" --no-load --json -t 0.1 --top=100 -p "$WAITER"
		go
		eventually decided "$times"
		[ $try -lt 5 ] && disturbed "$times" || return 0
		stop INT
		end_sleeper
	done
}

# in_map EXPRESSION - of the elements of map sums that are about these two: the sum, by bpftool.
# A key begins with the task's number, the waker's is at byte 32.
in_map() {
	bpftool -j map dump id "$(map_id sums)" | jq --argjson little "$LITTLE" \
		--argjson waiter "$WAITER" --argjson waker "$WAKER" '
		def hex: ltrimstr("0x") | explode | map(if . > 96 then . - 87 else . - 48 end) | .[0] * 16 + (.[1] // 0);
		def number: map(if length == 3 then "0x0" + .[2:] else . end | hex)
			| if $little then reverse else . end | reduce .[] as $byte (0; . * 256 + $byte);
		[.[] | select((.key[0:4] | number) == $waiter and (.key[32:36] | number) == $waker)
			| .value | '"$1"'] | add'
}
LITTLE=$([ "$(printf '\1\0' | od -An -td2 | tr -d ' ')" = 1 ] && echo true || echo false)

# --- the known program ------------------------------------------------------------------------

BLOCKS=15

# check_sleeper LABEL PROGRAM OPTIONS...
check_sleeper() {
	label=$1
	shift
	watch_sleeper $BLOCKS "$@"
	is "$(in_row .count)" $BLOCKS "$label: each block of the sleeper by its waker counts once"
	right_time
	verdict $? "$label: blocked for what the sleeper measured, within 5 %"
	diag "sleeper: $MEASURED us, sample: $us us"
	is "$(in_row '[.longest_us <= .us, .longest_us >= .us / .count, .queue_us < .us]')" '[true,true,true]' \
		"$label: longest and time awake are part of it"
	is "$(in_row '[.task.comm, .task.pid, .waker.comm, .waker.pid]')" \
		"[\"sleeper-waits\",$WAITER,\"sleeper-wakes\",$WAKER]" "$label: names and process ids"
	like "$(in_row '.task.user | join(";")')" ';wait_for_pipe;wait_often;be_waiter;main;' "$label: user stack"
	like "$(in_row '.waker.user | join(";")')" ';wake_partner;wake_often;be_waker;main;' \
		"$label: the waker's user stack"
	like "$(in_row '.task.kernel | join(";")')" 'schedule.*;[a-z_]*pipe_read;.*vfs_read;' "$label: kernel stack"
	like "$(in_row '.waker.kernel | join(";")')" 'try_to_wake_up;.*pipe_write;.*vfs_write;' \
		"$label: the waker's kernel stack"
	is "$(in_map '.[24:32] | number')" $BLOCKS "$label: the map has the same blocks"
	is "$(($(in_map '.[0:8] | number') / 1000))" "$us" "$label: and the same time"
	stop INT
	is "$RC $(cat "$WORK/err")" '0 ' "$label: SIGINT ends it with status 0, nothing on stderr"
	end_sleeper
}

check_life --no-load
check_sleeper 'SEC("maps")' "$SAMPLE" --maps=kernel
check_sleeper 'SEC(".maps")' "$SAMPLE" --maps=btf

if [ -e /sys/bus/event_source/devices/kprobe ]; then
	check_sleeper 'kprobes' "$SAMPLE" --probe=kprobe
	is "$(report | jq -r .probe)" kprobes 'kprobes: said in the report'
else
	skip 'this kernel has no kprobes' 'the same by kprobes'
	run in_ns "$SAMPLE" --probe=kprobe -c 1 -t 0.1 --svg "$WORK/none.svg"
	is "$RC $OUT" "1 offwaketime: no kprobes: the kernel has no kprobes (CONFIG_KPROBES); --probe=tracepoint does without" \
		'--probe=kprobe without kprobes: one line'
	[ ! -e "$WORK/none.svg" ]
	verdict $? 'a run that failed leaves no file'
fi

# Its own two threads, a few times a second.
start "$SAMPLE" --json -t 0.3 --top=1000
PAIR="[.top[] | select(.task.pid == $PID and .task.comm == \"pair-waits\" and .waker.comm == \"pair-wakes\" and .waker.pid == $PID)] | first"
eventually reported "($PAIR).count > 0"
like "$(report | jq -c "$PAIR.task.user")" '"wait_for_partner","wait_always"' 'its own pair: the waiting one'
like "$(report | jq -c "$PAIR.waker.user")" '"wake_partner","wake_once"' 'its own pair: the waking one'
is "$(report | jq ".us == 0 or .count == 0 or ([.top[].us] | . == (sort | reverse) | not)")" false 'the longest first'
stop INT

end_of_quick_part

check_sleeper 'sanitizers' "$SANITIZED"

# --- folded lines, and the graphs ----------------------------------------------------------------

# graphs_of TIMES OPTIONS... - a sleeper's: $WORK/folded, $WORK/graph.svg, $WORK/graph.html
graphs_of() {
	times=$1
	shift
	prepare_sleeper "$times" 10
	ip netns exec "$NS" "$SAMPLE" --no-load --folded -t 0.1 -p "$WAITER" --svg "$WORK/graph.svg" --html "$WORK/graph.html" "$@" \
		>"$WORK/folded" 2>"$WORK/err" &
	PID=$!
	eventually attached
	go
	stop INT
	end_sleeper
}

graphs_of 10
is "$RC $(cat "$WORK/err")" '0 ' '--folded, --svg, --html: status 0, nothing on stderr'
like "$(cat "$WORK/folded")" '^sleeper-waits;.*;main;be_waiter;wait_often;wait_for_pipe;[a-z_]*read;.*_\[k\];--;try_to_wake_up_\[k\];.*;wake_partner;wake_often;be_waker;main;.*;sleeper-wakes [0-9]+$' \
	'a folded line, from the outside in, then the waker from the inside out'
is "$(grep -cv '^sleeper-waits;[^ ].*;--;.* [0-9][0-9]*$' "$WORK/folded")" 0 'all lines have that form'
is "$(sort -u "$WORK/folded" | wc -l)" "$(wc -l <"$WORK/folded")" 'no line comes twice'

# add_up FILE - each box lies within the one below it, beside its neighbours, and is drawn so.
# Prints what does not, and the width of the bottom box.
add_up() {
	sed -n 's/.*x="\([0-9.]*\)%".* width="\([0-9.]*\)%".* data-s="\([0-9]*\)" data-v="\([0-9]*\)" data-d="\([0-9]*\)".*/\1 \2 \3 \4 \5/p' "$1" |
		awk 'function off(a, b) { return a - b > 0.0001 || b - a > 0.0001 }
		NR == 1 { total = $4 }
		NR == 1 && ($5 != 0 || $3 != 0) { print "no bottom" }
		$5 > 0 && ($3 < start[$5 - 1] || $3 + $4 > start[$5 - 1] + value[$5 - 1]) { print "outside:", $0 }
		$5 > 0 && seen[$5] && $3 < start[$5] + value[$5] { print "overlaps:", $0 }
		off($1, 100 * $3 / total) || off($2, 100 * $4 / total) { print "wrong place:", $0 }
		{ start[$5] = $3; value[$5] = $4; seen[$5] = 1; boxes++ }
		END { print total }'
}

TOTAL=$(awk '{sum += $NF} END {print sum}' "$WORK/folded")
is "$(add_up "$WORK/graph.svg")" "$TOTAL" 'SVG: the boxes add up, to the sum of the folded lines'
is "$(add_up "$WORK/graph.html")" "$TOTAL" 'HTML: likewise'
is "$(tr ';' '\n' <"$WORK/folded" | grep -c '^wait_for_pipe$') $(grep -c '<title>wait_for_pipe$' "$WORK/graph.svg")" '1 1' \
	'a frame of the lines is a box of the graph'
unlike "$(sed 's,http://www.w3.org/2000/svg,,' "$WORK/graph.svg" "$WORK/graph.html")" \
	'https?:|src=|href=|url\(|@import' 'nothing in them is loaded from elsewhere'

# in_browser FILE - the document that headless Chromium makes of it
in_browser() {
	timeout 60 chromium --headless --no-sandbox --disable-gpu --disable-background-networking \
		--disable-component-update --no-first-run --user-data-dir="$WORK/browser" \
		--dump-dom "file://$1" 2>/dev/null
}

if command -v chromium >/dev/null; then
	for kind in svg html; do
		number=$(grep -o '<title>.*' "$WORK/graph.$kind" | grep -n '<title>wait_for_pipe$' | cut -d : -f 1)
		# Boxes are counted from 0, and the whole has a title before them.
		OUT=$(in_browser "$WORK/graph.$kind#search=WAIT_FOR_P&zoom=$((number - 2))" |
			grep -E '"status"|aria-label="(wait_for_pipe|wait_often|wait4|__wait4|all)' )
		like "$OUT" 'Search: WAIT_FOR_P *found in 1 boxes, [0-9.]+ % of the time' "$kind in a browser: search"
		box=$(echo "$OUT" | grep 'aria-label="wait_for_pipe')
		like "$box" 'class="f user s[0-2] hit"' "$kind in a browser: what was found is marked"
		like "$box" ' x="0%".* width="100%"' "$kind in a browser: zoomed, it has the whole width"
		like "$OUT" 'class="f user s[0-2] below".* x="0".* width="100%".*aria-label="wait_often' \
			"$kind in a browser: what it stands on has, too, and is dimmed"
	done
else
	skip 'chromium is not installed (tools/deps --group browser)' 'the graphs in a browser'
fi

# --- names that somebody else chose --------------------------------------------------------------

# named NAME OPTIONS... - a process that gets that name and is blocked, seen by the sample: $OUT
named() {
	cp "$(command -v sleep)" "$WORK/$1"
	# shellcheck disable=SC2016 # $0 is the inner shell's
	sh -c 'read -r _; exec "$0" 0.1' "$WORK/$1" <"$WORK/go" &
	SLEEPING=$!
	kill_at_end $SLEEPING
	exec 9>"$WORK/go"
	shift
	ip netns exec "$NS" "$SAMPLE" --no-load -t 0.1 -p $SLEEPING "$@" >"$WORK/out" 2>"$WORK/err" &
	PID=$!
	eventually attached
	end_sleeper
	# Folded lines come at the end. Else the end may be before the report that has it.
	case $* in
	*--folded*) ;;
	*) eventually grep -Eq '"count":[1-9]|in [1-9][0-9]* blocks' "$WORK/out" ;;
	esac
	stop INT
	OUT=$(cat "$WORK/out")
}

named "<b>&\";'x" --folded --svg "$WORK/odd.svg" --html "$WORK/odd.html"
like "$OUT" "^<b>&\":'x;" 'folded: a semicolon in a name becomes a colon'
for kind in svg html; do
	like "$(cat "$WORK/odd.$kind")" "<title>&lt;b&gt;&amp;&quot;:&#39;x\$" "$kind: a name is escaped"
	unlike "$(cat "$WORK/odd.$kind")" '<b>&|[^b]>&"' "$kind: nowhere left as it is"
done
named "<b>&\";'x" --json
is "$(report | jq -c '[.top[].task.comm | select(startswith("<"))] | unique')" "[\"<b>&\\\";'x\"]" 'JSON: the name as it is'
named "$(printf 'a\033[31m\377\303\251')"
like "$OUT" "$(printf ' a\\?\\[31m\\?\303\251 \\(')" 'a table: no escape codes, no broken UTF-8'
is "$(grep -c "$ESCAPE" "$WORK/out")" 0 'and no escape byte at all'

# --- symbols that are not there --------------------------------------------------------------------

if command -v strip >/dev/null; then
	strip -o "$WORK/stripped" "$SLEEPER"
	SLEEPER=$WORK/stripped
	watch_sleeper 5 "$SAMPLE"
	like "$(in_row '.task.user | join(";")')" ';\[unknown in stripped\];\[unknown in stripped\];' \
		'a program without symbols: its file is named'
	stop INT
	end_sleeper
	SLEEPER=$(cd "$TOP" && realpath -m "$BUILD/tests/samples/sleeper")
else
	skip 'strip is not installed' 'a program without symbols'
fi
prepare_sleeper 3 10
ip netns exec "$NS" "$SAMPLE" --no-load --folded -t 600 -p "$WAITER" >"$WORK/out" 2>"$WORK/err" &
PID=$!
eventually attached
go
end_sleeper
stop INT
like "$(cat "$WORK/out")" '^sleeper-waits;\[unknown\];.*;--;.*;\[unknown\];sleeper-wakes [0-9]+$' \
	'a process that is gone: its functions are unknown'

# --- options, losses, failures -----------------------------------------------------------------------

prepare_sleeper 5 10
start "$SAMPLE" --no-load --json -t 0.1 -p "$WAITER" --min-us 5000000
go
end_sleeper
eventually reported '.seconds > 0.5'
is "$(report | jq -c '[.us, .count, .top]')" '[0,0,[]]' '--min-us: shorter blocks are left out'
stop INT
start "$SAMPLE" --json -t 0.1 --stacks=1 --top=1000
eventually reported '.lost.stack_collisions + .lost.stacks_full > 0'
verdict $? '--stacks=1: stacks are lost, and counted'
eventually reported '[.top[] | .task.kernel[0], .waker.kernel[0]] | any(startswith("[stack lost"))' 
verdict $? 'and are named so where they are missing'
stop INT
run in_ns "$SAMPLE" -t 0.3 -c 1 --stacks=1
like "$OUT" '^stacks lost, .*: [0-9]+$' 'and in the table'

start "$SAMPLE" -t 0.2
run in_ns "$SAMPLE" -t 0.3 -c 1 --json
is "$RC" 0 'two at once'
json '.[0].count > 0' 'both see something'
stop KILL
run in_ns "$SAMPLE" -p 4194304 -c 1
# shellcheck disable=SC2016 # backquotes of the message
is "$RC $OUT" '1 offwaketime: there is no process 4194304; `ps -e` lists them' 'no such process: one line'
run in_ns "$SAMPLE" -c 1 -t 0.1 --svg "$WORK/no/graph.svg"
is "$RC $OUT" "1 offwaketime: cannot write to $WORK/no/graph.svg: No such file or directory" 'no such folder: known at the start'
run in_ns "$SAMPLE" -c 1 -t 0.1 --json --html /dev/full
like "$RC $(echo "$OUT" | tail -n 1)" '^1 offwaketime: cannot write to /dev/full: No space left' 'a full disk'
run in_ns "$SAMPLE" --probe=bogus
is "$RC $OUT" "2 offwaketime: option --probe: 'bogus' is not tracepoint or kprobe; \`offwaketime --help\` lists the options" '--probe=bogus'
run in_ns "$SAMPLE" --folded --json
is "$RC $(echo "$OUT" | wc -l)" '2 1' '--folded and --json: wrong usage'
run sh -c 'ip netns exec "$0" "$1" --folded -d 0.3 --no-load | head -n 1 | wc -l' "$NS" "$SAMPLE"
is "$OUT" 1 'a reader of folded lines that leaves: no complaint'

done_testing
