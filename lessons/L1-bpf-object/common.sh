# SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
# shellcheck shell=bash disable=SC2034 # RC and OUT are those of check.sh
#
# common.sh - what the checks of the lessons L1, L2, … have in common: objects that the learner has not
# seen, objects that are broken on purpose, and what other programs (readelf) say of an object.
#
#     user myload.c
#     object many <<'END'
#     ...C...
#     END
#     accepts readable many.o
#     same sections 'the sections of many.o' "$(wanted_sections many.o)" "$(grep …)" 'why'

# What those objects are made of: no header is needed, so that compiling takes next to no time.
PRELUDE='
#define SEC(name) __attribute__((section(name), used))
typedef unsigned int u32;
typedef unsigned long long u64;
static void *(*const lookup)(void *, const void *) = (void *)1;
'

# object NAME [OPTION]... - compiles standard input to NAME.o.
object() {
	{ printf '%s\n' "$PRELUDE" && cat; } >"$1.source.c"
	clang -O2 -target bpf "${@:2}" -c -o "$1.o" "$1.source.c"
	rm "$1.source.c"
}

# assembled NAME SED [OPTION]... - the same, with SED applied to what the compiler hands to the assembler.
assembled() {
	{ printf '%s\n' "$PRELUDE" && cat; } >"$1.source.c"
	clang -O2 -target bpf "${@:3}" -S -o - "$1.source.c" | sed "$2" >"$1.s"
	clang -target bpf -c -o "$1.o" "$1.s"
	rm "$1.source.c" "$1.s"
}

# --- what a program said ----------------------------------------------------------------------

# unharmed ID WHAT WHY - it ended by itself.
unharmed() {
	local why
	case $END in
	status*) return ;;
	*SIGABRT) why='memory was freed that malloc() did not return, or was freed before; or it was written to behind its end' ;;
	*SIGSEGV | *SIGBUS)
		why='a number from the file, or a pointer that may be NULL, was used before it was compared with what there is'
		;;
	*SIGFPE) why='it divided by 0' ;;
	*) why=$(why_ended) ;;
	esac
	failed "$1" "$2" "$why${3:+. $3}" 'it ends by itself' "$END"
}

# accepts ID OBJECT [WHY] [PROGRAM] - it reads the object, with status 0. $OUT is what it printed.
accepts() {
	local why='nothing is wrong with that object; the message above is yours'
	run 10 "./${4:-myload}" "$2"
	[ -s run.err ] || why='nothing is wrong with that object, and no message says so: a function returned an error'
	unharmed "$1" "$2 can be read" "${3:-}"
	[ "$RC" = 0 ] && return
	head -n 5 run.err
	failed "$1" "$2 can be read" "$why${3:+. $3}" 'status 0' "$END"
}

# refuses ID FILE WHAT WHY [PROGRAM] - it ends with status 1 and a message.
refuses() {
	run 10 "./${5:-myload}" "$2"
	unharmed "$1" "$3" "$4"
	[ "$RC" = 1 ] || failed "$1" "$3" "$4" 'a message, and status 1' "$END"
	grep -q '^myload: .*[^: ]$' run.err || failed "$1" "$3" 'a refusal that does not say why helps nobody' 'a line from fail()' "$(head -n 1 run.err)"
	pass "$1" "$3"
}

# same ID WHAT WANTED FOUND WHY - the same lines; of several that differ, the first is shown.
same() {
	local n
	if [ "$3" = "$4" ]; then
		pass "$1" "$2"
		return
	fi
	n=$(awk 'NR == FNR { wanted[NR] = $0; next } wanted[FNR] != $0 { exit } END { print FNR }' \
		<(printf '%s\n' "$3") <(printf '%s\n' "$4" && echo 'the end'))
	failed "$1" "$2: line $n" "$5" "$(printf '%s\n' "$3" | sed -n "${n}p" | grep . || echo '(no such line)')" \
		"$(printf '%s\n' "$4" | sed -n "${n}p" | grep . || echo '(no such line)')"
}

# survives ID OBJECT WHAT WHY - it reads the object or refuses it, and ends by itself.
survives() {
	run 10 ./myload "$2"
	unharmed "$1" "$3" "$4"
	pass "$1" "$3"
}

# --- what readelf says ------------------------------------------------------------------------

