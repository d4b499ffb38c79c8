# SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
# shellcheck shell=bash disable=SC2153 # LESSON is the runner's
#
# objects.sh - what the checks of L6 load and run.

# shellcheck source=/dev/null
. "$LESSON/../L1-bpf-object/common.sh"

# pretended OBJECT [NAME=VALUE]... - runs ./pretend; stdout is in $OUT, stderr in run.err.
pretended() {
	run 10 env "${@:2}" ./pretend "$1"
	unharmed pretended "./pretend $* ends"
}

# requests - what the kernel was asked, in order, without the results.
requests() {
	printf '%s\n' "$OUT" | sed -nE 's/^kernel: (BPF_MAP_CREATE .*) name .*/\1/p; s/^kernel: (BPF_PROG_LOAD) type ([0-9]+) .* size [0-9]+(.*) = .*/\1 type \2\3/p'
}

# frames_of SIZE... - bytes of Ethernet frames that carry UDP datagrams of these sizes over IPv4.
frames_of() {
	local sum=0 size
	for size in "$@"; do sum=$((sum + 14 + 20 + 8 + size)); done
	echo $sum
}

# send SIZE... - datagrams of so many bytes to this machine itself, where nobody listens.
send() {
	local size
	for size in "$@"; do datagram 127.0.0.1 9 "$(printf '%0*d' "$size" 0)"; done
}

# element KEY - what ./myload has printed of my_map[KEY]; nothing if nothing.
element() {
	printf '%s\n' "$OUT" | sed -n "s/^my_map\[$1\] = //p"
}
