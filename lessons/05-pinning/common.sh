# SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
# shellcheck shell=bash
#
# common.sh - what the checks of this lesson have in common: pins made and looked at, by pins.c, and
# traffic. A check has a bpffs to itself, and what it pins is gone with it. Where the tier cannot be
# had, all of this does nothing.

unset TC_BPF_MNT

# pins_tool - makes it. It is the check's, so no verdict comes of it.
pins_tool() {
	able || return 0
	cc -D_GNU_SOURCE -o .pins "$LESSON/pins.c" -lbpf && [ "$(./.pins kind /sys/fs/bpf)" = 'a directory' ] ||
		echo 'this check cannot make its own tool, pins.c'
}

# calls FILE.c REGEX ID WHAT WHY - a function of that name is called in it. Without privileges, nothing
# can be pinned, and this is what can be seen.
calls() {
	local found
	cc -w -D_GNU_SOURCE -I"$TOP" -I"$TOP/include" -c -o .calls.o "$1"
	found=$(nm -u .calls.o | awk -v name="^($2)$" '$2 ~ name { print $2; exit }')
	[ -n "$found" ] || failed "$3" "$1 $4" "$5"
	pass "$3" "$1 $4"
}

# takes COMMAND PACKAGE - without it, the checks from here on are passed over.
takes() {
	# shellcheck disable=SC2034 # for check.sh
	command -v "$1" >/dev/null || LACKING="needs $1, which is in the package $2"
}

# pins WHAT PATH...
pins() {
	able || return 0
	./.pins "$@"
}

# udp PATH - what is counted there for UDP.
udp() {
	pins get "$1" | sed -n 's/^17: //p' | grep . || echo 'no packets'
}

# said - what the program that ran last has printed, for messages above the verdicts.
said() {
	able || return 0
	cat run.out run.err
}

# a_map ID WHAT PATH [WHY] - a map is pinned there.
a_map() {
	local found why=${4:-'bpf_obj_pin(map_fd[0], path) gives the map this path'}
	found=$(pins kind "$3")
	[ "$found" != 'a program' ] ||
		why='prog_fd[0] is the program that counts; the descriptor of the map is map_fd[0]'
	expect "$1" "$2" 'a map' "$found" "$why"
}

# gave_up ID WHAT WHY - it ended by itself, with a status that is not 0, and had nothing to say on
# stdout.
gave_up() {
	local found='gives up'
	[ -z "$OUT" ] || found="prints on stdout: $OUT"
	case $END in
	'status 0') found='ends with status 0' ;;
	status*) ;;
	*) found=$END ;;
	esac
	[ "$found" = 'gives up' ] || said
	expect "$1" "$2" 'gives up' "$found" "$3"
}

# says ID WHAT TEXT - what it wrote to stderr has TEXT in it.
says() {
	expect_like "$1" "$2" "$3" "$(cat run.err 2>/dev/null)" \
		'say_failed() says it, if errno is still that of the call that failed'
}

# refuses_map ID WITH WHY TYPE VALUE ENTRIES COMMAND... - COMMAND gives up when such a map, which has
# no business there, is pinned at the path that it gets for PATH, and leaves the pin alone.
refuses_map() {
	local path=/sys/fs/bpf/$1 id each command=()
	pins map "$path" "${@:4:3}" 17 3 129
	id=$(pins id "$path")
	for each in "${@:7}"; do command+=("${each/#PATH/"$path"}"); done
	run 20 "${command[@]}"
	expect "$1-alone" "the map at PATH has $2: what is pinned afterwards" "map $id" \
		"map $(pins id "$path")" 'whose map that is, and who needs it, the program cannot know'
	gave_up "$1" "what ${command[0]} PATH does then" "$3"
}
