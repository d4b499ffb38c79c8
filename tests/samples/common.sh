# SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
# shellcheck shell=sh disable=SC2034 # for the test that sources this
#
# common.sh - what the tests of all samples share.
#
#     # shellcheck source=tests/samples/common.sh
#     . "$(dirname "$0")/common.sh"
#     test_sample xdp_stats ip jq bpftool
#     check_life
#     … the sample's own checks, by start, stop, report, is …
#     end_of_quick_part
#     … more …
#     done_testing
#
# Contract: after test_sample, $SAMPLE is the program as users get it, $SANITIZED the one with
# AddressSanitizer; $NS is a network namespace of the test's own with lo up, in which everything
# is started. A program that start started is killed, and $NS removed, however the test ends.
# With QUICK=1 (as in the VM) a test ends at end_of_quick_part: both definitions, a known amount,
# the ends by SIGINT and -c, JSON.

# shellcheck source=tests/tap.sh
. "$(dirname "$0")/../tap.sh"
BUILD=${BUILD:-build}
ASAN=${ASAN:-$BUILD/asan}
NS=bpf_load_test_$$
PID=
PATH=$PATH:/usr/sbin:/sbin
ESCAPE=$(printf '\033')

skip_all() {
	echo "1..0 # SKIP $1"
	exit 0
}

clean_up() {
	[ -z "$PID" ] || kill -KILL "$PID" 2>/dev/null
	ip netns del "$NS" 2>/dev/null
	rm -rf "$WORK"
}

# test_sample NAME COMMAND... - prepares the test; ends it with SKIP where root, one of the
# commands, or a requirement that the sample itself names is missing.
test_sample() {
	NAME=$1
	shift
	SAMPLE=$(cd "$TOP" && realpath "$BUILD/samples/$NAME")
	SANITIZED=$(cd "$TOP" && realpath -m "$ASAN/samples/$NAME")
	IDS=$(cd "$TOP" && realpath -m "$BUILD/tests/samples/ids")
	for program in "$SAMPLE" "$IDS"; do
		[ -x "$program" ] || { echo "Bail out! $program is not built" && exit 1; }
	done
	# Where the sanitized build is not there, the plain one does.
	[ -x "$SANITIZED" ] || SANITIZED=$SAMPLE
	[ "$(id -u)" = 0 ] || skip_all 'needs root'
	for command in ip "$@"; do
		command -v "$command" >/dev/null || skip_all "$command is not installed"
	done
	about=$("$SAMPLE" --about) || { echo "Bail out! $NAME --about fails" && exit 1; }
	[ "$(echo "$about" | cut -f 5)" = yes ] || skip_all "$(echo "$about" | cut -f 6)"
	ip netns add "$NS" 2>/dev/null || skip_all 'no network namespace can be made'
	trap clean_up EXIT
	ip netns exec "$NS" ip link set lo up
}

end_of_quick_part() {
	[ -n "${QUICK:-}" ] || return 0
	done_testing
	exit
}

in_ns() {
	ip netns exec "$NS" "$@"
}

# start PROGRAM OPTIONS... - runs it in the background, until its first report: $PID, $WORK/out,
# $WORK/err. `ip netns exec` becomes the program, so the process id is the program's.
start() {
	: >"$WORK/out"
	ip netns exec "$NS" "$@" >"$WORK/out" 2>"$WORK/err" </dev/null &
	PID=$!
	eventually test -s "$WORK/out" || diag "no report of: $*
$(cat "$WORK/err")"
}

# stop SIGNAL - ends it; its exit status is in $RC.
stop() {
	kill "-$1" "$PID"
	wait "$PID" 2>/dev/null
	RC=$?
	PID=
}

