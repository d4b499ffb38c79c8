#!/bin/sh
# SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
#
# tier: 0
# explain.t - bpfload explain, as an unprivileged user: what it says about objects whose source
# is known, as text and as JSON, and about files that are no objects.
#
# What is compared is what the source says (sizes, names, slots); registers and instruction
# numbers are the compiler's choice.

# shellcheck disable=SC2016 # the variables in jq's filters are jq's

# shellcheck source=/dev/null
. "$(dirname "$0")/../tap.sh"
# shellcheck source=/dev/null
. "$TOP/tests/bpfload/common.sh"

AS_USER=
[ "$(id -u)" != 0 ] || AS_USER='setpriv --reuid 65534 --regid 65534 --clear-groups'
GOLDEN=$TOP/tests/bpfload/golden
ESC=$(printf '\033')

# row HEX VALUE TEXT NAME - a line of a map's table.
row() {
	like "$OUT" "^ +[0-9]+  $1 +$2  $3\$" "$4"
}

# no_longer_than_a_screen NAME - no line of $OUT has more than 80 characters.
no_longer_than_a_screen() {
	is "$(printf '%s\n' "$OUT" | grep -E '^.{81}')" '' "$1: 80 columns are enough"
}

kernel_text() {
	bpfload explain explain_kernel.o
	is "$RC:$ERR" 0: 'kernel: read'
	like "$OUT" '^  license +GPL$' 'kernel: license'
	like "$OUT" '^  version +0x40e05, which is Linux 4\.14\.5$' 'kernel: version'
	like "$OUT" '^ +[0-9]+  maps +84  map definitions \(legacy\)$' 'kernel: section of maps'
	like "$OUT" '^ +[0-9]+  socket1 +[0-9]+  program code$' 'kernel: section of code'
	like "$OUT" "^  maps +dialect kernel, by BTF: map 'counts' is a struct bpf_map_def of" 'kernel: the evidence'
	like "$OUT" '^Map counts: hash, key 4, value 8, max_entries 1024$' 'kernel: heading of a map'
	like "$OUT" '^  defined in +section maps, bytes 28 to 55$' 'kernel: place of the second map'
	like "$OUT" '^ +byte  hex +value  kernel +iproute2 would say$' 'kernel: two readings'
	row '00 04 00 00' 1024 'max_entries +max_elem' 'kernel: bytes of max_entries'
	row '01 00 00 00' 1 'map_flags: NO_PREALLOC +flags: NO_PREALLOC' 'kernel: a flag by name'
	row '04 00 00 00' 4 'map_flags: NUMA_NODE +flags: NUMA_NODE' 'kernel: another flag'
	row '00 00 00 00' 0 'numa_node: node 0 +pinning: not pinned' 'kernel: a node that counts'
	row '00 00 00 00' 0 "inner_map_idx: map 'counts' +id" 'kernel: an inner map by its index'
	like "$OUT" "^  inner map +like map 'counts'\$" 'kernel: the inner map again'
	like "$OUT" '^  type +socket_filter$' 'kernel: type of the program'
	like "$OUT" "^ +18 0[0-9] 00 00 00 00 00 00  18 1[0-9] 00 00 <map's fd>\$" 'kernel: ld_imm64 before and after'
	like "$OUT" '^ +r[0-9] = 0 ll +r[0-9] = map\[counts\] \(fd at load time\)$' 'kernel: the same in assembler'
	no_longer_than_a_screen kernel
}

