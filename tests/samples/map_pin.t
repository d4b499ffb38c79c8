#!/bin/sh
# SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
#
# tier: 2
# vm: yes
# map_pin.t - the sample map_pin: a map lives as long as a pin or a process has it, and its counts
# with it; each packet is counted while a process counts, and none otherwise. Pins are made in a
# bpffs of the test's own, in a mount namespace that goes with the test.

[ -n "${MAP_PIN_MOUNTS:-}" ] || {
	[ "$(id -u)" = 0 ] || { echo '1..0 # SKIP needs root' && exit 0; }
	MAP_PIN_MOUNTS=own exec unshare -m "$0" "$@"
}

# shellcheck source=tests/samples/common.sh
. "$(dirname "$0")/common.sh"
test_sample map_pin jq bpftool unshare
SEND=$(cd "$TOP" && realpath "$BUILD/tests/samples/send")

# What clean_up is to remove may not be a mount.
BPFFS=$WORK/bpffs
mkdir "$BPFFS"
trap 'umount -l "$BPFFS" 2>/dev/null; clean_up' EXIT
mount -t bpf none "$BPFFS" || skip_all 'no bpffs can be mounted'
PIN=$BPFFS/pin

send_udp() {
	in_ns "$SEND" udp "$@"
}

# counted PROTOCOLS NAME - the counts of the running sample, as a JSON object.
counted() {
	eventually reported ".protocols == $1"
	is "$(report | jq -c .protocols)" "$1" "$2"
}

pinned_id() {
	bpftool -j map show pinned "$PIN" 2>/dev/null | jq .id
}

left() {
	find "$BPFFS" -type f | grep -v '\.debug$'
}

check_life "--create=$BPFFS/life"
is "$(left)" '' 'at the end the pin is gone, too'

# --- made, left, opened, unpinned, gone: by hand --------------------------------------------------

# by_hand KIND
by_hand() {
	start "$SAMPLE" "--maps=$1" "--create=$PIN" --keep --no-load --json -t 0.1
	send_udp 127.0.0.1 50 100
	counted '{"17":50}' "$1: the maker counts"
	id=$(map_id packets)
	is "$(report | jq -c '[.map_id, .pinned, .packets]') $(pinned_id)" "[$id,true,50] $id" "$1: its map has the pin"
	INFO=$(bpftool -j map show id "$id" | jq -c '[.name, .type, .bytes_key, .bytes_value, .max_entries, .flags]')
	stop INT
	is "$RC $(pinned_id)" "0 $id" "$1: --keep: it has ended, and the same map is there"
	send_udp 127.0.0.1 7 100

	start "$SAMPLE" "--maps=$2" "--open=$PIN" --no-load --json -t 0.1
	is "$(report | jq -c '[.map_id, .pinned, .protocols]') $(object_ids map)" "[$id,true,{\"17\":50}] $id" \
		"$1: another has that map and no other; what came meanwhile is not counted"
	send_udp ::1 30 100
	counted '{"17":80}' "$1: it counts on"

	run "$SAMPLE" "--unpin=$PIN"
	is "$RC $OUT" "0 $PIN is gone; map $id goes as soon as no process and no program has it" "$1: --unpin"
	is "$(left)" '' "$1: the path is gone"
	send_udp 127.0.0.1 1 100
	counted '{"17":81}' "$1: but not the map"
	is "$(report | jq .pinned)" false "$1: the report says so"
	stop TERM
	eventually all_gone map "$id"
	verdict $? "$1: with the last process the map goes"
	is "$RC $(left)" '0 ' "$1: nothing is left"
}
by_hand kernel kernel
is "$INFO" '["packets","hash",4,8,256,0]' 'SEC("maps"): the map that the kernel has'
by_hand btf kernel
is "$INFO" '["packets","hash",4,8,256,0]' 'SEC(".maps"): the same map; so the other object counts on in it'

# --- the play -------------------------------------------------------------------------------------

WANTED='[["made",true,true,true],["left",true,true,false],["opened",true,true,true],["unpinned",true,false,true],["gone",false,false,false]]'

# play KIND
play() {
	run in_ns "$SAMPLE" "--maps=$1" -c 6 -t 0.2 --json
	is "$RC" 0 "$1: the play"
	is "$(printf '%s\n' "$OUT" | jq -cs '[.[:5][] | [.act, .exists, .pinned, .process > 0]]')" "$WANTED" "$1: its acts"
	json '[.[:5][].map_id] | unique | length == 1' "$1: one map all the time"
	json '.[4].map_id != .[5].map_id and .[5].round == 2 and .[5].act == "made"' "$1: then another"
	json '.[0].packets > 0 and .[0].packets <= .[1].packets and .[1].packets < .[2].packets and .[2].packets < .[3].packets' \
		"$1: counts go on where they were"
	json '.[0].process != .[2].process' "$1: in another process"
	json '.[0].own_mount' "$1: without a bpffs at /sys/fs/bpf it has one of its own"
	id=$(printf '%s\n' "$OUT" | jq -s '.[5].map_id')
	eventually all_gone map "$id"
	verdict $? "$1: ended in its first act, it leaves no map"
}
play kernel
end_of_quick_part
play btf

