#!/bin/sh
# SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
#
# tier: 0
# kern.t - the headers in include/ that BPF programs of 2015-2021 include.
#
# Compiles every source in kern/, each in the style of one era, with the command that the
# README gives, and looks at the object. What to find is written in the source's opening
# comment:
#
#	EXPECT section NAME		the object has that section
#	EXPECT no-reloc SECTION		no instruction refers to data there (prefix of a name)
#	EXPECT symbol NAME SIZE		it has that symbol, of so many bytes
#	EXPECT insn TEXT		the disassembly has a line with TEXT
#	EXPECT no-undefined		it needs no symbol from elsewhere
#	EXPECT btf			it carries BTF
#	EXPECT error TEXT		it does not compile, and the compiler says TEXT
#	CFLAGS FLAGS			compile with FLAGS too
#	ONLY MACHINE			only on that machine (uname -m)
#
# Then: every header compiles alone; a forgotten -I is explained; user programs get the
# system's headers. Needs no privileges. CLANG, READELF and OBJDUMP choose the tools.

clang=${CLANG:-clang}
readelf=${READELF:-readelf}
objdump=${OBJDUMP:-}
# shellcheck source=tests/tap.sh
. "$(dirname "$0")/../tap.sh"

MACHINE=$(uname -m)
SOURCES=$TOP/tests/include/kern
ARCH_DIR=/usr/include/$MACHINE-linux-gnu
OBJECT=$WORK/object.o

if ! echo 'int x;' | "$clang" -target bpf -x c -c - -o "$OBJECT" 2>/dev/null; then
	echo "1..0 # SKIP $clang cannot compile for BPF: install clang, or set CLANG"
	exit 0
fi

# compile FLAGS... - as the README says, from $WORK, so that nothing is found by accident
compile() {
	(cd "$WORK" && "$clang" -O2 -g -target bpf -Wall "-I$TOP/include" "-I$ARCH_DIR" \
		"$@" -o "$OBJECT") 2>&1 </dev/null
}

# find_objdump - the disassembler of this clang, or the first that can read BPF
find_objdump() {
	version=$("$clang" -dumpversion | cut -d. -f1)
	for tool in $objdump "$("$clang" -print-prog-name=llvm-objdump)" "llvm-objdump-$version" \
		llvm-objdump; do
		"$tool" -d --no-print-imm-hex "$OBJECT" >/dev/null 2>&1 && echo "$tool" && return
	done
}

# expected FILE KEYWORD - the rest of the comment lines that start with KEYWORD
expected() {
	sed -n "s|^ \* $2 ||p" "$1"
}

# word LIST WORD - LIST is "word", "word", ... one a line; is WORD among them?
word() {
	printf '%s\n' "$1" | grep -Fxq -- "$2"
	echo $?
}

section_names() {
	"$readelf" -SW "$OBJECT" 2>/dev/null | sed -n 's/^ *\[ *[0-9]*\] \([^ ]*\) .*/\1/p'
}

# "name size", one a line
symbol_sizes() {
	"$readelf" -sW "$OBJECT" 2>/dev/null | awk '$1 ~ /^[0-9]+:$/ { print $8, $3 }'
}

undefined_symbols() {
	"$readelf" -sW "$OBJECT" 2>/dev/null | awk '$7 == "UND" && $8 != "" { print $8 }'
}

relocations() {
	"$readelf" -rW "$OBJECT" 2>/dev/null
}

check_insn() {
	if [ -z "$objdump" ]; then
		skip "no llvm-objdump: install llvm" "$1: an instruction with $2"
	else
		"$objdump" -d --no-print-imm-hex "$OBJECT" 2>/dev/null | grep -Fq -- "$2"
		verdict $? "$1: an instruction with $2"
	fi
}

# check SOURCE KIND VALUE - one EXPECT line
check() {
	case $2 in
	section) verdict "$(word "$(section_names)" "$3")" "$1: section $3" ;;
	no-reloc) unlike "$(relocations)" "$3" "$1: nothing refers to $3" ;;
	symbol) verdict "$(word "$(symbol_sizes)" "$3")" "$1: symbol $3 bytes" ;;
	insn) check_insn "$1" "$3" ;;
	no-undefined) is "$(undefined_symbols)" "" "$1: no undefined symbol" ;;
	btf) verdict "$(word "$(section_names)" .BTF)" "$1: BTF" ;;
	*) verdict 1 "$1: unknown expectation $2" ;;
	esac
}

# The source must not compile, and the compiler's words must be these.
check_refused() {
	run compile -c "$SOURCES/$1"
	verdict "$([ "$RC" != 0 ] && echo 0 || echo 1)" "$1: does not compile"
	like "$OUT" "$(printf '%s' "$2" | sed 's/[.]/[.]/g')" "$1: the compiler says: $2"
}

