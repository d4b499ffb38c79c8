/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * Macros that spell out BPF instructions, as in samples/bpf/libbpf.h (4.1-4.17) and
 * samples/bpf/bpf_insn.h (4.18-5.10), with those of later kernels.
 *
 * Each macro is one struct bpf_insn, for an array of them or for an assignment. The four that
 * load 64 bits (BPF_LD_IMM64, BPF_LD_IMM64_RAW, BPF_LD_MAP_FD, BPF_LD_MAP_VALUE) are two of
 * them, separated by a comma, since the instruction takes two slots: for arrays only.
 *
 * OP is an operation without its class (BPF_ADD, BPF_JEQ); SIZE is BPF_B, BPF_H, BPF_W or
 * BPF_DW; DST and SRC are BPF_REG_0 to BPF_REG_10; OFF is in bytes for memory and counts
 * instructions from the next one for jumps.
 */
#ifndef BPF_LOAD_BPF_INSN_H
#define BPF_LOAD_BPF_INSN_H

#include <linux/bpf.h>

/* Any instruction, field by field. All others are made of this one. */
#define BPF_RAW_INSN(CODE, DST, SRC, OFF, IMM) \
	((struct bpf_insn){.code = (CODE),     \
			   .dst_reg = (DST),   \
			   .src_reg = (SRC),   \
			   .off = (OFF),       \
			   .imm = (IMM)})

/* ---- Arithmetic: dst = dst OP src or imm; 32-bit forms clear the upper half ---- */

#define BPF_ALU64_REG(OP, DST, SRC) BPF_RAW_INSN(BPF_ALU64 | BPF_OP(OP) | BPF_X, DST, SRC, 0, 0)
#define BPF_ALU32_REG(OP, DST, SRC) BPF_RAW_INSN(BPF_ALU | BPF_OP(OP) | BPF_X, DST, SRC, 0, 0)
#define BPF_ALU64_IMM(OP, DST, IMM) BPF_RAW_INSN(BPF_ALU64 | BPF_OP(OP) | BPF_K, DST, 0, 0, IMM)
#define BPF_ALU32_IMM(OP, DST, IMM) BPF_RAW_INSN(BPF_ALU | BPF_OP(OP) | BPF_K, DST, 0, 0, IMM)

#define BPF_MOV64_REG(DST, SRC) BPF_ALU64_REG(BPF_MOV, DST, SRC)
#define BPF_MOV32_REG(DST, SRC) BPF_ALU32_REG(BPF_MOV, DST, SRC)
#define BPF_MOV64_IMM(DST, IMM) BPF_ALU64_IMM(BPF_MOV, DST, IMM)
#define BPF_MOV32_IMM(DST, IMM) BPF_ALU32_IMM(BPF_MOV, DST, IMM)

/* TYPE is BPF_TO_LE or BPF_TO_BE; LEN is 16, 32 or 64 bits. */
#define BPF_ENDIAN(TYPE, DST, LEN) BPF_RAW_INSN(BPF_ALU | BPF_END | (TYPE), DST, 0, 0, LEN)

/* ---- 64-bit constants: two slots ---- */

/* SRC says what the constant stands for: 0 for a plain number, or BPF_PSEUDO_*. */
#define BPF_CLASSIC_LD_DW(DST, SRC, LOW, HIGH)                              \
	BPF_RAW_INSN(BPF_LD | BPF_DW | BPF_IMM, DST, SRC, 0, (__s32)(LOW)), \
		BPF_RAW_INSN(0, 0, 0, 0, (__s32)(HIGH))

#define BPF_LD_IMM64_RAW(DST, SRC, IMM) \
	BPF_CLASSIC_LD_DW(DST, SRC, (__u32)(IMM), (__u32)((__u64)(IMM) >> 32))
#define BPF_LD_IMM64(DST, IMM) BPF_LD_IMM64_RAW(DST, 0, IMM)

