#!/bin/bash
# SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
#
# tier: 3
# samples.t - the tests of the samples under another kernel: $KERNEL, 6.1 without it.
#
# A test in tests/samples whose first lines say `vm: yes` is run there by QUICK=1, which leaves
# out what does not depend on the kernel. All share one boot, the kernel is that of tools/vm, the
# samples are those of the host's build. Their results are lines of this test; each one's own TAP
# stays in build/vm-results/KERNEL. A test that hangs or dies is one failure, and the others go on.
#
# Environment: VM_TESTS, the files to run instead; VM_TEST_LIMIT, the seconds that one may take.

cd "$(dirname "$0")/../.." || exit 1
BUILD=${BUILD:-build}
ASAN=${ASAN:-$BUILD/asan}
KERNEL=${KERNEL:-6.1}
RESULTS=$BUILD/vm-results/$KERNEL
# Natively a test takes seconds. By TCG, up to ten times that.
EACH=${VM_TEST_LIMIT:-180}
ALL=2400
export BUILD ASAN QUICK=1 O=$BUILD

skip_all() {
	echo "1..0 # SKIP $1"
	exit 0
}

# chosen - the tests for a VM
chosen() {
	for file in ${VM_TESTS:-tests/samples/*.t}; do
		sed 12q "$file" | grep -q '^# vm: yes' && echo "$file"
	done
}

# merge NAME - its results, as lines from number $next on; $next is then the number after them.
merge() {
	status=$(cat "$RESULTS/$1.status" 2>/dev/null)
	[ -e "$RESULTS/$1.tap" ] || : >"$RESULTS/$1.tap"
	awk -f tests/merge.awk -v name="$1" -v status="$status" -v first="$next" "$RESULTS/$1.tap" >"$RESULTS/$1.merged"
	sed '$d' "$RESULTS/$1.merged"
	[ "$status" = 0 ] || tail -n 20 "$RESULTS/$1.err" 2>/dev/null | sed 's/^/# /'
	next=$(sed -n '$s/^next //p' "$RESULTS/$1.merged")
	rm "$RESULTS/$1.merged"
	seen="$seen $1 "
}

reason=$(tools/vm --kernel "$KERNEL" --fetch 2>&1) || skip_all "$(echo "$reason" | tail -n 1)"
mapfile -t files < <(chosen)
[ ${#files[@]} -gt 0 ] || skip_all 'no test says that it can run in a VM'
rm -rf "$RESULTS"
mkdir -p "$RESULTS" || exit 1
RESULTS=$(realpath "$RESULTS")

# An end of this test is the end of the VM, too.
next=1 seen=
trap '[ -z "$VM" ] || kill "$VM"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP
mkfifo "$RESULTS/names"
tools/vm --kernel "$KERNEL" --mem 1536 --timeout $ALL --env ASAN -- \
	tests/vm/guest "$RESULTS" "$EACH" "${files[@]}" 2>"$RESULTS/vm.err" >"$RESULTS/names" &
VM=$!
exec 3<"$RESULTS/names"
while read -r name <&3; do
	merge "$name"
done
wait "$VM"
ended=$?
VM=
rm "$RESULTS/names"
# Those that the VM did not come to.
for file in "${files[@]}"; do
	name=$(basename "$file" .t)
	[[ $seen == *" $name "* ]] || merge "$name"
done
if [ $ended != 0 ]; then
	echo "not ok $next - the VM ended with status $ended"
	sed 's/^/# /' "$RESULTS/vm.err"
	next=$((next + 1))
fi
echo "1..$((next - 1))"
