// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * disassemble: see disassemble.h.
 *
 * An opcode is three bits of class and five that the class gives a meaning. So there is one
 * function for each class, and tables for what their five bits say.
 */
#include "disassemble.h"

#include <stdbool.h>
#include <stdint.h>

#include "output.h"

/* Younger than the headers of some systems. */
#define MODE_ATOMIC	  0xc0
#define MODE_SIGNED	  0x80
#define CLASS_JMP32	  0x06
#define FETCH		  0x01
#define ATOMIC_XCHG	  (0xe0 | FETCH)
#define ATOMIC_CMPXCHG	  (0xf0 | FETCH)
#define ATOMIC_LOAD_ACQ	  0x100
#define ATOMIC_STORE_REL  0x110
#define JUMP_MAY_GOTO	  0xe0
#define CALL_PLAIN	  0x85
#define CALL_REGISTER	  0x8d
#define PLAIN_EXIT	  0x95
#define LONG_GOTO	  0x06
#define PSEUDO_CALL_FIRST 1 /* src_reg of a call: 0 is a helper */

/* Where the text goes. */
struct out {
	char *text;
	size_t room;
};

#define put(out, ...) append((out)->text, (out)->room, __VA_ARGS__)

/* By the two bits of size in loads and stores. */
static const char *const widths[] = {"32", "16", "8", "64"};
/* By the upper four bits of the opcode. */
static const char *const operators[16] = {
	"+=", "-=", "*=", "/=", "|=", "&=", "<<=", ">>=", NULL, "%=", "^=", "=", "s>>="};
static const char *const comparisons[16] = {NULL,  "==", ">",  ">=", "&",  "!=", "s>",
					    "s>=", NULL, NULL, "<",  "<=", "s<", "s<="};
/* The atomic operations by the upper four bits of imm. */
static const struct {
	const char *sign, *name;
} atomics[16] = {
	[0x0] = {"+=", "add"},
	[0x4] = {"|=", "or"},
	[0x5] = {"&=", "and"},
	[0xa] = {"^=", "xor"},
};

static const char *width_of(const struct bpf_insn *insn)
{
	return widths[BPF_SIZE(insn->code) >> 3];
}

static void put_place(struct out *out, unsigned int base, int offset)
{
	put(out, "r%u %c %d", base, offset < 0 ? '-' : '+', offset < 0 ? -offset : offset);
}

static void put_memory(struct out *out, const struct bpf_insn *insn, char sign,
		       unsigned int base)
{
	put(out, "*(%c%s *)(", sign, width_of(insn));
	put_place(out, base, insn->off);
	put(out, ")");
}

/* ---- loads and stores ---- */

static bool put_packet(struct out *out, const struct bpf_insn *insn)
{
	if (BPF_SIZE(insn->code) == BPF_DW)
		return false;
	put(out, "r0 = *(u%s *)skb[", width_of(insn));
	if (BPF_MODE(insn->code) == BPF_IND)
		put(out, "r%u]", insn->src_reg);
	else
		put(out, "%d]", insn->imm);
	return true;
}

static bool put_ld(struct out *out, const struct bpf_insn *insn)
{
	const __u64 low = (__u32)insn[0].imm, high = (__u64)(__u32)insn[1].imm << 32;
	const __u8 mode = BPF_MODE(insn->code);

	if (mode == BPF_ABS || mode == BPF_IND)
		return put_packet(out, insn);
	if (insn->code != (BPF_LD | BPF_IMM | BPF_DW))
		return false;
	if (insn->src_reg)
		put(out, "ld_pseudo r%u, %u, %u", insn->dst_reg, insn->src_reg,
		    (unsigned int)low);
	else
		put(out, "r%u = %lld ll", insn->dst_reg, (long long)(high | low));
	return true;
}

static bool put_ldx(struct out *out, const struct bpf_insn *insn)
{
	const __u8 mode = BPF_MODE(insn->code);

	if (mode != BPF_MEM && mode != MODE_SIGNED)
		return false;
	put(out, "r%u = ", insn->dst_reg);
	put_memory(out, insn, mode == MODE_SIGNED ? 's' : 'u', insn->src_reg);
	return true;
}

static bool put_st(struct out *out, const struct bpf_insn *insn)
{
	if (BPF_MODE(insn->code) != BPF_MEM)
		return false;
	put_memory(out, insn, 'u', insn->dst_reg);
	put(out, " = %d", insn->imm);
	return true;
}

