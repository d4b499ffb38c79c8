#!/bin/sh
# SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
#
# tier: 2
# vm: yes
# map_perf.t - the sample map_perf: as many operations as were asked for are done, all of them with
# success where the map has room, and the picture shows the numbers of the report. How fast it was
# is not asked.

# shellcheck source=tests/samples/common.sh
. "$(dirname "$0")/common.sh"
test_sample map_perf jq bpftool nproc
LONG='--operations=131072 --cpus=1'
# shellcheck disable=SC2086 # words
check_life $LONG "$@"

# --- how many ---------------------------------------------------------------------------------------

CPUS=$(nproc)
[ "$CPUS" -le 2 ] || CPUS=2
COUNTS=1
[ "$CPUS" = 1 ] || COUNTS=1,2
N=1024

# measured LABEL OPTIONS... - one report, at the end, with everything.
measured() {
	label=$1
	shift
	run in_ns "$SAMPLE" --json -t 600 --cpus=$COUNTS --operations=$N "$@"
	is "$RC" 0 "$label: status 0"
	json 'length == 1 and .[0].finished' "$label: one report, when all is measured"
	# 8 types with three operations, arrays with two: 28, on each number of CPUs and by system calls
	json ".[0].results | map(select(.operation != \"batch\")) | length == 28 * ($CPUS + 1)" \
		"$label: every operation of every type"
	json "[.[0].results[] | select(.operation != \"batch\") | .done + .missed == $N * .cpus] | all" \
		"$label: as often as it was asked for, counted in a map"
	json "[.[0].results[] | select(.type | startswith(\"lru\") | not) | .missed == 0 and .done == $N * .cpus] | all" \
		"$label: and always with success, but for LRU maps, which may forget"
	json '[.[0].results[] | .per_second > 0] | all' "$label: which took a time"
}

measured kernel --maps=kernel
measured btf --maps=btf
json '[.[0].results[] | select(.operation == "batch") | .type] | index("hash") and index("array")' \
	'btf: batches are read, where maps know how to'

# --- the picture ------------------------------------------------------------------------------------

# well_formed FILE
well_formed() {
	if command -v xmllint >/dev/null; then
		xmllint --noout "$1"
	else
		grep -q '^</svg>$' "$1"
	fi
}

# bars FILE - a line for each: type, from, cpus, operation, rate, width.
bars() {
	sed -n 's/^<rect class="bar" data-type="\([^"]*\)" data-from="\([^"]*\)" data-cpus="\([^"]*\)" data-operation="\([^"]*\)" data-rate="\([^"]*\)".* width="\([^"]*\)".*/\1 \2 \3 \4 \5 \6/p' "$1"
}

run in_ns "$SAMPLE" --json -t 600 --types=HASH,array --cpus=1 --operations=$N "--svg=$WORK/chart.svg"
json '.[0].results | map(.type) | unique == ["array", "hash"]' '--types: only those'
well_formed "$WORK/chart.svg"
verdict $? 'the picture is well-formed'
bars "$WORK/chart.svg" | cut -d ' ' -f 1-5 | sort >"$WORK/bars"
printf '%s\n' "$OUT" | jq -r '.results[] | "\(.type) \(.from) \(.cpus) \(.operation) \(.per_second)"' |
	sort >"$WORK/numbers"
is "$(cat "$WORK/bars")" "$(cat "$WORK/numbers")" 'its bars are the numbers of the report'
is "$(bars "$WORK/chart.svg" | sort -k 5n | cut -d ' ' -f 6 | sort -nc 2>&1)" '' 'what is faster has a bar that is not shorter'

end_of_quick_part

# --- in the middle ----------------------------------------------------------------------------------

# shellcheck disable=SC2086 # words
start "$SAMPLE" $LONG -t 0.1 "--svg=$WORK/half.svg"
eventually grep -q '^measuring hash_no_prealloc' "$WORK/out"
maps=$(object_ids map)
stop INT
is "$RC $(cat "$WORK/err")" '0 ' 'SIGINT while it measures: status 0, quietly'
like "$(cat "$WORK/out")" '^hash +1 +[0-9.]+ +[0-9.]+ +[0-9.]+ ' 'what was measured is shown'
like "$(cat "$WORK/out")" '^not finished' 'and that it is not all'
well_formed "$WORK/half.svg" && grep -q '(not finished)' "$WORK/half.svg"
verdict $? 'the picture is well-formed, and says so, too'
# shellcheck disable=SC2086 # ids are words
eventually all_gone map $maps
verdict $? 'no map stays'

run in_ns "$SAMPLE" -t 600 --types=hash,queue --operations=$N
is "$RC" 0 'a table'
like "$OUT" '^queue +1 +[0-9.]+ +[0-9.]+ +[0-9.]+ ' 'with a row for each type'
narrow "$(printf '%s\n' "$OUT" | sed 's/█/#/g')" 'the whole table'
if have_terminal; then
	run env TERM=xterm script -qec "$SAMPLE -t 600 --types=hash --operations=$N" /dev/null
	like "$OUT" '^hash +1 ' 'on a terminal, too'
fi

# --- what can go wrong ------------------------------------------------------------------------------

run in_ns "$SAMPLE" --svg=/nowhere/chart.svg
is "$RC $OUT" '1 map_perf: /nowhere/chart.svg: No such file or directory' 'a picture that cannot be written'
run in_ns sh -c "'$SAMPLE' -t 600 --types=array --operations=64 --svg=/dev/full"
is "$RC" 1 'no room for the picture: status 1'
like "$OUT" '^map_perf: /dev/full: No space left' 'no room for the picture: why'
run in_ns taskset -c 0 "$SAMPLE" --cpus=2
is "$RC $OUT" '1 map_perf: --cpus: 2 wanted, there are 1 for this process' 'more CPUs than there are'
for option in --types=hash,heap --types= --cpus=0 --cpus=65 --cpus=1,,2 --cpus=1,2,3,4,5 --operations=65 \
	--operations=0 --operations=2097152; do
	run in_ns "$SAMPLE" "$option"
	is "$RC $(printf '%s\n' "$OUT" | wc -l)" '2 1' "$option: wrong usage"
done

done_testing
