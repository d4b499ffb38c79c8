#!/bin/sh
# SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
#
# tier: 0
# convert_object.t - bpfload convert of objects, as an unprivileged user: the definitions of every
# dialect as text (convert_object/*.txt), that they compile into the same maps, JSON, what the
# new object holds, and input and output that cannot be.
#
# To write the texts anew after a look at them: UPDATE=1 tests/bpfload/convert_object.t
# What the kernel and libbpf say of new objects is tests/unit/convert_object.c.

# shellcheck disable=SC2016,SC2034 # variables in jq's filters are jq's; AS_USER is common.sh's

# shellcheck source=/dev/null
. "$(dirname "$0")/../tap.sh"
# shellcheck source=/dev/null
. "$TOP/tests/bpfload/common.sh"

AS_USER=
[ "$(id -u)" != 0 ] || AS_USER='setpriv --reuid 65534 --regid 65534 --clear-groups'
GOLDEN=$TOP/tests/bpfload/convert_object
unset CLICOLOR_FORCE

# ---- objects ----

# matrix NAME OBJECT [FLAG]... - tests/objects/matrix_NAME.c becomes OBJECT.o.
matrix() {
	source=$TOP/tests/objects/matrix_$1.c object=$2
	shift 2
	clang -O2 -target bpf -I"$TOP/include" -I"$TOP/tests/objects" \
		-I"/usr/include/$(uname -m)-linux-gnu" "$@" -c -o "$object.o" "$source" || exit 1
}

matrix annotate annotate -g
matrix inner_idx inner_idx -g -DOUTER_FIRST
matrix inner_id inner_id
matrix tail_calls tail_calls -g
matrix slots slots
matrix pins object_pin -DPINNING=1
matrix pins custom_pin -DPINNING=7
matrix foreign_pins gobpf -g '-DNAMESPACE="ns"'
matrix foreign_pins goebpf -g -DGOEBPF '-DPATH="/sys/fs/bpf/mine"'
matrix tail goes_on -DSIZE=44 -DTAIL=42
matrix globals globals

compile android -g <<'END'
#include <linux/bpf.h>
#define SEC(NAME) __attribute__((section(NAME), used))
struct bpf_map_def {
	unsigned int type, key_size, value_size, max_entries, map_flags, uid, gid, mode;
};
struct bpf_map_def SEC("maps") traffic = {BPF_MAP_TYPE_HASH, 4, 8, 16, .gid = 3003, .mode = 0660};
SEC("skfilter/ingress") int ingress(struct __sk_buff *skb)
{
	return (int)(long)&traffic;
}
char _license[] SEC("license") = "GPL";
END

compile year_2019 -g <<'END'
#include <linux/bpf.h>
#define SEC(NAME) __attribute__((section(NAME), used))
struct {
	unsigned int type, max_entries, map_flags;
	int *key;
	long *value;
} counts SEC(".maps") = {.type = BPF_MAP_TYPE_HASH, .max_entries = 8, .map_flags = 1};
END

# Types that no header has, an array of definitions, a map for each of two nodes.
compile mine -g <<'END'
#include <linux/bpf.h>
#include <bpf_helpers.h>
#include <bpf_annotate.h>
struct pair {
	int first, second;
};
struct wide {
	struct pair pair;
	long long numbers[3];
};
struct bpf_map_def SEC("maps") wide = {
	BPF_MAP_TYPE_HASH, sizeof(struct pair), sizeof(struct wide), 8};
BPF_ANNOTATE_KV_PAIR(wide, struct pair, struct wide);
struct bpf_map_def SEC("maps") both[2] = {
	{BPF_MAP_TYPE_ARRAY, 4, 8, 1, BPF_F_NUMA_NODE, 0, 0},
	{BPF_MAP_TYPE_ARRAY, 4, 8, 2, BPF_F_NUMA_NODE | BPF_F_RDONLY_PROG, 0, 1},
};
struct bpf_map_def SEC("maps") trie = {BPF_MAP_TYPE_LPM_TRIE, 8, 4, 8};
SEC("xdp_mine") int look(struct xdp_md *ctx)
{
	return bpf_map_lookup_elem(&wide, &(struct pair){1, 2}) ? XDP_DROP : XDP_PASS;
}
char _license[] SEC("license") = "GPL";
END

