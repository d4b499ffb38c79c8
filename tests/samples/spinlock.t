#!/bin/sh
# SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
#
# tier: 2
# vm: yes
# spinlock.t - the sample spinlock: with a lock, with atomic additions and with numbers for each CPU,
# every addition of a known number of them is there, by report and by map; under the lock two
# numbers are never found to differ; without a lock additions get lost where there are two CPUs.

# shellcheck source=tests/samples/common.sh
. "$(dirname "$0")/common.sh"
test_sample spinlock jq bpftool

check_life --runs=1000

RUNS=2000 ROUNDS=3

# way NAME MEMBER
way() {
	report | jq -r ".ways[] | select(.name == \"$1\") | .$2"
}

# in_map KEY - count and twin of a value, as bpftool reads it by its BTF
in_map() {
	bpftool -j map lookup id "$(map_id counters)" key "$1" 0 0 0 |
		jq -c '.formatted.value | [.count, .twin]'
}

# The sum over the CPUs; without BTF bpftool shows bytes.
in_cpu_map() {
	bpftool -j map lookup id "$(map_id cpu_counters)" key 0 0 0 0 | jq -r --argjson little "$LITTLE" \
		'.values[].value[0:8] | map(ltrimstr("0x")) | if $little then reverse else . end | join("")' |
		{ sum=0 && while read -r hex; do sum=$((sum + 0x$hex)); done && echo $sum; }
}

# Is the low byte of a number its first here?
LITTLE=$([ "$(printf '\1\0' | od -An -td2 | tr -d ' ')" = 1 ] && echo true || echo false)

# exact PROGRAM MAPS THREADS LABEL
exact() {
	wanted=$((RUNS * ROUNDS * $3))
	start "$1" --json -t 0.1 "--maps=$2" --threads="$3" --runs=$RUNS --rounds=$ROUNDS
	eventually reported ".rounds == $ROUNDS"
	is "$(report | jq -c '[.ways[].expected] | unique')" "[$wanted]" "$4: $3 threads, $RUNS runs, $ROUNDS rounds"
	is "$(way spin_lock counted) $(in_map 1)" "$wanted [$wanted,$wanted]" "$4: with a spin lock, both numbers are that, in the map, too"
	is "$(way atomic counted) $(in_map 2)" "$wanted [$wanted,$wanted]" "$4: with atomic additions, too"
	is "$(way per_cpu counted) $(in_cpu_map)" "$wanted $wanted" "$4: so is the sum of all CPUs"
	[ "$(way no_lock counted)" -gt 0 ] && [ "$(way no_lock counted)" -le $wanted ]
	verdict $? "$4: without a lock, not more than that"
	is "$(in_map 0 | jq '.[0]')" "$(way no_lock counted)" "$4: and the map says the same"
	is "$(way spin_lock uneven)" 0 "$4: under the lock, the two numbers never differ"
	is "$(bpftool -j map lookup id "$(map_id counters)" key 1 0 0 0 | jq -c '.value[0:4]')" '["0x00","0x00","0x00","0x00"]' \
		"$4: user space does not get to see the lock"
	stop INT
	is "$RC $(cat "$WORK/err")" '0 ' "$4: SIGINT ends it"
}

exact "$SAMPLE" kernel 2 'kernel definitions'
exact "$SAMPLE" btf 2 'BTF definitions'
exact "$SAMPLE" kernel 5 'kernel definitions'

end_of_quick_part

# --- what gets lost ------------------------------------------------------------------------------------

if [ "$(nproc)" -ge 2 ]; then
	start "$SAMPLE" --json -t 0.1
	eventually reported '.ways[0].lost > 0'
	verdict $? 'two CPUs: without a lock, additions get lost'
	is "$(report | jq -c '[.ways[1:][].lost]')" '[0,0,0]' 'and none of the others meanwhile'
	stop TERM
	is "$RC" 0 'SIGTERM ends it with status 0'
	is "$(jq -s 'all(.[].ways[0]; .lost == .expected - .counted and .lost >= 0)' "$WORK/out")" true \
		'in no report there are more additions than were made'
else
	skip 'one CPU' 'without a lock, additions get lost'
fi

cpu=$(taskset -pc $$ | sed 's/.*: *//; s/[-,].*//')
run in_ns taskset -c "$cpu" "$SAMPLE" -c 1 -t 0.3 --runs=1000
like "$OUT" '^\(on one CPU they take turns: perhaps nothing gets lost\)$' 'on one CPU, the table says so'
run in_ns "$SAMPLE" -c 1 -t 0.01 --runs=1000
like "$RC $OUT" '^the first round is not over$' 'a report before the first round'
start "$SAMPLE" -t 0.1
eventually grep -q '^spin lock' "$WORK/out"
stop INT
like "$(cat "$WORK/out")" '^spin lock +[1-9][0-9]* +[1-9][0-9]* +0\.0 % +[0-9.]+ #+$' 'a row of the chart: nothing lost, a bar of time'

for wrong in 1 17 x; do
	run in_ns "$SAMPLE" --threads=$wrong
	like "$RC $OUT" "^2 spinlock: option --threads: '$wrong' is not a number of threads, 2 to 16; " "--threads=$wrong"
done
run in_ns "$SAMPLE" --runs=0
like "$RC $OUT" "^2 spinlock: option --runs: '0' is not a number of runs, 1 to 1000000; " '--runs=0'

# The kernel finds the lock by BTF only.
mkdir "$WORK/plain" && cp "$SAMPLE" "$WORK/plain"
if sed 's/^BPF_ANNOTATE_KV_PAIR.*//' "$TOP/samples/spinlock_kern.c" >"$WORK/kern.c" &&
	clang -O2 -g -target bpf -I"$TOP/include" -I"$TOP/samples" -I"/usr/include/$(uname -m)-linux-gnu" -c \
		-o "$WORK/plain/spinlock_kern.o" "$WORK/kern.c" 2>"$WORK/err"; then
	run in_ns "$WORK/plain/spinlock" -c 1
	is "$RC" 1 'a definition without the types: status 1'
	like "$OUT" "^spinlock: .*program 'add_with_lock'.*verifier" 'the program that would lock is refused'
else
	skip "clang: $(head -n 1 "$WORK/err")" 'a definition without the types'
fi

done_testing
