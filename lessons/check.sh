# SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
# shellcheck shell=bash disable=SC2034 # OUT, RC and OBJECT are for the check that uses this
#
# check.sh - what the checks of all assignments are made of.
#
#     kern first_map_kern.c
#     map_is packets value_size 8 map-value-size 'a counter is a __u64, and a __u64 has 8 bytes'
#     tier 1
#     loads accepted
#     packets count_packets ipv4/udp/100 arp/42
#     expect counted 'element 0 after 2 packets' 2 "$(value packets 0)"
#
# lessons/learn runs `LESSON/M/check` with this file sourced before it, in an empty folder with
# copies of the learner's files. Contract:
#
#  - Every check has an id, [a-z0-9-]+, that is unique in its assignment. The first that fails
#    ends the assignment: order them from what is cheap to what builds on it.
#  - What stands behind `tier N` is passed over, each check with a line SKIP, where this machine or
#    user lacks what tier N takes. Commands of your own go behind `able &&`.
#  - What compilers, verifier and the learner's programs print goes to stdout and stderr, as it is.
#    Verdicts go to descriptor 3 and no other way; a learner's program never has it.

set -u
: "${TOP:?}" "${BUILD:?}"
TIER=0
LACKING=
RC=0
END=
OUT=
OBJECT=
CONCERNS=

# --- verdicts -------------------------------------------------------------------------------

escaped() {
	local text=${1//\\/\\\\}
	text=${text//$'\n'/\\n}
	printf '%s' "${text//$'\t'/\\t}"
}

# record STATUS ID WHAT [WANTED FOUND WHY] - one verdict, with what stands in it separated by tabs.
record() {
	local file=
	[ "$1" != FAIL ] || file=${CONCERNS:+$'\t'$CONCERNS}
	printf '%s\t%s\t%s\t%s\t%s\t%s\t%s%s\n' "$1" "$2" "$TIER" "$(escaped "$3")" \
		"$(escaped "${4:-}")" "$(escaped "${5:-}")" "$(escaped "${6:-}")" "$file" >&3
}

# concerns FILE - which of the learner's files is to be edited if one of the next checks fails. For
# assignments about several; otherwise it is the one of assignment.conf.
concerns() {
	CONCERNS=$1
}

able() {
	[ -z "$LACKING" ]
}

pass() {
	record PASS "$1" "$2"
}

# failed ID WHAT [WHY] [WANTED FOUND] - and this was the last check.
failed() {
	record FAIL "$1" "$2" "${4:-}" "${5:-}" "${3:-}"
	exit 1
}

# passed_over ID WHAT - says SKIP and succeeds where tier N cannot be had here.
passed_over() {
	able && return 1
	record SKIP "$1" "$2" '' '' "$LACKING"
}

# expect ID WHAT WANTED FOUND [WHY] - the same text, or numbers.
expect() {
	passed_over "$1" "$2" && return
	[ "$3" = "$4" ] || failed "$1" "$2" "${5:-}" "$3" "${4:-(nothing)}"
	pass "$1" "$2"
}

# expect_like ID WHAT REGEX FOUND [WHY] - some line of FOUND matches.
expect_like() {
	passed_over "$1" "$2" && return
	printf '%s\n' "$4" | grep -Eq -- "$3" || failed "$1" "$2" "${5:-}" "a line like: $3" "${4:-(nothing)}"
	pass "$1" "$2"
}

# holds ID WHAT WHY COMMAND... - the command succeeds.
holds() {
	passed_over "$1" "$2" && return
	"${@:4}" || failed "$1" "$2" "$3"
	pass "$1" "$2"
}

# --- what this machine and user can do ------------------------------------------------------

lacking() {
	case $1 in
	0) ;;
	1) "$BUILD/lessons/runner/probe" --able ;;
	2)
		if ! "$BUILD/lessons/runner/probe" --able; then
			:
		elif [ "$(readlink /proc/self/ns/net)" = "${HOST_NETWORK:-}" ]; then
			echo 'needs a network namespace, and none can be made here'
		fi
		;;
	3) echo "needs $2, which this kernel lacks; tools/vm runs another: tools/vm -- lessons/learn check $ASSIGNMENT" ;;
	esac
}

# tier N [FEATURE] - from here on, checks take what tier N takes. 3 is for a FEATURE of the kernel
# that was looked for and not found: `has_kprobes || tier 3 kprobes`.
tier() {
	TIER=$1
	LACKING=$(lacking "$1" "${2:-}")
}

