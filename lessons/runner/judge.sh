# SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
# shellcheck shell=bash
#
# judge.sh - runs the check of one assignment over one folder of files.
#
#     judge NN.M FILES DIRECTORY
#
# leaves in DIRECTORY what was printed (output) and the verdicts (records, a line each, as
# check.sh writes them). The check comes from the course, never from the learner's folder, and so
# do the lesson's files that are not the learner's to edit. Verdicts come through a pipe that no
# program of the learner's has.

# gather NN FILES TO - copies for the check. Prints the name of a file that is missing, and fails.
gather() {
	local file
	mkdir -p "$3" && cp -R "$(lesson_dir "$1")/start/." "$3" || return 1
	for file in $(files "$1"); do
		[ -f "$2/$file" ] || { echo "$file" && return 1; }
		cp "$2/$file" "$3/$file" || { echo "$file" && return 1; }
	done
}

# a verdict of the runner's own, in the form of check.sh's record
own_record() {
	printf '%s\t%s\t0\t%s\t%s\t%s\t%s\n' "$1" "$2" "$3" "${5:-}" "${6:-}" "$4"
}

# sandbox - SANDBOX is a command that runs another in namespaces of its own, which take with them
# what it leaves behind. OWN_NETWORK is set if a network is among them.
sandbox() {
	SANDBOX=() OWN_NETWORK=
	[ "$(id -u)" = 0 ] || return 0
	if unshare --mount --net --pid --fork --kill-child --mount-proc true 2>/dev/null; then
		SANDBOX=(unshare --mount --net --pid --fork --kill-child --mount-proc) OWN_NETWORK=1
	elif unshare --mount --pid --fork --kill-child --mount-proc true 2>/dev/null; then
		SANDBOX=(unshare --mount --pid --fork --kill-child --mount-proc)
	fi
}

run_check() {
	local check=$1 scratch=$2 output=$3
	cd "$scratch" || return 1
	sandbox
	TOP=$TOP BUILD=$BUILD OWN_NETWORK=$OWN_NETWORK LESSON=$(dirname "$(dirname "$check")") \
		"${SANDBOX[@]}" bash -c '. "$1/lessons/check.sh" && . "$2"' check "$TOP" "$check" 3>&1 >"$output" 2>&1 </dev/null
}

# judge NN.M FILES DIRECTORY
judge() {
	local missing status
	: >"$3/output"
	if ! missing=$(gather "${1%.*}" "$2" "$3/scratch"); then
		own_record FAIL file-there "$missing is there" \
			"there is no $2/$missing; lessons/learn start ${1%.*} puts back what is missing" >"$3/records"
		return
	fi
	(run_check "$(assignment "$1")/check" "$3/scratch" "$3/output" | head -c 1000000 >"$3/records"
	exit "${PIPESTATUS[0]}")
	status=$?
	complete "$status" "$3/records"
	rm -rf "$3/scratch"
}

# A check that ends without a verdict, or with an error and no FAIL, is itself at fault.
complete() {
	if [ ! -s "$2" ] || { [ "$1" != 0 ] && ! grep -q ^FAIL "$2"; }; then
		own_record FAIL check-ended 'the check itself came to its end' \
			'this is a fault of the check or of this machine, not of your answer' \
			'status 0' "status $1" >>"$2"
	fi
}

# count STATUS RECORDS
count() {
	grep -c "^$1	" "$2"
}

# outcome RECORDS - fail, passed, partly (some were skipped), skipped (all were).
outcome() {
	if grep -q ^FAIL "$1"; then
		echo fail
	elif ! grep -q ^SKIP "$1"; then
		echo passed
	elif grep -q ^PASS "$1"; then
		echo partly
	else
		echo skipped
	fi
}