# sections_of OBJECT - "NUMBER NAME TYPE FILE-OFFSET SIZE", the last two in hex.
sections_of() {
	readelf --wide --sections "$1" |
		sed -nE 's/^ *\[ *([1-9][0-9]*)\] ([^ ]*) +([^ ]+) +[0-9a-f]+ ([0-9a-f]+) ([0-9a-f]+) .*/\1 \2 \3 \4 \5/p'
}

# wanted_sections OBJECT - as myload of L1 is to print them.
wanted_sections() {
	local number name type size
	declare -A first=()
	while read -r number name type _ size; do
		size=$((16#$size))
		[ -n "${first[$name]:-}" ] || first[$name]=$number
		echo "section $number '$name' $size bytes$([ "$type" != NOBITS ] && [ $size != 0 ] || echo ', none in the file')"
		echo "  section_named(\"$name\") finds ${first[$name]}"
	done < <(sections_of "$1")
}

# symbols_of OBJECT - "NUMBER NAME TYPE SECTION VALUE"; a name of nothing is '-', no section 0.
symbols_of() {
	readelf --wide --symbols "$1" | awk '
		BEGIN { split("NOTYPE OBJECT FUNC SECTION FILE COMMON TLS", names); for (i in names) type[names[i]] = i - 1 }
		$1 ~ /^[0-9]+:$/ {
			name = $8 == "" || $4 == "SECTION" ? "-" : $8
			print $1 + 0, name, type[$4], $7 ~ /^[0-9]+$/ ? $7 : 0, $2
		}'
}

wanted_symbols() {
	local number name type section value
	while read -r number name type section value; do
		echo "symbol $number '${name#-}' type $type section $section value $((16#$value))"
	done < <(symbols_of "$1")
}

# relocations_of OBJECT - "PROGRAM OFFSET TYPE SYMBOL-NUMBER" of sections with instructions.
relocations_of() {
	local programs
	programs=$(readelf --wide --sections "$1" | sed -nE 's/^ *\[ *[0-9]+\] ([^ ]*) .* AX .*/\1/p' | paste -sd ' ')
	readelf --wide --relocs "$1" | awk -v programs=" $programs " "
		/^Relocation section/ { split(\$0, part, \"'\"); name = substr(part[2], 5); wanted = index(programs, \" \" name \" \") }
		wanted && /^[0-9a-f]+ / { print name, \$1, substr(\$2, 9), substr(\$2, 1, 8) }"
}

# wanted_relocations OBJECT - as myload of L1 is to print them.
wanted_relocations() {
	local program offset type symbol
	declare -A named=()
	while read -r number name _ section _; do named[$number]="'${name#-}' section $section"; done < <(symbols_of "$1")
	while read -r program offset type symbol; do
		echo "relocation in '$program' insn $((16#$offset / 8)) type $((16#$type)) symbol ${named[$((16#$symbol))]}"
	done < <(relocations_of "$1")
}

# --- objects that are broken ------------------------------------------------------------------

# poke FILE OFFSET HEX - puts these bytes there.
poke() {
	local bytes
	bytes=$(printf '%s' "$3" | sed 's/../\\x&/g')
	# shellcheck disable=SC2059 # the format is the bytes
	printf "$bytes" | dd of="$1" bs=1 seek="$2" conv=notrunc status=none
}

# bytes_at FILE OFFSET COUNT - as poke takes them.
bytes_at() {
	od -An -v -tx1 -j "$2" -N "$3" "$1" | tr -d ' \n'
}

# place OBJECT SECTION - where its bytes are in the file.
place() {
	sections_of "$1" | while read -r _ name _ offset _; do
		[ "$name" != "$2" ] || { echo $((16#$offset)) && break; }
	done
}

# header_place OBJECT SECTION - where its header is: 64 bytes, sh_name at 0, sh_offset at 24, sh_size at 32,
# sh_link at 40, sh_info at 44, sh_entsize at 56.
header_place() {
	local start number
	start=$(readelf --file-header "$1" | sed -n 's/.*Start of section headers: *\([0-9]*\).*/\1/p')
	number=$(sections_of "$1" | awk -v name="$2" '$2 == name { print $1; exit }')
	echo $((start + 64 * number))
}

# left_open - of the descriptors of the stand-in for the kernel (from L3 on), how many were at the end.
left_open() {
	printf '%s\n' "$OUT" | sed -nE 's/^kernel: ([0-9]+) descriptors were left open/\1/p'
}
