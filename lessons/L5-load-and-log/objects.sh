# SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
# shellcheck shell=bash disable=SC2153 # LESSON is the runner's
#
# objects.sh - what the checks of L5 load, and what was asked of the kernel, or of its stand-in.

# shellcheck source=/dev/null
. "$LESSON/../L1-bpf-object/common.sh"

# one - a program that uses two maps, in an object with a license.
one() {
	object one <<-'END'
		SEC("maps") u32 first[5] = {2, 4, 8, 20}, second[5] = {1, 4, 8, 20};
		SEC("socket") int program(u32 *skb)
		{
			u32 key = skb[0];

			return lookup(&second, &key) != lookup(&first, &key);
		}
		char _license[] SEC("license") = "Dual MIT/GPL";
	END
}

# pretended OBJECT [NAME=VALUE]... - runs ./pretend: stdout is in $OUT, and what it says to stderr, which may
# be large, in the file said.
pretended() {
	OUT=
	bounded 20 env "${@:2}" sh -c "exec ./pretend '$1' 2>said" >run.out
	OUT=$(cat run.out)
	unharmed pretended "./pretend ${*} ends" 'Whatever the kernel answers, there must come an end'
}

# errors - what the last `run` said to stderr; nothing where it could not be run.
errors() {
	[ ! -e run.err ] || cat run.err
}

# loads - each BPF_PROG_LOAD, but for the log.
programs_asked() {
	printf '%s\n' "$OUT" | sed -nE "s/^kernel: BPF_PROG_LOAD (.*) log level .*/\1/p"
}

# maps_of_program - the descriptors that its instructions name.
maps_of_program() {
	printf '%s\n' "$OUT" | sed -nE "s/^kernel: BPF_PROG_LOAD .* size [0-9]+((| map [0-9]+)*) = .*/\1/p" |
		grep -oE 'map [0-9]+' | sort -u | paste -sd ' '
}

# logs - of each BPF_PROG_LOAD: how much log is wanted, and what came of it.
logs() {
	printf '%s\n' "$OUT" | sed -nE "s/^kernel: BPF_PROG_LOAD .* log (level [0-9]+ size [0-9]+).* = (.*)/\1: \2/p"
}

# instruction_count OBJECT SECTION
instruction_count() {
	echo $((16#$(sections_of "$1" | awk -v name="$2" '$2 == name { print $5 }') / 8))
}
