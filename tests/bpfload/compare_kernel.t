#!/bin/sh
# SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
#
# tier: 1
# compare_kernel.t - bpfload compare with the kernel asked: verdicts on what only the kernel sees
# and on what it does not see, what BTF buys, and that nothing is left behind.

# shellcheck disable=SC2016 # the variables in jq's filters are jq's

# shellcheck source=/dev/null
. "$(dirname "$0")/../tap.sh"
# shellcheck source=/dev/null
. "$TOP/tests/bpfload/common.sh"
# shellcheck source=/dev/null
. "$TOP/tests/bpfload/compare.sh"

PATH=$PATH:/usr/sbin:/sbin
BPFFS=$WORK/bpffs
mkdir "$BPFFS"
if ! mount -t bpf bpf "$BPFFS" 2>"$WORK/err"; then
	echo "1..0 # SKIP cannot mount a bpffs: $(cat "$WORK/err")"
	exit 0
fi
trap 'umount "$BPFFS"; rm -rf "$WORK"' EXIT
TYPES='; types of 2 maps on one side only'
# Names that nobody else uses, to be found in the kernel.
TAG=cmp$$

# Maps and programs in the kernel with our tag in their name, once it has freed what it frees later.
left_behind() {
	tries=50
	while :; do
		left=$(bpftool -j map show | jq -r --arg tag "$TAG" '.[] | select(.name // "" | startswith($tag)) | .name'
			bpftool -j prog show | jq -r --arg tag "$TAG" '.[] | select(.name // "" | startswith($tag)) | .name')
		tries=$((tries - 1))
		[ -n "$left" ] || break
		[ $tries -gt 0 ] || break
		sleep 0.1
	done
	echo "$left"
}

# kernel_row FIELD - of map counts, as jq finds it.
kernel_row() {
	echo ".maps[0].kernel[] | select(.field == \"$1\")"
}

verdicts() {
	compare --kernel=yes legacy.o btf.o
	verdict_is 0 "identical to the kernel$TYPES" 'the twin: identical'
	like "$OUT" '^Map counts in the kernel$' 'the twin: what the kernel says of a map'
	like "$OUT" '^  max_entries +256 +256 +=$' 'the twin: a number of it'
	like "$OUT" '^  value type +- +struct tally +no matter$' 'the twin: a type that only B has'
	like "$OUT" '^Program count in the kernel$' 'the twin: and of the program'
	compare --brief btf.o legacy.o
	is "$RC:$OUT" "0:identical to the kernel$TYPES" 'the twin first: identical'
	compare --brief legacy.o legacy.o
	is "$RC:$OUT" '0:identical to the kernel' 'an object and itself'
	compare --brief --kernel=no legacy.o btf.o
	is "$RC:$OUT" "0:identical to the kernel, as far as the files tell$TYPES" '--kernel=no: it is not asked'
	compare --brief legacy.o fewer.o
	is "$RC:$OUT" "1:different: map 'counts': max_entries 256 and 8" 'a number: told once'
	compare --brief legacy.o stepping.o
	like "$RC:$OUT" "^1:different: program 'count': first different instruction [^;]*imm 1 and [^;]*imm 2\$" 'an instruction: told once'
	compare --brief other_value.o btf.o
	is "$RC:$OUT" "1:different: map 'counts': value type struct other_tally and struct tally" 'types of other members'
	compare --brief legacy.o closed.o
	like "$RC:$OUT" "^1:different: .*program 'count': gpl_compatible 1 and 0\$" 'another license'
	compare --brief legacy.o bare.o
	is "$RC:$OUT" '0:identical to the kernel' 'no BTF at all: functions have no names then, and are the same'
}