# object_ids map|prog|link - the ids of those that the running sample has, a line each.
object_ids() {
	sed -n "s/^$1_id:[[:blank:]]*//p" "/proc/$PID/fdinfo"/* 2>/dev/null | sort -nu
}

# map_id NAME - the id of the running sample's map of that name (15 bytes of it).
map_id() {
	for id in $(object_ids map); do
		[ "$(bpftool -j map show id "$id" | jq -r .name)" != "$(echo "$1" | cut -c 1-15)" ] ||
			echo "$id"
	done
}

# all_gone map|prog IDS - none of them is in the kernel any more. Not by bpftool: see ids.c.
all_gone() {
	"$IDS" "$1" >"$WORK/ids" || return 1
	shift
	for id in "$@"; do
		! grep -qx "$id" "$WORK/ids" || return 1
	done
}

# report - the last whole line that the running sample printed with --json; it may be writing the next.
report() {
	grep '}$' "$WORK/out" | tail -n 1
}

# reported EXPRESSION - does jq's EXPRESSION hold for the last report?
reported() {
	report | jq -e "$1"
}

# json EXPRESSION NAME - EXPRESSION holds for the array of all reports in $OUT.
json() {
	got=$(printf '%s\n' "$OUT" | jq -cs "$1" 2>&1)
	is "$got" true "$2"
	[ "$got" = true ] || diag "$OUT"
}

# narrow TEXT NAME - no line of TEXT is wider than 80 columns.
narrow() {
	is "$(printf '%s\n' "$1" | LC_ALL=C.UTF-8 grep -c '.\{81\}')" 0 "$2: at most 80 columns"
}

# one_life PROGRAM LABEL OPTIONS... - it starts, reports in JSON, ends on SIGINT with nothing left.
one_life() {
	program=$1 label=$2
	shift 2
	start "$program" --json -t 0.1 "$@"
	reported ".sample == \"$NAME\" and (.seconds | type) == \"number\"" >/dev/null
	verdict $? "$label: it starts, and its reports are JSON"
	maps=$(object_ids map) progs=$(object_ids prog) pid=$PID
	stop INT
	is "$RC $(cat "$WORK/err")" '0 ' "$label: SIGINT ends it with status 0, nothing on stderr"
	# shellcheck disable=SC2086 # ids are words
	[ -n "$maps$progs" ] && eventually all_gone map $maps && eventually all_gone prog $progs
	verdict $? "$label: its maps and programs are gone"
	left=$(find /sys/fs/cgroup -maxdepth 3 -name "bpf_load-$pid-*" 2>/dev/null)
	is "$left" '' "$label: no cgroup stays"
}

# check_life OPTIONS... - what every sample must do, with these options: both definitions, the
# ends, --help, an ordinary user, wrong use. Reports have "sample" and "seconds".
check_life() {
	one_life "$SAMPLE" 'kernel definitions' --maps=kernel "$@"
	one_life "$SAMPLE" 'BTF definitions' --maps=btf "$@"
	run in_ns "$SAMPLE" -c 2 -t 0.1 --json "$@"
	is "$RC" 0 '-c 2: it ends by itself, status 0'
	json 'length == 2' '-c 2: two reports'
	[ -z "${QUICK:-}" ] || return 0

	one_life "$SANITIZED" 'with sanitizers' "$@"
	start "$SAMPLE" --json -t 0.1 "$@"
	stop TERM
	is "$RC $(cat "$WORK/err")" '0 ' 'SIGTERM ends it with status 0'
	run in_ns "$SAMPLE" -c 1 -t 0.3 "$@"
	is "$RC $(printf '%s\n' "$OUT" | grep -c "$ESCAPE")" '0 0' 'a table, without escape codes in a pipe'
	narrow "$OUT" 'the table'
	run "$SAMPLE" --help
	is "$RC $(printf '%s\n' "$OUT" | sed -n '3,4p' | grep -c .)" '0 2' '--help: two lines on what it is'
	# its example has the path of the program, which may be long
	narrow "$(printf '%s\n' "$OUT" | sed "s|$SAMPLE|$NAME|")" '--help'
	for part in "^usage: $NAME " '^example: +sudo ' '^map types: ' '^needs: '; do
		like "$OUT" "$part" "--help has $part"
	done
	run in_ns "$SAMPLE" --bogus
	is "$RC $(printf '%s\n' "$OUT" | wc -l)" '2 1' 'wrong usage: status 2, one line'
	check_user "$@"
}

# An ordinary user is refused in words, without a crash. A copy that any user may read is run.
check_user() {
	mkdir -p "$WORK/user" && chmod a+rx "$WORK" "$WORK/user"
	cp "$SAMPLE" "${SAMPLE}_kern.o" "$WORK/user" && chmod a+rX "$WORK/user"/*
	run in_ns timeout 20 setpriv --reuid 65534 --regid 65534 --clear-groups \
		"$WORK/user/$NAME" -c 1 -t 0.1 "$@"
	is "$RC" 1 'an ordinary user: status 1'
	like "$OUT" "^$NAME: .*(root|CAP_)" 'an ordinary user: what is missing'
}
