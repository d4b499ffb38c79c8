# SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
# shellcheck shell=bash
#
# common.sh - for the checks of this lesson: the learner's object beside the one of start/.
#
# After `rewritten FILE_kern.c`, $OBJECT is the learner's, and $BEFORE what the source was when the
# lesson began. What is expected of a map is what $BEFORE says of it, wherever that can be.

PATH=$PATH:/usr/sbin:/sbin
PINS=/sys/fs/bpf/checked
TC_PINS=/sys/fs/bpf/tc/globals
BEFORE=

# rewritten FILE_kern.c - compiles both, and reads the learner's; ids: builds, object-readable.
rewritten() {
	kern "$1"
	BEFORE=before/${1%.c}.o
	mkdir -p before && cp "$LESSON/start/$1" before/
	build "$BEFORE" starter-builds "$1 of start/ compiles, to compare with"
	readable object-readable
}

# needs_command NAME - from here to the next tier, checks take a command that may not be there.
needs_command() {
	[ -n "$LACKING" ] || command -v "$1" >/dev/null || LACKING="needs the command $1"
}

# --- one map --------------------------------------------------------------------------------

# of_map MAP JQ-FILTER - what `bpfload explain --json` says of it.
of_map() {
	explained ".maps[] | select(.name == \"$1\") | $2"
}

# there MAP [WHY] - id: map-there.
there() {
	local why='no section of maps has a variable of that name; behind the name stands SEC(".maps")'
	expect map-there "$OBJECT has a map '$1'" "$1" "$(of_map "$1" .name)" "${2:-$why}"
}

# as_before MAP FIELD ID WHY - FIELD is what it was.
as_before() {
	map_is "$1" "$2" "$(OBJECT=$BEFORE of_map "$1" ".$2")" "$3" "$4"
}

# flags MAP
flags() {
	of_map "$1" '.flag_names | if . == [] then "none" else .[] end'
}

# annotations - the maps for which the object has one: the section of each is .maps.NAME.
annotations() {
	readelf --wide --sections "$OBJECT" | sed -n 's/.* \.maps\.\([^ ]*\) .*/\1/p' | grep . ||
		echo none
}

# types MAP - of its key and value, as far as anything in the object tells.
types() {
	of_map "$1" '"key: \(.key_type // "not said")", "value: \(.value_type // "not said")"'
}

# same_types MAP KEY VALUE - by another name, such as a typedef: C takes what is said for KEY and VALUE.
same_types() {
	{
		echo "#include \"${OBJECT%.o}.c\""
		of_map "$1" '"_Static_assert(__builtin_types_compatible_p(\(.key_type), KEY), \"key\");",
			"_Static_assert(__builtin_types_compatible_p(\(.value_type), VALUE), \"value\");"' |
			sed "s/KEY/$2/; s/VALUE/$3/"
	} >types_kern.c
	bounded 60 make -s --no-print-directory -f "$TOP/lessons/lesson.mk" TOP="$TOP" O="$BUILD" \
		types_kern.o >types.out 2>&1
	[ "$RC" = 0 ]
}

# why_types FOUND WHY - WHY is for what is not said at all.
why_types() {
	case $1 in
	*'not said'*) echo "$2" ;;
	*'*'*) echo 'the type itself, without a star: of a pointer, what it points to would never be seen' ;;
	*) echo 'tools show a key and a value by their type, so it is to be the one that the starter names' ;;
	esac
}

# types_are MAP KEY VALUE ID WHY - WHY is for what is not said at all.
types_are() {
	local what="map '$1': types of key and value" found
	found=$(types "$1")
	case $found in
	*'not said'*) ;;
	*) ! same_types "$1" "$2" "$3" || { pass "$4" "$what" && return; } ;;
	esac
	expect "$4" "$what" "key: $2
value: $3" "$found" "$(why_types "$found" "$5")"
}

# in_bytes MAP - the members of a definition in .maps that have their value in the bytes.
in_bytes() {
	of_map "$1" '(.members // [])[] | select(.bytes | test("[^0]")) | .declaration' | grep . ||
		echo none
}

# linkage MAP - LOCAL is what C calls static.
linkage() {
	readelf --wide --syms "$OBJECT" | awk -v name="$1" '$8 == name { print $5 }'
}

