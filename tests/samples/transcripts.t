#!/bin/bash
# SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
#
# tier: 2
# transcripts.t - what the pages say that commands print is what they print: in shape, see
# tools/transcripts. Each command runs once more; where it cannot run here, it is skipped.

# shellcheck source=tests/tap.sh
. "$(dirname "$0")/../tap.sh"
export LC_ALL=C.UTF-8
cd "$TOP" || exit 1
BUILD=${BUILD:-build}
export BUILD

# why_not COMMAND - prints why the sample in it cannot run here. Fails where it can.
why_not() {
	[ "$(id -u)" = 0 ] || { echo 'needs root' && return; }
	sample=$(printf '%s\n' "$1" | sed -n 's|^build/samples/\([a-z0-9_]*\).*|\1|p')
	[ -n "$sample" ] || return 1
	about=$("$BUILD/samples/$sample" --about)
	[ "$(echo "$about" | cut -f 5)" = no ] && echo "$about" | cut -f 6
}

# check FILE N COMMAND
check() {
	tools/transcripts --recorded "$1" "$2" >"$WORK/recorded"
	[ -s "$WORK/recorded" ]
	verdict $? "$1: '$3' has a transcript"
	timeout 120 bash -c "${3//build\//$BUILD/}" >"$WORK/fresh" 2>&1 </dev/null
	is $? 0 "$1: '$3' runs"
	varies=$(tools/transcripts --varies "$1" "$2")
	is "$(tools/transcripts --shape "$varies" <"$WORK/fresh")" \
		"$(tools/transcripts --shape "$varies" <"$WORK/recorded")" "$1: and prints what its transcript shows"
}

for file in README.org samples/README.org; do
	n=0
	while IFS=$'\t' read -r _ command; do
		n=$((n + 1))
		if why=$(why_not "$command"); then
			skip "$why" "$file: '$command' prints what its transcript shows"
		else
			check "$file" $n "$command"
		fi
	done < <(tools/transcripts --items "$file")
done

done_testing
