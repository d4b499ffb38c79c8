#!/bin/bash
# SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
#
# tier: 2
# lessons.t - every lesson keeps what lessons/README.org promises. For each assignment: the starter
# fails, and with the check that it declares; the answer passes, and goes on passing with the
# answers that come after it; each wrong answer is caught by its check, with its message; there are
# at least four of them, and hints. ONLY=01 or ONLY=01.2 in the environment: that one only; without,
# several lessons at a time.

# shellcheck source=tests/tap.sh
. "$(dirname "$0")/../tap.sh"
# shellcheck source=tests/lessons/each.sh
. "$TOP/tests/lessons/each.sh"
export LC_ALL=C.UTF-8
BUILD=${BUILD:-build}
case $BUILD in /*) ;; *) BUILD=$TOP/$BUILD ;; esac
# shellcheck disable=SC2034 # for work.sh and show.sh
FOLDER=$WORK/folder SELF=lessons/learn
for chapter in course work judge show; do
	# shellcheck source=/dev/null
	. "$TOP/lessons/runner/$chapter.sh" || exit 1
done

say_error() {
	diag "$1"
}

# judged NN.M FILES - leaves the outcome in $OUTCOME, the first FAIL's id in $CAUGHT, and what a
# learner sees in $SHOWN.
judged() {
	rm -rf "$WORK/judged" && mkdir "$WORK/judged"
	judge "$1" "$2" "$WORK/judged"
	OUTCOME=$(outcome "$WORK/judged/records")
	CAUGHT=$(awk -F '\t' '$1 == "FAIL" { print $2; exit }' "$WORK/judged/records")
	SHOWN=$(show "$1" "$WORK/judged" "$2" 2>&1)
	LACKS=$(awk -F '\t' '$1 == "SKIP" { print $7; exit }' "$WORK/judged/records")
}

# rejected ID NAME - where nothing failed because not all could be run here, that is said.
rejected() {
	if [ "$OUTCOME" = partly ] || [ "$OUTCOME" = skipped ]; then
		skip "$LACKS" "$2"
		return 1
	fi
	is "$CAUGHT" "$1" "$2"
	[ "$CAUGHT" = "$1" ] || diag "$SHOWN"
}

accepted() {
	case $OUTCOME in
	partly | skipped) skip "$LACKS" "$1" ;;
	*)
		is "$OUTCOME" passed "$1"
		[ "$OUTCOME" = passed ] || diag "$SHOWN"
		;;
	esac
}

check_starter() {
	make_starter "$1" "$WORK/starter"
	verdict $? "$1: its starter can be made"
	judged "$1" "$WORK/starter"
	rejected "$(about "$1" starter-fails)" "$1: the starter fails, and by the check it declares"
	rm -rf "$WORK/starter"
}

# check_answer NN.M - it stays in $WORK/answer, for the mistakes to be made in it.
check_answer() {
	rm -rf "$WORK/answer"
	make_answer "$1" "$WORK/answer"
	verdict $? "$1: its answer fits its starter"
	judged "$1" "$WORK/answer"
	accepted "$1: the answer passes"
	unlike "$SHOWN" 'warning' "$1: and compiles without a warning"
}

check_wrong() {
	local patch=$2 name
	name=$(basename "$patch" .patch)
	cp -R "$WORK/answer" "$WORK/wrong" && apply "$patch" "$WORK/wrong"
	verdict $? "$1 $name: the patch fits"
	judged "$1" "$WORK/wrong"
	if rejected "$(setting "$patch" catch)" "$1 $name: it is caught, by its check"; then
		like "$SHOWN" "$(setting "$patch" says | grep . || echo 'says: is missing')" "$1 $name: and its message is there"
	fi
	rm -rf "$WORK/wrong"
}

check_form() {
	local path
	path=$(assignment "$1")
	[ -n "$(about "$1" title)" ] && [ -n "$(about "$1" tier)" ] && [ -n "$(about "$1" starter-fails)" ]
	verdict $? "$1: assignment.conf has title, tier, starter-fails"
	[ "$(hint_count "$1")" -ge 2 ]
	verdict $? "$1: there are two hints or more"
	[ "$(find "$path/wrong" -name '*.patch' | wc -l)" -ge 4 ]
	verdict $? "$1: there are four wrong answers or more"
	grep -q "^\*\* Assignment ${1#*.}\b" "$(dirname "$path")/README.org"
	verdict $? "$1: README.org has a heading for it"
}

# The last answer of a lesson satisfies every check of it, so that nothing undoes a pass.
check_end() {
	local n last
	last=$(assignments "$1" | tail -n 1)
	make_answer "$1.$last" "$WORK/end"
	for n in $(assignments "$1"); do
		judged "$1.$n" "$WORK/end"
		accepted "$1: the last answer still passes $1.$n"
	done
	rm -rf "$WORK/end"
}

check_assignment() {
	local patch
	check_form "$1"
	check_starter "$1"
	check_answer "$1"
	for patch in "$(assignment "$1")"/wrong/*.patch; do
		check_wrong "$1" "$patch"
	done
}

if [ -z "${ONLY:-}" ]; then
	# shellcheck disable=SC2046 # numbers
	each $(lessons)
	exit
fi
for assignment in $(all_assignments); do
	case $assignment in "$ONLY"*) check_assignment "$assignment" ;; esac
done
for lesson in $(lessons); do
	case $lesson in "$ONLY"*) check_end "$lesson" ;; esac
done
done_testing