iproute2_text() {
	bpfload explain --bpffs /mnt/bpf explain_iproute2.o
	is "$RC:$ERR" 0: 'iproute2: read'
	like "$OUT" '^ +byte  hex +value  field +meaning$' 'iproute2: 36 bytes have one reading'
	row '02 00 00 00' 2 'pinning +PIN_GLOBAL_NS' 'iproute2: pinning by name'
	row '2a 00 00 00' 42 'id' 'iproute2: an id'
	row '2a 00 00 00' 42 "inner_id +map 'part'" 'iproute2: an inner map by its id'
	row '02 00 00 00' 2 "inner_idx +slot 2 of map 'whole'" 'iproute2: the slot of the inner map'
	like "$OUT" "^  slots +2 holds map" 'iproute2: and the map that it goes into says so'
	like "$OUT" '^  pinned at +/mnt/bpf/tc/globals/shared \(PIN_GLOBAL_NS\)$' 'iproute2: path of the pin'
	like "$OUT" "^  tail call +slot 3 of map 'jumps'\$" 'iproute2: tail call'
	like "$OUT" "^  known by +tail call: the type of the object's other programs\$" 'iproute2: how the type is known'
	no_longer_than_a_screen iproute2
}

btf_text() {
	bpfload explain --pin-root /mnt/root explain_btf.o
	is "$RC:$ERR" 0: 'BTF: read'
	like "$OUT" '^  key +8 bytes: struct pair$' 'BTF: type of the key'
	like "$OUT" '^  value +16 bytes: __u64\[2\]$' 'BTF: an array as value'
	like "$OUT" '^  map_flags +0x2: BPF_F_NO_COMMON_LRU$' 'BTF: flags by name'
	like "$OUT" '^  pinned at +/mnt/root/pairs \(LIBBPF_PIN_BY_NAME\)$' 'BTF: path of the pin'
	like "$OUT" '^  holds maps of type array, key_size 4, value_size 4, max_entries 5' 'BTF: template of the inner maps'
	like "$OUT" '^ +0  00 00 00 00 00 00 00 00  int \(\*type\)\[9\] +9: lru_hash$' 'BTF: a member over its bytes: a number in a type'
	like "$OUT" '^ +8  00 00 00 00 00 00 00 00  struct pair \*key +struct pair, 8 bytes$' 'BTF: a member that is a type'
	like "$OUT" '^ +[0-9]+  [0 .]+  struct inner \*values\[0?\] +maps: array, key 4,' 'BTF: values'
	like "$OUT" "^  slots +1 holds map 'inner'\$" 'BTF: a slot with a map'
	no_longer_than_a_screen BTF
}

subprog_text() {
	bpfload explain explain_subprog.o
	is "$RC:$ERR" 0: 'sub-programs: read'
	like "$OUT" '^Map explain_\.rodata: array, key 4, value 4, max_entries 1$' 'sub-programs: a map for .rodata'
	like "$OUT" '^ +0  44 33 22 11 +4  limit +__u32$' 'sub-programs: a constant with its bytes'
	like "$OUT" '^ +0  05 00 00 00 00 00 00 00 +8  seen +__u64$' 'sub-programs: a variable with its bytes'
	like "$OUT" '^  initially +8 bytes, all zero$' 'sub-programs: .bss has none'
	like "$OUT" '^  attaches to +tracepoint sched/sched_switch$' 'sub-programs: attach target'
	like "$OUT" '^  sub-programs +judge from instruction [0-9]+ on$' 'sub-programs: the static one'
	like "$OUT" '^ +weigh from instruction [0-9]+ on$' 'sub-programs: the global one'
	like "$OUT" '^ +call -1 +call \+[0-9]+ \(sub-program weigh\)$' 'sub-programs: a call before and after'
	like "$OUT" '^ +r[0-9] = 0 ll +r[0-9] = value\[explain_\.rodata\]\+0 \(fd at load time\)$' 'sub-programs: address of a constant'
	like "$OUT" "^  type +not told by the section's name" 'sub-programs: a type that nobody tells'
	no_longer_than_a_screen sub-programs
}

