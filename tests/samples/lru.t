#!/bin/sh
# SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
#
# tier: 2
# vm: yes
# lru.t - the sample lru: with keys that are known (--trace), the figures of the hash are those of a
# simulation, to the last lookup; LRU maps lose nothing while there is room, refuse nothing when there
# is none, and never hold more than they may. The same seed gives the same figures.

# shellcheck source=tests/samples/common.sh
. "$(dirname "$0")/common.sh"
test_sample lru jq bpftool awk

# simulate FILE ENTRIES - hits, inserted and refused keys of a hash of that size.
simulate() {
	awk -v room="$2" '
		$1 in seen { hits++; next }
		inserted < room { seen[$1] = 1; inserted++; next }
		{ refused++ }
		END { printf "[%d,%d,%d]", hits, inserted, refused }' "$1"
}

# of NAME MEMBERS - of one map in the last report, as a JSON array.
of() {
	report | jq -c ".maps[] | select(.name == \"$1\") | [$2]"
}

# looked N - have all N keys been looked up?
looked() {
	eventually reported ".lookups == $1"
}

# What must hold for all maps, whatever the keys.
# shellcheck disable=SC2016 # for jq
SANE='all(.maps[]; .hits + .inserted + .full + .failed == $all and .entries <= .limit and .evicted == .inserted - .entries and .failed == 0)'

# sane NAME - in each map each lookup is accounted for, and there is room for what is in it.
sane() {
	is "$(report | jq ".lookups as \$all | .max_entries as \$max | .maps[].limit = \$max | $SANE")" true "$1"
}