/* Exchanges leave the old value in a register. 32-bit ones have the name of both widths. */
static void put_exchange(struct out *out, const struct bpf_insn *insn)
{
	const bool compare = insn->imm == ATOMIC_CMPXCHG, wide = BPF_SIZE(insn->code) == BPF_DW;
	const char letter = wide ? 'r' : 'w';

	put(out, "%c%u = %s%s_%s(", letter, compare ? 0 : insn->src_reg,
	    compare ? "cmpxchg" : "xchg", wide ? "" : "32", width_of(insn));
	put_place(out, insn->dst_reg, insn->off);
	if (compare)
		put(out, ", %c0", letter);
	put(out, ", %c%u)", letter, insn->src_reg);
}

static void put_fetch(struct out *out, const struct bpf_insn *insn, const char *name)
{
	const char letter = BPF_SIZE(insn->code) == BPF_DW ? 'r' : 'w';

	put(out, "%c%u = atomic_fetch_%s((u%s *)(", letter, insn->src_reg, name,
	    width_of(insn));
	put_place(out, insn->dst_reg, insn->off);
	put(out, "), %c%u)", letter, insn->src_reg);
}

/* Loads and stores with an order, of cpu v4. */
static bool put_ordered(struct out *out, const struct bpf_insn *insn)
{
	const bool load = insn->imm == ATOMIC_LOAD_ACQ;

	if (load)
		put(out, "r%u = load_acquire((u%s *)(", insn->dst_reg, width_of(insn));
	else
		put(out, "store_release((u%s *)(", width_of(insn));
	put_place(out, load ? insn->src_reg : insn->dst_reg, insn->off);
	if (load)
		put(out, "))");
	else
		put(out, "), r%u)", insn->src_reg);
	return true;
}

static bool put_atomic(struct out *out, const struct bpf_insn *insn)
{
	const unsigned int row = (unsigned int)insn->imm >> 4 & 15;
	const __u8 size = BPF_SIZE(insn->code);

	if (insn->imm == ATOMIC_LOAD_ACQ || insn->imm == ATOMIC_STORE_REL)
		return put_ordered(out, insn);
	if ((size != BPF_W && size != BPF_DW) || insn->imm & ~0xf1)
		return false;
	if (insn->imm == ATOMIC_XCHG || insn->imm == ATOMIC_CMPXCHG) {
		put_exchange(out, insn);
		return true;
	}
	if (!atomics[row].name)
		return false;
	if (insn->imm & FETCH) {
		put_fetch(out, insn, atomics[row].name);
		return true;
	}
	put(out, "lock ");
	put_memory(out, insn, 'u', insn->dst_reg);
	/* plain addition is older than 32-bit registers */
	put(out, " %s %c%u", atomics[row].sign, size == BPF_W && row ? 'w' : 'r',
	    insn->src_reg);
	return true;
}

static bool put_stx(struct out *out, const struct bpf_insn *insn)
{
	if (BPF_MODE(insn->code) == MODE_ATOMIC)
		return put_atomic(out, insn);
	if (BPF_MODE(insn->code) != BPF_MEM)
		return false;
	put_memory(out, insn, 'u', insn->dst_reg);
	put(out, " = r%u", insn->src_reg);
	return true;
}

/* ---- arithmetic ---- */

static bool put_swap(struct out *out, const struct bpf_insn *insn)
{
	const char *order = BPF_CLASS(insn->code) == BPF_ALU64 ? "bswap"
			    : BPF_SRC(insn->code) == BPF_X     ? "be"
							       : "le";

	if (insn->imm != 16 && insn->imm != 32 && insn->imm != 64)
		return false;
	put(out, "r%u = %s%d r%u", insn->dst_reg, order, insn->imm, insn->dst_reg);
	return true;
}

/* off of a register move: how many bits are extended with their sign; 1: another address space. */
static bool put_odd_move(struct out *out, const struct bpf_insn *insn, char letter)
{
	const bool wide = letter == 'r';

	if (wide && insn->off == 1)
		put(out, "r%u = addr_space_cast(r%u, %u, %u)", insn->dst_reg, insn->src_reg,
		    (__u32)insn->imm >> 16, (__u32)insn->imm & 0xffff);
	else if (insn->off == 8 || insn->off == 16 || (wide && insn->off == 32))
		put(out, "%c%u = (s%d)%c%u", letter, insn->dst_reg, insn->off, letter,
		    insn->src_reg);
	else
		return false;
	return true;
}