static_text() {
	bpfload explain explain_static.o
	is "$RC:$ERR" 0: 'static maps: read'
	like "$OUT" "^ +18 0[0-9] 00 00 1c 00 00 00  18 1[0-9] 00 00 <map's fd>\$" 'static maps: the place stands in the instruction'
	like "$OUT" '^ +r[0-9] = 28 ll +r[0-9] = map\[second\] ' 'static maps: the second map by its place'
	like "$OUT" '^ +r[0-9] = 0 ll +r[0-9] = map\[first\] ' 'static maps: the first one too'
}

annotations() {
	bpfload explain annotated.o
	is "$RC" 0 'annotations of no use: read'
	is "$(printf '%s\n' "$ERR" | wc -l)" 2 'annotations of no use: a line for each'
	like "$ERR" "^warning   $WITHOUT_MAP: .*the name of a map in SEC" 'annotations of no use: no such map'
	like "$ERR" "^warning   $OF_OTHER_SIZE: .*types of the definition's sizes" 'annotations of no use: another size'
	like "$OUT" '^Map flows: hash, key 8, value 16, max_entries 64$' 'annotations of no use: the definition counts'
	bpfload explain --json annotated.o
	follows_schema explain
	json '[.notes[] | select(.kind == "warning").text | split(":")[0]] | sort == ([env.WITHOUT_MAP, env.OF_OTHER_SIZE] | sort)' 'annotations of no use: in JSON'
	json '.maps[0] | .key_type == null and .value_type == null' 'annotations of no use: no types'
}

json_maps() {
	bpfload explain --json explain_kernel.o
	is "$RC:$ERR" 0: 'JSON: kernel'
	follows_schema explain
	json '.bpfload == "explain" and .format == 1' 'JSON: says what it is'
	json ".object | .path == \"explain_kernel.o\" and .size == $(wc -c <explain_kernel.o) and .license == \"GPL\" and .version == 265733" 'JSON: the object'
	json '[.maps[].name] == ["counts", "near", "outer"]' 'JSON: maps by offset'
	json '.maps[0] | [.type, .key_size, .value_size, .max_entries, .map_flags] == [1, 4, 8, 1024, 1]' 'JSON: numbers are numbers'
	json '.maps[0] | .type_name == "hash" and .flag_names == ["BPF_F_NO_PREALLOC"] and .dialect == "kernel" and .dialect_rule == "BTF"' 'JSON: words'
	json '.maps[0].raw == "01000000040000000800000000040000010000000000000000000000"' 'JSON: bytes in hex'
	json '.maps[0] | .raw == ([.reading.fields[].bytes] | add)' 'JSON: the fields make up the definition'
	json '.maps[0].reading.fields[3] == {offset: 12, size: 4, name: "max_entries", bytes: "00040000", value: 1024, meaning: ""}' 'JSON: a field'
	json '.maps[0].other_reading | .dialect == "iproute2" and [.fields[5, 6].name] == ["id", "pinning"]' 'JSON: the other reading'
	json '.maps[2].inner.map == "counts" and .maps[2].slots == []' 'JSON: inner map'
	json '.maps[0].used_by == ["count_packets"] and .maps[2].used_by == []' 'JSON: who uses a map'
	json '[.sections[] | select(.name == "maps") | .size] == [84]' 'JSON: sections'
	json '.dialects | length == 1 and .[0].section == "maps"' 'JSON: evidence'

	bpfload explain --json --bpffs /mnt/bpf explain_iproute2.o
	follows_schema explain
	json '.maps[0].pinning == {kind: "PIN_GLOBAL_NS", id: 2, path: "/mnt/bpf/tc/globals/shared"}' 'JSON: pin'
	json '.maps[1].definition_id == 42 and .maps[0].other_reading == null and .maps[0].members == null' 'JSON: id, no other reading'
	json '.programs[] | select(.section == "7/3") | .slot == {map: "jumps", map_id: 7, key: 3}' 'JSON: tail call'

	bpfload explain --json explain_btf.o
	follows_schema explain
	json '.maps[] | select(.name == "pairs") | .key_type == "struct pair" and .value_type == "__u64[2]" and .reading == null' 'JSON: types by BTF'
	json '.maps[] | select(.name == "pairs") | [.members[] | {name, offset, meaning}] | .[0] == {name: "type", offset: 0, meaning: "9: lru_hash"} and .[3] == {name: "max_entries", offset: 24, meaning: "256"} and .[5] == {name: "pinning", offset: 40, meaning: "1: LIBBPF_PIN_BY_NAME"}' 'JSON: members of a definition by BTF'
	json '.maps[] | select(.name == "outer") | .slots == [{key: 1, map: "inner", program: null}] and .inner.map == null and .inner.max_entries == 5' 'JSON: slots and template'
}

