# SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
#
# old.s - the object behind old.txt and old.json: two maps of 28 bytes as Linux 4.14 to 5.10 wrote
# them, two programs, a sub-program, a constant. In assembler, so that no compiler's choice is in it;
# without types, so that the names of the sections are the evidence.

	.section maps, "aw", @progbits
	.globl counts, near
	.type counts, @object
	.type near, @object
	.p2align 2
counts:
	.long 1, 4, 8, 1024, 1, 0, 0
	.size counts, 28
near:
	.long 2, 4, 16, 2, 4, 0, 1
	.size near, 28

	.section .rodata, "a", @progbits
	.globl limit
	.type limit, @object
	.p2align 2
limit:
	.long 0x11223344
	.size limit, 4

	.text
	.type weigh, @function
weigh:
	r0 = limit ll
	r0 = *(u32 *)(r0 + 0)
	r0 &= r1
	exit
	.size weigh, .-weigh

	.section socket1, "ax", @progbits
	.globl count_packets
	.type count_packets, @function
count_packets:
	r6 = r1
	r0 = *(u8 *)skb[23]
	*(u32 *)(r10 - 4) = r0
	r1 = *(u32 *)(r6 + 0)
	call weigh
	r2 = r10
	r2 += -4
	r1 = counts ll
	call 1
	if r0 == 0 goto missing
	r1 = 1
	lock *(u64 *)(r0 + 0) += r1
missing:
	r0 = 0
	exit
	.size count_packets, .-count_packets

	.section kprobe/sys_write, "ax", @progbits
	.globl on_write
	.type on_write, @function
on_write:
	r1 = near ll
	r0 = 0
	exit
	.size on_write, .-on_write

	.section license, "aw", @progbits
	.asciz "GPL"
	.section version, "aw", @progbits
	.long 0x40e05
