# SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
# shellcheck shell=bash disable=SC2153 # LESSON is the runner's
#
# objects.sh - what the checks of L4 relocate, and the bytes that are to come of it.

# shellcheck source=/dev/null
. "$LESSON/../L2-map-definitions/objects.sh"

# A program that uses MAPS, as C: `uses a b` is the body of it.
uses() {
	echo 'SEC("socket") int program(u32 *skb) { u32 key = skb[0]; long sum = 0;'
	printf 'sum += (long)lookup(&%s, &key);\n' "$@"
	echo 'return sum; } char _license[] SEC("license") = "GPL";'
}

# global - three maps, used in another order than they are defined, one of them twice, by two programs.
global() {
	{
		echo 'SEC("maps") u32 zoo[5] = {1, 4, 8, 10}, bird[5] = {2, 4, 8, 20}, ant[5] = {2, 4, 8, 30};'
		echo 'SEC("xdp") int other(u32 *context) { return lookup(&bird, context) != 0; }'
		uses ant zoo bird ant
	} | object global
}

# programs_of OBJECT - "NAME PLACE SIZE" of each section with instructions.
programs_of() {
	readelf --wide --sections "$1" |
		sed -nE 's/^ *\[ *[0-9]+\] ([^ ]*) +PROGBITS +[0-9a-f]+ ([0-9a-f]+) ([0-9a-f]+) .* AX .*/\1 \2 \3/p'
}

# wanted_instructions OBJECT - as ./pretend is to print them. Descriptors begin at 100, in the order of
# the maps. What the relocations say comes from readelf, the rest from the file.
wanted_instructions() {
	local number=100 name place size offset symbol n bytes addend
	declare -A fd=() value=() change=()
	while read -r name _ offset; do fd[$offset]=$((number++)); done < <(wanted_maps "$1")
	while read -r number _ _ _ offset; do value[$number]=$((16#$offset)); done < <(symbols_of "$1")
	while read -r name offset _ symbol; do
		change[$name $((16#$offset / 8))]=${value[$((16#$symbol))]}
	done < <(relocations_of "$1")
	while read -r name place size; do
		[ $((16#$size)) != 0 ] || continue
		n=0
		while read -ra bytes; do
			if [ -n "${change[$name $n]:-}" ]; then
				addend=$((16#${bytes[7]}${bytes[6]}${bytes[5]}${bytes[4]}))
				bytes[1]=1${bytes[1]:1}
				bytes[4]=$(printf %02x "${fd[$((${change[$name $n]} + addend))]}")
				bytes[5]=00 bytes[6]=00 bytes[7]=00
			fi
			printf '%s %3d  %s\n' "$name" $((n++)) "${bytes[*]}"
		done < <(od -An -v -tx1 -w8 -j $((16#$place)) -N $((16#$size)) "$1")
	done < <(programs_of "$1")
}

# relocates ID OBJECT WHY - the instructions that ./pretend prints are those.
relocates() {
	accepts "$1" "$2" "$3" pretend
	same "$1" "the instructions of $2" "$(wanted_instructions "$2")" "$(printf '%s\n' "$OUT" | grep -E '^[^ ]+ +[0-9]+  [0-9a-f]{2} ')" "$3"
}