# A definition without a type.
compile untyped <<'END'
struct bpf_map_def {
	unsigned int type, key_size, value_size, max_entries, map_flags, inner_map_idx, numa_node;
};
struct bpf_map_def __attribute__((section("maps"), used)) blank = {0, 4, 4, 4};
END

DIALECTS='explain_kernel explain_iproute2 explain_static explain_btf annotate inner_idx inner_id
	tail_calls slots object_pin gobpf goebpf android year_2019 mine'

# ---- text ----

# golden NAME [OPTION]... - what is printed for NAME.o is what the file says.
golden() {
	name=$1
	shift
	bpfload convert "$@" "$name.o"
	[ -z "${UPDATE:-}" ] || cp "$WORK/out" "$GOLDEN/$name.txt"
	is "$RC" 0 "$name: converted"
	diff -u "$GOLDEN/$name.txt" "$WORK/out" >"$WORK/diff"
	good=$?
	verdict $good "$name: the definitions are those of convert_object/$name.txt"
	[ $good = 0 ] || diag "$(cat "$WORK/diff")"
}

texts() {
	for name in $DIALECTS; do
		golden "$name"
	done
	golden custom_pin --relaxed
	golden goes_on --relaxed
}

# ---- pasted and compiled ----

# What both have to agree in, sorted by name.
SAME='[.maps[] | {name, type, key_size, value_size, max_entries, map_flags, numa_node, key_type,
	value_type, pin_by_name, inner, slots}] | sort_by(.name)'

# pasted NAME - the text compiles, after types that no header has, and is the same maps again.
pasted() {
	object=$1
	bpfload convert --json "$object.o"
	jq -S "$SAME" "$WORK/out" >"$WORK/wanted"
	# the programs that its slots name
	jq -r '[.maps[].slots[].program | select(.)] | unique[] |
		"SEC(\"tc\") int \(.)(struct __sk_buff *ctx) { return 0; }"' \
		"$WORK/out" >"$WORK/programs"
	bpfload convert "$object.o"
	sed "s/^#if 0.*/#if ${TYPES:-1}/" "$WORK/out" >"$WORK/pasted"
	cat "$WORK/programs" >>"$WORK/pasted"
	compile "pasted_$object" -g -Wall -Werror <"$WORK/pasted"
	bpfload convert --json "pasted_$object.o"
	jq -S "$SAME" "$WORK/out" >"$WORK/found"
	diff -u "$WORK/wanted" "$WORK/found" >"$WORK/diff"
	good=$?
	verdict $good "$object: pasted and compiled, the same maps"
	[ $good = 0 ] || diag "$(cat "$WORK/diff")"
}

pasting() {
	for name in explain_kernel explain_iproute2 explain_static explain_btf inner_idx inner_id \
		tail_calls slots object_pin gobpf goebpf android year_2019 mine; do
		pasted "$name"
	done
}

# ---- JSON ----

documents() {
	for name in $DIALECTS; do
		bpfload convert --json "$name.o"
		is "$RC" 0 "$name: JSON"
		follows_schema convert-object
	done
	bpfload convert --json explain_iproute2.o
	json '.maps | map(.name) == ["shared", "part", "whole", "jumps"]' 'JSON: maps in the order of the file'
	json '.maps[0] | .pin_by_name and .max_entries == 16 and .type_name == "array"' 'JSON: numbers'
	json '.maps[2] | .inner.type_name == "hash" and .slots == [{key: 2, map: "part", program: null}]' 'JSON: an inner map in its slot'
	json '.maps[3].slots == [{key: 3, map: null, program: "classify_more"}]' 'JSON: a tail call in its slot'
	json '.maps[1].notes[0] | startswith("id 42 has no equivalent")' 'JSON: what is lost'
	json '.programs[] | select(.name == "classify_more") | .section == "7/3" and .new_section == "tc"' 'JSON: a section renamed'
	json '.check == null and .object == null' 'JSON: neither proof nor object was asked for'
	is "$(jq -r '.maps[0].definition' "$WORK/out")" \
		"$("$BPFLOAD" convert explain_iproute2.o | sed -n '/^\/\* shared:/,/^} shared/p')" \
		'JSON: the definition is the text'
}