# by_types MAP - its definition is in .maps, in the form of today; ids: map-section, form, linkage.
by_types() {
	local found why='today no member is an int with a value: __uint() makes a number the length of an array'
	map_is "$1" section .maps map-section \
		'in SEC(".maps"), with a dot, types are read; in "maps" it is the bytes of a struct bpf_map_def'
	found=$(in_bytes "$1")
	[[ $found != *'(*'* ]] || why='__uint() and __type() say it all; nothing is left for an initialiser'
	expect form "map '$1': members that have their value in the bytes of .maps" none "$found" "$why"
	expect linkage "map '$1': its symbol" GLOBAL "$(linkage "$1")" 'libbpf takes no map that is static'
}

# shaped_as_before MAP - by the fields that the kernel gets to know; ids: map-type, …
shaped_as_before() {
	as_before "$1" type_name map-type 'the map is to stay what it was'
	as_before "$1" key_size map-key-size 'the key is to be as large as it was: is that its type?'
	as_before "$1" value_size map-value-size 'the value is to be as large as it was: is that its type?'
	as_before "$1" max_entries map-max-entries 'as many elements as before: __uint(max_entries, …)'
	expect map-flags "map '$1': map_flags" "$(OBJECT=$BEFORE flags "$1")" "$(flags "$1")" \
		'flags are kept by __uint(map_flags, …)'
}

# --- the object -----------------------------------------------------------------------------

# compared OPTION... - what `bpfload compare` finds, a line for each difference; or: identical.
compared() {
	"$BUILD/bpfload" compare --json --pin-root "$TC_PINS" "$@" "$BEFORE" "$OBJECT" | jq -r '.verdict |
		if .result == "same" then "identical" elif .differences != [] then .differences[] else .text end'
}

# nothing_else_changed - files only; id: unchanged.
nothing_else_changed() {
	expect unchanged 'bpfload compare, with the file of start/' identical "$(compared --kernel no)" \
		'maps and program are to mean to the kernel what they meant before'
}

# same_in_kernel - id: same-in-kernel.
same_in_kernel() {
	local found=
	loads accepted
	able && found=$(compared --kernel yes)
	expect same-in-kernel 'bpfload compare, with both in the kernel' identical "$found"
}

# libbpf_opens ID - the library that bpftool, tc and most programs of today load objects with. It
# reads all definitions to write a header about them, which takes no privileges.
libbpf_opens() {
	needs_command bpftool
	passed_over "$1" "libbpf reads $OBJECT" && return
	bounded 20 bpftool gen skeleton "$OBJECT" name learner >skeleton.h
	[ "$RC" = 0 ] ||
		failed "$1" "libbpf reads $OBJECT" "its message above says which map it refuses, and why"
	pass "$1" "libbpf reads $OBJECT"
}

# --- a dump ---------------------------------------------------------------------------------

# fields - of an element as `bpftool --json` prints it: a line for each, "key.source [10,1,2,3]".
fields() {
	jq -r 'def line(name): "\(name) \(tojson)";
		.formatted // {key: "raw bytes", value: "raw bytes"} | to_entries[] | .key as $part | .value |
		if type == "object" then to_entries[] | .key as $name | .value | line("\($part).\($name)")
		else line($part) end'
}

# dump_of MAP KEY VALUE - bytes, with spaces. The map is created, gets the element, and what
# bpftool prints of it is left in $DUMP.
dump_of() {
	local key value
	DUMP=
	able || return 0
	read -ra key <<<"$2"
	read -ra value <<<"$3"
	"$BUILD/bpfload" load --pin "$PINS" "$OBJECT" >load.out 2>load.err || { cat load.err && return; }
	bpftool map update pinned "$PINS/$1" key "${key[@]}" value "${value[@]}"
	DUMP=$(bpftool --json map lookup pinned "$PINS/$1" key "${key[@]}" | fields)
	rm -r "$PINS"
}

# dumps ID MAP WANTED WHY - of $DUMP, as it is after dump_of.
dumps() {
	expect "$1" "what bpftool prints of an element of '$2'" "$3" "$DUMP" "$4"
}
