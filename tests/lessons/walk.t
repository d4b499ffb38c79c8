#!/bin/bash
# SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
#
# tier: 2
# walk.t - the whole course, from a fresh copy of the tree to "all is done", by somebody who does
# what lessons/learn says next, and who puts in the answer where an assignment is due. Nothing of
# the runner's insides is used: only what it prints, the READMEs, and the answers.

# shellcheck source=tests/tap.sh
. "$(dirname "$0")/../tap.sh"
export LC_ALL=C.UTF-8
unset LEARN_WORK LEARN_COURSE
O=${BUILD:-build} "$TOP/lessons/author" copy "$WORK/tree" || exit 1
unset O BUILD
cd "$WORK/tree" || exit 1

# command_after WORD - what stands behind it in $OUT.
command_after() {
	printf '%s\n' "$OUT" | sed -n "s/^ *$1 *//p" | head -n 1
}

# follow COMMAND - runs one that lessons/learn has printed.
follow() {
	case $1 in
	lessons/learn\ *)
		# shellcheck disable=SC2086 # words
		run $1
		;;
	*) OUT="not a command: $1" RC=255 ;;
	esac
}

# begin_lesson - $OUT says which.
begin_lesson() {
	local command
	command=$(printf '%s\n' "$OUT" | sed -n 's/^Next: lesson .*: \(lessons\/learn start\)/\1/p')
	follow "$command"
	is "$RC" 0 "$command"
	[ -f "$(command_after text)" ]
	verdict $? "$command: names a text that is there"
	grep -qF "$command" "$(command_after text)"
	verdict $? "$command: and stands in that text"
}

# do_assignment NN.M - the check fails, the answer goes in, the check fails no more.
do_assignment() {
	local text check folder
	text=$(command_after text) check=$(command_after "then") folder=$(command_after files)
	grep -q "^\*\* Assignment ${1#*.}\b" "$text"
	verdict $? "$1: the text has it"
	follow "$check"
	is "$RC" 1 "$1: the check fails before it is done"
	like "$OUT" '^Next: ' "$1: and says what to do next"
	patch --quiet --strip=1 --fuzz=0 --directory="$folder" <"$(dirname "$text")/${1#*.}/answer.patch"
	verdict $? "$1: the answer fits the files as they are by now"
	follow "$check"
	is "$RC" 0 "$1: with it, the check passes"
	[ "$RC" = 0 ] || diag "$OUT"
}

for ((steps = 0; steps < 200; steps++)); do
	run lessons/learn
	next=$(printf '%s\n' "$OUT" | sed -n 's/^Next: \(lesson\|assignment\) \([L0-9.]*\),.*/\1 \2/p')
	case $next in
	lesson*) begin_lesson ;;
	assignment*) do_assignment "${next#* }" ;;
	*) break ;;
	esac
	[ "$FAILED" = 0 ] || break
done
like "$OUT" '^All is done' 'the walk comes to its end'
run lessons/learn check --all --format=tap
is "$RC" 0 'everything that was done passes once more'
[ "$RC" = 0 ] || diag "$OUT"
is "$(printf '%s\n' "$OUT" | sed -n 's/^ok [0-9]* - \([^ ]*\) .*/\1/p' | sort -u | wc -l)" \
	"$(find lessons -path '*/[1-9]*/assignment.conf' | wc -l)" 'and that is every assignment there is'
done_testing