# What the file and the kernel disagree on.
disagreements() {
	compare --brief --kernel=no legacy.o strict.o
	is "$RC:$OUT" '0:identical to the kernel, as far as the files tell' 'a function made global: nothing in the files'
	compare --brief legacy.o strict.o
	like "$RC:$OUT" "^1:different: program 'count': instructions [0-9]+ and [0-9]+\$" 'a function made global: the verifier leaves in more'
	compare legacy.o strict.o
	like "$OUT" '^  instructions +[0-9]+ +[0-9]+ +differs$' 'a function made global: its row'
	compare legacy.o untrie.o
	verdict_is 0 'identical to the kernel' 'a flag that every loader adds'
	like "$OUT" '^  map_flags +0x1 NO_PREALLOC +maps\+72 +0x0 +maps\+72 +in the file only$' 'a flag that every loader adds: in the file only'
	like "$OUT" '^  map_flags +0x1 BPF_F_NO_PREALLOC +0x1 BPF_F_NO_PREALLOC +=$' 'a flag that every loader adds: the same in the kernel'
}

documents() {
	compare --json legacy.o btf.o
	is "$RC" 0 'JSON: read'
	follows_schema compare
	json '.kernel.asked == "all" and .kernel.why_not == null' 'JSON: the kernel was asked'
	json "$(kernel_row max_entries) | .a == \"256\" and .b == \"256\" and (.differs | not)" 'JSON: a number of the kernel'
	json "$(kernel_row btf_id) | .a == null and (.b | tonumber) > 0 and (.differs | not)" 'JSON: ids of BTF'
	json "$(kernel_row 'value type') | .a == null and .b == \"struct tally\"" 'JSON: types of BTF'
	json '.programs[0].kernel[] | select(.field == "maps") | .a == "config, counts" and .b == .a' 'JSON: maps of a program by name'
	json '[.kernel.examples[].map] == ["counts", "config"]' 'JSON: examples of maps that one side describes'
	compare --json legacy.o strict.o
	follows_schema compare
	json '.verdict.result == "different" and (.programs[0].kernel[-1] | .field == "instructions" and .differs)' 'JSON: a difference of the kernel'
}

# The value is 1, 2, … in words of 8 bytes.
examples() {
	compare legacy.o btf.o
	like "$OUT" '^What BTF buys: the same entry in both$' 'examples: a heading'
	like "$OUT" 'key: 00 00 00 00  value: 01 00 00 00 00 00 00 00  02 00 00 00 00 00 00 00' 'examples: bytes without BTF'
	like "$OUT" '^ +"packets": 1,$' 'examples: a member with BTF'
	like "$OUT" '^ +"bytes": 2$' 'examples: another'
	compare legacy.o legacy.o
	like "$OUT" '^  nothing +no map has types on one side only$' 'examples: none, and why'
	mkdir -p "$WORK/empty"
	run env PATH="$WORK/empty" "$BPFLOAD" compare legacy.o btf.o
	like "$RC:$OUT" '^  nothing +there is no bpftool to show it$' 'examples: no bpftool, and it is said'
	is "$RC" 0 'examples: and no failure'
}

# Maps that ask for pins, of a type that would not fit what is pinned there.
pins() {
	compile pinned -g <<END
#include <linux/bpf.h>
#include "bpf_helpers.h"
struct bpf_elf_map {
	__u32 type, size_key, size_value, max_elem, flags, id, pinning, inner_id, inner_idx;
};
struct bpf_elf_map SEC("maps") ${TAG}_pinned = {
	.type = BPF_MAP_TYPE_ARRAY, .size_key = 4, .size_value = 8, .max_elem = 3, .pinning = 2,
};
SEC("classifier") int ${TAG}_prog(void *ctx)
{
	__u32 key = 0;

	return bpf_map_lookup_elem(&${TAG}_pinned, &key) != 0;
}
END
	compile pinned_btf -g <<END
#include <linux/bpf.h>
#include "bpf_helpers.h"
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__type(key, __u32);
	__type(value, __u64);
	__uint(max_entries, 3);
	__uint(pinning, 1);
} ${TAG}_pinned SEC(".maps");
SEC("classifier") int ${TAG}_prog(void *ctx)
{
	__u32 key = 0;

	return bpf_map_lookup_elem(&${TAG}_pinned, &key) != 0;
}
END
	mkdir -p "$BPFFS/tc/globals"
	rm -f "$BPFFS/tc/globals/${TAG}_pinned"
	bpftool map create "$BPFFS/tc/globals/${TAG}_pinned" type hash key 2 value 2 entries 2 name other
	before=$(find "$BPFFS" | sort)
	compare --bpffs "$BPFFS" --pin-root "$BPFFS" pinned.o pinned_btf.o
	verdict_is 0 'identical to the kernel; types of 1 map on one side only; 1 map pinned in another way' 'pins: what is pinned is not looked at'
	like "$OUT" "^  pinned at +A: $BPFFS/tc/globals/${TAG}_pinned\$" 'pins: the path in A'
	like "$OUT" "^  pinned at +B: $BPFFS/${TAG}_pinned\$" 'pins: the path in B'
	is "$(find "$BPFFS" | sort)" "$before" 'pins: none is made, none is removed'
	is "$(left_behind)" '' 'pins: no map and no program stays'
	rm -f "$BPFFS/tc/globals/${TAG}_pinned"
}