/* The kernel turns the fd into the address of the map, or of byte OFF of its first value. */
#define BPF_LD_MAP_FD(DST, MAP_FD) BPF_LD_IMM64_RAW(DST, BPF_PSEUDO_MAP_FD, MAP_FD)
#define BPF_LD_MAP_VALUE(DST, MAP_FD, OFF) \
	BPF_CLASSIC_LD_DW(DST, BPF_PSEUDO_MAP_VALUE, MAP_FD, OFF)

/* ---- Memory ---- */

/* Packet bytes into r0, in host order: at a constant offset, and at src + a constant. */
#define BPF_LD_ABS(SIZE, IMM) BPF_RAW_INSN(BPF_LD | BPF_SIZE(SIZE) | BPF_ABS, 0, 0, 0, IMM)
#define BPF_LD_IND(SIZE, SRC, IMM) \
	BPF_RAW_INSN(BPF_LD | BPF_SIZE(SIZE) | BPF_IND, 0, SRC, 0, IMM)

/* dst = *(src + off) */
#define BPF_LDX_MEM(SIZE, DST, SRC, OFF) \
	BPF_RAW_INSN(BPF_LDX | BPF_SIZE(SIZE) | BPF_MEM, DST, SRC, OFF, 0)
/* *(dst + off) = src */
#define BPF_STX_MEM(SIZE, DST, SRC, OFF) \
	BPF_RAW_INSN(BPF_STX | BPF_SIZE(SIZE) | BPF_MEM, DST, SRC, OFF, 0)
/* *(dst + off) = imm */
#define BPF_ST_MEM(SIZE, DST, OFF, IMM) \
	BPF_RAW_INSN(BPF_ST | BPF_SIZE(SIZE) | BPF_MEM, DST, 0, OFF, IMM)

/* *(dst + off) OP= src, in one piece. OP: BPF_ADD; since 5.12 others, BPF_FETCH, BPF_XCHG. */
#define BPF_ATOMIC_OP(SIZE, OP, DST, SRC, OFF) \
	BPF_RAW_INSN(BPF_STX | BPF_SIZE(SIZE) | BPF_XADD, DST, SRC, OFF, OP)
#define BPF_STX_XADD(SIZE, DST, SRC, OFF) BPF_ATOMIC_OP(SIZE, BPF_ADD, DST, SRC, OFF)

/* ---- Jumps: if (dst OP src) skip OFF instructions ---- */

#define BPF_JMP_REG(OP, DST, SRC, OFF) \
	BPF_RAW_INSN(BPF_JMP | BPF_OP(OP) | BPF_X, DST, SRC, OFF, 0)
#define BPF_JMP_IMM(OP, DST, IMM, OFF) \
	BPF_RAW_INSN(BPF_JMP | BPF_OP(OP) | BPF_K, DST, 0, OFF, IMM)
#define BPF_JMP_A(OFF) BPF_RAW_INSN(BPF_JMP | BPF_JA, 0, 0, OFF, 0)

/* The same on the lower 32 bits of the registers (5.1). */
#define BPF_JMP32_REG(OP, DST, SRC, OFF) \
	BPF_RAW_INSN(BPF_JMP32 | BPF_OP(OP) | BPF_X, DST, SRC, OFF, 0)
#define BPF_JMP32_IMM(OP, DST, IMM, OFF) \
	BPF_RAW_INSN(BPF_JMP32 | BPF_OP(OP) | BPF_K, DST, 0, OFF, IMM)

/* ---- Calls and the end ---- */

/* FUNC is BPF_FUNC_*; TGT counts instructions from the next one. */
#define BPF_EMIT_CALL(FUNC) BPF_RAW_INSN(BPF_JMP | BPF_CALL, 0, 0, 0, FUNC)
#define BPF_CALL_REL(TGT)   BPF_RAW_INSN(BPF_JMP | BPF_CALL, 0, BPF_PSEUDO_CALL, 0, TGT)
#define BPF_EXIT_INSN()	    BPF_RAW_INSN(BPF_JMP | BPF_EXIT, 0, 0, 0, 0)

#endif
