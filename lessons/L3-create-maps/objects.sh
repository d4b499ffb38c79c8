# SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
# shellcheck shell=bash disable=SC2153 # LESSON is the runner's
#
# objects.sh - what the checks of L3 create, and what was asked of the kernel, or of its stand-in.

# shellcheck source=/dev/null
. "$LESSON/../L1-bpf-object/common.sh"

# pretended OBJECT [NAME=VALUE]... - runs ./pretend; stdout is in $OUT, whatever the status. Messages
# are shown where none is expected.
pretended() {
	run 10 env "${@:2}" ./pretend "$1"
	unharmed pretended "./pretend $1 ends"
	case $*/$RC in
	*REFUSE* | *LOG* | */0) ;;
	*) head -n 5 run.err ;;
	esac
}

# asked - each BPF_MAP_CREATE: what for, without name and result.
asked() {
	printf '%s\n' "$OUT" | sed -nE "s/^kernel: BPF_MAP_CREATE (.*) name '.*/\1/p"
}

# names - of each BPF_MAP_CREATE that the stand-in understood.
names() {
	printf '%s\n' "$OUT" | sed -nE "s/^kernel: BPF_MAP_CREATE .* name '(.*)'.*/\1/p"
}

# results - of each system call.
results() {
	printf '%s\n' "$OUT" | sed -nE 's/^kernel: .* = (.*)/\1/p'
}

# in_kernel OBJECT - runs ./myload, and leaves in $OUT what the kernel says of each map.
in_kernel() {
	run 10 ./myload "$1"
	ended_well ends "./myload $1 ends with status 0"
}
