# SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
# shellcheck shell=sh disable=SC2034 # TOP, OUT and RC are for the test that sources this
#
# tap.sh - TAP, and make-believe systems, for the shell tests.
#
# Contract: source it as ../tap.sh from a test in a directory of tests/. It makes an empty directory $WORK,
# which is removed at exit, and sets $TOP to the top of the tree. Every check prints one
# TAP line; a failed one also prints what it got. End with done_testing, which prints the
# plan: a test that dies before it has no plan, and prove counts that as a failure.

set -u
LC_ALL=C
export LC_ALL
unset CPATH C_INCLUDE_PATH CC CLANG NO_COLOR
TESTS=0
FAILED=0
TOP=$(cd "$(dirname "$0")/../.." && pwd) || exit 1
WORK=$(mktemp -d) || exit 1
trap 'rm -rf "$WORK"' EXIT
trap 'exit 1' INT TERM HUP

# verdict STATUS NAME - STATUS as a command leaves it: 0 is good.
verdict() {
	TESTS=$((TESTS + 1))
	if [ "$1" = 0 ]; then
		echo "ok $TESTS - $2"
	else
		echo "not ok $TESTS - $2"
		FAILED=$((FAILED + 1))
	fi
}

diag() {
	printf '%s\n' "$1" | sed 's/^/# /'
}

# is GOT WANTED NAME
is() {
	[ "$1" = "$2" ]
	good=$?
	verdict $good "$3"
	[ $good = 0 ] || diag "got:    $1
wanted: $2"
}

# like TEXT PATTERN NAME - some line of TEXT matches the extended regular expression.
like() {
	printf '%s\n' "$1" | grep -Eq -- "$2"
	good=$?
	verdict $good "$3"
	[ $good = 0 ] || diag "no line matches: $2
$1"
}

# unlike TEXT PATTERN NAME
unlike() {
	! printf '%s\n' "$1" | grep -Eq -- "$2"
	good=$?
	verdict $good "$3"
	[ $good = 0 ] || diag "a line matches: $2
$1"
}

# skip REASON NAME
skip() {
	TESTS=$((TESTS + 1))
	echo "ok $TESTS - $2 # SKIP $1"
}

# run COMMAND... - leaves what it printed, both streams, in $OUT and its status in $RC.
run() {
	OUT=$("$@" 2>&1 </dev/null)
	RC=$?
}

# eventually COMMAND... - tries it until it succeeds, for two minutes at most: a machine may be slow.
eventually() {
	deadline=$(($(date +%s) + 120))
	until "$@" >/dev/null 2>&1; do
		[ "$(date +%s)" -lt $deadline ] || return 1
		sleep 0.05
	done
}

# have_terminal - can a test give a program a terminal? (script is there, and /dev/pts works)
have_terminal() {
	script -qec true /dev/null >/dev/null 2>&1
}

done_testing() {
	echo "1..$TESTS"
	[ "$FAILED" = 0 ]
}

# real DIRECTORY COMMAND... - makes commands of this system available in DIRECTORY.
real() {
	directory=$1
	shift
	mkdir -p "$directory"
	for command in "$@"; do
		ln -s "$(command -v "$command")" "$directory/$command" || exit 1
	done
}

# fake DIRECTORY COMMAND... - makes commands in DIRECTORY that run the script on standard input.
fake() {
	directory=$1
	shift
	mkdir -p "$directory"
	script=$(cat)
	for command in "$@"; do
		rm -f "$directory/$command"
		printf '#!/bin/sh\n%s\n' "$script" >"$directory/$command"
		chmod +x "$directory/$command"
	done
}

# put FILE - writes standard input to FILE, making its directories.
put() {
	mkdir -p "$(dirname "$1")"
	cat >"$1"
}
