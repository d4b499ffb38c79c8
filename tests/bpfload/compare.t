#!/bin/sh
# SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
#
# tier: 0
# compare.t - bpfload compare, as an unprivileged user: verdicts on objects that differ in one
# known thing, the whole text and the whole document against golden files, --source, and files that
# are no objects.
#
# In golden files what the compiler chooses (ids of BTF, sizes, numbers of instructions) is N.

# shellcheck disable=SC2016 # the variables in jq's filters are jq's

# shellcheck source=/dev/null
. "$(dirname "$0")/../tap.sh"
# shellcheck source=/dev/null
. "$TOP/tests/bpfload/common.sh"
# shellcheck source=/dev/null
. "$TOP/tests/bpfload/compare.sh"

AS_USER=
[ "$(id -u)" != 0 ] || AS_USER='setpriv --reuid 65534 --regid 65534 --clear-groups'
ESC=$(printf '\033')
GOLDEN=$TOP/tests/bpfload/golden
FILES=', as far as the files tell'
TYPES='; types of 2 maps on one side only'

# same_as_golden FILE - $WORK/normal is what the file holds.
same_as_golden() {
	diff "$GOLDEN/$1" "$WORK/normal" >"$WORK/diff"
	good=$?
	verdict $good "$1: as in the golden file"
	[ $good = 0 ] || diag "$(cat "$WORK/diff")"
}

golden() {
	compare legacy.o btf.o
	is "$RC:$ERR" 0: 'the legacy object and its twin: read'
	printf '%s\n' "$OUT" | sed -E \
		-e 's/BTF \[[0-9]+\]/BTF [N]/g' -e 's/^(  instructions ).*(=)$/\1 N N \2/' \
		-e 's/^  (code  |BTF|relocations of (code|BTF)|the whole file)(.*[^ 0-9]|) +[0-9]+ +[0-9]+ +[-+][0-9]+$/  \1\3 N/' \
		-e 's/ +/ /g' >"$WORK/normal"
	same_as_golden compare.txt
	compare --json legacy.o btf.o
	is "$RC:$ERR" 0: 'the same in JSON'
	follows_schema compare
	jq '(.a, .b).size = "N"
		| walk(if type == "object" and .btf_id? then .btf_id = "N" else . end)
		| (.programs[].rows[] | select(.field == "instructions")) |= (.a = "N" | .b = "N")
		| (.costs[] | select(.what | test("^(BTF|code|relocations of (code|BTF)|the whole)"))) |= (.a = "N" | .b = "N")' \
		"$WORK/out" >"$WORK/normal"
	same_as_golden compare.json
}

# Both orders of each pair.
verdicts() {
	compare legacy.o btf.o
	verdict_is 0 "identical to the kernel$FILES$TYPES" 'the twin: identical'
	compare btf.o legacy.o
	verdict_is 0 "identical to the kernel$FILES$TYPES" 'the twin first: identical'
	like "$OUT" '^  value type +struct tally +BTF \[[0-9]+\] +- +only in A$' 'types are A'"'"'s then'
	compare legacy.o legacy.o
	verdict_is 0 "identical to the kernel$FILES" 'an object and itself: identical'
	unlike "$OUT" '^  .*(only( in [AB])?|differs|for the loader)$' 'and no row that is not equal'
	compare legacy.o fewer.o
	verdict_is 1 "different: map 'counts': max_entries 256 and 8" 'a number'
	like "$OUT" '^  max_entries +256 +maps\+12 +8 +maps\+12 +differs$' 'a number: its row'
	compare fewer.o btf.o
	verdict_is 1 "different: map 'counts': max_entries 8 and 256" 'a number, against BTF'
	compare legacy.o typed.o
	verdict_is 1 "different: map 'counts': type hash and lru_hash" 'a type'
	compare typed.o legacy.o
	verdict_is 1 "different: map 'counts': type lru_hash and hash" 'a type, the other way'
	compare --brief legacy.o lacking.o
	like "$RC:$OUT" "^1:different: map 'config' is only in A; program 'count': " 'a map is missing'
	compare --brief lacking.o btf.o
	like "$RC:$OUT" "^1:different: map 'config' is only in B; program 'count': " 'a map is missing, the other way'
	compare legacy.o lacking.o
	like "$OUT" '^Map config: only in A$' 'a map is missing: it has a heading'
	like "$OUT" '^  defined in +section maps: array, key 4, value 8, max_entries 4$' 'a map is missing: what it is'
	compare legacy.o untrie.o
	verdict_is 0 "identical to the kernel$FILES" 'a flag that every loader adds'
	like "$OUT" '^  map_flags +0x1 NO_PREALLOC +maps\+72 +0x0 +maps\+72 +in the file only$' 'a flag that every loader adds: its row'
	compare other_value.o btf.o
	verdict_is 1 "different: map 'counts': value type struct other_tally and struct tally" 'types of other members'
	compare annotated.o btf.o
	verdict_is 0 "identical to the kernel$FILES; types of 1 map on one side only" 'a legacy map with types'
	like "$OUT" '^  value type +struct tally +BTF \[[0-9]+\] +struct tally +BTF \[[0-9]+\] +=$' 'a legacy map with types: its row'
	compare --brief outer5.o outer6.o
	is "$RC:$OUT" "1:different: map 'outer': inner map array 4/8/5 0x0 and array 4/8/6 0x0" 'another inner map'
	compare --brief data1.o data2.o
	is "$RC:$OUT" "1:different: map '.data': contents 01 00 00 00 and 02 00 00 00" 'a variable that begins with another value'
	compare --brief legacy.o bare.o
	is "$RC:$OUT" "0:identical to the kernel$FILES" 'no BTF at all'
}

