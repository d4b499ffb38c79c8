#!/bin/sh
# SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
#
# tier: 1
# load.t - bpfload load: exit status, tables, JSON, pins in a bpffs of its own, and that nothing
# is left behind. What bpfload says of the kernel is compared with what bpftool sees.

# shellcheck disable=SC2034 # AS_USER is for bpfload() of common.sh

# shellcheck source=/dev/null
. "$(dirname "$0")/../tap.sh"
# shellcheck source=/dev/null
. "$TOP/tests/bpfload/common.sh"

BPFFS=$WORK/bpffs
PATH=$PATH:/usr/sbin:/sbin
mkdir "$BPFFS"
if ! mount -t bpf bpf "$BPFFS" 2>"$WORK/err"; then
	echo "1..0 # SKIP cannot mount a bpffs: $(cat "$WORK/err")"
	exit 0
fi
trap 'umount "$BPFFS"; rm -rf "$WORK"' EXIT

# load ARG... - bpfload load with pins in our own bpffs.
load() {
	bpfload load --bpffs "$BPFFS" "$@"
}

pins() {
	find "$BPFFS" -type f ! -name '*.debug' | sort
}

# gone map|prog ID... - true when the kernel has none of them. It frees some after a grace period.
# Not for a PROG_ARRAY: Linux (seen in 6.18) counts one reference too many on one that bpftool
# looks at in the moment when its last user goes, and keeps it for ever.
gone() {
	kind=$1
	shift
	for id in "$@"; do
		tries=50
		while bpftool "$kind" show id "$id" >/dev/null 2>&1; do
			tries=$((tries - 1))
			[ $tries -gt 0 ] || return 1
			sleep 0.1
		done
	done
}

# no_map_named NAME - true when the kernel has no map of that name (any more).
no_map_named() {
	tries=50
	sleep 0.3 # see gone()
	while bpftool -j map show | jq -e --arg name "$1" 'any(.[]; .name == $name)' >/dev/null; do
		tries=$((tries - 1))
		[ $tries -gt 0 ] || return 1
		sleep 0.1
	done
}

ids() {
	jq -r ".$1[].id" "$WORK/out"
}

tables() {
	load explain_kernel.o
	is "$RC:$ERR" 0: 'kernel: loads'
	like "$OUT" '^explain_kernel\.o: 3 maps, 1 program loaded$' 'kernel: what was loaded'
	like "$OUT" '^  map +type +key +value +entries +flags +id +dialect +origin$' 'kernel: columns of maps'
	like "$OUT" '^  counts +hash +4 +8 +1024 +0x1 +[0-9]+  kernel, by BTF +new$' 'kernel: a map'
	like "$OUT" '^  near +array +4 +16 +2 +0x4 +[0-9]+  kernel, by BTF +new$' 'kernel: a map with another flag'
	like "$OUT" '^  program +section +type +insns +id +tag +type by$' 'kernel: columns of programs'
	like "$OUT" '^  count_packets +socket1 +socket_filter +[0-9]+ +[0-9]+  [0-9a-f]{16}  section name$' 'kernel: a program'
	like "$OUT" '^Released again; nothing new stays in the kernel$' 'kernel: nothing stays'

	load explain_subprog.o
	is "$RC:$ERR" 0: 'sub-programs: loads'
	like "$OUT" '^  explain_\.rodata +array +4 +4 +1 +0x480 ' 'sub-programs: a map for constants'
	like "$OUT" '^  on_switch +tracepoint/sched/sched_switch +tracepoint +[0-9]+ +2 ' 'sub-programs: their number'
	like "$OUT" '^  untold +nobody_knows .*  guessed: first type that the verifier accepted$' 'sub-programs: a type found by trying is marked'

	load explain_static.o
	is "$RC:$ERR" 0: 'static maps: load'
}

annotations() {
	load annotated.o
	is "$RC" 0 'annotations of no use: loads'
	like "$ERR" "^warning   $WITHOUT_MAP: " 'annotations of no use: no such map'
	like "$ERR" "^warning   $OF_OTHER_SIZE: " 'annotations of no use: another size'
}