check_compiled() {
	rm -f "$OBJECT"
	# shellcheck disable=SC2046 # flags are words
	run compile $(expected "$SOURCES/$1" CFLAGS) -c "$SOURCES/$1"
	is "$RC" 0 "$1: compiles"
	[ "$RC" = 0 ] || diag "$OUT"
	unlike "$OUT" "^$TOP/include/.*warning:" "$1: no warning about a header"
	expected "$SOURCES/$1" EXPECT >"$WORK/expected"
	while read -r kind value; do
		check "$1" "$kind" "$value"
	done <"$WORK/expected"
}

check_source() {
	only=$(expected "$SOURCES/$1" ONLY)
	refused=$(expected "$SOURCES/$1" "EXPECT error")
	if [ -n "$only" ] && [ "$only" != "$MACHINE" ]; then
		skip "for $only, this is $MACHINE" "$1: compiles"
	elif [ -n "$refused" ]; then
		check_refused "$1" "$refused"
	else
		check_compiled "$1"
	fi
}

# Headers for BPF programs, one a line, relative to include/. Headers for user programs are
# tested elsewhere; bits/libc-header-start.h refuses to be included by a program, as glibc's.
kernel_side_headers() {
	cd "$TOP/include" || exit 1
	for header in asm/*.h bits/*.h gnu/*.h iproute2/*.h linux/*.h net/*.h netinet/*.h \
		uapi/linux/*.h bpf/bpf_core_read.h bpf/bpf_helpers.h bpf/bpf_tracing.h \
		bpf/helpers_call.h bpf/helpers_rename.h bpf_annotate.h bpf_api.h bpf_core_read.h \
		bpf_elf.h bpf_endian.h bpf_helpers.h bpf_kernel_style.h bpf_kernel_vlan.h \
		bpf_legacy.h bpf_load_bytes.h bpf_map_def.h bpf_target_arch.h \
		bpf_trace_helpers.h bpf_tracing.h syscall_nrs.h; do
		[ "$header" = bits/libc-header-start.h ] || echo "$header"
	done
}

# check_alone HEADER - as the only include, twice: its guard works too
check_alone() {
	printf '#include <%s>\n#include <%s>\n' "$1" "$1" >"$WORK/alone.c"
	run compile -Wextra -Werror -c alone.c
	is "$RC" 0 "alone: $1"
	[ "$RC" = 0 ] || diag "$OUT"
}

# check_hint HEADER - without the second -I the cure is in the message
check_hint() {
	echo "#include <$1>" >"$WORK/hint.c"
	run sh -c "cd '$WORK' && '$clang' -target bpf '-I$TOP/include' -c hint.c -o '$OBJECT'"
	if [ "$RC" = 0 ]; then
		skip "this system needs no second -I" "forgotten -I: $1"
	else
		like "$OUT" 'error: .*add -I/usr/include/\$\(uname -m\)-linux-gnu' "forgotten -I: $1"
	fi
}

# native NAME FLAGS... - compiles standard input for this machine, with our headers first
native() {
	name=$1
	shift
	cat >"$WORK/native.c"
	run "$clang" -Wall -Wextra -Werror "-I$TOP/include" "$@" -c "$WORK/native.c" -o "$OBJECT"
	is "$RC" 0 "user program: $name"
	[ "$RC" = 0 ] || diag "$OUT"
}

check_user_programs() {
	native "system headers pass through" <<-END
		#include <stdint.h>
		#include <stdlib.h>
		#include <netinet/in.h>
		#include <linux/bpf.h>
		#include <linux/if_vlan.h>
		#include <linux/sched.h>
		#include <linux/socket.h>
		#include <uapi/linux/ip.h>
		typedef unsigned short u16;
		u16 port(u16 p) { return htons(p); }
		_Static_assert(sizeof(uintptr_t) == sizeof(void *), "");
	END
	native "its own struct bpf_flow_keys beside <linux/bpf.h>" <<-END
		#include <linux/bpf.h>
		struct bpf_flow_keys { __be32 src, dst; } keys;
	END
	native "the kernel's with -DBPF_KEEP_FLOW_KEYS" -DBPF_KEEP_FLOW_KEYS <<-END
		#include <linux/bpf.h>
		struct bpf_flow_keys keys = { .nhoff = 14 };
	END
	[ "$MACHINE" = x86_64 ] && native "struct pt_regs is the system's" <<-END
		#include <linux/ptrace.h>
		#define di not_a_register
		long first(struct pt_regs *regs) { return regs->rdi; }
		_Static_assert(sizeof(struct pt_regs) == 21 * 8, "");
	END
}

objdump=$(find_objdump)
for source in "$SOURCES"/*.c; do
	check_source "$(basename "$source")"
done
kernel_side_headers >"$WORK/headers"
while read -r header; do
	check_alone "$header"
done <"$WORK/headers"
check_hint linux/bpf.h
check_hint stdint.h
check_hint linux/ptrace.h
check_user_programs
done_testing
