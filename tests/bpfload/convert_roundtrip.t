#!/bin/sh
# SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
#
# tier: 1
# convert_roundtrip.t - sources converted, compiled and loaded: every sample, every source of the
# loader's matrix, every shape of tests/convert.
#
# Twice each. bpfload convert --check has to find no difference. And independently of it the
# source and what comes out are compiled here and loaded: the maps must have the same type,
# sizes, entries and flags, the programs the same type and the same tag, which is the kernel's
# hash over their instructions. Of the samples, bpftool (that is, libbpf) has to load what comes
# out wherever it loads the sample's own BTF definitions.

# shellcheck source=/dev/null
. "$(dirname "$0")/../tap.sh"
# shellcheck source=/dev/null
. "$TOP/tests/bpfload/common.sh"

PATH=$PATH:/usr/sbin:/sbin
BPFFS=$WORK/bpffs
# shellcheck disable=SC2034 # for bpfload() of common.sh
BPFLOAD=$WORK/plain/bpfload
mkdir "$BPFFS" "$WORK/trip" "$WORK/trip/old" "$WORK/trip/new"
if ! mount -t bpf bpf "$BPFFS" 2>"$WORK/err"; then
	echo "1..0 # SKIP cannot mount a bpffs: $(cat "$WORK/err")"
	exit 0
fi
trap 'umount "$BPFFS"; rm -rf "$WORK"' EXIT

# build OUT DIRECTORY [FLAG]... - compiles standard input, which is of DIRECTORY.
build() {
	out=$1
	quoted=$2
	shift 2
	clang -O2 -g -w -target bpf -iquote "$quoted" -I"$TOP/include" \
		-I"/usr/include/$(uname -m)-linux-gnu" "$@" -c -o "$out" -x c - 2>"$WORK/clang"
}

# seen OBJECT - what the kernel says of its maps and programs, in $WORK/seen; false if it does not
# load. Pins are removed again: the next object is not to find them. Maps for variables are left to
# --check: an object with .maps gets them for variables that no program uses, too.
seen() {
	bpfload load --json --bpffs "$BPFFS" --pin-root "$BPFFS" "$1"
	find "$BPFFS" -type f ! -name '*.debug' -delete
	[ "$RC" = 0 ] || return 1
	jq -S '{maps: [.maps[] | select(.dialect != "data") | {name, type, key_size, value_size, max_entries, map_flags}] | sort,
		programs: [.programs[] | {name, type, tag}] | sort}' "$WORK/out" >"$WORK/seen"
}