# --- building -------------------------------------------------------------------------------

BOUNDED=("$BUILD/lessons/runner/bounded" --report .ended --read-only "$TOP")

# bounded SECONDS COMMAND... - runs it with limits on time, output and processes, without
# descriptor 3, without a way to write to the course, and with nothing left of it afterwards (see
# runner/bounded.c). Leaves its status in $RC and, in words, how it ended in $END.
bounded() {
	"${BOUNDED[@]}" --seconds "$1" "${@:2}" </dev/null
	RC=$?
	END=$(ending)
}

ending() {
	local what number
	read -r what number <.ended
	case $what in
	status) echo "status $number" ;;
	signal) echo "killed by SIG$(kill -l "$number")" ;;
	seconds) echo "still running after $number seconds" ;;
	bytes) echo "printed more than $number bytes" ;;
	processes) echo "started more than $number processes" ;;
	esac
}

# build TARGET ID WHAT
build() {
	passed_over "$2" "$3" && return
	LC_ALL=C bounded 60 make -s --no-print-directory -f "$TOP/lessons/lesson.mk" TOP="$TOP" O="$BUILD" "$1"
	[ "$RC" = 0 ] || failed "$2" "$3" "the compiler's message above says why not"
	pass "$2" "$3"
}

# kern FILE_kern.c [ID] - compiles it; $OBJECT is what comes of it.
kern() {
	OBJECT=${1%.c}.o
	build "$OBJECT" "${2:-builds}" "$1 compiles"
}

# user FILE.c [ID] - builds the program ./FILE.
user() {
	build "${1%.c}" "${2:-program-builds}" "$1 compiles"
}

# --- looking at $OBJECT, without privileges -------------------------------------------------

# explained JQ-FILTER - what `bpfload explain --json` knows. Its warnings readable() has shown.
explained() {
	"$BUILD/bpfload" explain --json "$OBJECT" 2>explained.err | jq -r "$1"
	[ "${PIPESTATUS[0]}" = 0 ] || cat explained.err >&2
}

# readable ID - the loader can read the object.
readable() {
	bounded 20 "$BUILD/bpfload" explain "$OBJECT" >explain.out
	[ "$RC" = 0 ] || failed "$1" "the loader can read $OBJECT" "its message above says why not"
	pass "$1" "the loader can read $OBJECT"
}

# has_map NAME ID
has_map() {
	local found
	found=$(explained "[.maps[].name] | if index(\"$1\") then \"$1\" else join(\", \") end")
	expect "$2" "$OBJECT has a map '$1'" "$1" "$found" \
		'the loader finds maps in the sections "maps" and ".maps" of the object: is this one in SEC("maps") or SEC(".maps"), and by this name?'
}

# map_is MAP FIELD WANTED ID [WHY] - FIELD as in `bpfload explain --json`: type_name, key_size,
# value_size, max_entries, map_flags, dialect, …
map_is() {
	expect "$4" "map '$1': $2" "$3" "$(explained ".maps[] | select(.name == \"$1\").$2")" "${5:-}"
}

# why_unused PROGRAM - why no map that PROGRAM uses can be seen.
why_unused() {
	local programs
	if ! programs=$(explained '[.programs[].name] | join(", ")' 2>/dev/null) || [ -z "$programs" ]; then
		echo 'the loader finds no program in the object; what it says of it stands above'
	elif [[ ", $programs," != *", $1,"* ]]; then
		echo "the object has no program of that name; there is: $programs"
	else
		echo 'no instruction of it refers to the map'
	fi
}

# uses_map PROGRAM MAP ID [WHY] - a relocation in PROGRAM names MAP.
uses_map() {
	local found
	found=$(explained "[.programs[] | select(.name == \"$1\").relocations[]? | .map] | unique | .[]")
	expect "$3" "program '$1' uses map '$2'" "$2" "$(printf '%s\n' "$found" | grep -x "$2")" \
		"${4:-$(why_unused "$1")}"
}

# instructions REGEX - how many instructions of $OBJECT, as llvm-objdump shows them, match.
instructions() {
	llvm-objdump -d --no-show-raw-insn "$OBJECT" | grep -Ec -- "$1"
}

# --- in the kernel --------------------------------------------------------------------------

