# SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
# shellcheck shell=bash disable=SC2034 # HELD, RETURNED, LACKING are for the checks and check.sh
#
# common.sh - what the checks of this lesson have in common, in addition to lessons/check.sh.

TOOL_FLAGS=(-O2 -std=gnu11 -D_GNU_SOURCE -I. "-I$TOP" "-I$TOP/include")

# tool NAME [ID WHAT] - compiles tools/NAME.c. ID is for tools that have a file of the learner's in
# them; if one without does not compile, something of this machine is missing. $WARN is what to warn
# of.
WARN=(-Wall -Wextra)
tool() {
	LC_ALL=C bounded 60 cc "${TOOL_FLAGS[@]}" "${WARN[@]}" -o "$1" "$LESSON/tools/$1.c" together.c \
		"$BUILD/libbpf_load.a" -Wl,--as-needed -lbpf -lelf -lz -lpthread
	[ "$RC" = 0 ] || failed "${2:-tool-builds}" "${3:-the tool $1 compiles}" "the compiler's message above says why not"
	[ -z "${2:-}" ] || pass "$2" "$3"
}

# strike PROGRAM MAP [=N,N] PHASE... - $OBJECT is loaded and run; tools/strike.c tells of phases.
# Leaves the lines about the map in $HELD, those about what was returned in $RETURNED.
strike() {
	HELD=
	RETURNED=
	able || return 0
	[ -x strike ] || tool strike
	run 60 ./strike "$OBJECT" "$@"
	[ "$RC" = 0 ] || { cat run.err && failed runs "program '$1' runs" 'the message above says why not'; }
	HELD=$(printf '%s\n' "$OUT" | grep -v '^return ')
	RETURNED=$(printf '%s\n' "$OUT" | sed -n 's/^return //p' | xargs)
}

# two_cpus - from here on, checks take two CPUs. Where there is one, they are passed over, and the
# lines say so.
two_cpus() {
	able || return 0
	[ -x strike ] || tool strike
	[ "$(./strike --cpus)" -ge 2 ] || LACKING='needs two CPUs, and here is one'
}
