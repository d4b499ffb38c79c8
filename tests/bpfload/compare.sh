# SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
# shellcheck shell=sh
#
# compare.sh - the objects that compare.t and compare_kernel.t compare: tests/objects/compare.c in
# versions that differ in one thing each.
#
# Contract: source it after common.sh. The objects are in the current directory, the sources and
# objects of all samples in samples/, the headers in $WORK/include, where anybody may read them.

# version NAME FLAG... - NAME.o, of compare.c with these flags.
version() {
	compile "$@" <"$TOP/tests/objects/compare.c"
}

version legacy -g
version btf -g -DBTF_MAPS
version fewer -g -DENTRIES=8
version typed -g -DTYPE=BPF_MAP_TYPE_LRU_HASH
version lacking -g -DNO_CONFIG
version stepping -g -DSTEP=2
version strict -g -DLINKAGE=
version untrie -g -DTRIE_FLAGS=0
version other_value -g -DBTF_MAPS '-DVALUE=struct other_tally'
version xdp -g '-DSECTION="xdp"'
version renamed -g '-DSECTION="socket/count"'
version closed -g '-DLICENSE="Proprietary"'
version bare

version annotated -g -DANNOTATE
for number in 5 6; do
	compile outer$number -g -DENTRIES=$number <<'END'
#include <linux/bpf.h>
#include "bpf_helpers.h"
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY_OF_MAPS);
	__uint(max_entries, 2);
	__type(key, __u32);
	__array(values, struct {
		__uint(type, BPF_MAP_TYPE_ARRAY);
		__type(key, __u32);
		__type(value, __u64);
		__uint(max_entries, ENTRIES);
	});
} outer SEC(".maps");
END
done
for number in 1 2; do
	compile data$number -g -DNUMBER=$number <<'END'
#include "bpf_helpers.h"
volatile int variable = NUMBER;
SEC("socket") int program(void *ctx)
{
	return variable;
}
END
done

mkdir samples
cp -r "$TOP/include" "$WORK/include" || exit 1
cp "$BUILD"/samples/*_kern.o "$BUILD"/samples/*_kern.btf.o samples/ || exit 1

# compare ARG... - bpfload compare.
compare() {
	bpfload compare "$@"
}

# verdict_is STATUS TEXT NAME - the last line, and the exit status.
verdict_is() {
	is "$RC:$(printf '%s\n' "$OUT" | tail -n 1)" "$1:$2" "$3"
}