documents() {
	load --json explain_kernel.o
	is "$RC:$ERR" 0: 'JSON: kernel'
	follows_schema load
	json '.bpfload == "load" and .format == 1 and .object == {path: "explain_kernel.o", license: "GPL"}' 'JSON: says what it is'
	json '[.maps[].name] == ["counts", "near", "outer"] and .pins == []' 'JSON: maps'
	json '.maps[0] | [.type_name, .key_size, .value_size, .max_entries, .map_flags, .origin, .path] == ["hash", 4, 8, 1024, 1, "created", null]' 'JSON: a map'
	json '.programs | length == 1 and (.[0] | .name == "count_packets" and .type_name == "socket_filter" and .type_guessed == false and .instructions > 10 and .sub_programs == 0 and (.tag | length) == 16)' 'JSON: a program'
	json '[.maps[], .programs[] | .id > 0] | all' 'JSON: ids of the kernel'
	# shellcheck disable=SC2046 # several ids
	gone map $(ids maps) && gone prog $(ids programs)
	verdict $? 'JSON: all of them are gone from the kernel'

	load --json explain_subprog.o
	follows_schema load
	json '[.programs[].type_guessed] == [false, true] and [.programs[].sub_programs] == [2, 0]' 'JSON: guessed, sub-programs'
}

pinning() {
	load --json explain_iproute2.o
	is "$RC:$ERR" 0: 'pin: loads'
	follows_schema load
	json '.maps[0] | .origin == "pinned" and .path == env.PIN' 'pin: made where the definition asks'
	json '.pins == [env.PIN]' 'pin: told to stay'
	json '.programs[] | select(.section == "7/3") | .slot == {map: "jumps", map_id: 7, key: 3}' 'pin: slot of the tail call'
	first=$(jq '.maps[0].id' "$WORK/out")
	is "$(bpftool -j map show pinned "$PIN" | jq .id)" "$first" 'pin: bpftool finds the same map'
	is "$(pins)" "$PIN" 'pin: nothing else is on bpffs'
	# shellcheck disable=SC2046 # several ids
	gone map $(jq '.maps[] | select(.name == "part" or .name == "whole") | .id' "$WORK/out") && gone prog $(ids programs)
	verdict $? 'pin: all else is gone'

	load explain_iproute2.o
	is "$RC:$ERR" 0: 'second load: loads'
	like "$OUT" "^  shared +array +4 +8 +16 +0x0 +$first  iproute2, by BTF +reused $PIN\$" 'second load: takes the map that is pinned'
	like "$OUT" '^  classify_more +7/3 +sched_cls .*  jumps\[3\]  tail call: ' 'second load: slot in the table'
	like "$OUT" '^Released again; these pins stay' 'second load: says that pins stay'
	like "$OUT" "^  $PIN +shared\$" 'second load: and which'
	rm "$PIN"
	gone map "$first"
	verdict $? 'without its pin the map is gone'

	mkdir -p "$BPFFS/root"
	load --pin-root "$BPFFS/root" explain_btf.o
	is "$RC:$(pins)" "0:$BPFFS/root/pairs" '--pin-root: where LIBBPF_PIN_BY_NAME pins'
	rm "$BPFFS/root/pairs"
}

mismatch() {
	bpftool map create "$PIN" type array key 4 value 8 entries 99 name other
	load explain_iproute2.o
	refused "section 'maps', map 'shared': what is pinned at $PIN is another map" 'another map is pinned'
	like "$ERR" ' is another map \(type array\):$' 'another map: of the same type'
	like "$ERR" '^ +field +wanted +found$' 'another map: a table'
	like "$ERR" '^  ! max_entries +16 +99$' 'another map: the row that differs is marked'
	like "$ERR" '^    value_size +8 +8$' 'another map: the others are not'
	is "$(pins)" "$PIN" 'another map: its pin stays'
	no_map_named part && no_map_named whole
	verdict $? 'another map: nothing is left of the object'
	load --json explain_iproute2.o
	refused 'another map' 'another map, in JSON'
	rm "$PIN"
}

