/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* Every macro of bpf_insn.h against the bytes of the instruction set. Needs no privileges. */
#include "bpf_insn.h"
#include "check.h"

/* Opcode, registers as dst | src << 4, offset, immediate. */
static void expect(const struct bpf_insn *insn, int code, int regs, int off, int imm)
{
	int got = insn->dst_reg | insn->src_reg << 4;

	if (insn->code == code && got == regs && insn->off == off && insn->imm == imm)
		return;
	fprintf(stderr, "got %02x %02x %d %d, wanted %02x %02x %d %d\n", insn->code, got,
		insn->off, insn->imm, code, regs, off, imm);
	exit(1);
}

/* In a static array, as test programs have them: each macro must be a constant. */
static const struct bpf_insn table[] = {
	BPF_ALU64_REG(BPF_ADD, BPF_REG_1, BPF_REG_2),
	BPF_ALU32_REG(BPF_XOR, BPF_REG_1, BPF_REG_2),
	BPF_ALU64_IMM(BPF_LSH, BPF_REG_3, 32),
	BPF_ALU32_IMM(BPF_SUB, BPF_REG_3, -1),
	BPF_MOV64_REG(BPF_REG_6, BPF_REG_1),
	BPF_MOV32_REG(BPF_REG_6, BPF_REG_1),
	BPF_MOV64_IMM(BPF_REG_0, -7),
	BPF_MOV32_IMM(BPF_REG_0, 7),
	BPF_ENDIAN(BPF_TO_BE, BPF_REG_2, 16),
	BPF_LD_ABS(BPF_B, 23),
	BPF_LD_IND(BPF_H, BPF_REG_7, 14),
	BPF_LDX_MEM(BPF_W, BPF_REG_1, BPF_REG_10, -4),
	BPF_STX_MEM(BPF_DW, BPF_REG_10, BPF_REG_1, -16),
	BPF_ST_MEM(BPF_H, BPF_REG_10, -2, 5),
	BPF_STX_XADD(BPF_DW, BPF_REG_0, BPF_REG_1, 8),
	BPF_ATOMIC_OP(BPF_W, BPF_OR, BPF_REG_0, BPF_REG_1, 8),
	BPF_JMP_REG(BPF_JGT, BPF_REG_1, BPF_REG_2, -3),
	BPF_JMP_IMM(BPF_JNE, BPF_REG_1, 99, 4),
	BPF_JMP32_REG(BPF_JEQ, BPF_REG_1, BPF_REG_2, 1),
	BPF_JMP32_IMM(BPF_JSLT, BPF_REG_1, -1, 2),
	BPF_JMP_A(6),
	BPF_EMIT_CALL(BPF_FUNC_map_lookup_elem),
	BPF_CALL_REL(9),
	BPF_RAW_INSN(0x12, 3, 4, 5, 6),
	BPF_EXIT_INSN(),
	BPF_LD_IMM64(BPF_REG_1, 0x1122334455667788ULL),
	BPF_LD_IMM64_RAW(BPF_REG_1, 3, -1),
	BPF_LD_MAP_FD(BPF_REG_1, 42),
	BPF_LD_MAP_VALUE(BPF_REG_1, 42, 12),
};

int main(void)
{
	const struct bpf_insn *i = table;
	struct bpf_insn one = BPF_MOV64_IMM(BPF_REG_0, 3);

	expect(i++, 0x0f, 0x21, 0, 0);
	expect(i++, 0xac, 0x21, 0, 0);
	expect(i++, 0x67, 0x03, 0, 32);
	expect(i++, 0x14, 0x03, 0, -1);
	expect(i++, 0xbf, 0x16, 0, 0);
	expect(i++, 0xbc, 0x16, 0, 0);
	expect(i++, 0xb7, 0x00, 0, -7);
	expect(i++, 0xb4, 0x00, 0, 7);
	expect(i++, 0xdc, 0x02, 0, 16);
	expect(i++, 0x30, 0x00, 0, 23);
	expect(i++, 0x48, 0x70, 0, 14);
	expect(i++, 0x61, 0xa1, -4, 0);
	expect(i++, 0x7b, 0x1a, -16, 0);
	expect(i++, 0x6a, 0x0a, -2, 5);
	expect(i++, 0xdb, 0x10, 8, 0);
	expect(i++, 0xc3, 0x10, 8, 0x40);
	expect(i++, 0x2d, 0x21, -3, 0);
	expect(i++, 0x55, 0x01, 4, 99);
	expect(i++, 0x1e, 0x21, 1, 0);
	expect(i++, 0xc6, 0x01, 2, -1);
	expect(i++, 0x05, 0x00, 6, 0);
	expect(i++, 0x85, 0x00, 0, 1);
	expect(i++, 0x85, 0x10, 0, 9);
	expect(i++, 0x12, 0x43, 5, 6);
	expect(i++, 0x95, 0x00, 0, 0);
	expect(i++, 0x18, 0x01, 0, 0x55667788);
	expect(i++, 0x00, 0x00, 0, 0x11223344);
	expect(i++, 0x18, 0x31, 0, -1);
	expect(i++, 0x00, 0x00, 0, -1);
	expect(i++, 0x18, 0x11, 0, 42);
	expect(i++, 0x00, 0x00, 0, 0);
	expect(i++, 0x18, 0x21, 0, 42);
	expect(i++, 0x00, 0x00, 0, 12);
	CHECK(i == table + sizeof(table) / sizeof(table[0]));
	expect(&one, 0xb7, 0x00, 0, 3);
	return 0;
}
