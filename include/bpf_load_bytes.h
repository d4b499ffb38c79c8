/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * load_byte(skb, off), load_half(), load_word(): packet bytes in host order, by the LD_ABS
 * and LD_IND instructions that BPF inherited from classic BPF. A load outside the packet
 * ends the program with return value 0. Only socket filters and tc programs may use them.
 *
 * They are no functions: clang knows the three assembler names and emits the instruction.
 */
#ifndef BPF_LOAD_BYTES_H
#define BPF_LOAD_BYTES_H

unsigned long long load_byte(void *skb, unsigned long long off) __asm__("llvm.bpf.load.byte");
unsigned long long load_half(void *skb, unsigned long long off) __asm__("llvm.bpf.load.half");
unsigned long long load_word(void *skb, unsigned long long off) __asm__("llvm.bpf.load.word");

#endif
