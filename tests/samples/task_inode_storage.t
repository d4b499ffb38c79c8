#!/bin/sh
# SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
#
# tier: 2
# vm: yes
# task_inode_storage.t - the sample task_inode_storage: a process that opens a known file a known
# number of times is found with that number, and so is the file; and the numbers go with them.
# Where the kernel cannot do it, that the sample says so.

# shellcheck source=tests/samples/common.sh
. "$(dirname "$0")/common.sh"
# shellcheck source=tests/samples/known.sh
. "$(dirname "$0")/known.sh"
PROGRAM=$(cd "$TOP" && realpath "$BUILD/samples/task_inode_storage")
FILES=$WORK/files

# refused - where the kernel lets no program on its functions: the sample says so, and what to do.
refused() {
	for maps in kernel btf; do
		run "$PROGRAM" -c 1 -t 0.1 "--maps=$maps" --no-load
		is "$RC" 1 "--maps=$maps, no programs on functions: status 1"
		like "$OUT" "program 'file_wanted'.*this kernel lets no program attach to its functions" \
			"--maps=$maps: what the kernel refuses"
		like "$OUT" '; a VM has it: tools/vm -- .*/task_inode_storage -c 1' "--maps=$maps: the command for a VM"
	done
	done_testing
	exit
}

# inactive - where BPF is not among the security modules.
inactive() {
	run "$PROGRAM" -c 1 -t 0.1 --no-load
	is "$RC $(printf '%s\n' "$OUT" | wc -l)" '1 1' 'BPF is no active security module: status 1, one line'
	like "$OUT" "^task_inode_storage: the program would not be called: security module 'bpf' is not active" \
		'it says so'
	done_testing
	exit
}

if [ "$(id -u)" = 0 ] && "$PROGRAM" --about | cut -f 6 | grep -q "^security module 'bpf'"; then
	inactive
fi
if [ "$(id -u)" = 0 ] && "$PROGRAM" --about | cut -f 6 | grep -q '(fentry, LSM)'; then
	refused
fi
test_sample task_inode_storage jq bpftool

# Kernels of 2026 take the memory by kmalloc_nolock(), which x86 has by cmpxchg16b alone.
run in_ns "$SAMPLE" -c 1 -t 0.5 --json
if [ "$(echo "$OUT" | jq '.missed > 0 and .missed == .opens + .accesses')" = true ] && ! grep -qw cx16 /proc/cpuinfo; then
	skip_all 'this CPU has no cmpxchg16b, which this kernel needs to keep values with its objects'
fi
check_life --dir=/etc

# watch_load PROGRAM OPTIONS... - counts what the load does, and all files of $FILES.
watch_load() {
	program=$1
	shift
	start "$program" --no-load --json -t 0.1 "--dir=$FILES" -p "$LOAD" "$@"
}

# --- exactly ------------------------------------------------------------------------------------

# says - the last report: sums, then names and counts of processes, then of files.
says() {
	report | jq -c '[[.opens, .accesses, .missed],
		[.processes[] | [.pid, .name, .opens, .accesses]], [.files[] | [.name, .opens, .accesses]]]'
}

comes_to_say() {
	[ "$(says)" = "$1" ]
}

# finds WANTED NAME
finds() {
	eventually comes_to_say "$1"
	is "$(says)" "$1" "$2"
}

mkdir "$FILES"
echo one >"$FILES/one"
echo two >"$FILES/two"