# refusal FILE - the verifier's log, if there is one, and the loader's message; not the steps before
# it, nor the end of the log a second time.
refusal() {
	awk '
		/^bpfload: / { n++; skipping = 0 }
		/^What to do/ { skipping = 0 }
		n && !skipping
		/^bpfload: / && n == 2 { skipping = 1 }' "$1"
}

# loads ID [OPTION]... - maps created, programs accepted by the verifier, and released again.
loads() {
	local what="the kernel takes the maps and programs of $OBJECT"
	passed_over "$1" "$what" && return
	bounded 20 "$BUILD/bpfload" load -v "${@:2}" "$OBJECT" >load.out 2>load.err
	[ "$RC" = 0 ] || { refusal load.err && failed "$1" "$what" "the message above says what it dislikes"; }
	pass "$1" "$what"
}

# packets PROGRAM PACKET... - loads $OBJECT anew and hands it these packets, one after the other.
# Packets as in lessons/runner/probe.c, and changes of a PROG_ARRAY between them: 'MAP[SLOT]=PROGRAM'
# or 'MAP[SLOT]='. Ask `value` and `returned` what came of it.
packets() {
	: >probe.out
	able || return 0
	bounded 20 "$BUILD/lessons/runner/probe" "$OBJECT" "$@" >probe.out
	[ "$RC" = 0 ] || failed runs "program '$1' runs on packets" 'the message above says why not'
}

# value MAP KEY - of the element after `packets`. 0 where the map has none.
value() {
	awk -v map="$1" -v key="$2" '
		$1 == "map" && $2 == map && $3 == key { found = $4 }
		END { print found == "" ? 0 : found }' probe.out
}

# elements MAP - "key value" of all elements that are not zero, in one line.
elements() {
	awk -v map="$1" '
		$1 == "map" && $2 == map { line = line (line == "" ? "" : ", ") $3 ": " $4 }
		END { print line == "" ? "all 0" : line }' probe.out
}

# returned N - what the program returned for packet N, from 1.
returned() {
	awk -v n="$1" '$1 == "return" && ++i == n { print $2 }' probe.out
}

# --- running the learner's programs ---------------------------------------------------------

# run SECONDS COMMAND... - bounded; leaves stdout in $OUT and run.out, stderr in run.err, $RC and $END.
run() {
	OUT=
	able || return 0
	bounded "$@" >run.out 2>run.err
	OUT=$(cat run.out)
}

why_ended() {
	case $END in
	*SIGSEGV | *SIGBUS) echo 'it used an address that is not its own: often a pointer that is NULL' ;;
	*SIGABRT) echo 'the C library stopped it: the line that it printed says why' ;;
	'still running'*) echo 'a loop that does not end, or a wait for what does not come?' ;;
	status*) grep -q . run.out run.err && echo 'what it printed stands above' || echo "${1:-it printed nothing}" ;;
	*) echo 'what it printed stands above' ;;
	esac
}

# ended_well ID WHAT [WHY] - it ended by itself, with status 0. What it printed is shown if not. WHY
# is for a program that printed nothing.
ended_well() {
	passed_over "$1" "$2" && return
	[ "$RC" = 0 ] && pass "$1" "$2" && return
	cat run.out run.err
	failed "$1" "$2" "$(why_ended "${3:-}")" 'status 0' "$END"
}

# --- in the network namespace of the check --------------------------------------------------

# network_up INTERFACE...
network_up() {
	local each
	able || return 0
	for each in "$@"; do ip link set "$each" up; done
}

# datagram ADDRESS PORT TEXT - sends a UDP datagram.
datagram() {
	able || return 0
	printf '%s' "$3" >"/dev/udp/$1/$2"
}

# begin COMMAND... - starts it in the background, and waits for the first line that it prints.
begin() {
	able || return 0
	: >run.out
	"${BOUNDED[@]}" --forward --seconds 60 "$@" >run.out 2>run.err </dev/null &
	CHILD=$!
	for ((tries = 0; tries < 200; tries++)); do
		if [ -s run.out ] || ! kill -0 $CHILD 2>/dev/null; then break; fi
		sleep 0.05
	done
}

# finish SIGNAL - ends what was begun; leaves $OUT and $RC as `run` does.
finish() {
	able || return 0
	kill "-$1" "$CHILD" 2>/dev/null
	wait "$CHILD"
	RC=$?
	END=$(ending)
	OUT=$(cat run.out)
	cat run.err
}
