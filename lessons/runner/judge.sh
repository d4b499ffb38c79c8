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
	make_start "$1" "$3" || return 1
	for file in $(files "$1"); do
		[ -f "$2/$file" ] || { echo "$file" && return 1; }
		cp "$2/$file" "$3/$file" || { echo "$file" && return 1; }
	done
}

# a verdict of the runner's own, in the form of check.sh's record
own_record() {
	printf '%s\t%s\t0\t%s\t%s\t%s\t%s\n' "$1" "$2" "$3" "${5:-}" "${6:-}" "$4"
}

# fingerprint NN - of all that decides on an answer.
fingerprint() {
	local folders
	mapfile -t folders < <(origins "$1")
	find "${folders[@]}" "$TOP/lessons/check.sh" "$TOP/lessons/lesson.mk" "$TOP/lessons/runner" -type f -print0 |
		sort -z | xargs -0 cat | cksum
}

# run_check CHECK SCRATCH DIRECTORY - in namespaces of its own, which take with them what it leaves
# behind. In the background, so that an interrupt need not wait for it: stop_check.
#
# Verdicts go to a file without a name: only who has its descriptor can add to them.
CHECK_PID=
run_check() {
	local verdicts copy status
	exec {verdicts}>"$3/verdicts"
	exec {copy}<"$3/verdicts"
	rm "$3/verdicts"
	(export TOP BUILD ASSIGNMENT=$4
	LESSON=$(dirname "$(dirname "$1")") HOST_NETWORK=$(readlink /proc/self/ns/net)
	export LESSON HOST_NETWORK
	cd "$2" && exec "$BUILD/lessons/runner/bounded" --seconds 120 --bytes 1000000 --processes 20000 \
		--network --mounts --keep-fd 3 --report "$3/ended" \
		bash -c "$CHECK_SHELL" check "$TOP" "$1" \
		3>&"$verdicts" {verdicts}>&- {copy}<&- >"$3/output" 2>&1 </dev/null) &
	CHECK_PID=$!
	wait $CHECK_PID
	status=$?
	CHECK_PID=
	exec {verdicts}>&-
	cat <&"$copy" >"$3/records"
	exec {copy}<&-
	return $status
}

# shellcheck disable=SC2016 # for the inner shell
CHECK_SHELL='. "$1/lessons/check.sh" && . "$2"'

stop_check() {
	[ -z "$CHECK_PID" ] || kill -TERM "$CHECK_PID" 2>/dev/null
}

# judge NN.M FILES DIRECTORY
judge() {
	local missing before
	: >"$3/output"
	if ! missing=$(gather "${1%.*}" "$2" "$3/scratch"); then
		own_record FAIL file-there "$missing is there" \
			"there is no $(short "$2/$missing"); start puts back what is missing" >"$3/records"
		return
	fi
	before=$(fingerprint "${1%.*}")
	run_check "$(assignment "$1")/check" "$3/scratch" "$3" "$1"
	complete $? "$3"
	if [ "$(fingerprint "${1%.*}")" != "$before" ]; then
		own_record FAIL checks-untouched 'the checks are the same before and after' \
			'something changed the files of the course while your program ran; git restore lessons brings them back' \
			>>"$3/records"
	fi
	rm -rf "$3/scratch"
}

# A check that ends without a verdict, or with an error and no FAIL, is itself at fault.
complete() {
	if [ ! -s "$2/records" ] || { [ "$1" != 0 ] && ! grep -q ^FAIL "$2/records"; }; then
		own_record FAIL check-ended 'the check itself came to its end' \
			'this is a fault of the check or of this machine, not of your answer' \
			'status 0' "$(cat "$2/ended" 2>/dev/null || echo "status $1")" >>"$2/records"
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