# Something the kernel refuses, on either side.
refusals() {
	compile refused -g <<END
#include <linux/bpf.h>
#include "bpf_helpers.h"
struct bpf_map_def SEC("maps") ${TAG}_first = {BPF_MAP_TYPE_ARRAY, 4, 8, 1, 0};
struct bpf_map_def SEC("maps") ${TAG}_wrong = {BPF_MAP_TYPE_ARRAY, 3, 8, 1, 0};
END
	compare --brief refused.o btf.o
	like "$RC:$OUT" "^1:refused: A: refused\.o: section 'maps', map '${TAG}_wrong': the kernel does not create it" 'a map that the kernel refuses'
	compare --brief btf.o refused.o
	like "$RC:$OUT" '^1:refused: B: refused\.o: ' 'the same as B'
	compare --json legacy.o refused.o
	follows_schema compare
	json '.verdict.result == "refused" and .a.refusal == null and (.b.refusal | test("wrong"))' 'JSON: who is refused'
	is "$(left_behind)" '' 'refused: nothing stays'
}

# Ids, addresses and the order of things must not make an object differ from itself.
the_same_twice() {
	for object in "$BUILD"/tests/objects/matrix_*.o "$BUILD"/tests/objects/diff_*.o; do
		compare --brief "$object" "$object"
		like "$RC:$OUT" '^(0:identical to the kernel(, programs as far as the files tell)?|1:refused: A: .*)$' \
			"$(basename "$object"): the same as itself"
	done
}

# The template of a map of maps is nothing that the kernel tells of. It sees it all the same.
inner_maps() {
	compare --brief outer5.o outer6.o
	is "$RC:$OUT" "1:different: map 'outer': inner map array 4/8/5 0x0 and array 4/8/6 0x0" 'another inner map'
	compare --brief data1.o data2.o
	is "$RC:$OUT" "1:different: map '.data': contents 01 00 00 00 and 02 00 00 00" 'a variable that begins with another value'
}

samples() {
	for object in samples/*_kern.btf.o; do
		name=${object%.btf.o}
		compare --brief "$name.o" "$object"
		case $name in
		samples/struct_ops_cc_kern)
			like "$RC:$OUT" "^1:refused: A: program 'toy_[a-z_]+': struct_ops programs are tied to" "$name: refused by name"
			;;
		*)
			like "$RC:$OUT" '^0:identical to the kernel' "$name: identical"
			;;
		esac
	done
}

everything() {
	verdicts
	disagreements
	documents
	examples
	pins
	refusals
	inner_maps
	the_same_twice
	samples
}

# One sample in full; all of them are compared above.
make_compare() {
	run make --no-print-directory -C "$TOP" O="${BUILD#"$TOP"/}" compare SAMPLE=sockex2
	like "$RC:$(printf '%s\n' "$OUT" | tail -n 1)" '^0:identical to the kernel; types of 2 maps' 'make compare SAMPLE=sockex2'
	like "$OUT" '^  B +samples/sockex2_kern\.c -DBTF_MAPS: 2 maps, 1 program$' 'make compare: from the source'
	run make --no-print-directory -C "$TOP" O="${BUILD#"$TOP"/}" compare SAMPLE=nosuch
	like "$RC:$OUT" 'samples/nosuch_kern\.c: clang does not compile it' 'make compare: no such sample'
}

each_build everything
make_compare
done_testing