# trip SOURCE STATUS [FLAG]... - STATUS: that of the conversion, 1 where some are left.
trip() {
	source=$1
	status=$2
	shift 2
	title=${source#"$TOP"/}
	directory=${source%/*}
	bpfload convert --headers "$TOP/include" "$source" -- "$@"
	is "$RC" "$status" "$title: converted"
	cp "$WORK/out" "$WORK/trip/new.c"
	if ! build "$WORK/trip/old/prog.o" "$directory" "$@" <"$source" ||
		! build "$WORK/trip/new/prog.o" "$directory" "$@" <"$WORK/trip/new.c"; then
		verdict 1 "$title: compiles"
		diag "$(cat "$WORK/clang")"
		return
	fi
	if [ "$status" = 0 ]; then
		bpfload explain --json "$WORK/trip/new/prog.o"
		json '[.maps[].dialect] | all(. == "btf" or . == "data")' "$title: no legacy definition is left"
	fi
	if ! seen "$WORK/trip/old/prog.o"; then
		seen "$WORK/trip/new/prog.o"
		is "$RC" 1 "$title: neither is loaded here"
		skip "the source as it was: $(printf '%s' "$ERR" | tail -n 1 | cut -c 1-160)" "$title: same to the kernel"
		return
	fi
	mv "$WORK/seen" "$WORK/trip/old.seen"
	if seen "$WORK/trip/new/prog.o"; then
		cmp -s "$WORK/trip/old.seen" "$WORK/seen"
		verdict $? "$title: same to the kernel"
		cmp -s "$WORK/trip/old.seen" "$WORK/seen" || diag "$(diff "$WORK/trip/old.seen" "$WORK/seen")"
	else
		verdict 1 "$title: loads"
		diag "$ERR"
	fi
	bpfload convert --check --headers "$TOP/include" "$source" -- "$@"
	is "$RC" "$status" "$title: --check agrees"
	like "$ERR" '--check: .*the same to the kernel' "$title: and says so"
}

# libbpf_loads OBJECT
libbpf_loads() {
	bpftool prog loadall "$1" "$BPFFS/here" >"$WORK/libbpf" 2>&1
	loaded=$?
	rm -rf "$BPFFS/here"
	find "$BPFFS" -type f ! -name '*.debug' -delete
	return $loaded
}

samples() {
	for sample in "$TOP"/samples/*_kern.c; do
		name=$(basename "$sample" _kern.c)
		trip "$sample" 0
		if libbpf_loads "$BUILD/samples/${name}_kern.btf.o"; then
			libbpf_loads "$WORK/trip/new/prog.o"
			verdict $? "$title: libbpf loads it"
			unlike "$(cat "$WORK/libbpf")" 'Retrying without BTF' "$title: with the types of its maps"
		else
			skip "nor does it load ${name}_kern.btf.o: $(grep '^libbpf: ' "$WORK/libbpf" | head -n 1 | cut -c 1-160)" "$title: libbpf loads it"
		fi
	done
}

# Those that are left in part, each with what convert_source.t reads on stderr.
matrix() {
	for source in "$TOP"/tests/objects/*.c; do
		grep -q 'SEC("maps' "$source" || continue
		case $(basename "$source" .c) in
		explain_iproute2 | faults | matrix_tail_calls) trip "$source" 1 ;; # slots by id
		matrix_foreign_pins) trip "$source" 1 ;;                           # named by its section
		matrix_inner_id) trip "$source" 1 ;;                               # made by a macro
		matrix_tail) trip "$source" 1 ;;                                   # an array as member
		matrix_slots) trip "$source" 1 ;;                                  # two program arrays, one is last
		*) trip "$source" 0 ;;
		esac
	done
}

# libbpf reads all definitions to write a header about them, and pins nothing.
of_2019() {
	bpftool gen skeleton "$WORK/trip/old/prog.o" name old >"$WORK/libbpf" 2>&1
	verdict $((!$?)) 'of 2019: libbpf refuses what it was'
	like "$(cat "$WORK/libbpf")" "expected PTR, got int" 'of 2019: for members that are numbers'
	bpftool gen skeleton "$WORK/trip/new/prog.o" name new >"$WORK/libbpf" 2>&1
	is $? 0 'of 2019: libbpf takes what comes out'
	is "$(sed -n 's/^\t\tstruct bpf_map \*\(.*\);$/\1/p' "$WORK/libbpf" | sort | xargs)" \
		'by_macro by_names by_place half no_values pinned plain sized together zeros' 'of 2019: all of its maps'
}

shapes() {
	for messages in "$TOP"/tests/convert/*.messages; do
		case $(basename "$messages" .messages) in
		nothing) continue ;;
		esac
		grep -q 'definitions converted$' "$messages"
		trip "${messages%messages}c" $((!$?))
		[ "$title" != tests/convert/year_2019.c ] || of_2019
	done
}

# A check must be able to fail: the type of this program hangs on its maps being tc's.
difference() {
	cat >"$WORK/trip/tc.c" <<'END'
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
#include <bpf_elf.h>

struct bpf_elf_map SEC("maps") hits = {
	.type = BPF_MAP_TYPE_ARRAY,
	.size_key = sizeof(__u32),
	.size_value = sizeof(__u32),
	.max_elem = 1,
};

SEC("nobody_knows") int count(struct __sk_buff *skb)
{
	__u32 zero = 0, *hit = bpf_map_lookup_elem(&hits, &zero);

	return hit ? *hit : 0;
}

char _license[] SEC("license") = "GPL";
END
	bpfload convert --headers "$TOP/include" "$WORK/trip/tc.c"
	like "$ERR" "note: the type of program 'count' was told by the maps being tc's" 'a difference: a note'
	like "$ERR" 'use SEC\("tc"\)' 'a difference: and what to do'
	bpfload convert --check --in-place --headers "$TOP/include" "$WORK/trip/tc.c"
	refused "--check: nothing tells the type of program 'count' any more" 'a difference: --check'
	is "$(ls "$WORK"/trip/tc.c*)" "$WORK/trip/tc.c" 'a difference: nothing is written'
	like "$(cat "$WORK/trip/tc.c")" '^struct bpf_elf_map SEC' 'a difference: the file is as it was'
}

samples
matrix
shapes
difference
is "$(find "$BPFFS" -type f ! -name '*.debug')" '' 'no pin is left'
done_testing