json_programs() {
	bpfload explain --json explain_subprog.o
	is "$RC:$ERR" 0: 'JSON: sub-programs'
	follows_schema explain
	json '.programs[0] | .type_name == "tracepoint" and .attach_kind == "tracepoint" and .attach_target == "sched/sched_switch"' 'JSON: attach target'
	json '.programs[1] | .type == null and .type_name == null and .relocations == []' 'JSON: no type'
	json '[.programs[0].functions[].name] == ["on_switch", "judge", "weigh"]' 'JSON: functions in order of need'
	json '.programs[0] | .instructions > .functions[2].start and .functions[0].start == 0' 'JSON: where functions start'
	json '.programs[0] as $p | [$p.relocations[] | select(.kind == "call")] | length == 2 and all(. as $r | $p.functions[] | select(.name == $r.function) | $r.after_text == "call +\(.start - $r.insn - 1) (sub-program \(.name))")' 'JSON: the distance of a call leads to the function'
	json '[.programs[0].relocations[] | select(.kind == "call") | .before, .after | length] == [1, 1, 1, 1]' 'JSON: a call is one word'
	json '[.programs[0].relocations[] | select(.kind == "value") | [.map, .symbol, .value_offset]] | sort == [["explain_.bss", "dropped", 0], ["explain_.data", "seen", 0], ["explain_.rodata", "limit", 0]]' 'JSON: addresses of variables'
	json '[.programs[0].relocations[] | select(.kind == "value")] | all((.after[0] | test("^182[0-9]000000000000$")) and .after[1] == "0000000000000000")' 'JSON: pseudo map value, no descriptor'
	json '.maps[] | select(.name == "explain_.rodata") | .raw == "44332211" and .dialect == "data"' 'JSON: bytes of constants'
	json '.maps[] | select(.name == "explain_.bss") | .raw == null' 'JSON: .bss has no bytes'

	bpfload explain --json explain_static.o
	json '[.programs[0].relocations[] | [.map, .before[0][8:]]] | sort == [["first", "00000000"], ["second", "1c000000"]]' 'JSON: static maps by place'
	json '[.programs[0].relocations[]] | all(.after[0] | test("^181[0-9]000000000000$"))' 'JSON: pseudo map fd'
}

dialects() {
	bpfload explain ambiguous.o
	refused "ambiguous\.o: section 'maps', map 'unclear': .*two ways.*--dialect" 'two readings, no evidence'
	bpfload explain --json ambiguous.o
	refused 'two ways' 'the same in JSON'
	bpfload explain --json --dialect kernel ambiguous.o
	json '.maps[0] | .map_flags == 4 and .definition_id == 0 and .dialect_rule == "choice"' '--dialect kernel'
	bpfload explain --json --dialect=iproute2 ambiguous.o
	json '.maps[0] | .map_flags == 0 and .definition_id == 4 and .other_reading.dialect == "kernel"' '--dialect=iproute2'
	bpfload explain --dialect iproute2 ambiguous.o
	row '04 00 00 00' 4 'id +map_flags: NUMA_NODE' 'the reading that was not chosen stands beside it'
}

