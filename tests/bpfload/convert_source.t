#!/bin/sh
# SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
#
# tier: 0
# convert_source.t - bpfload convert FILE.c, as an unprivileged user: shapes of sources that a
# person would write, and what comes of each, byte by byte.
#
# tests/convert/NAME.c is a source; NAME.expected is what comes out, NAME.messages what is said on
# stderr. `GOLDEN=write tests/bpfload/convert_source.t` writes those two anew, to be read before
# they are committed. bpfload itself compiles what it puts out, and compares the definitions; the
# kernel's word on it is in convert_roundtrip.t. The shapes:
#
#   designated   members by name, one to a line, comments behind them; brace in a line of its own
#   positional   members by place, in one line and in several; both ways mixed
#   colon        the designators of old GNU C, `type: BPF_MAP_TYPE_HASH`
#   one_line     all in one line: spread over lines, unless there are comments
#   comments     comments in all places, and text in strings and comments that looks like a map
#   macros       macros, expressions and sizeof of all kinds as values; macros for several values;
#                one macro that is no value: left
#   negative     a negative number
#   attributes   SEC before the type, behind the name, spelled __attribute__, __section(…),
#                __section_maps, SEC(ELF_SECTION_MAPS); static; other attributes
#   several      several maps in one declaration; one together with what is no map: left
#   annotated    BPF_ANNOTATE_KV_PAIR, in one line and in several; hidden in a macro: left
#   inner        inner_map_idx, to maps before and behind; the inner map's name is taken by a struct
#   types        map types without key, without BTF, with keys that must have a certain type
#   iproute2     struct bpf_elf_map with id, pinning, inner_id, inner_idx
#   tail_calls   programs in a map by its id: left, another converted
#   own_struct   structs and typedefs of the file's own, with members for loaders of their own
#   gobpf        SEC("maps/NAME") with a name space; a variable with another name: left
#   array        an array of definitions: left
#   branches     #ifdef with both kinds, as in our samples: only the branch that is compiled
#   mixed        some definitions in .maps already
#   old_helpers  an old copy of bpf_helpers.h, without __uint
#   pointers     a function that takes a struct bpf_map_def *
#   crlf         lines that end with CR and LF
#   left         in a header, by a macro, with #ifdef within, declared twice, // in between, with an
#                attribute that stays, one-element array, unused, inside a function: left
#   year_2019    the first form of .maps: numbers as members with values; in all kinds of ways
#   year_2019_left   the same with a comment where it would be lost, with #ifdef within, with a
#                struct from elsewhere, two at once, by a macro, inside a function: left
#   nothing      no definition in SEC("maps")

# shellcheck disable=SC2016 # the variables in jq's filters are jq's

# shellcheck source=/dev/null
. "$(dirname "$0")/../tap.sh"
# shellcheck source=/dev/null
. "$TOP/tests/bpfload/common.sh"

AS_USER=
[ "$(id -u)" != 0 ] || AS_USER='setpriv --reuid 65534 --regid 65534 --clear-groups'

cp -r "$TOP/tests/convert" "$WORK/convert" && chmod -R a+rwX "$WORK/convert" || exit 1
cd "$WORK/convert" || exit 1

# convert ARG... - bpfload convert with this tree's headers.
convert() {
	bpfload convert --headers "$TOP/include" "$@"
}

# same_bytes FILE1 FILE2 NAME
same_bytes() {
	cmp -s "$1" "$2"
	good=$?
	verdict $good "$3"
	[ $good = 0 ] || diag "$(diff -u "$1" "$2" | head -60)"
}

# nothing_new NAME - no file has appeared or changed in the directory since before() was run.
before() {
	find . -type f -exec cksum {} + | sort >"$WORK/before"
}
nothing_new() {
	find . -type f -exec cksum {} + | sort >"$WORK/after"
	same_bytes "$WORK/before" "$WORK/after" "$1"
}

one_shape() {
	case $1 in
	annotated | array | gobpf | left | macros | several | tail_calls | year_2019_left) wanted=1 ;;
	*) wanted=0 ;;
	esac
	convert "$1.c"
	if [ "${GOLDEN:-}" = write ]; then
		cp "$WORK/out" "$TOP/tests/convert/$1.expected"
		cp "$WORK/err" "$TOP/tests/convert/$1.messages"
	fi
	is "$RC" $wanted "$1: exit status"
	same_bytes "$WORK/out" "$TOP/tests/convert/$1.expected" "$1: what comes out"
	same_bytes "$WORK/err" "$TOP/tests/convert/$1.messages" "$1: what is said"
}