# ---- a new object ----

# section OBJECT NAME - bytes of a section, in hex.
section() {
	llvm-objcopy --dump-section "$2=$WORK/section" "$1" /dev/null 2>/dev/null || : >"$WORK/section"
	od -An -v -tx1 "$WORK/section"
}

new_objects() {
	mkdir -p "$WORK/new" && chmod 777 "$WORK/new"
	for name in $DIALECTS globals; do
		bpfload convert --json "$name.o"
		jq -S "$SAME" "$WORK/out" >"$WORK/wanted"
		bpfload convert --object "$WORK/new/$name.o" "$name.o"
		is "$RC:$OUT" 0: "$name: a new object"
		bpfload convert --json "$WORK/new/$name.o"
		jq -S "$SAME" "$WORK/out" >"$WORK/found"
		is "$(cat "$WORK/found")" "$(cat "$WORK/wanted")" "$name: with the same maps"
		json 'all(.maps[]; .section == ".maps" and (.rebuilt | not))' "$name: all of them of BTF"
		cp "$WORK/new/$name.o" "$WORK/new/first"
		bpfload convert --object "$WORK/new/second" "$WORK/new/first"
		bpfload convert --json "$WORK/new/second"
		is "$(jq -S "$SAME" "$WORK/out")" "$(cat "$WORK/wanted")" "$name: converted again, still the same"
	done
	bpfload convert --object "$WORK/new/keep.o" --keep-sections explain_kernel.o
	is "$RC" 1 'keep-sections: a name that libbpf does not know is something left'
	like "$ERR" "^bpfload: left: explain_kernel.o: program 'count_packets': section 'socket1'" 'keep-sections: and says so'
	bpfload explain --json "$WORK/new/keep.o"
	json '.programs[0].section == "socket1"' 'keep-sections: the name stays'
	bpfload convert --object "$WORK/new/kernel.o" explain_kernel.o
	like "$ERR" "program 'count_packets': section 'socket1' is now 'socket'" 'renamed: says so'
	bpfload explain --json "$WORK/new/kernel.o"
	json '[.sections[].name] | index("maps") == null' 'renamed: no section is called maps'
	json '.programs[0].section == "socket"' 'renamed: by the name that libbpf has'
	bpfload convert --object "$WORK/new/static.o" explain_static.o
	if command -v llvm-objcopy >/dev/null; then
		is "$(section "$WORK/new/static.o" .BTF.ext)" "$(section explain_static.o .BTF.ext)" \
			'where nothing moves, .BTF.ext stays byte for byte'
	else
		skip 'no llvm-objcopy (package llvm)' '.BTF.ext stays byte for byte'
	fi
	"$BPFLOAD" convert --json - <explain_kernel.o >"$WORK/out" 2>"$WORK/err"
	json '.path == "-" and (.maps | length) == 3' 'standard input may be an object'
}

# ---- what cannot be ----

# kept NAME - the input is as it was, and nothing new stands beside the output.
kept() {
	is "$(cksum <explain_kernel.o)" "$SUM" "$1: the object is as it was"
	is "$(ls -A "$WORK/target")" "${LEFT:-}" "$1: nothing is left behind"
}

