# SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
# shellcheck shell=bash disable=SC2153 # LESSON is the runner's
#
# objects.sh - what the checks of L2 look into: the same three maps, in definitions of any size.

# shellcheck source=/dev/null
. "$LESSON/../L1-bpf-object/common.sh"

# maps_of WORDS NAME [OPTION]... - NAME.o, whose definitions have so many words of four bytes; all
# but the first five are 0. The order of the source, that of the names and that of the symbols differ.
maps_of() {
	local fields='u32 type, key, value, max' flags='' tail=''
	[ "$1" -lt 5 ] || fields+=', flags'
	[ "$1" -lt 5 ] || flags=', 1'
	[ "$1" -le 5 ] || tail=", rest[$(($1 - 5))]"
	object "$2" "${@:3}" <<-END
		struct definition { $fields$tail; };
		struct definition SEC("maps") storks = {1, 16, 24, 1000$flags};
		struct definition SEC("maps") apes = {2, 4, 8, 256};
		static struct definition SEC("maps") moles = {9, 2, 40, 77};
		struct definition SEC("maps.old") elks = {2, 4, 8, 1};
		SEC("socket") int program(u32 *skb)
		{
			u32 key = skb[0];

			return lookup(&moles, &key) != lookup(&apes, &key);
		}
		char _license[] SEC("license") = "GPL";
	END
}

# wanted_maps OBJECT - of each symbol in section maps, in the order of places: "NAME OFFSET".
wanted_maps() {
	local maps
	maps=$(sections_of "$1" | awk '$2 == "maps" { print $1 }')
	symbols_of "$1" | while read -r _ name type section value; do
		[ "$section" != "$maps" ] || [ "$type" = 3 ] || echo "$((16#$value)) $name"
	done | sort -n | sed 's/\(.*\) \(.*\)/\2 at \1/'
}

# wanted_fields OBJECT BYTES - what definitions of that size say, read from the file.
wanted_fields() {
	local start name offset type key value max flags
	start=$(place "$1" maps)
	wanted_maps "$1" | while read -r name _ offset; do
		read -r type key value max flags < <(od -An -v -tu4 -w20 -j $((start + offset)) -N 20 "$1")
		[ "$2" -ge 20 ] || flags=0
		echo "$name: type $type key $key value $value max $max flags $flags"
	done
}

# found_maps, found_rest, found_sizes, found_fields - the lines of myload in $OUT, in the form of the functions above.
found_maps() {
	printf '%s\n' "$OUT" | sed -nE "s/^map '([^']*)' section [0-9]+ offset ([0-9]+) .*/\1 at \2/p"
}

found_rest() {
	printf '%s\n' "$OUT" | sed -nE "s/^map '([^']*)' (section [0-9]+) .* (fd .*)/\1: \2 \3/p"
}

found_sizes() {
	printf '%s\n' "$OUT" | sed -nE "s/^map '([^']*)' section [0-9]+ offset [0-9]+ size ([0-9]+):.*/\1: \2 bytes/p"
}

found_fields() {
	printf '%s\n' "$OUT" | sed -nE "s/^map '([^']*)' section [0-9]+ offset [0-9]+ size [0-9]+: (.*) fd .*/\1: \2/p"
}

# mixed OBJECT - definitions of several sizes are measured, or refused, but not taken for equal ones.
mixed() {
	local why='nobody said that they are of one size: each goes up to the next symbol'
	run 10 ./myload "$1"
	unharmed mixed 'definitions of 16, 24 and 20 bytes' "$why"
	if [ "$RC" = 0 ]; then
		same mixed 'definitions of 16, 24 and 20 bytes' "$(printf '%s bytes\n' 'one: 16' 'two: 24' 'three: 20')" "$(found_sizes)" "$why"
	else
		pass mixed 'definitions of 16, 24 and 20 bytes'
	fi
}
