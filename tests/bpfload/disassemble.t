#!/bin/sh
# SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
#
# tier: 0
# disassemble.t - bpfload's disassembler against LLVM's: every function of every object that the
# tree builds, then every opcode with operands of all kinds; and the lines of source in between.

# shellcheck disable=SC2016,SC2034 # variables in jq's filters are jq's; BPFLOAD is for bpfload()

# shellcheck source=/dev/null
. "$(dirname "$0")/../tap.sh"
# shellcheck source=/dev/null
. "$TOP/tests/bpfload/common.sh"

TAB=$(printf '\t')
# Options of newer LLVM keep its words those of older ones: no hex, no cpu v4.
OBJDUMP='llvm-objdump --no-print-imm-hex --mcpu=generic'

# theirs FILE [OPTION]... - "section function<TAB>text" for each instruction.
theirs() {
	$OBJDUMP -d -z --no-show-raw-insn "$@" 2>/dev/null | awk '
		/^Disassembly of section / { section = $4; sub(/:$/, "", section); next }
		/^[0-9a-f]+ <LBB[0-9_]+>:$/ { next } # a label inside a function
		/^[0-9a-f]+ <.*>:$/ { name = $2; gsub(/^<|>:$/, "", name); next }
		/^ *[0-9a-f]+:/ {
			sub(/^ *[0-9a-f]+:[ \t]*/, "")
			sub(/ <[^<>]*>$/, "")
			gsub(/\t/, " ")
			print section " " name "\t" $0
		}'
}