# The whole output, for an object without any choice of a compiler's. What the assembler decides
# (numbers of sections, size of the file) is left out. UPDATE_GOLDEN=1 writes the files anew.
# golden KIND - $WORK/seen is golden/old.KIND.
golden() {
	kind=$1
	[ -z "${UPDATE_GOLDEN:-}" ] || cp "$WORK/seen" "$GOLDEN/old.$kind"
	diff "$GOLDEN/old.$kind" "$WORK/seen" >"$WORK/golden.diff"
	good=$?
	verdict $good "golden: old.$kind"
	[ $good = 0 ] || diag "$(cat "$WORK/golden.diff")"
}

golden_files() {
	clang -target bpf -c -o old.o "$GOLDEN/old.s" || exit 1
	bpfload explain old.o
	is "$RC:$ERR" 0: 'golden: read'
	sed -E 's/^(  size  +)[0-9]+ bytes/\1N bytes/; /^  no  name/,/^$/s/^ *[0-9]+ /   N/' "$WORK/out" >"$WORK/seen"
	golden txt
	bpfload explain --json old.o
	jq 'del(.object.size, .sections[].index)' "$WORK/out" >"$WORK/seen"
	golden json
}

stages() {
	bpfload explain explain_kernel.o
	whole=$OUT
	bpfload explain --stage maps --stage relocations --stage programs explain_kernel.o
	is "$OUT" "$whole" 'all stages: the same as none named'
	bpfload explain --stage maps explain_kernel.o
	like "$OUT" '^Map counts: ' '--stage maps: maps'
	like "$OUT" '^How the maps are read$' '--stage maps: the evidence'
	unlike "$OUT" '^Program ' '--stage maps: no programs'
	bpfload explain --stage relocations explain_kernel.o
	like "$OUT" '^Program count_packets$' '--stage relocations: of which program'
	like "$OUT" '^ +r[0-9] = 0 ll +r[0-9] = map\[counts\]' '--stage relocations: before and after'
	unlike "$OUT" '^Map |^Sections|^  type |^ +[0-9]+  exit$' '--stage relocations: nothing else'
	bpfload explain --stage programs explain_kernel.o
	like "$OUT" '^  type +socket_filter$' '--stage programs: what it is'
	like "$OUT" '^ +[0-9]+  exit$' '--stage programs: its code'
	unlike "$OUT" '^Map |as compiled' '--stage programs: nothing else'
	bpfload explain --json --stage maps explain_kernel.o
	follows_schema explain
	json '.programs == null and (.maps | length) == 3 and .syscalls == null' '--stage maps in JSON'
	bpfload explain --json --stage relocations explain_kernel.o
	follows_schema explain
	json '.maps == null and (.programs[0] | .code == null and (.relocations | length) > 0)' '--stage relocations in JSON'
	bpfload explain --json --stage programs explain_kernel.o
	follows_schema explain
	json '.maps == null and (.programs[0] | .relocations == null and (.code | length) > 10)' '--stage programs in JSON'
}