programs() {
	compare legacy.o stepping.o
	like "$RC:$(printf '%s\n' "$OUT" | tail -n 1)" "^1:different: program 'count': first different instruction .* imm 1 and .* imm 2\$" 'another instruction'
	like "$OUT" '^  first different instruction +' 'another instruction: its row'
	compare legacy.o xdp.o
	verdict_is 1 "different: program 'count': type socket_filter and xdp, attach type 0 and 37" 'another type of program'
	compare legacy.o renamed.o
	verdict_is 0 "identical to the kernel$FILES" 'another name of its section'
	like "$OUT" '^  section +socket +\+0 +socket/count +\+0 +in the file only$' 'another name of its section: its row'
	compare legacy.o closed.o
	verdict_is 1 'different: license GPL and Proprietary' 'another license'
	compare legacy.o nothing.o
	like "$RC:$OUT" "; program 'count' is only in A\$" 'against an object with nothing in it'
}

dialects() {
	compare --brief ambiguous.o ambiguous.o
	refused 'ambiguous\.o: .*two ways' 'two readings, no evidence'
	compare --brief --dialect kernel ambiguous.o ambiguous.o
	is "$RC:$OUT" "0:identical to the kernel$FILES" '--dialect is for both'
	compare --brief --dialect kernel,iproute2 ambiguous.o ambiguous.o
	is "$RC:$OUT" "1:different: map 'unclear': map_flags 0x4 NUMA_NODE and 0x0, numa_node 0 and none" 'the same bytes, read in two ways'
	compare --dialect iproute2,kernel ambiguous.o ambiguous.o
	like "$OUT" '^  dialect +iproute2 +maps\+0 +kernel +maps\+0 +in the file only$' 'the dialects are named'
	like "$OUT" '^  id +4 +maps\+20 +- +in the file only$|^  id +4 +maps\+16? +' 'and the id'
}

unprivileged() {
	compare legacy.o btf.o
	like "$OUT" '^The kernel was not asked$' 'no privileges: it is said'
	like "$OUT" '^  because +that takes CAP_SYS_ADMIN; run bpfload as root for it$' 'no privileges: why'
	like "$OUT" '^  not seen +what bpf_map_info says' 'no privileges: what is not seen'
	compare --kernel=no legacy.o btf.o
	like "$OUT" '^  because +--kernel=no$' '--kernel=no: why'
	compare --kernel=yes legacy.o btf.o
	refused '^bpfload: the kernel is not asked: that takes CAP_SYS_ADMIN' '--kernel=yes without privileges'
	compare --kernel=yes --json legacy.o btf.o
	refused '^bpfload: the kernel is not asked' '--kernel=yes without privileges, in JSON'
}

