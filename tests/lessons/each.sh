# SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
# shellcheck shell=bash
#
# each.sh - a test that goes through the lessons, one run for each, as many at a time as there are CPUs.
#
#     each NN... - runs this test with ONLY=NN in the environment, and prints what comes of it as one test
#
# Contract: after tap.sh. The lessons' checks have namespaces of their own, so none sees another's.

each() {
	local one next=1
	# shellcheck disable=SC2016 # for the inner shell
	printf '%s\n' "$@" | xargs -P "$(nproc)" -I NN \
		bash -c 'ONLY=NN "$1" >"$2/NN.tap"; echo $? >"$2/NN.status"' \
		each "$TOP/tests/lessons/$(basename "$0")" "$WORK"
	for one in "$@"; do
		awk -f "$TOP/tests/merge.awk" -v name="lesson $one" -v status="$(cat "$WORK/$one.status")" \
			-v first="$next" "$WORK/$one.tap" >"$WORK/merged"
		sed '$d' "$WORK/merged"
		next=$(sed -n '$s/^next //p' "$WORK/merged")
	done
	echo "1..$((next - 1))"
	! grep -q '^not ok' "$WORK"/*.tap && [ "$(sort -u "$WORK"/*.status)" = 0 ]
}
