#!/bin/sh
# SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
#
# loads.t - load_bpf_file(): what it returns for each kind of failure, what the global arrays hold
# after one load, two loads, a failed load; the limits of the arrays. tier: 2
#
# Everything is done twice: with the library as users get it, and with sanitizers.

# shellcheck source=/dev/null
. "$(dirname "$0")/../tap.sh"
# shellcheck source=/dev/null
. "$(dirname "$0")/common.sh"

# object NAME FLAGS... - one case of cases_kern.c
object() {
	name=$1
	shift
	kern cases "$name" "$@"
}

# load OBJECT... - in a mount namespace of its own; $OUT is stdout, $ERRORS is stderr
load() {
	objects=
	for name in "$@"; do
		case $name in
		/*) objects="$objects $name" ;;
		*) objects="$objects $WORK/${name}_kern.o" ;;
		esac
	done
	# shellcheck disable=SC2086 # the list is split on purpose; $WORK has no blanks
	OUT=$(unshare --mount "$LOADS" $objects 2>"$WORK/errors" </dev/null)
	RC=$?
	ERRORS=$(cat "$WORK/errors")
	is "$RC" 0 "$FLAVOUR: $*: the program ends well"
	[ "$RC" = 0 ] || diag "$ERRORS"
	unlike "$ERRORS" 'Sanitizer|runtime error' "$FLAVOUR: $*: no sanitizer report"
}

# result N - the line of load N
result() {
	printf '%s\n' "$OUT" | grep '^result' | sed -n "${1}p"
}

# last PATTERN - what the last load left of map_fd or prog_fd
last() {
	printf '%s\n' "$OUT" | awk '/^result/ { text = "" } { text = text $0 "\n" }
		END { printf "%s", text }' | grep "^$1"
}

test_failures() {
	load /no/such/file.o
	is "$(result 1)" "result 1 maps 0 programs 0 jumps no log no" "$FLAVOUR: no such file: 1"
	like "$ERRORS" '^/no/such/file\.o: cannot open: No such file' "$FLAVOUR: and says so"

	echo 'int main(void) { return 0; }' >"$WORK/text_kern.o"
	load text
	is "$(result 1)" "result 1 maps 0 programs 0 jumps no log no" "$FLAVOUR: no object: 1"
	like "$ERRORS" 'text_kern\.o: not an ELF file' "$FLAVOUR: and says so"

	load nothing
	is "$(result 1)" "result 1 maps 0 programs 0 jumps no log no" "$FLAVOUR: no known section: 1"
	like "$ERRORS" 'nothing_kern\.o: no section that load_bpf_file' "$FLAVOUR: and says so"

	load map
	is "$(result 1)" "result 1 maps 0 programs 0 jumps no log no" "$FLAVOUR: map refused: 1"
	like "$ERRORS" "map_kern\.o: section 'maps', map 'odd_key'.*key_size must be 4" \
		"$FLAVOUR: and says which and why"

	load verifier
	is "$(result 1)" "result -1 maps 0 programs 0 jumps no log yes" "$FLAVOUR: program refused: -1"
	like "$ERRORS" "section 'socket2', program 'refused'" "$FLAVOUR: and says which"
	like "$ERRORS" '^log: .*' "$FLAVOUR: bpf_log_buf has the verifier's log"
	like "$(printf '%s\n' "$ERRORS" | sed '1,/^log: /d')" "invalid mem access 'map_value_or_null'" \
		"$FLAVOUR: with its last word"

	load license
	is "$(result 1)" "result -1 maps 0 programs 0 jumps no log yes" "$FLAVOUR: license: -1"
	like "$ERRORS" 'cannot call GPL-restricted function' "$FLAVOUR: and says so"

	load attach
	is "$(result 1)" "result -1 maps 0 programs 0 jumps no log no" "$FLAVOUR: attach: -1"
	like "$ERRORS" "program 'nowhere': cannot attach to tracepoint sched/no_such_event" \
		"$FLAVOUR: and says so"
}

test_arrays() {
	load order
	is "$(result 1)" "result 0 maps 1 programs 4 jumps no log no" "$FLAVOUR: good: 0"
	is "$(last prog_fd)" "prog_fd[0] first
prog_fd[1] second
prog_fd[2] third
prog_fd[3] fifth" "$FLAVOUR: prog_fd[] in the order of the sections, with relocations or without"
	is "$ERRORS" "" "$FLAVOUR: nothing to say about a good load"

	load tail
	is "$(result 1)" "result 0 maps 2 programs 1 jumps yes log no" "$FLAVOUR: prog_array_fd is set"

	load good1 good2
	is "$(result 2)" "result 0 maps 1 programs 2 jumps no log no" "$FLAVOUR: two loads"
	is "$(last map_fd)" "map_fd[0] second_map second_map" "$FLAVOUR: map_fd[] is the second's"
	is "$(last prog_fd)" "prog_fd[0] good
prog_fd[1] good" "$FLAVOUR: prog_fd[] goes on"

	load good1 verifier attach map good2
	is "$(result 2)$(result 3)$(result 4)" "result -1 maps 1 programs 1 jumps no log yes\
result -1 maps 1 programs 1 jumps no log noresult 1 maps 1 programs 1 jumps no log no" \
		"$FLAVOUR: failures between: what was there stays"
	is "$(result 5)" "result 0 maps 1 programs 2 jumps no log no" "$FLAVOUR: and the next works"
}

test_limits() {
	load maps32
	is "$(result 1)" "result 0 maps 32 programs 1 jumps no log no" "$FLAVOUR: 32 maps"
	is "$(last map_fd | tail -n 1)" "map_fd[31] map47 map47" "$FLAVOUR: the last of them"
	load maps33
	is "$(result 1)" "result 1 maps 0 programs 0 jumps no log no" "$FLAVOUR: 33 maps: refused"
	like "$ERRORS" 'maps33_kern\.o: 33 maps, but map_fd\[\] holds 32; .*bpf_loader_load_file' \
		"$FLAVOUR: and says what to do"
	load programs32
	is "$(result 1)" "result 0 maps 0 programs 32 jumps no log no" "$FLAVOUR: 32 programs"
	load programs33
	is "$(result 1)" "result 1 maps 0 programs 0 jumps no log no" "$FLAVOUR: 33 programs: refused"
	like "$ERRORS" '33 programs.*prog_fd\[\] holds 32; .*bpf_loader_load_file' \
		"$FLAVOUR: and says what to do"
	load programs16 programs16
	is "$(result 2)" "result 0 maps 0 programs 32 jumps no log no" "$FLAVOUR: 16 and 16 programs"
	load programs16 programs17
	is "$(result 2)" "result 1 maps 0 programs 16 jumps no log no" "$FLAVOUR: 16 and 17: refused"
}

object good1 -DCASE_GOOD=first_map
object good2 -DCASE_GOOD=second_map
object map -DCASE_MAP
object verifier -DCASE_VERIFIER
object license -DCASE_LICENSE
object attach -DCASE_ATTACH
object nothing -DCASE_NOTHING
object order -DCASE_ORDER
object tail -DCASE_TAIL
object maps32 -DCASE_MAPS=32
object maps33 -DCASE_MAPS=33
object programs16 -DCASE_PROGRAMS=16
object programs17 -DCASE_PROGRAMS=17
object programs32 -DCASE_PROGRAMS=32
object programs33 -DCASE_PROGRAMS=33

FLAVOUR=plain
LOADS=$WORK/loads
user loads
test_failures
test_arrays
test_limits

if [ -e "$(library "$ASAN")" ]; then
	FLAVOUR=asan
	LOADS=$WORK/loads_asan
	# shellcheck disable=SC2034 # user() links it
	ARCHIVE=$(library "$ASAN")
	user loads loads_asan -fsanitize=address,undefined
	test_failures
	test_arrays
	test_limits
	unset ARCHIVE
else
	skip "$ASAN/libbpf_load.a is not built: tests/run builds it" "the same with sanitizers"
fi

user handle
run "$WORK/handle" "$WORK/maps33_kern.o"
is "$OUT" "33 maps, 1 programs" "the handle takes 33 maps"
run "$WORK/handle" "$WORK/programs33_kern.o"
is "$OUT" "0 maps, 33 programs" "the handle takes 33 programs"

done_testing