static bool put_alu(struct out *out, const struct bpf_insn *insn)
{
	const char letter = BPF_CLASS(insn->code) == BPF_ALU64 ? 'r' : 'w';
	const __u8 operation = BPF_OP(insn->code);
	const bool division = operation == BPF_DIV || operation == BPF_MOD,
		   by_register = BPF_SRC(insn->code) == BPF_X;

	if (operation == BPF_END)
		return put_swap(out, insn);
	if (operation == BPF_NEG && !by_register) {
		put(out, "%c%u = -%c%u", letter, insn->dst_reg, letter, insn->dst_reg);
		return true;
	}
	if (!operators[operation >> 4])
		return false;
	if (operation == BPF_MOV && by_register && insn->off)
		return put_odd_move(out, insn, letter);
	put(out, "%c%u %s%s ", letter, insn->dst_reg, division && insn->off == 1 ? "s" : "",
	    operators[operation >> 4]);
	if (by_register)
		put(out, "%c%u", letter, insn->src_reg);
	else
		put(out, "%d", insn->imm);
	return true;
}

/* ---- jumps ---- */

/* Those with an opcode of their own in the class of jumps. */
static bool put_single(struct out *out, const struct bpf_insn *insn)
{
	switch (insn->code) {
	case BPF_JMP | BPF_JA: put(out, "goto %+d", insn->off); return true;
	case LONG_GOTO: put(out, "gotol %+d", insn->imm); return true;
	case BPF_JMP | JUMP_MAY_GOTO: put(out, "may_goto %+d", insn->off); return true;
	case CALL_PLAIN: put(out, "call %d", insn->imm); return true;
	case CALL_REGISTER:
		put(out, "callx r%d", insn->imm ? insn->imm : insn->dst_reg);
		return true;
	case PLAIN_EXIT: put(out, "exit"); return true;
	default: return false;
	}
}

static bool put_jmp(struct out *out, const struct bpf_insn *insn)
{
	const char letter = BPF_CLASS(insn->code) == CLASS_JMP32 ? 'w' : 'r';
	const char *comparison = comparisons[BPF_OP(insn->code) >> 4];

	if (!comparison)
		return put_single(out, insn);
	put(out, "if %c%u %s ", letter, insn->dst_reg, comparison);
	if (BPF_SRC(insn->code) == BPF_X)
		put(out, "%c%u", letter, insn->src_reg);
	else
		put(out, "%d", insn->imm);
	put(out, " goto %+d", insn->off);
	return true;
}

/* ---- the whole ---- */

static bool (*const classes[])(struct out *out, const struct bpf_insn *insn) = {
	[BPF_LD] = put_ld,	 [BPF_LDX] = put_ldx,	[BPF_ST] = put_st,
	[BPF_STX] = put_stx,	 [BPF_ALU] = put_alu,	[BPF_JMP] = put_jmp,
	[CLASS_JMP32] = put_jmp, [BPF_ALU64] = put_alu,
};

size_t disassemble(const struct bpf_insn *insns, size_t left, char *text, size_t room)
{
	const bool wide = insns->code == (BPF_LD | BPF_IMM | BPF_DW);
	struct out out = {text, room};

	text[0] = '\0';
	if ((wide && left < 2) || !classes[BPF_CLASS(insns->code)](&out, insns))
		put(&out, "<unknown>");
	return wide && left > 1 ? 2 : 1;
}

bool disassemble_jump(const struct bpf_insn *insn, long *distance)
{
	const __u8 class = BPF_CLASS(insn->code);

	*distance = insn->code == LONG_GOTO ? insn->imm : insn->off;
	if (class != BPF_JMP && class != CLASS_JMP32)
		return false;
	return comparisons[BPF_OP(insn->code) >> 4] || insn->code == (BPF_JMP | BPF_JA) ||
	       insn->code == LONG_GOTO || insn->code == (BPF_JMP | JUMP_MAY_GOTO);
}

/* ---- names of helpers ---- */

/* As many as the kernel's header knows where bpfload is built. */
#define HELPER_NAME(name) "bpf_" #name
static const char *const helpers[] = {__BPF_FUNC_MAPPER(HELPER_NAME)};
#define HELPER_COUNT (sizeof(helpers) / sizeof(helpers[0]))

const char *disassemble_helper(const struct bpf_insn *insn)
{
	if (insn->code != CALL_PLAIN || insn->src_reg >= PSEUDO_CALL_FIRST || insn->imm <= 0 ||
	    (size_t)insn->imm >= HELPER_COUNT)
		return NULL;
	/* cppcheck-suppress arrayIndexOutOfBoundsCond ; it does not expand the mapper */
	return helpers[insn->imm];
}
