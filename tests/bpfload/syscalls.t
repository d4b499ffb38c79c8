#!/bin/sh
# SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
#
# tier: 1
# syscalls.t - `bpfload explain --syscalls` as an unprivileged user against `strace bpfload load`
# as root: the same calls, in the same order, with the same arguments and results, for every
# object of the tree that the kernel takes.

# shellcheck disable=SC2034 # AS_USER is for bpfload() of common.sh

# shellcheck source=/dev/null
. "$(dirname "$0")/../tap.sh"
# shellcheck source=/dev/null
. "$TOP/tests/bpfload/common.sh"

if ! strace -qq -e trace=none true 2>"$WORK/err"; then
	echo "1..0 # SKIP cannot trace system calls (package strace): $(tail -n 1 "$WORK/err")"
	exit 0
fi
BPFFS=$WORK/bpffs
mkdir "$BPFFS"
if ! mount -t bpf -o mode=0755 bpf "$BPFFS" 2>"$WORK/err"; then
	echo "1..0 # SKIP cannot mount a bpffs: $(cat "$WORK/err")"
	exit 0
fi
trap 'umount "$BPFFS"; rm -rf "$WORK"' EXIT

BPFLOAD=$WORK/plain/bpfload
NOBODY='setpriv --reuid 65534 --regid 65534 --clear-groups'

# plain - what strace and explain show by other means (pointers by address, by content) is cut
# to the same, a flag that strace 6.1 does not know gets no name, fields behind the last one that explain knows are left out.
plain() {
	sed -E -e '/^#/d; s/^[0-9]+ +//; /^bpf/!d; /BPF_OBJ_GET_INFO_BY_FD/d' \
		-e 's/(insns|func_info|line_info)=(0x[0-9a-f]+|\[[^]]*\])/\1=POINTER/g' \
		-e 's/(key|value)=(0x[0-9a-f]+|"([^"\\]|\\.)*"(\.\.\.)?)/\1=POINTER/g' \
		-e 's/BPF_F_XDP_HAS_FRAGS/0x20 \/* BPF_F_??? *\//' \
		-e 's/(map_extra=[0-9]+|fd_array=NULL), [^}]*\}/\1}/'
}

# swept - nothing of an earlier load is pinned. The two *.debug are the kernel's.
swept() {
	find "$BPFFS" -mindepth 1 ! -name '*.debug' -delete
}

# alone COMMAND... - with no descriptors but the first three: the next is number 3.
alone() {
	bash -c 'for fd in /proc/self/fd/*; do
		fd=${fd##*/}
		[ "$fd" -lt 3 ] || eval "exec $fd>&-"
	done
	exec "$@"' alone "$@"
}

# traced OBJECT - the calls of a real load; false where the kernel does not take the object.
traced() {
	swept
	alone strace -f -qq -s 32 -e trace=bpf -o "$WORK/trace" \
		"$BPFLOAD" load --bpffs "$BPFFS" "$1" >/dev/null 2>&1 </dev/null || return 1
	swept
	# Where the kernel said no to one of several tries, explain cannot know.
	! grep -v 'BPF_OBJ_GET, ' "$WORK/trace" | grep -q ' = -1 E'
}

everywhere() {
	compared=0
	wrong=
	commands=
	for file in "$BUILD"/tests/objects/*.o "$BUILD"/samples/*_kern.o "$BUILD"/samples/*_kern.btf.o; do
		cp "$file" object.o
		traced object.o || continue
		plain <"$WORK/trace" >"$WORK/theirs"
		AS_USER=$NOBODY
		bpfload explain --syscalls --bpffs "$BPFFS" object.o
		AS_USER=
		plain <"$WORK/out" >"$WORK/ours"
		compared=$((compared + 1))
		commands="$commands $(sed 's/^bpf(//; s/,.*//' "$WORK/ours" | sort -u | tr '\n' ' ')"
		cmp -s "$WORK/ours" "$WORK/theirs" || wrong="$wrong
$file
$(diff "$WORK/ours" "$WORK/theirs" | head -n 6)"
	done
	is "$wrong" '' "$compared objects: the calls of strace"
	[ "$compared" -gt 30 ]
	verdict $? 'those are most of the objects that load'
	for command in BPF_BTF_LOAD BPF_MAP_CREATE BPF_MAP_UPDATE_ELEM BPF_MAP_FREEZE BPF_OBJ_PIN BPF_OBJ_GET BPF_PROG_LOAD; do
		like "$commands" " $command " "among them $command"
	done
}

# Content that strace shows as an address is held against the source.
contents() {
	bpfload explain --syscalls --bpffs "$BPFFS" explain_subprog.o
	is "$RC:$ERR" 0: 'read'
	like "$OUT" 'BPF_MAP_UPDATE_ELEM, \{map_fd=5, key="\\0\\0\\0\\0", value="\\5\\0\\0\\0\\0\\0\\0\\0"' 'the value of a variable'
	like "$OUT" 'BPF_MAP_FREEZE, \{map_fd=6\}, 4\) = 0' 'constants are frozen'
	bpfload explain --syscalls --bpffs "$BPFFS" explain_iproute2.o
	like "$OUT" 'BPF_MAP_UPDATE_ELEM, \{map_fd=6, key="\\2\\0\\0\\0", value="\\4\\0\\0\\0"' 'a map in a slot, by its descriptor'
	like "$OUT" 'BPF_MAP_UPDATE_ELEM, \{map_fd=5, key="\\3\\0\\0\\0", value="\\10\\0\\0\\0"' 'a program in a slot, by its descriptor'
	is "$(find "$BPFFS" -mindepth 1 ! -name '*.debug')" '' 'nothing is pinned, no directory made'
}

everywhere
contents
done_testing
