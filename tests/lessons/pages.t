#!/bin/bash
# SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
#
# tier: 2
# pages.t - what the lessons' README.org, and the one above them, show of files and commands is what
# files hold and commands print (see tools/transcripts). Each page is gone through from top to bottom
# in a copy of the tree, where nobody has worked yet, and in a network and a bpffs of its own. ONLY=01
# in the environment: that lesson only; without, several at a time.

[ -z "${ONLY:-}" ] || [ -n "${PAGES_APART:-}" ] || PAGES_APART=yes exec "$(dirname "$0")/../../lessons/runner/apart" "$0"
# shellcheck source=tests/tap.sh
. "$(dirname "$0")/../tap.sh"
# shellcheck source=tests/lessons/each.sh
. "$TOP/tests/lessons/each.sh"
export LC_ALL=C.UTF-8
unset LEARN_WORK O
cd "$TOP" || exit 1

# compare PAGE N KIND TEXT - after `--fresh` has left its output in $WORK/fresh.
compare() {
	local varies
	tools/transcripts --recorded "$1" "$2" >"$WORK/recorded"
	if [ "$3" = code ]; then
		is "$(cat "$WORK/recorded")" "$(cat "$WORK/fresh")" "$1: shows $4"
		return
	fi
	varies=$(tools/transcripts --varies "$1" "$2")
	is "$(tools/transcripts --shape "$varies" <"$WORK/recorded")" \
		"$(tools/transcripts --shape "$varies" <"$WORK/fresh")" "$1: shows what '$4' prints"
}

# item PAGE N KIND TEXT
item() {
	if [ "$3" != code ] && [ "${4#*sudo }" != "$4" ] && [ "$(id -u)" != 0 ]; then
		skip 'needs root' "$1: '$4'"
		return
	fi
	tools/transcripts --fresh "$1" "$2" >"$WORK/fresh" 2>"$WORK/err"
	verdict $? "$1: $3: $4"
	[ ! -s "$WORK/err" ] || diag "$(cat "$WORK/err")"
	[ "$3" = "done" ] || compare "$@"
}

# page FILE
page() {
	local n=0 kind text
	rm -rf "$WORK/tree"
	BUILD=${BUILD:-build} "$TOP/lessons/author" copy "$WORK/tree" || exit 1
	cd "$WORK/tree" || exit 1
	while IFS=$'\t' read -r kind text; do
		n=$((n + 1))
		item "$1" $n "$kind" "$text"
	done < <(tools/transcripts --items "$1")
	[ $n -gt 0 ]
	verdict $? "$1: has commands or code in it"
	cd "$TOP" || exit 1
}

if [ -z "${ONLY:-}" ]; then
	# shellcheck disable=SC2046 # numbers
	each lessons $(for page in lessons/*-*/; do basename "$page" | sed 's/-.*//'; done)
	exit
fi
for page in lessons/README.org lessons/*-*/README.org; do
	case $(basename "$(dirname "$page")") in "$ONLY"*) O=${BUILD:-build} page "$page" ;; esac
done
done_testing