# Against strace: syscalls.t.
syscalls() {
	bpfload explain --syscalls explain_static.o
	is "$RC:$ERR" 0: '--syscalls: no privileges needed'
	unlike "$OUT" '^[^b#]' '--syscalls: calls, and remarks on them'
	is "$(printf '%s\n' "$OUT" | grep -c 'BPF_MAP_CREATE, ')" 2 '--syscalls: two maps'
	bpfload explain --syscalls --stage maps explain_static.o
	like "$OUT" 'BPF_MAP_CREATE, .*map_name="second"' '--syscalls --stage maps: maps'
	unlike "$OUT" 'prog_name="only_second"' '--syscalls --stage maps: no programs'
	bpfload explain --syscalls --stage programs explain_static.o
	like "$OUT" 'prog_name="only_second".* = [0-9]+$' '--syscalls --stage programs: programs'
	unlike "$OUT" 'BPF_MAP_CREATE' '--syscalls --stage programs: no maps'
	bpfload explain --syscalls --stage relocations explain_static.o
	is "$OUT" '# relocations are applied in memory: no call' '--syscalls --stage relocations: none, and why'
	bpfload explain --json --syscalls --bpffs "$WORK/nobpffs" explain_static.o
	follows_schema explain
	json '.syscalls | .error == null and ([.calls[] | select(.command == "BPF_MAP_CREATE") | .fields | [.map_name, .key_size, .map_type]] == [["\"first\"", 4, "BPF_MAP_TYPE_ARRAY"], ["\"second\"", 4, "BPF_MAP_TYPE_ARRAY"]])' '--syscalls in JSON: fields'
	json '[.syscalls.calls[] | select(.purpose != null) | .command] | all(. == "BPF_PROG_LOAD")' '--syscalls in JSON: questions of libbpf are marked'
	bpfload explain --syscalls --bpffs "$WORK/nobpffs" explain_iproute2.o
	[ ! -e "$WORK/nobpffs" ]
	verdict $? '--syscalls: makes no directory for pins'
	compile ops -g <<'END'
__attribute__((section("struct_ops/start"), used)) int operation(void *ctx)
{
	return 0;
}
END
	bpfload explain --syscalls ops.o
	is "$RC" 0 '--syscalls: of a program that load refuses'
	like "$OUT" '^# here the load would end: .*struct_ops' '--syscalls: where the load would end'
}

# Probes of the kernel's own types need CO-RE, but registers are where they always were.
refusals() {
	compile core -g <<'END'
struct task_struct {
	int pid;
} __attribute__((preserve_access_index));
struct pt_regs {
	unsigned long r15;
} __attribute__((preserve_access_index));
__attribute__((section("kprobe/do_exit"), used)) int adapted(struct task_struct *task)
{
	return task->pid;
}
__attribute__((section("kprobe/schedule"), used)) int fixed(struct pt_regs *regs)
{
	return (int)regs->r15;
}
__attribute__((section("struct_ops/start"), used)) int operation(void *ctx)
{
	return 0;
}
__attribute__((section("socket/3"), used)) int slot(void *ctx)
{
	return 0;
}
END
	bpfload explain core.o
	is "$RC:$ERR" 0: 'programs that load would refuse: read'
	like "$OUT" '^  refused +load would refuse it: a CO-RE relocation in function' 'CO-RE: refused'
	like "$OUT" "^  refused +load would refuse it: struct_ops programs" 'struct_ops: refused'
	like "$OUT" '^  tail call +slot 3 of a PROG_ARRAY that the object does not have' 'a slot of no map: said'
	bpfload explain --json core.o
	follows_schema explain
	json '[.programs[] | select(.refusal != null) | .name] | sort == ["adapted", "operation"]' 'JSON: those are refused, registers are not'
}

plain_objects() {
	bpfload explain nothing.o
	is "$RC:$ERR" 0: 'neither maps nor programs: read'
	like "$OUT" '^Neither maps nor programs' 'neither maps nor programs: says so'
	bpfload explain --json nothing.o
	follows_schema explain
	json '.maps == [] and .programs == []' 'neither maps nor programs: empty lists'
	compile names <<'END'
struct words {
	unsigned int word[5];
};
struct words evil __asm__("m\033[31m\377") __attribute__((section("maps"), used)) = {{2, 4, 8, 16, 0}};
END
	bpfload explain names.o
	like "$OUT" '^Map m\\x1b\[31m\\xff: array' 'control characters in a name are spelled out'
	unlike "$OUT" "$ESC" 'and none reaches the terminal'
	bpfload explain --json names.o
	json '.maps[0].name == "m\u001b[31m\ufffd"' 'JSON: bytes that are no UTF-8 are replaced'
}