# values MAP - the sum of all values in the kernel's map of that name.
values() {
	bpftool -j map dump id "$(map_id "$1")" |
		jq '[.[] | .value // (.values[].value) | to_entries[] |
			((.value | ltrimstr("0x") | explode | map(if . > 96 then . - 87 else . - 48 end) | .[0] * 16 + (.[1] // 0) )
			* pow(256; .key))] | add'
}

check_life --keys=2000

# --- known keys -----------------------------------------------------------------------------------

# Ten keys, again and again; each once, more than there is room for; some often, some seldom.
awk 'BEGIN {for (i = 0; i < 1000; i++) print i % 10}' >"$WORK/few"
awk 'BEGIN {for (i = 1; i <= 3000; i++) print i}' >"$WORK/scan"
awk 'BEGIN {srand(3); for (i = 0; i < 4000; i++) print int(2000 * rand() * rand() * rand())}' >"$WORK/mixed"

# trace KIND FILE ENTRIES
trace() {
	start "$SAMPLE" "--maps=$1" --json -t 0.1 "--trace=$WORK/$2" "--entries=$3"
	looked "$(wc -l <"$WORK/$2")"
	sane "$1: $2: each lookup is a hit, an insertion or a refusal; no map holds more than it may"
	is "$(of plain .hits,.inserted,.full)" "$(simulate "$WORK/$2" "$3")" "$1: $2: the hash has the figures of a simulation"
}

# each KIND
each() {
	trace "$1" few 1000
	is "$(report | jq -c '[.maps[] | [.hits, .inserted, .entries, .evicted]] | unique')" '[[990,10,10,0]]' \
		"$1: few: no map forgets or refuses while there is room"
	if [ "$(printf '\1\0' | od -An -td2 | tr -d ' ')" = 1 ]; then
		is "$(values plain)" 990 "$1: few: the values are the hits"
	else
		skip 'values are read for little-endian machines' "$1: few: the values are the hits"
	fi
	INFO=$(for id in $(object_ids map); do
		bpftool -j map show id "$id"
	done | jq -c '[.name, .type, .bytes_key, .bytes_value, .max_entries, .flags]' | sort)
	stop INT
	trace "$1" scan 1000
	is "$(report | jq -c '[.maps[] | [.hits, .inserted, .full]]')" '[[0,1000,2000],[0,3000,0],[0,3000,0],[0,3000,0]]' \
		"$1: scan: full, the hash refuses what comes; LRU maps refuse nothing"
	stop TERM
	trace "$1" mixed 300
	is "$(bpftool -j map dump id "$(map_id plain)" | jq length)" 300 "$1: mixed: so many elements are in the kernel's map"
	stop INT
}

each kernel
KERNEL=$INFO
each btf
is "$INFO" "$KERNEL" 'both definitions make the same maps'
is "$(printf '%s\n' "$KERNEL" | jq -c 'select(.[0] != "lru_own")')" '["cursor","array",4,4,1,0]
["lru","lru_hash",4,8,1000,0]
["lru_percpu","lru_percpu_hash",4,8,1000,0]
["outcomes","array",4,32,4,0]
["plain","hash",4,8,1000,0]' 'which are these'
# The kernel makes this one a multiple of the number of CPUs.
is "$(printf '%s\n' "$KERNEL" | jq -c 'select(.[0] == "lru_own") | [.[1], .[5]]')" '["lru_hash",2]' \
	'and one with BPF_F_NO_COMMON_LRU'
end_of_quick_part

# --- keys of its own ------------------------------------------------------------------------------

# figures OPTIONS... - what the hash makes of 6000 lookups.
figures() {
	start "$SAMPLE" --json -t 0.1 --lookups=6000 --keys=900 --entries=300 "$@"
	looked 6000
	PLAIN=$(of plain .hits,.inserted,.full)
}
figures --seed=5
sane 'Zipf: all lookups are accounted for'
is "$(report | jq -c '[.maps[] | [.inserted > .entries, .full > 0, .hits > 1500]]')" \
	'[[false,true,true],[true,false,true],[true,false,true],[true,false,true]]' \
	'Zipf: the hash refuses, the LRU maps evict, all find the frequent keys'
stop INT
first=$PLAIN
figures --seed=5
stop INT
is "$PLAIN" "$first" 'the same seed, the same figures'
figures --seed=6
stop INT
[ "$PLAIN" != "$first" ]
verdict $? "another seed, other figures: $PLAIN"

# 200 keys, which fit; then 200 others, which have to take their places.
start "$SAMPLE" --json -t 0.1 --lookups=8000 --shift=4000 --keys=200 --entries=210
looked 8000
sane 'other keys: all lookups are accounted for'
hash=$(of plain .hits | tr -d '[]') lru=$(of lru .hits | tr -d '[]')
is "$(of plain .inserted,.entries)" '[210,210]' 'the hash has room for ten of the other keys'
[ "$lru" -gt "$hash" ]
verdict $? "the LRU map has found more in all: $lru, the hash $hash"
stop INT

start "$SAMPLE" --json -t 0.1
eventually reported '.lookups >= 2000'
sane 'while lookups go on, a report is of one moment'
stop INT

run in_ns "$SAMPLE" -c 2 -t 0.5
like "$OUT" '^HASH +[0-9]+ +0 +[0-9]+ +[0-9.]+% +[0-9.]+% #+ *$' 'a row of the table'
narrow "$OUT" 'the table'

# --- what can go wrong ----------------------------------------------------------------------------

# fails PATTERN OPTIONS...
fails() {
	pattern=$1
	shift
	run in_ns "$SAMPLE" -c 1 -t 0.1 "$@"
	is "$RC $(printf '%s\n' "$OUT" | wc -l)" '1 1' "$*: status 1, one line"
	like "$OUT" "^lru: $pattern" "$*: what is wrong"
}
printf '1\n2\nx\n' >"$WORK/bad"
fails "$WORK/bad:3: no number from 0 to 4294967295" "--trace=$WORK/bad"
printf '4294967295\n4294967296\n' >"$WORK/bad"
fails "$WORK/bad:2: no number from 0 to 4294967295" "--trace=$WORK/bad"
: >"$WORK/bad"
fails "$WORK/bad: no key in it" "--trace=$WORK/bad"
fails "$WORK/nowhere: No such file or directory" "--trace=$WORK/nowhere"
for option in entries keys; do
	for value in 0 1000001 -1 x; do
		run "$SAMPLE" "--$option=$value"
		is "$RC" 2 "--$option=$value: status 2"
	done
done
run in_ns "$SAMPLE" --entries=1 --keys=1 --lookups=600 -t 0.2 -c 2 --json
json '.[1].maps[] | select(.name == "plain") | .hits == 599 and .inserted == 1' 'one key, one entry'

start "$SAMPLE" --json -t 0.1
first=$PID maps=$(object_ids map)
run in_ns "$SAMPLE" --json -t 0.1 -c 2
is "$RC" 0 'twice at once'
PID=$first
stop KILL
# shellcheck disable=SC2086 # ids are words
[ -n "$maps" ] && eventually all_gone map $maps
verdict $? 'killed, it leaves no map behind'

done_testing