shapes() {
	before
	for source in *.c; do
		one_shape "${source%.c}"
	done
	nothing_new 'shapes: the sources are as they were, and nothing is beside them'
}

# What has been converted has nothing more to convert.
again() {
	convert inner.c
	cp "$WORK/out" again.c
	convert again.c
	is "$RC:$ERR" '0:bpfload: again.c: no maps are defined in SEC("maps"): nothing to convert' 'again: nothing to do'
	same_bytes "$WORK/out" again.c 'again: the text is the same'
	rm again.c
}

# Bytes that no formatter would leave alone: cut out the definitions, and the rest is the same.
other_bytes() {
	printf '#include <linux/bpf.h>\t \n#include "bpf_helpers.h"\r\n\f\n/* \351t\351 \303\251 */ int  x ; \n\n\n@' >bytes.c
	printf 'struct bpf_map_def SEC("maps") a = {\n\t.type = 1,\n.key_size=4,  .value_size = 4,\n\n\t.max_entries = 1 , };@ \\\n\n#define Z(a) \\\n a\\\n\t;\n@' >>bytes.c
	printf 'struct bpf_map_def SEC("maps") b = {1, 4, 4, 1};@int y; // no newline \tat the end' >>bytes.c
	tr '@' '\001' <bytes.c | sed 's/\x01 \\$/\x01/' | tr '\001' '\013' >marked.c
	convert marked.c
	is "$RC" 0 'other bytes: converted'
	tr '\n\013' '\002\n' <marked.c | sed -n '1p;3p;5p' >rest.1
	tr '\n\013' '\002\n' <"$WORK/out" | sed -n '1p;3p;5p' >rest.2
	is "$(wc -l <rest.1)" 2 'other bytes: three parts'
	same_bytes rest.1 rest.2 'other bytes: all as they were'
	rm bytes.c marked.c rest.1 rest.2
}

flags() {
	convert branches.c -- -DSIZE=3
	is "$RC" 0 'flags: -D reaches clang'
	like "$OUT" '__uint\(max_entries, SIZE\)' 'flags: and with it another branch is converted'
	convert branches.c -- -DBTF_MAPS -DSIZE=3
	like "$OUT" '^struct bpf_map_def SEC\("maps"\) counts' 'flags: a branch that is left out stays'
	mkdir elsewhere && mv left_header.h elsewhere/ && before
	convert left.c
	refused 'left_header\.h. file not found' 'flags: a header that is not found'
	convert left.c -- -I elsewhere
	like "$ERR" '^bpfload: elsewhere/left_header\.h:2: map .in_header. is left' 'flags: -I reaches clang'
	convert left.c -- -Ielsewhere -c -o out.o -MMD -MF deps.d -save-temps
	like "$ERR" '^bpfload: elsewhere/left_header\.h:2: ' 'flags: those of a Makefile are taken'
	nothing_new 'flags: and make no file'
	mv elsewhere/left_header.h . && rmdir elsewhere
}

# clang puts a definition without initialiser where it is first used.
order() {
	printf '%s\n' '#include <linux/bpf.h>' '#include "bpf_helpers.h"' \
		'struct bpf_map_def SEC("maps") a = {1, 4, 4, 1}, b = {1, 4, 8, 2};' \
		'SEC("socket1") int use(void *ctx) { int key = 0; return bpf_map_lookup_elem(&b, &key) && bpf_map_lookup_elem(&a, &key); }' >order.c
	convert order.c
	like "$ERR" 'note: its maps come in another order now: .* --keep-order' 'order: a note where it changes'
	convert --keep-order order.c
	is "$RC" 0 'order: kept'
	unlike "$ERR" 'another order' 'order: kept, no note'
	compile order -g <"$WORK/out"
	bpfload explain --json order.o
	json '[.maps[].name] == ["a", "b"]' 'order: as in the file'
	rm order.c order.o
	convert --keep-order year_2019.c
	like "$OUT" '^\} plain SEC\("\.maps"\) = \{\};$' 'order: an initialiser of 2019 becomes an empty one'
	unlike "$ERR" 'another order' 'order: and so that of these maps is kept, too'
}