# 64 maps, as many pairs, and one of them differs.
many_maps() {
	for entries in 5 6; do
		compile "many$entries" -g <<END
#include <linux/bpf.h>
#include "bpf_helpers.h"
#define MAP(n, e) struct bpf_map_def SEC("maps") map_##n = {BPF_MAP_TYPE_ARRAY, 4, 8, e, 0};
$(n=0; while [ $n -lt 64 ]; do echo "MAP($n, $([ $n = 41 ] && echo $entries || echo 5))"; n=$((n + 1)); done)
END
	done
	compare many5.o many6.o
	verdict_is 1 "different: map 'map_41': max_entries 5 and 6" '64 maps: the one that differs'
	is "$(printf '%s\n' "$OUT" | grep -c '^Map map_')" 64 '64 maps: as many tables'
	compare --json many5.o many6.o
	follows_schema compare
	json '[.maps[].name] == [range(64) | "map_\(.)"]' '64 maps: in the document too'
}

json_documents() {
	compare --json legacy.o fewer.o
	is "$RC" 1 'JSON: exit status'
	follows_schema compare
	json '.verdict == {result: "different", text: "different: map '"'counts'"': max_entries 256 and 8", differences: ["map '"'counts'"': max_entries 256 and 8"]}' 'JSON: verdict'
	json '.maps[0].rows[] | select(.field == "max_entries") | . == {field: "max_entries", a: "256", b: "8", from_a: {section: "maps", offset: 12, btf_id: null}, from_b: {section: "maps", offset: 12, btf_id: null}, verdict: "differs"}' 'JSON: a row'
	compare --json lacking.o legacy.o
	follows_schema compare
	json '.maps[] | select(.name == "config") | .in_a == false and .in_b and .rows == [] and .kernel == null' 'JSON: a map without partner'
	compare --json legacy.o btf.o
	json '.costs[0] | .what == "sections of map definitions" and .a == 84 and .b > .a' 'JSON: costs'
	bpfload explain --json btf.o
	explained=$(jq '.sections | map(select(.name == ".maps"))[0].size' "$WORK/out")
	compare --json legacy.o btf.o
	json ".costs[0].b == $explained" 'JSON: costs are those that explain tells'
	json '.kernel.asked == "nothing" and .kernel.examples == [] and (.kernel.why_not | test("root"))' 'JSON: the kernel was not asked'
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
			like "$RC:$OUT" "^0:identical to the kernel$FILES" "$name: identical"
			;;
		esac
	done
}

sources() {
	cp "$TOP/tests/objects/compare.c" pair.c
	mkdir -p "$WORK/tmp" && chmod 777 "$WORK/tmp"
	TMPDIR=$WORK/tmp
	export TMPDIR
	compare --brief --headers "$WORK/include" --source pair.c
	is "$RC:$ERR:$OUT" "0::identical to the kernel$FILES$TYPES" '--source: both definitions'
	compare --headers "$WORK/include" --source pair.c -- -DENTRIES=77
	like "$OUT" '^  max_entries +77 .* 77 ' '--source: flags behind --'
	like "$OUT" '^  A +pair\.c: 3 maps, 1 program$' '--source: the first by its name'
	like "$OUT" '^  B +pair\.c -DBTF_MAPS: 3 maps, 1 program$' '--source: the second by its flag'
	compare --brief --headers "$WORK/include" --source pair.c --define NO_CONFIG
	like "$RC:$OUT" "^1:different: map 'config' is only in A" '--define: another macro'
	compare --brief --headers "$WORK/include" --source pair.c --define NOTHING
	is "$RC:$OUT" "0:identical to the kernel$FILES" '--define: one that changes nothing'
	like "$ERR" 'note: pair\.c: -DNOTHING changes nothing' '--define: says so'
	compare --headers "$WORK/include" --source pair.c -- -DTYPE=nonsense
	refused '^bpfload: pair\.c: clang does not compile it$' '--source: an error'
	like "$ERR" "^pair\.c:[0-9]+:[0-9]+: error: .*'nonsense'" "--source: in clang's words"
	compare --json --source missing.c
	refused '^bpfload: missing\.c: clang does not compile it$' '--source: no such file'
	is "$(ls -A "$WORK/tmp")" '' '--source: no file is left'
	unset TMPDIR
	is "$(cmp pair.c "$TOP/tests/objects/compare.c" 2>&1)" '' '--source: the source is as it was'
}

standard_input() {
	"$BPFLOAD" compare --brief --kernel=no - btf.o <legacy.o >"$WORK/out" 2>"$WORK/err"
	is "$?:$(cat "$WORK/err" "$WORK/out")" "0:identical to the kernel$FILES$TYPES" '-: standard input is A'
	"$BPFLOAD" compare --brief --kernel=no fewer.o - <btf.o >"$WORK/out" 2>"$WORK/err"
	is "$?:$(tail -n 1 "$WORK/out")" "1:different: map 'counts': max_entries 8 and 256" '-: standard input is B'
	compare - btf.o
	refused '^bpfload: standard input: ' '-: nothing comes'
}

