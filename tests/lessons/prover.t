#!/bin/bash
# SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
#
# tier: 0
# prover.t - lessons.t finds what is wrong with a lesson. It goes over a small course that is right,
# and then over the same with one thing wrong at a time.

# shellcheck source=tests/tap.sh
. "$(dirname "$0")/../tap.sh"
BUILD=${BUILD:-build}
case $BUILD in /*) ;; *) BUILD=$TOP/$BUILD ;; esac
export BUILD
COURSE=$WORK/course
PART=$COURSE/01-number/1

fresh_course() {
	rm -rf "$COURSE" && cp -R "$TOP/tests/lessons/fake" "$COURSE" && rm -rf "$COURSE/02-tiers"
}

prove_course() {
	OUT=$(LEARN_COURSE=$COURSE "$TOP/tests/lessons/lessons.t" 2>&1)
	RC=$?
}

# finds PATTERN WHAT - what is wrong by now is found, and the line says so.
finds() {
	prove_course
	is "$RC" 1 "$2: lessons.t fails"
	like "$OUT" "^not ok [0-9]+ - .*$1" "$2: and says what"
	fresh_course
}

fresh_course
prove_course
is "$RC" 0 'a course that is right passes'
[ "$RC" = 0 ] || diag "$OUT"

sed -i 's/^starter-fails:.*/starter-fails: ends/' "$PART/assignment.conf"
finds 'the starter fails, and by the check it declares' 'a starter that fails by another check'
sed -i 's/41/42/' "$COURSE/01-number/start/number.c"
finds 'the starter fails' 'a starter that passes'
sed -i 's/printf("%d\\n", 41)/puts("41")/' "$COURSE/01-number/start/number.c"
finds 'its answer fits its starter' 'an answer out of step with the starter'
sed -i 's/, 42)/, 43)/' "$PART/answer.patch"
finds 'the answer passes' 'an answer that is wrong'
sed -i 's/^catch: answer/catch: ends/' "$PART/wrong/print-43.patch"
finds 'print-43: it is caught, by its check' 'a wrong answer that another check catches'
sed -i 's/^says: .*/says: quite another thing/' "$PART/wrong/print-43.patch"
finds 'print-43: and its message is there' 'a wrong answer with another message'
sed -i '/^says: /d' "$PART/wrong/print-43.patch"
finds 'print-43: and its message is there' 'a wrong answer without a message'
sed -i 's/, 43)/, 6 * 7)/' "$PART/wrong/print-43.patch"
finds 'print-43: it is caught' 'a wrong answer that is right'
sed -i 's/, 42)/, 40)/' "$PART/wrong/print-43.patch"
finds 'print-43: the patch fits' 'a wrong answer out of step with the answer'
rm "$PART/wrong/print-43.patch"
finds 'four wrong answers or more' 'three wrong answers'
sed -i '/The second/,$d' "$PART/hints.org"
finds 'two hints or more' 'one hint'
sed -i '/Assignment 1/d' "$COURSE/01-number/README.org"
finds 'README.org has a heading' 'a text without the assignment'
echo 'holds late "what only starters do" "" grep -q 41 number.c' >>"$PART/check"
finds 'the last answer still passes' 'a check that the answer fails at the end'
done_testing