standard_input() {
	cp designated.c "$WORK/in"
	${AS_USER:-} "$BPFLOAD" convert --headers "$TOP/include" - <"$WORK/in" >"$WORK/out" 2>"$WORK/err"
	is "$?:$(cat "$WORK/err")" 0: 'standard input: converted'
	same_bytes "$WORK/out" designated.expected 'standard input: as from a file'
	${AS_USER:-} "$BPFLOAD" convert --headers "$TOP/include" --diff - <"$WORK/in" >"$WORK/out" 2>"$WORK/err"
	is "$(sed -n 2p "$WORK/out")" '+++ stdin' 'standard input: a patch'
	bpfload convert --keep-order "$WORK/objects/explain_kernel.o"
	misused '--keep-order for an object'
	convert --in-place -
	misused 'standard input in place'
}

patches() {
	if ! command -v patch >/dev/null; then
		skip 'no patch command' '--diff'
		return
	fi
	for shape in designated several old_helpers crlf; do
		convert --diff "$shape.c"
		cp "$shape.c" patched.c
		patch -s --binary patched.c "$WORK/out" >"$WORK/patch.log" 2>&1
		is $? 0 "--diff: $shape: a patch that applies"
		same_bytes patched.c "$shape.expected" "--diff: $shape: and makes the same"
		rm -f patched.c patched.c.orig
	done
	convert --diff nothing.c
	is "$RC:$OUT" 0: '--diff: empty where nothing changes'
}