colours() {
	bpfload explain explain_kernel.o
	unlike "$OUT" "$ESC" 'no colour in a pipe'
	if ! have_terminal; then
		skip 'no pseudo-terminals here, or no script(1)' 'colour on a terminal'
		return
	fi
	[ "$(id -u)" = 0 ] && as=$AS_USER || as=
	run script -qec "$as env TERM=xterm $BPFLOAD explain explain_kernel.o" /dev/null
	like "$OUT" "$ESC\[1m.*$ESC\[0m" 'colour on a terminal'
	run script -qec "$as env TERM=xterm NO_COLOR=1 $BPFLOAD explain explain_kernel.o" /dev/null
	unlike "$OUT" "$ESC" 'NO_COLOR is respected'
}

# Every file here must end in a message, never in a signal.
bad_files() {
	: >empty.o
	echo 'this is no object' >text.o
	cp explain_kernel.o secret.o && chmod 000 secret.o
	head -c 2000 explain_kernel.o >cut.o
	mkdir -p directory
	for file in missing.o directory empty.o text.o cut.o /dev/null "$WORK/plain/bpfload"; do
		bpfload explain "$file"
		refused "^bpfload: $file: " "$(basename "$file")"
		bpfload explain --json "$file"
		refused "^bpfload: $file: " "$(basename "$file") in JSON"
	done
	bpfload explain -
	refused '^bpfload: stdin: ' 'nothing on standard input'
	if [ "$(id -u)" = 0 ] || [ ! -r secret.o ]; then
		bpfload explain secret.o
		refused '^bpfload: secret.o: .*Permission denied' 'unreadable file'
	fi
	rm -f secret.o
}

truncated() {
	size=$(wc -c <explain_btf.o)
	at=1
	wrong=
	while [ "$at" -lt "$size" ]; do
		head -c "$at" explain_btf.o >cut.o
		bpfload explain cut.o
		case $RC:$ERR in
		'1:bpfload: cut.o: '*) ;;
		*) wrong="$wrong $at ($RC: $ERR)" ;;
		esac
		at=$((at + 331))
	done
	is "$wrong" '' 'cut off anywhere: fails and names the file'
}

usage() {
	bpfload
	misused 'no command'
	bpfload nosuch
	misused 'unknown command'
	bpfload help nosuch
	misused 'help on an unknown command'
	bpfload explain
	misused 'no object'
	bpfload explain explain_btf.o explain_static.o
	misused 'two objects'
	for option in --nosuch -x --dialect '--dialect nosuch' '--dialect btf' '--type xdp' '--json=1' --stage '--stage nosuch' '--stage map' '--syscalls=1'; do
		# shellcheck disable=SC2086 # an option and its value
		bpfload explain explain_btf.o $option
		misused "explain $option"
	done
	for arguments in --help -h help; do
		bpfload $arguments
		is "$RC:$ERR" 0: "$arguments: succeeds"
		like "$OUT" '^  explain +show what an object holds' "$arguments: lists the commands"
	done
	for arguments in 'help explain' 'explain --help' 'explain -h'; do
		# shellcheck disable=SC2086 # several arguments
		bpfload $arguments
		is "$RC:$ERR" 0: "$arguments: succeeds"
		like "$OUT" '^usage: bpfload explain ' "$arguments: the page"
		like "$OUT" '^  --dialect NAME ' "$arguments: its options"
	done
	bpfload --version
	like "$RC:$OUT" '^0:bpfload [0-9.]+ \(libbpf [0-9.]+\)$' '--version'
	run sh -c "\"$BPFLOAD\" explain explain_btf.o >/dev/full"
	is "$RC" 1 'a full disk: fails'
	like "$OUT" 'cannot write to standard output: No space left' 'a full disk: says so'
}

everything() {
	kernel_text
	iproute2_text
	btf_text
	subprog_text
	static_text
	annotations
	json_maps
	json_programs
	dialects
	golden_files
	stages
	syscalls
	refusals
	plain_objects
	colours
	bad_files
	truncated
	usage
}

each_build everything
done_testing