# ours - the same from the document in $WORK/out. A function that several programs use is told
# once for each.
ours() {
	jq -r '.programs[] | . as $p | .functions | to_entries[] |
		.key as $i | .value as $f | ($p.functions[$i + 1].start // $p.instructions) as $stop |
		$p.code[] | select(.insn >= $f.start and .insn < $stop) |
		"\($f.section) \($f.name)\t\(.text)"' "$WORK/out"
}

# differences - of the functions in $WORK/ours, as many times as they are there, from $WORK/theirs.
differences() {
	awk -F '\t' '
		FNR == NR { theirs[$1] = theirs[$1] "\n" $2; next }
		$1 != last { check(); last = $1; text = "" }
		{ text = text "\n" $2 }
		function check() {
			if (last == "" || text == theirs[last])
				return
			# twice in a row: the same sub-program of two programs
			if (text == theirs[last] theirs[last])
				return
			print last ":" text "\n-- LLVM:" theirs[last]
		}
		END { check() }' "$WORK/theirs" "$WORK/ours"
}

all_objects() {
	objects=0
	wrong=
	for file in "$BUILD"/tests/objects/*.o "$BUILD"/samples/*_kern.o "$BUILD"/samples/*_kern.btf.o; do
		cp "$file" object.o # where an unprivileged build can read it
		bpfload explain --json --stage programs object.o
		[ "$RC" = 0 ] || continue
		ours >"$WORK/ours"
		theirs object.o >"$WORK/theirs"
		difference=$(differences | head -n 20)
		objects=$((objects + 1))
		[ -z "$difference" ] || wrong="$wrong
$file: $difference"
	done
	is "$wrong" '' "$objects objects: the text of each instruction is llvm-objdump's"
	[ "$objects" -gt 40 ]
	verdict $? 'those are most of the objects in the tree'
}

# Opcodes with reserved fields zero, except for the ones in which LLVM ignores them. An atomic
# operation is in imm; a call of another function (source 1) would be one by relocation.
every_opcode() {
	awk 'BEGIN {
		print "\t.section socket,\"ax\",@progbits\n\t.globl all\n\t.type all,@function\nall:"
		split("1 64 80 81 65 160 161 225 241", atomics, " ")
		for (op = 0; op < 256; op++) {
			class = op % 8
			if (op == 24) {
				insn(op, 1, 0, 0, -1698898192); insn(0, 0, 0, 0, 305419896)
				insn(op, 9, 0, 0, -5); insn(0, 0, 0, 0, -1)
				insn(op, 2, 2, 0, 5); insn(0, 0, 0, 0, 0)
				continue
			}
			moves = class == 4 || class == 7
			source = op == 133 ? 0 : 2
			insn(op, 1, source, moves ? 0 : 8, 16)
			insn(op, 3, source, moves ? 0 : 65528, -3)
			insn(op, 0, 0, 0, 0)
			insn(op, 10, source, 0, 32)
			insn(op, 10, source, moves ? 0 : 32767, 2147483647)
			insn(op, 1, source, moves ? 0 : 32768, 64)
			for (i = 1; class == 3 && i in atomics; i++)
				insn(op, 1, 2, 8, atomics[i])
		}
		print "\t.size all, .-all"
	}
	function insn(op, dst, src, off, imm) {
		printf "\t.byte %d, %d\n\t.short %d\n\t.long %d\n", op, src * 16 + dst, off, imm
	}' >"$WORK/all.s"
	clang -target bpf -c -o all.o "$WORK/all.s" || exit 1
	bpfload explain --json --stage programs all.o
	is "$RC:$ERR" 0: 'every opcode: read'
	ours | cut -f 2 >"$WORK/ours"
	theirs all.o | cut -f 2 >"$WORK/theirs"
	theirs all.o --mattr=+alu32 | cut -f 2 >"$WORK/alu32"
	is "$(wc -l <"$WORK/ours")" "$(wc -l <"$WORK/theirs")" 'every opcode: as many instructions as LLVM sees'
	# LLVM spells some 32-bit registers by another letter when it is told that there are such.
	is "$(paste "$WORK/ours" "$WORK/theirs" "$WORK/alu32" | awk -F '\t' '
		$2 == "<unknown>" && $3 == "<unknown>" { next }
		$1 != $2 && $1 != $3')" '' 'every opcode: wherever LLVM knows it, the text is one of its two spellings'
	known=$(paste "$WORK/ours" "$WORK/theirs" "$WORK/alu32" | grep -vc "<unknown>${TAB}<unknown>")
	[ "$known" -gt 600 ]
	verdict $? "those are $known instructions"
}

# Instructions that LLVM of 2022 does not know (cpu v4, and modulo).
younger() {
	cat >"$WORK/young.s" <<'END'
	.section socket,"ax",@progbits
	.globl young
	.type young,@function
young:
	.byte 0x97, 0x01, 0, 0, 7, 0, 0, 0
	.byte 0x3f, 0x21, 1, 0, 0, 0, 0, 0
	.byte 0xbf, 0x21, 8, 0, 0, 0, 0, 0
	.byte 0xbc, 0x21, 16, 0, 0, 0, 0, 0
	.byte 0x91, 0x21, 0xfc, 0xff, 0, 0, 0, 0
	.byte 0xd7, 0x01, 0, 0, 32, 0, 0, 0
	.byte 0x06, 0x00, 0, 0, 0xfe, 0xff, 0xff, 0xff
	.byte 0x62, 0x0a, 0xf8, 0xff, 42, 0, 0, 0
	.byte 0xe5, 0x00, 1, 0, 0, 0, 0, 0
	.byte 0xdb, 0x21, 8, 0, 0x00, 1, 0, 0
	.byte 0xdb, 0x21, 8, 0, 0x10, 1, 0, 0
	.byte 0xbf, 0x21, 9, 0, 0, 0, 0, 0
	.byte 0x18, 0x01, 0, 0, 0, 0, 0, 0
END
	clang -target bpf -c -o young.o "$WORK/young.s" || exit 1
	bpfload explain --json --stage programs young.o
	is "$(jq -r '.programs[0].code[].text' "$WORK/out")" 'r1 %= 7
r1 s/= r2
r1 = (s8)r2
w1 = (s16)w2
r1 = *(s8 *)(r2 - 4)
r1 = bswap32 r1
gotol -2
*(u32 *)(r10 - 8) = 42
may_goto +1
r1 = load_acquire((u64 *)(r2 + 8))
store_release((u64 *)(r1 + 8), r2)
<unknown>
<unknown>' 'cpu v4, and what is no instruction, cut off in the middle'
	json '[.programs[0].code[].target] | .[6] == 5 and .[8] == 10 and .[0] == null' 'and where they jump to'
}

sources() {
	bpfload explain --json explain_subprog.o
	grep -n 'seen++\|dropped++\|get_smp_processor_id()' "$TOP/tests/objects/explain_subprog.c" |
		sed 's/:[[:space:]]*/:/' | sort >"$WORK/wanted"
	jq -r '[.programs[].code[].source | select(. != null) |
		select(.text | test("seen\\+\\+|dropped\\+\\+|get_smp_processor_id\\(\\)")) |
		"\(.line):\(.text | ltrimstr("\t") | ltrimstr("\t"))"] | unique[]' "$WORK/out" | sort >"$WORK/got"
	is "$(cat "$WORK/got")" "$(cat "$WORK/wanted")" 'lines of source: number and text are those of the file'
	json '[.programs[].code[].source | select(. != null) | .file | endswith("explain_subprog.c")] | all' 'lines of source: the file'
	json '.programs[0].code[] | select(.helper != null) | .helper == "bpf_get_smp_processor_id" and .text == "call 8"' 'a helper has its name'
	json '.programs[0] as $p | [$p.code[] | select(.target != null) | .target as $t | any($p.code[]; .insn == $t)] | length > 0 and all' 'jumps lead to instructions'
	json '[.programs[0].code[] | select(.loaded != null) | .insn] == ([.programs[0].relocations[].insn] | sort)' 'what the loader fills in is what the relocations say'
	bpfload explain --stage programs explain_subprog.o
	like "$OUT" '^        ; explain_subprog\.c:[0-9]+  seen\+\+;$' 'text: a line of source'
	like "$OUT" '^  judge:$' 'text: a sub-program'
	like "$OUT" '^ +[0-9]+  call 8 <bpf_get_smp_processor_id>$' 'text: a helper'
	like "$OUT" '^ +[0-9]+  if r[0-9]+ == 0 goto \+[0-9]+ <[0-9]+>$' 'text: a jump and its target'
	like "$OUT" '^ +[0-9]+  r[0-9] = value\[explain_\.bss\]\+0' 'text: as it will be loaded'
	llvm-objcopy --remove-section=.BTF.ext --remove-section=.rel.BTF.ext explain_subprog.o bare.o 2>/dev/null ||
		llvm-strip -g -o bare.o explain_subprog.o
	bpfload explain --stage programs bare.o
	unlike "$OUT" '^ +; ' 'without .BTF.ext there are no lines of source'
	like "$OUT" '^ +[0-9]+  exit$' 'but there is code'
}

everything() {
	every_opcode
	younger
	sources
}

# The objects by one build: text is text.
BPFLOAD=$WORK/plain/bpfload
all_objects
each_build everything
done_testing