# counts PROGRAM KIND LABEL
counts() {
	load open 100 "$FILES/one"
	watch_load "$1" "--maps=$2"
	is "$(says)" '[[0,0,0],[],[]]' "$3: nothing is counted before something is opened"
	go 1
	finds "[[100,0,0],[[$LOAD,\"known\",100,0]],[[\"one\",100,0]]]" "$3: 100 opens, with the process and with the file"
	go 2
	finds "[[200,0,0],[[$LOAD,\"known\",200,0]],[[\"one\",200,0]]]" "$3: and 100 more"
	INFO=$(for id in $(object_ids map); do
		bpftool -j map show id "$id" | jq -c '[.name, .type, .bytes_key, .bytes_value, .max_entries, .flags, .btf_id > 0]'
	done | sort)
	end_load
	finds '[[200,0,0],[],[["one",200,0]]]' "$3: the process has ended, and its count with it; the file's stays"
	mv "$FILES/one" "$FILES/other"
	finds '[[200,0,0],[],[["other",200,0]]]' "$3: another name, the same file, its count"
	rm "$FILES/other"
	echo one >"$FILES/one"
	finds '[[200,0,0],[],[]]' "$3: a new file of the old name has none"
	stop INT
	is "$RC $(cat "$WORK/err")" '0 ' "$3: it ends well"
}

# Lines of what bpftool says; that it has BTF only of those whose types the kernel must know.
MAPS='by_file","inode_storage",4,16,0,1,true]
by_thread","task_storage",4,16,0,1,true]
config","array",4,8,1,0
totals","array",4,24,1,0'

# same_maps NAME
same_maps() {
	is "$(printf '%s\n' "$INFO" | sed 's/^\["//; /"array"/s/,[a-z]*\]$//')" "$MAPS" "$1"
}

counts "$SAMPLE" kernel 'SEC("maps")'
same_maps 'SEC("maps"): the maps that the kernel has'
counts "$SAMPLE" btf 'SEC(".maps")'
same_maps 'SEC(".maps"): the same maps'

load access 50 "$FILES/two"
watch_load "$SAMPLE"
go 1
finds "[[0,50,0],[[$LOAD,\"known\",0,50]],[[\"two\",0,50]]]" 'access() counts apart from open()'
stop INT
end_load

# Eight threads, each of which opens it once: none of them is the first.
load threads 8 "$FILES/two"
watch_load "$SAMPLE"
go 1
finds '[[8,0,0],[],[["two",8,0]]]' 'a thread has a value of its own, the file one for all threads'
stop INT
end_load

end_of_quick_part

# --- the rest -----------------------------------------------------------------------------------

counts "$SANITIZED" kernel 'sanitizers'

# Two at once: each has its own value with the same process and the same file.
load open 100 "$FILES/one"
ip netns exec "$NS" "$SAMPLE" --no-load --json -t 0.1 "--dir=$FILES" -p "$LOAD" >"$WORK/other" &
OTHER=$!
eventually test -s "$WORK/other"
go 1
watch_load "$SAMPLE"
go 2
finds "[[100,0,0],[[$LOAD,\"known\",100,0]],[[\"one\",100,0]]]" 'two at once: one of them came later'
stop INT
kill -INT $OTHER && wait $OTHER
is "$(tail -n 1 "$WORK/other" | jq .opens)" 200 'two at once: the other has seen it all'
end_load

start "$SAMPLE" --json -t 0.1
map=$(map_id by_file)
child=$(cut -d ' ' -f 1 "/proc/$PID/task/$PID/children")
is "$(cat "/proc/$child/comm")" opener 'a process of its own opens files'
stop KILL
[ -n "$map" ] && eventually all_gone map "$map"
verdict $? 'killed, it leaves no map behind'
eventually test ! -e "/proc/$child"
verdict $? 'nor that process'

run in_ns "$SAMPLE" -c 1 -t 0.1 --dir=/nowhere
is "$RC $OUT" '1 task_inode_storage: directory /nowhere: No such file or directory' 'a directory that is not there'
run in_ns "$SAMPLE" -c 1 -t 0.5
like "$OUT" '^ +[0-9]+ +[0-9]+ +[0-9]+ opener$' 'the table has processes'
like "$OUT" '^ +[0-9]+ +0  passwd$' 'and files'
run in_ns "$SAMPLE" -c 1 -t 0.1 --no-load "--dir=$FILES" -p 4194304
is "$(printf '%s\n' "$OUT" | grep -c '^ *none so far$')" 2 'or none, and says so'

done_testing
