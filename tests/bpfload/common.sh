# SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
# shellcheck shell=sh
#
# common.sh - what the tests of bpfload share: copies of the two builds and of the objects in
# $WORK, where an unprivileged user can read them, and checks of JSON documents.
#
# Contract: source it after ../tap.sh. $BPFLOAD is the build under test; each_build FUNCTION
# runs FUNCTION once with each. $OUT, $ERR and $RC are what bpfload() left.

# from_top PATH - PATH, relative to the top of the tree unless it begins with '/'.
from_top() {
	case $1 in
	/*) echo "$1" ;;
	*) echo "$TOP/$1" ;;
	esac
}

BUILD=$(from_top "${BUILD:-build}")
ASAN=$(from_top "${ASAN:-build/asan}")
SCHEMA=$TOP/tests/schema
unset TC_BPF_MNT

chmod 755 "$WORK"
mkdir "$WORK/plain" "$WORK/asan" "$WORK/objects"
cp "$BUILD/bpfload" "$WORK/plain/" && cp "$ASAN/bpfload" "$WORK/asan/" || exit 1
cp "$BUILD"/tests/objects/explain_*.o "$WORK/objects/" || exit 1
cd "$WORK/objects" || exit 1

# compile NAME [FLAG]... - the BPF source on standard input becomes $WORK/objects/NAME.o.
compile() {
	name=$1
	shift
	cat >"$WORK/$name.c"
	clang -O2 -target bpf -I"$TOP/include" -I"/usr/include/$(uname -m)-linux-gnu" "$@" \
		-c -o "$name.o" "$WORK/$name.c" || exit 1
}

# A definition of 20 bytes that is a kernel map with flags 4 or an iproute2 map with id 4, in
# the company of a tc program: nothing decides.
compile ambiguous <<'END'
#include <linux/bpf.h>
struct words {
	unsigned int word[5];
};
struct words __attribute__((section("maps"), used)) unclear = {{BPF_MAP_TYPE_ARRAY, 4, 8, 16, 4}};
__attribute__((section("classifier"), used)) int classify(void *ctx)
{
	return 0;
}
END
# As LLVM of 2015 wrote it, without a number for the machine: then age tells nothing.
printf '\000\000' | dd of=ambiguous.o bs=1 seek=18 conv=notrunc status=none

# Annotations that are of no use: no map has the name, the key has another size than the map's.
compile annotated -g <<'END'
#include <linux/bpf.h>
#include <bpf_annotate.h>
struct words {
	unsigned int type, key_size, value_size, max_entries, map_flags;
};
struct pair {
	__u64 first, second;
};
struct words __attribute__((section("maps"), used)) flows = {BPF_MAP_TYPE_HASH, 8, 16, 64};
BPF_ANNOTATE_KV_PAIR(flow, __u64, struct pair);
BPF_ANNOTATE_KV_PAIR(flows, __u16, struct pair);
END

# What the loader says of it, in that order.
export WITHOUT_MAP="struct ____btf_map_flow annotates map 'flow', and the object has no map of that name"
export OF_OTHER_SIZE="struct ____btf_map_flows annotates map 'flows' with a key of 2 bytes and a value of 16, but the map's definition says 8 and 16"

# Neither maps nor programs.
compile nothing <<'END'
char _license[] __attribute__((section("license"), used)) = "GPL";
END

each_build() {
	for BPFLOAD in "$WORK/plain/bpfload" "$WORK/asan/bpfload"; do
		echo "# with the $(basename "$(dirname "$BPFLOAD")") build"
		"$1"
	done
}

# bpfload ARG... - leaves standard output in $OUT, standard error in $ERR, the status in $RC.
# AS_USER, if set, is a command in front of it.
bpfload() {
	# shellcheck disable=SC2086 # a command with its options
	${AS_USER:-} "$BPFLOAD" "$@" >"$WORK/out" 2>"$WORK/err" </dev/null
	RC=$?
	OUT=$(cat "$WORK/out")
	ERR=$(cat "$WORK/err")
}

# json FILTER NAME - the document that bpfload() printed makes the jq filter true. (Of no document jq
# 1.6 says nothing, and exits 0.)
json() {
	jq -e "$1" "$WORK/out" >"$WORK/jq.log" 2>&1 && [ -s "$WORK/jq.log" ]
	good=$?
	verdict $good "$2"
	[ $good = 0 ] || diag "not true: $1
$(cat "$WORK/jq.log")
$(head -c 4000 "$WORK/out")"
}

# follows_schema NAME - the document that bpfload() printed has exactly the keys of the schema.
follows_schema() {
	if ! command -v jsonschema >/dev/null 2>&1; then
		skip 'no jsonschema command (python3-jsonschema)' "$1: follows its schema"
		return
	fi
	jsonschema -i "$WORK/out" "$SCHEMA/$1.schema.json" >"$WORK/schema.log" 2>&1
	good=$?
	verdict $good "$1: the document follows its schema"
	[ $good = 0 ] || diag "$(cat "$WORK/schema.log")"
}

# refused PATTERN NAME - bpfload() failed: status 1, nothing on stdout, such a line on stderr.
refused() {
	is "$RC:$OUT" 1: "$2: fails and prints no result"
	like "$ERR" "$1" "$2: says why"
}

# misused NAME - bpfload() found its command line wrong.
misused() {
	is "$RC:$OUT" 2: "$1: wrong usage"
	like "$ERR" '^bpfload: |^usage: ' "$1: says so"
}