types() {
	load --no-guess explain_subprog.o
	refused "section 'nobody_knows', program 'untold': the section's name does not say.*--type" '--no-guess'
	load --json --no-guess --type xdp explain_subprog.o
	json '.programs[1] | .type_name == "xdp" and .type_guessed == false and .type_rule == "named by the caller"' '--type TYPE for a section that tells none'
	json '.programs[0].type_name == "tracepoint"' '--type TYPE leaves the others alone'
	load --json --type nobody_knows=cgroup_skb explain_subprog.o
	json '.programs[1] | .type_name == "cgroup_skb" and .type_guessed == false' '--type SECTION=TYPE'
	load --json --type socket=sched_cls explain_static.o
	json '.programs[0] | .section == "socket" and .type_name == "sched_cls"' '--type SECTION=TYPE overrules the name'
	load --type nosuch=xdp explain_static.o
	refused 'explain_static\.o: --type nosuch=xdp: no program is in a section of that name' '--type for no section'
	load --type xdp explain_static.o
	is "$RC" 0 '--type without effect: loads'
	like "$ERR" '^bpfload: note: --type xdp decides nothing' '--type without effect: says so'
}

dialects() {
	load ambiguous.o
	refused "ambiguous\.o: section 'maps', map 'unclear': .*two ways" 'two readings, no evidence'
	load --json --dialect kernel ambiguous.o
	json '.maps[0] | .map_flags == 4 and .dialect == "kernel" and .dialect_rule == "choice"' '--dialect kernel'
	load --json --dialect iproute2 ambiguous.o
	json '.maps[0] | .map_flags == 0 and .dialect == "iproute2"' '--dialect iproute2'
	compile stray <<'END'
#include <linux/bpf.h>
struct words {
	unsigned int word[9];
};
struct words __attribute__((section("maps"), used)) stray = {{BPF_MAP_TYPE_ARRAY, 4, 8, 16, 0, 0, 0, 0, 9}};
END
	load --dialect kernel stray.o
	refused 'byte 32 of its 36 is 0x09.*--relaxed' 'bytes of no field'
	load --dialect kernel --relaxed stray.o
	is "$RC" 0 '--relaxed: loads'
	like "$ERR" '^warning +.*byte 32 of its 36 is dropped' '--relaxed: warns'
	load --dialect kernel --relaxed --json stray.o
	json '.notes | length == 1 and .[0].kind == "warning" and .[0].section == "maps"' '--relaxed: the warning is in the document'
}

given() {
	bpftool map create "$BPFFS/mine" type hash key 4 value 8 entries 1024 flags 1 name mine
	id=$(bpftool -j map show pinned "$BPFFS/mine" | jq .id)
	load --map "counts=$BPFFS/mine" explain_kernel.o
	is "$RC:$ERR" 0: '--map: loads'
	like "$OUT" "^  counts +hash +4 +8 +1024 +0x1 +$id  kernel, by BTF +given $BPFFS/mine\$" '--map: that map is used'
	load --json --map "counts=$BPFFS/mine" explain_kernel.o
	json ".maps[0] | .origin == \"given\" and .id == $id and .path == \"$BPFFS/mine\"" '--map: in JSON'
	json '.pins == []' '--map: not one of our pins'
	load --map "near=$BPFFS/mine" explain_kernel.o
	like "$ERR" "^bpfload: warning: map 'near' as given \(hash, key 4, value 8, max_entries 1024\) is not what the object defines" '--map: another shape is told'
	load --map "nosuch=$BPFFS/mine" explain_kernel.o
	refused 'explain_kernel\.o: --map nosuch: the object has no map of that name' '--map for no map'
	load --map "counts=$BPFFS/nosuch" explain_kernel.o
	refused "cannot open what is pinned at $BPFFS/nosuch: No such file" '--map without a pin'
	compile tiny -g <<'END'
__attribute__((section("socket"), used)) int tiny(void *ctx)
{
	return 0;
}
END
	bpftool prog load tiny.o "$BPFFS/tiny" type socket
	load --map "counts=$BPFFS/tiny" explain_kernel.o
	refused "what is pinned at $BPFFS/tiny is no map" '--map with a program'
	rm "$BPFFS/mine" "$BPFFS/tiny"
}

