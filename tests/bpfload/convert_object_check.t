#!/bin/sh
# SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
#
# tier: 1
# convert_object_check.t - bpfload convert --check of objects: what it says when all is well and
# when the old object does not load, as text and as JSON, and that it leaves nothing behind.
#
# That the proof holds for every dialect is tests/unit/convert_object.c.

# shellcheck source=/dev/null
. "$(dirname "$0")/../tap.sh"
# shellcheck source=/dev/null
. "$TOP/tests/bpfload/common.sh"

if ! "$WORK/plain/bpfload" load explain_static.o >"$WORK/out" 2>"$WORK/err"; then
	echo "1..0 # SKIP this needs root and a kernel with BPF: $(head -n 1 "$WORK/err")"
	exit 0
fi

compile rejected -g <<'END'
#include <linux/bpf.h>
#include <bpf_helpers.h>
struct bpf_map_def SEC("maps") values = {BPF_MAP_TYPE_ARRAY, 4, 8, 1};
SEC("socket") int reads_far(struct __sk_buff *skb)
{
	return *(volatile int *)((char *)skb + 16384) + (bpf_map_lookup_elem(&values, &(int){0}) != 0);
}
END

# pins - where explain_iproute2.o's map would be pinned, as far as something is.
pins() {
	ls -d /sys/fs/bpf/tc/globals/shared /sys/fs/bpf/shared 2>/dev/null
}

proofs() {
	before=$(pins)
	rm -rf "$WORK/target" && mkdir "$WORK/target"
	bpfload convert --check explain_kernel.o
	is "$RC" 0 'definitions, proven'
	like "$OUT" '^} counts SEC\("\.maps"\);$' 'definitions, proven: printed'
	like "$ERR" '^bpfload: explain_kernel.o: check: identical to the kernel \(maps: 3, programs: 1\)$' 'definitions, proven: says so'
	bpfload convert --check --json --object "$WORK/target/out.o" explain_iproute2.o
	is "$RC" 0 'object, proven'
	follows_schema convert-object
	json '.check == {done: true, same: true, maps: 4, programs: 2, differences: []}' 'object, proven: in JSON'
	json '.object | endswith("/target/out.o")' 'object, proven: JSON says where it is'
	is "$(ls -A "$WORK/target")" out.o 'object, proven: written, and nothing beside it'
	is "$(pins)" "$before" 'object, proven: the map that asks for a pin was not pinned'
	rm "$WORK/target/out.o"
	bpfload convert --check --object "$WORK/target/out.o" rejected.o
	refused "^bpfload: rejected.o: check: the old object does not load: .*'reads_far'" 'no proof'
	like "$ERR" '^bpfload: rejected.o: check: nothing is proven$' 'no proof: claims nothing'
	is "$(ls -A "$WORK/target")" '' 'no proof: no object'
}

each_build proofs
done_testing