screens() {
	for name in legacy.o untrie.o other_value.o stepping.o renamed.o; do
		compare "$name" btf.o
		is "$(printf '%s\n' "$OUT" | sed '$d' | LC_ALL=C.UTF-8 grep -E '^.{81}')" '' "$name: 80 columns are enough"
	done
	unlike "$OUT" "$ESC" 'no colour in a pipe'
	if ! have_terminal; then
		skip 'no pseudo-terminals here, or no script(1)' 'colour on a terminal'
		return
	fi
	run script -qec "stty columns 120; $AS_USER env TERM=xterm $BPFLOAD compare legacy.o fewer.o" /dev/null
	like "$OUT" "^  $ESC\[1;31mmax_entries$ESC\[0m" 'on a terminal a difference is lit up'
	run script -qec "stty columns 120; $AS_USER env TERM=xterm NO_COLOR=1 $BPFLOAD compare legacy.o btf.o" /dev/null
	like "$OUT" '^  map_flags +0x1 NO_PREALLOC +maps\+72 +0x1 NO_PREALLOC +BTF' 'a wide terminal has room for whole values'
	run script -qec "$AS_USER env TERM=xterm NO_COLOR=1 $BPFLOAD compare legacy.o fewer.o" /dev/null
	unlike "$OUT" "$ESC" 'NO_COLOR is respected'
}

# Every file here must end in a message, never in a signal, on either side.
bad_files() {
	: >empty.o
	echo 'this is no object' >text.o
	cp legacy.o secret.o && chmod 000 secret.o
	head -c 2000 legacy.o >cut.o
	mkdir -p directory
	for file in missing.o directory empty.o text.o cut.o /dev/null "$WORK/plain/bpfload"; do
		compare "$file" btf.o
		refused "^bpfload: $file: " "$(basename "$file")"
		compare --brief btf.o "$file"
		refused "^bpfload: $file: " "$(basename "$file") as B"
		compare --json btf.o "$file"
		refused "^bpfload: $file: " "$(basename "$file") in JSON"
	done
	if [ "$(id -u)" = 0 ] || [ ! -r secret.o ]; then
		compare secret.o btf.o
		refused '^bpfload: secret.o: .*Permission denied' 'unreadable file'
	fi
	rm -f secret.o
}

truncated() {
	size=$(wc -c <btf.o)
	at=1
	wrong=
	while [ "$at" -lt "$size" ]; do
		head -c "$at" btf.o >cut.o
		compare legacy.o cut.o
		case $RC:$OUT:$ERR in
		'1::bpfload: cut.o: '*) ;;
		*) wrong="$wrong $at ($RC: $ERR)" ;;
		esac
		at=$((at + 331))
	done
	is "$wrong" '' 'cut off anywhere: fails and names the file'
}

usage() {
	for arguments in '' legacy.o 'legacy.o btf.o btf.o' '--source pair.c legacy.o' '--brief --json legacy.o btf.o' \
		'--kernel=perhaps legacy.o btf.o' '--dialect nosuch legacy.o btf.o' '--dialect kernel,nosuch legacy.o btf.o' \
		'--define X legacy.o btf.o' '--headers . legacy.o btf.o' 'legacy.o btf.o -- -O1' '- -' '--type xdp legacy.o btf.o'; do
		# shellcheck disable=SC2086 # several arguments
		compare $arguments
		misused "compare $arguments"
	done
	for arguments in 'help compare' 'compare --help' 'compare -h'; do
		# shellcheck disable=SC2086 # several arguments
		bpfload $arguments
		is "$RC:$ERR" 0: "$arguments: succeeds"
		like "$OUT" '^usage: bpfload compare ' "$arguments: the page"
	done
	is "$(printf '%s\n' "$OUT" | grep -E '^.{81}')" '' 'the page: 80 columns are enough'
	run sh -c "\"$BPFLOAD\" compare --kernel=no legacy.o btf.o >/dev/full"
	is "$RC" 1 'a full disk: fails'
	like "$OUT" 'cannot write to standard output: No space left' 'a full disk: says so'
}

everything() {
	golden
	verdicts
	programs
	dialects
	unprivileged
	many_maps
	json_documents
	samples
	sources
	standard_input
	screens
	bad_files
	truncated
	usage
}

each_build everything
done_testing
