# SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
# shellcheck shell=bash
#
# watch.sh - checks an assignment again whenever one of its files has changed. It asks for the
# times of the files twice a second, which works on every file system, and stays with the
# assignment that it began with.

# times NN - of the learner's files; nothing of a file that is not there.
times() {
	local file
	for file in $(files "$1"); do
		stat -c '%n %Y %y %s' "$(work_dir "$1")/$file" 2>/dev/null
	done
}

# watch NN.M
watch() {
	local before='' now
	while :; do
		now=$(times "${1%.*}")
		if [ "$now" != "$before" ]; then
			before=$now
			printf '\nchecking %s …\n\n' "$1"
			rm -rf "${TEMP:?}/$1"
			check_one "$1"
			printf '\nWaiting for a change of %s; ^C ends.\n' "$(files "${1%.*}")"
		fi
		sleep 0.5 &
		wait $!
	done
}