# The map is created and pinned before the verifier says no; both must be taken back.
verifier() {
	compile bad -g <<'END'
#include <linux/bpf.h>
#include <bpf_helpers.h>
#include <bpf_elf.h>

struct bpf_elf_map SEC("maps") badpin = {
	.type = BPF_MAP_TYPE_HASH, .size_key = 4, .size_value = 8, .max_elem = 1,
	.pinning = PIN_GLOBAL_NS,
};

SEC("classifier")
int careless(struct __sk_buff *skb)
{
	__u32 key = 0;
	__u64 *value = bpf_map_lookup_elem(&badpin, &key);

	return (int)*value;
}
END
	load bad.o
	refused "bad\.o: section 'classifier', program 'careless' .*the verifier refuses it as sched_cls: Permission denied" 'verifier'
	like "$ERR" 'map_value_or_null' 'verifier: its words'
	unlike "$ERR" "^bpfload: the verifier's log:" 'verifier: without the whole log'
	is "$(pins)" '' 'verifier: the new pin is taken back'
	no_map_named badpin
	verdict $? 'verifier: the map is gone'
	load -v bad.o
	refused "the verifier refuses it" 'verifier, -v'
	like "$ERR" "^bpfload: the verifier's log:" 'verifier, -v: the whole log'
}

# The kernel would take the map without the type of its value, and then not know where the lock is.
misplaced_lock() {
	compile locked -g <<'END'
#include <linux/bpf.h>
#include <bpf_helpers.h>

struct counter {
	struct bpf_spin_lock lock;
	__u32 packets;
};

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__type(key, __u32);
	__type(value, struct counter);
	__uint(max_entries, 1);
} counters SEC(".maps");

SEC("xdp")
int pass(void *ctx)
{
	return XDP_PASS;
}
END
	load locked.o
	refused "section '.maps', map 'counters': the kernel does not create it .type percpu_array .*; its value holds a bpf_spin_lock: maps of type hash, array" \
		'a lock in a map that may have none'
}

verbose() {
	load -v explain_static.o
	is "$RC" 0 '-v: loads'
	like "$ERR" '^dialect +dialect kernel, by BTF' '-v: the dialect'
	like "$ERR" "^create +map 'first': fd [0-9]+, created" '-v: a map'
	like "$ERR" "^relocate +program 'only_second', instruction [0-9]+: map 'second'" '-v: a relocation'
	like "$ERR" "^load +program 'only_second': fd [0-9]+" '-v: a program'
	unlike "$OUT" '^(dialect|create|relocate|load) ' '-v: stdout is for the result'
}

odd_objects() {
	load nothing.o
	refused 'nothing\.o: nothing to load' 'neither maps nor programs'
	compile uncalled -g <<'END'
int uncalled(int x)
{
	return x + 1;
}
__attribute__((section("socket"), used)) int main_program(void *ctx)
{
	return 0;
}
END
	load --json uncalled.o
	json '[.programs[].name] == ["main_program"]' 'a function in .text that nobody calls is no error'
	: >empty.o
	head -c 3000 explain_btf.o >cut.o
	for file in missing.o empty.o cut.o "$WORK" "$WORK/plain/bpfload"; do
		load "$file"
		refused "^bpfload: $file: " "$(basename "$file")"
	done
}

unprivileged() {
	AS_USER='setpriv --reuid 65534 --regid 65534 --clear-groups'
	load explain_static.o
	refused "map 'first': .*Operation not permitted.*run it as root" 'without privileges'
	AS_USER=
}

usage() {
	load
	misused 'no object'
	for option in --nosuch --dialect '--dialect nosuch' '--type nosuch' '--type socket=nosuch' '--type =xdp' '--map first' '--map =x' '--map first='; do
		# shellcheck disable=SC2086 # an option and its value
		load explain_static.o $option
		misused "load $option"
	done
	bpfload help load
	like "$RC:$OUT" '^0:usage: bpfload load ' 'help load: the page'
}

everything() {
	tables
	annotations
	documents
	pinning
	mismatch
	types
	dialects
	given
	verifier
	misplaced_lock
	verbose
	odd_objects
	unprivileged
	usage
	is "$(pins)" '' 'no pin is left'
}

PIN=$BPFFS/tc/globals/shared
export PIN
AS_USER=
each_build everything
done_testing