in_place() {
	mkdir place && chmod 777 place
	for shape in designated left nothing; do
		cp "$shape.c" place/ && chmod 640 "place/$shape.c"
		[ -z "$AS_USER" ] || chown 65534:65534 "place/$shape.c"
	done
	cp left_header.h place/ && ln -s designated.c place/link.c
	convert --in-place place/link.c
	is "$RC:$OUT" 0: '--in-place: done'
	like "$ERR" '^bpfload: .*place/designated\.c: converted; the old one is .*designated\.c\.orig$' '--in-place: says where the old one is'
	same_bytes place/designated.c designated.expected '--in-place: the file is the converted one'
	same_bytes place/designated.c.orig designated.c '--in-place: the backup is the old one'
	is "$(stat -c %a place/designated.c):$(readlink place/link.c)" 640:designated.c '--in-place: mode and link stay'

	cp designated.c place/ && before
	convert --in-place place/designated.c
	refused 'there is a .*designated\.c\.orig already' '--in-place: a backup is not replaced'
	nothing_new '--in-place: and the file is as it was'
	convert --in-place place/nothing.c
	is "$RC:$OUT" 0: '--in-place: nothing to convert'
	nothing_new '--in-place: the file is not touched then, and no backup made'
	convert --in-place place/left.c
	is "$RC:$OUT" 1: '--in-place: some are left'
	same_bytes place/left.c left.expected '--in-place: the others are converted'

	rm place/*.orig && cp designated.c place/ && chmod 555 place && before
	if [ -n "$AS_USER" ]; then
		convert --in-place place/designated.c
		refused 'no file can be made beside it: Permission denied' '--in-place: a directory that cannot be written'
	fi
	nothing_new '--in-place: the file is as it was'
	chmod 755 place && rm -r place
}

documents() {
	convert --json iproute2.c
	is "$RC" 0 'JSON: iproute2'
	follows_schema convert-source
	json '.path == "iproute2.c" and .kind == "source" and .same_to_kernel == null' 'JSON: what it is'
	json '[.maps[] | .name] == ["shared", "own", "plain", "part", "whole"]' 'JSON: maps in the order of the file'
	json '.maps[0] | .line == 7 and .section == "maps" and .dialect == "iproute2" and .converted and .left == null' 'JSON: a map'
	json '.maps[4].definition | contains("__array(values, struct part);") and contains("[2] = (void *)&part")' 'JSON: its definition'
	json '.notes | map(select(.map == "own")) | length == 2' 'JSON: notes'
	jq -j .text "$WORK/out" >text.c
	same_bytes text.c iproute2.expected 'JSON: the text'
	rm text.c

	convert --json year_2019.c
	follows_schema convert-source
	json '.maps[1] | .name == "together" and .section == ".maps" and .dialect == "btf" and .converted' 'JSON: a map of 2019'
	json '.maps[6] | .name == "by_place" and .definition == "struct {\n\t__uint(type, BPF_MAP_TYPE_HASH);\n\t__uint(max_entries, 1);\n\t__uint(map_flags, BPF_F_NUMA_NODE);\n\t__uint(numa_node, 1 - 1);\n\t__type(key, int);\n\t__type(value, int);\n} by_place SEC(\".maps\");"' 'JSON: its definition'
	jq -j .text "$WORK/out" >text.c
	same_bytes text.c year_2019.expected 'JSON: the text with those of 2019'
	rm text.c

	convert --json left.c
	is "$RC" 1 'JSON: some are left'
	follows_schema convert-source
	json '[.maps[] | select(.converted)] | map(.name) == ["good", "last"]' 'JSON: which are converted'
	json '.maps[] | select(.name == "in_header") | .file == "./left_header.h" and .line == 2 and (.left | contains("header"))' 'JSON: where one is that is left'
	json '.maps[] | select(.name == "unused") | .section == null and .definition == null' 'JSON: one that is not in the object'
}

bad_files() {
	before
	convert missing.c
	refused 'missing\.c: .*No such file' 'missing file'
	convert .
	refused '\.: .*Is a directory' 'directory'
	printf '\001\377\000{{{\200\r\000\n\376' >junk.c
	convert junk.c
	refused 'clang does not compile it' 'binary junk'
	printf 'a file of words\n' >junk.c
	convert junk.c
	refused 'error: ' 'not C: clang says why'
	sed 's/sizeof(__u64),/sizeof(__u64/' designated.c >junk.c
	convert junk.c
	refused 'junk\.c:[0-9]+:[0-9]+: error: ' 'syntax error: clang says where'
	printf 'int x[] = {\n' >junk.c
	convert --json junk.c
	refused 'error: ' 'syntax error: no JSON'
	: >junk.c
	convert junk.c
	is "$RC:$OUT" 0: 'empty: nothing in, nothing out'
	like "$ERR" 'nothing to convert' 'empty: said'
	rm junk.c
	nothing_new 'bad input: no file is left'
	cp designated.c ./-odd.c
	convert -- -odd.c
	misused 'what is behind -- is no file'
	convert ./-odd.c
	is "$RC" 0 'a name that begins with -'
	rm ./-odd.c
	ln -s /dev/full full
	${AS_USER:-} "$BPFLOAD" convert --headers "$TOP/include" designated.c >full 2>"$WORK/err"
	is $? 1 'output that cannot be written'
	rm full
}

no_tools() {
	AS_USER="$AS_USER env CLANG=/nonexistent/clang"
	convert designated.c
	refused '/nonexistent/clang: cannot be run: No such file' 'no clang'
	like "$ERR" 'tools/deps' 'no clang: what to do'
	AS_USER=${AS_USER%env *}
	fake "$WORK/bin" diff <<'END'
exit 2
END
	chmod -R a+rX "$WORK/bin"
	AS_USER="$AS_USER env PATH=$WORK/bin:$PATH"
	convert --diff designated.c
	refused 'diff -u .*failed' 'a diff that fails'
	AS_USER=${AS_USER%env *}
}

usage() {
	bpfload convert --help
	is "$RC:$ERR" 0: '--help'
	like "$OUT" '^usage: bpfload convert' '--help: usage'
	bpfload convert
	misused 'no file'
	bpfload convert designated.c colon.c
	misused 'two files'
	bpfload convert --diff --json designated.c
	misused 'two forms of output'
	bpfload convert --diff --in-place designated.c
	misused 'patch and in place'
	bpfload convert --object out.o designated.c
	misused '--object for a source'
	bpfload convert --diff "$WORK/objects/explain_kernel.o"
	misused '--diff for an object'
	bpfload convert "$WORK/objects/explain_kernel.o" -- -I.
	misused 'compiler flags for an object'
	bpfload convert --dialect nothing designated.c
	misused 'a dialect that is none'
	before
	convert --check designated.c
	refused '--check: what it was cannot be loaded, so nothing is proven' '--check without privileges'
	nothing_new 'usage: no file is made'
}

everything() {
	shapes
	again
	other_bytes
	flags
	order
	standard_input
	patches
	in_place
	documents
	bad_files
	no_tools
	usage
}

if [ "${GOLDEN:-}" = write ]; then
	BPFLOAD=$WORK/plain/bpfload
	shapes >/dev/null
	echo "written; read them: git diff tests/convert"
	exit
fi
each_build everything
done_testing