bad_input() {
	rm -rf "$WORK/target" && mkdir "$WORK/target" && chmod 777 "$WORK/target"
	out=$WORK/target/out.o
	head -c 100 /dev/zero >zeros.o
	: >empty.o
	head -c 200 explain_kernel.o >header.o
	head -c "$(($(wc -c <explain_kernel.o) - 90))" explain_kernel.o >short.o
	SUM=$(cksum <explain_kernel.o)
	for how in "--object $out" '--json' ''; do
		for input in header short nothing; do
			# shellcheck disable=SC2086 # options
			bpfload convert $how $input.o
			refused "^bpfload: .*$input" "$input ${how%% *}"
			kept "$input ${how%% *}"
		done
	done
	for input in zeros empty; do
		bpfload convert --object "$out" $input.o
		is "$RC:$OUT" 2: "$input: no object, so --object is wrong"
		kept "$input"
	done
	bpfload convert --object "$out" missing.o
	refused 'missing.o: .*No such file' 'missing'
	bpfload convert --object "$out" untyped.o
	refused "section 'maps', map 'blank': its type is 0, which is none" 'untyped'
	kept untyped
	bpfload convert --object "$out" ambiguous.o
	refused "dialect" 'ambiguous: asks'
	kept ambiguous
	bpfload convert --object "$out" goes_on.o
	refused 'byte 40' 'a tail that nobody knows'
	kept 'a tail that nobody knows'
}

bad_output() {
	rm -rf "$WORK/target" && mkdir "$WORK/target" && chmod 777 "$WORK/target"
	SUM=$(cksum <explain_kernel.o)
	bpfload convert --object "$WORK/target" explain_kernel.o
	misused 'output is a directory'
	kept 'output is a directory'
	bpfload convert --object explain_kernel.o explain_kernel.o
	misused 'output is the input'
	kept 'output is the input'
	LEFT=link.o
	ln -s "$WORK/objects/explain_kernel.o" "$WORK/target/link.o"
	bpfload convert --object "$WORK/target/link.o" explain_kernel.o
	misused 'output is the input by another name'
	kept 'output is the input by another name'
	LEFT=
	rm "$WORK/target/link.o"
	bpfload convert --object "$WORK/target/no/out.o" explain_kernel.o
	refused 'no/out.o: cannot write the new object: No such file' 'output in no directory'
	kept 'output in no directory'
	if [ "$(id -u)" = 0 ]; then
		chmod 755 "$WORK/target"
		bpfload convert --object "$WORK/target/out.o" explain_kernel.o
		refused 'out.o: cannot write the new object: Permission denied' 'output not allowed'
		kept 'output not allowed'
		chmod 777 "$WORK/target"
	fi
	for output in - /dev/null ''; do
		bpfload convert --object "$output" explain_kernel.o
		misused "output is '$output'"
	done
	for option in --diff --in-place '--headers /tmp'; do
		# shellcheck disable=SC2086 # an option with its value
		bpfload convert $option explain_kernel.o
		misused "$option of an object"
		bpfload convert --object "$WORK/target/out.o" explain_kernel.o -- -O2
		misused 'compiler flags of an object'
		kept "$option of an object"
	done
}

# Without privileges there is no proof, and without proof no object.
no_proof() {
	if [ "$(id -u)" != 0 ] && [ "$(cat /proc/sys/kernel/unprivileged_bpf_disabled)" = 0 ]; then
		skip 'this user may use bpf(2)' 'a proof without privileges'
		return
	fi
	rm -rf "$WORK/target" && mkdir "$WORK/target" && chmod 777 "$WORK/target"
	SUM=$(cksum <explain_kernel.o)
	bpfload convert --check --object "$WORK/target/out.o" explain_kernel.o
	refused 'explain_kernel.o: check: the old object does not load' 'check without privileges'
	like "$ERR" 'root' 'check without privileges: says what it takes'
	like "$ERR" 'nothing is proven$' 'check without privileges: claims nothing'
	kept 'check without privileges'
}

all_of_it() {
	texts
	pasting
	documents
	new_objects
	bad_input
	bad_output
	no_proof
}

each_build all_of_it
done_testing
