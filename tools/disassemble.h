/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * disassemble: BPF instructions as text, in the words of `llvm-objdump -d`.
 *
 *  - `r1 = *(u64 *)(r2 + 8)`, `if r0 == 0 goto +3`, `call 1`, `exit`. Where LLVM has two
 *    spellings (32-bit registers as r1 or w1), it is the one without --mattr=+alu32.
 *  - Numbers are decimal, as in LLVM before 19 or with --no-print-imm-hex.
 *  - What is no instruction is "<unknown>", as LLVM says it. Instructions that are younger than
 *    the LLVM at hand (cpu v4) are known here.
 */
#ifndef BPFLOAD_DISASSEMBLE_H
#define BPFLOAD_DISASSEMBLE_H

#include <linux/bpf.h>
#include <stdbool.h>
#include <stddef.h>

/*
 * Writes the first of `left` instructions into `text` of `room` bytes. Returns how many 8-byte
 * words it takes: 2 for a 64-bit immediate, else 1.
 */
size_t disassemble(const struct bpf_insn *insns, size_t left, char *text, size_t room);

/* "bpf_map_lookup_elem" for a call of helper 1, NULL where the instruction calls no known helper. */
const char *disassemble_helper(const struct bpf_insn *insn);

/*
 * The instruction that a jump leads to, as a distance from the next one; false where the
 * instruction is no jump.
 */
bool disassemble_jump(const struct bpf_insn *insn, long *distance);

#endif