# on_bpffs OPTIONS... - the play on a bpffs that others see, in the background.
on_bpffs() {
	# shellcheck disable=SC2016 # for the inner shell
	start sh -c 'mount --bind "$1" /sys/fs/bpf && shift && exec "$@"' sh "$BPFFS" "$SAMPLE" --json "$@"
}

PIN=$BPFFS/map_pin
for reports in 1 2 3 4 5; do
	on_bpffs -t 0.1
	eventually test "$(report | jq .own_mount)" = false
	until [ "$(grep -c '}$' "$WORK/out")" -ge $reports ]; do sleep 0.02; done
	id=$(report | jq .map_id)
	stop INT
	is "$RC $(left) $(cat "$WORK/err")" '0  ' "SIGINT after $reports acts: status 0, no pin"
	eventually all_gone map "$id"
	verdict $? 'and no map'
done

on_bpffs -t 5 -d 0.2 --keep
wait "$PID"
PID=
is "$(left)" "$PIN" '--keep: the play leaves its pin'
id=$(pinned_id)
run in_ns sh -c "mount --bind '$BPFFS' /sys/fs/bpf && exec '$SAMPLE' -c 1"
is "$RC $OUT" "1 map_pin: cannot pin the map at /sys/fs/bpf/map_pin: File exists; map $id is pinned there" \
	'what is pinned there stays: the next play does not begin'
is "$(pinned_id)" "$id" 'and is untouched'
run "$SAMPLE" "--unpin=$PIN"
is "$RC" 0 'until it is unpinned'

start "$SAMPLE" --json -t 1
id=$(report | jq .map_id)
stop KILL
eventually all_gone map "$id"
verdict $? 'killed, it leaves neither a process nor a map, where the bpffs was its own'

# --- what can go wrong ----------------------------------------------------------------------------

PIN=$BPFFS/pin
start "$SAMPLE" "--create=$PIN" --no-load --json -t 0.1
id=$(map_id packets)
# fails PATTERN OPTIONS...
fails() {
	pattern=$1
	shift
	run in_ns "$SAMPLE" --no-load -c 1 -t 0.1 "$@"
	is "$RC $(printf '%s\n' "$OUT" | wc -l)" '1 1' "$*: status 1, one line"
	like "$OUT" "^map_pin: $pattern" "$*: what is wrong"
}
fails "cannot pin the map at $PIN: File exists; map $id is pinned there$" "--create=$PIN"
is "$(pinned_id)" "$id" 'twice at once: the first keeps its pin'
stop INT

fails "cannot pin the map at $BPFFS/no/pin: No such file or directory; mkdir -p $BPFFS/no$" "--create=$BPFFS/no/pin"
fails "cannot pin the map at $WORK/pin: Operation not permitted; $WORK is on no BPF file system" "--create=$WORK/pin"
fails "cannot pin the map at $BPFFS/a.b: Operation not permitted; a BPF file system takes no names with a dot" \
	"--create=$BPFFS/a.b"
: >"$WORK/file"
fails "cannot pin the map at $WORK/file/pin: Not a directory" "--create=$WORK/file/pin"
fails "cannot pin the map at $WORK/file: File exists; something else is there" "--create=$WORK/file"
fails "cannot open the pin $PIN: No such file or directory; nothing is pinned there" "--open=$PIN"
fails "$WORK/file is no pin: it is on no BPF file system" "--open=$WORK/file"
fails "$WORK/file is no pin" "--unpin=$WORK/file"
fails "$BPFFS is no pin" "--unpin=$BPFFS"
fails "cannot remove the pin $PIN: No such file or directory" "--unpin=$PIN"
is "$(cat "$WORK/file"; [ -e "$WORK/file" ] && echo there)" there 'a file that is no pin is left alone'
bpftool map create "$PIN" type array key 4 value 8 entries 256 name packets
fails "the map at $PIN is of type 2, key 4, value 8 bytes, 256 entries; wanted: type 1, 4, 8, 256; --unpin=$PIN" \
	"--open=$PIN"
rm "$PIN"
mount -o remount,ro "$BPFFS"
fails "cannot pin the map at $PIN: Read-only file system; is $BPFFS writable" "--create=$PIN"
mount -o remount,rw "$BPFFS"
is "$(left)" '' 'nothing of all that is left'

# A pin that somebody else has put in the place of its own is not its to remove.
start "$SAMPLE" "--create=$PIN" --no-load --json -t 0.1
rm "$PIN"
bpftool map create "$PIN" type array key 4 value 8 entries 1 name other
other=$(pinned_id)
stop INT
is "$RC $(pinned_id)" "0 $other" 'the pin of another map is left alone'
run "$SAMPLE" "--unpin=$PIN"

run "$SAMPLE" "--open=$PIN" "--unpin=$PIN"
is "$RC" 2 'two of the options at once: status 2'
run in_ns "$SAMPLE" -c 5 -t 0.2
narrow "$OUT" 'the play'
like "$OUT" '^yes  yes +- +[0-9]+  it has ended: the pin alone keeps the map$' 'an act in the table'

done_testing
