#!/bin/sh
# SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
#
# tier: 2
# user.t - the user-side half of include/ and the files of classic/ behind it.
#
# Contract: programs written as in 2015-2021 compile without a change, with gcc and clang and
# nothing but -I. -Iinclude, link with the objects of classic/ (compiled here) and the installed
# libbpf, and do what they did. The programs are in user/; one ends with 0 if all its checks
# held, with 77 and a reason if this machine or user lacks something, and with anything else
# if not. What makes or attaches something runs in a namespace of its own. TAP; leaves nothing
# behind.

set -u
LC_ALL=C
export LC_ALL
unset CPATH C_INCLUDE_PATH CPLUS_INCLUDE_PATH
cd "$(dirname "$0")/../.." || exit 1
SRC=tests/include/user
WORK=$(mktemp -d) || exit 1
trap 'rm -rf "$WORK"' EXIT
trap 'exit 1' INT TERM HUP

TESTS=0
FAILED=0
STRICT='-Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Werror'
LIBS='-lbpf -lelf -lz -lpthread'

# The files of classic/ that these tests are about; load_bpf_file() is not among them.
CLASSIC='cgroup_helpers create_map load_program map_def perf_event_open perf_event_read
	perf_poller probe prog_load_bytes prog_load_file set_print test_run trace_helpers
	trace_pipe xdp_link'

# What a program may include, C++ included. bpf_load.h is the loader's own affair.
HEADERS='libbpf.h bpf_insn.h sock_example.h perf-sys.h bpf_util.h bpf_rlimit.h trace_helpers.h
	cgroup_helpers.h sys/resource.h bpf/bpf.h bpf/libbpf.h bpf/btf.h bpf/classic_args.h
	bpf/classic_prog_load.h bpf/classic_trace.h'

# Programs by who may run them.
FOR_ROOT='era_4_1 era_4_4 era_4_9 era_4_10 era_4_14 era_4_18 era_5_10 returns modern own_names
	memlock trace_pipe'
FOR_ANYONE='perf_ring insn'

# The functions that libbpf 0.3 had and 1.1 has not: those that work here ...
BACK='bpf_create_map bpf_create_map_in_map bpf_create_map_in_map_node bpf_create_map_name
	bpf_create_map_node bpf_create_map_xattr bpf_get_link_xdp_id bpf_get_link_xdp_info
	bpf_load_btf bpf_load_program bpf_load_program_xattr bpf_map__def
	bpf_map__is_offload_neutral bpf_map__next bpf_map__prev bpf_map__resize
	bpf_object__find_program_by_title bpf_object__load_xattr bpf_object__open_buffer
	bpf_object__open_xattr bpf_object__unload bpf_perf_event_read_simple bpf_probe_helper
	bpf_probe_large_insn_limit bpf_probe_map_type bpf_probe_prog_type bpf_prog_attach_xattr
	bpf_prog_load_xattr bpf_prog_test_run bpf_prog_test_run_xattr bpf_program__is_extension
	bpf_program__is_kprobe bpf_program__is_lsm bpf_program__is_perf_event
	bpf_program__is_raw_tracepoint bpf_program__is_sched_act bpf_program__is_sched_cls
	bpf_program__is_sk_lookup bpf_program__is_socket_filter bpf_program__is_struct_ops
	bpf_program__is_tracepoint bpf_program__is_tracing bpf_program__is_xdp bpf_program__next
	bpf_program__nth_fd bpf_program__pin_instance bpf_program__prev
	bpf_program__set_extension bpf_program__set_kprobe bpf_program__set_lsm
	bpf_program__set_perf_event bpf_program__set_raw_tracepoint bpf_program__set_sched_act
	bpf_program__set_sched_cls bpf_program__set_sk_lookup bpf_program__set_socket_filter
	bpf_program__set_struct_ops bpf_program__set_tracepoint bpf_program__set_tracing
	bpf_program__set_xdp bpf_program__size bpf_program__title bpf_program__unpin_instance
	bpf_set_link_xdp_fd bpf_set_link_xdp_fd_opts bpf_verify_program btf__get_from_id
	btf__get_nr_types btf__load'
# ... and those that stop the compiler with advice.
GONE='bpf_map__priv bpf_map__set_priv bpf_object__find_map_by_offset bpf_object__next
	bpf_object__priv bpf_object__set_priv bpf_program__bpil_addr_to_offs
	bpf_program__bpil_offs_to_addr bpf_program__get_prog_info_linear bpf_program__load
	bpf_program__priv bpf_program__set_prep bpf_program__set_priv btf__finalize_data
	btf__get_map_kv_tids btf_ext__func_info_rec_size btf_ext__line_info_rec_size
	btf_ext__reloc_func_info btf_ext__reloc_line_info'

diag() {
	sed 's/^/# /'
}

# verdict STATUS NAME - STATUS as a command leaves it; $WORK/out is shown after a failure.
verdict() {
	TESTS=$((TESTS + 1))
	if [ "$1" = 0 ]; then
		echo "ok $TESTS - $2"
		return
	fi
	echo "not ok $TESTS - $2"
	diag <"$WORK/out"
	FAILED=$((FAILED + 1))
}

skip() {
	TESTS=$((TESTS + 1))
	echo "ok $TESTS - $1 # SKIP $2"
}

have() {
	command -v "$1" >/dev/null 2>&1
}

# compile COMPILER NAME OUTPUT ARGUMENTS... - one test: no error and no warning.
compile() {
	compiler=$1 name=$2 output=$3
	shift 3
	if ! have "$compiler"; then
		skip "$compiler: $name compiles" "$compiler is not installed"
		return 1
	fi
	"$compiler" -O1 -g -Wall -Werror -I. -Iinclude -o "$output" "$@" >"$WORK/out" 2>&1
	status=$?
	verdict $status "$compiler: $name compiles"
	return $status
}

# run PROGRAM NAME ARGUMENTS... - one test: it ends with 0. Its output stays in $WORK/out.
run() {
	binary=$1 name=$2
	shift 2
	timeout 120 "$binary" "$@" >"$WORK/out" 2>&1
	status=$?
	if [ $status = 77 ]; then
		skip "$name" "$(grep -v '^libbpf:' "$WORK/out" | tail -n 1)"
	else
		verdict $status "$name"
	fi
}

# build_and_run WHO COMPILER SOURCE ARGUMENTS... - two tests: $SRC/SOURCE compiles, and runs.
build_and_run() {
	who=$1 compiler=$2 source=$3 title="$3 runs ($2)"
	shift 3
	# shellcheck disable=SC2086 # a list of libraries
	if ! compile "$compiler" "$source" "$WORK/program" "$SRC/$source" "$WORK/classic.a" \
		$LIBS; then
		skip "$title" "not compiled"
	elif [ "$who" = root ] && [ "$(id -u)" != 0 ]; then
		skip "$title" "not root"
	else
		run "$WORK/program" "$title" "$@"
	fi
}

compile_classic() {
	: >"$WORK/out"
	for file in $CLASSIC; do
		# shellcheck disable=SC2086 # a list of options
		"$1" -std=gnu11 -O2 -g $STRICT -I. -Iinclude -c "classic/$file.c" \
			-o "$WORK/$file.o" >>"$WORK/out" 2>&1 || return 1
	done
	"$1" -I. -Iinclude -c $SRC/log_buf.c -o "$WORK/log_buf.o" >>"$WORK/out" 2>&1 &&
		ar rcs "$WORK/classic.a" "$WORK"/*.o
}

# Every symbol is part of an old interface or starts with bpf_classic_.
foreign_symbols() {
	for file in $CLASSIC; do
		nm -g --defined-only "$WORK/$file.o" | awk 'NF == 3 { print $3 }'
	done | grep -v '^bpf_classic_' | while read -r symbol; do
		grep -rqw --include='*.h' "$symbol" include || echo "$symbol"
	done
}

test_classic() {
	for compiler in clang gcc; do
		if ! have $compiler; then
			skip "$compiler: classic/ compiles" "$compiler is not installed"
			continue
		fi
		rm -f "$WORK"/*.o "$WORK/classic.a"
		compile_classic $compiler
		verdict $? "$compiler: classic/ compiles under every warning"
	done
	foreign_symbols >"$WORK/out"
	[ ! -s "$WORK/out" ]
	verdict $? "classic/ exports declared names only"
}

test_headers() {
	for header in $HEADERS; do
		printf '#include "%s"\nint main(void) { return 0; }\n' "$header" >"$WORK/header.c"
		cp "$WORK/header.c" "$WORK/header.cc"
		compile gcc "$header by itself, as gnu99," "$WORK/header.o" -Wextra -std=gnu99 -c \
			"$WORK/header.c"
		compile clang "$header by itself" "$WORK/header.o" -Wextra -c "$WORK/header.c"
		for compiler in g++ clang++; do
			compile $compiler "$header by itself" "$WORK/header.o" -Wextra -c \
				"$WORK/header.cc"
		done
	done
}

test_programs() {
	for compiler in gcc clang; do
		for program in $FOR_ROOT; do
			build_and_run root "$compiler" "$program.c"
		done
		for program in $FOR_ANYONE; do
			build_and_run anyone "$compiler" "$program.c"
		done
	done
	for compiler in g++ clang++; do
		build_and_run root $compiler overloads.cc
	done
}

bpf_object() {
	source=$1 object=$2
	shift 2
	clang -target bpf -O2 -g -I"/usr/include/$(uname -m)-linux-gnu" "$@" -c "$SRC/$source" \
		-o "$WORK/$object" >"$WORK/out" 2>&1
}

# Object files: three kinds of them, made by clang.
test_objects() {
	if ! have clang; then
		skip "era_5_4.c" "clang is not installed"
		return
	fi
	bpf_object maps_btf.bpf.c btf.o &&
		bpf_object maps_btf.bpf.c prefix.o -DSECTION='"xdp_filter"' &&
		bpf_object maps_legacy.bpf.c legacy.o
	verdict $? "clang: objects for era_5_4.c"
	for compiler in gcc clang; do
		build_and_run root $compiler era_5_4.c "$WORK/btf.o" "$WORK/legacy.o" \
			"$WORK/prefix.o"
	done
	[ "$(id -u)" = 0 ] || return
	grep -q 'legacy.o: maps in SEC("maps").*load_bpf_file()' "$WORK/out"
	verdict $? "an object with SEC(\"maps\") is refused with the call that loads it"
}

# A program of a time when bpf_load.h declared less than trace_helpers.h does.
test_beside_bpf_load() {
	if [ ! -e bpf_load.h ]; then
		skip "own_perf_reader" "no bpf_load.h yet"
		return
	fi
	for compiler in gcc clang; do
		compile $compiler "own_perf_reader.c" "$WORK/reader.o" -c \
			"$SRC/own_perf_reader.c"
	done
	printf '#include "bpf_load.h"\nint *fds(void);\nint *fds(void) { return map_fd; }\n' \
		>"$WORK/fds.c"
	gcc -Wall -Werror -Iinclude -c "$WORK/fds.c" -o "$WORK/fds.o" >"$WORK/out" 2>&1
	verdict $? "bpf_load.h is found with -Iinclude alone"
}

includes() {
	printf '#include <bpf/%s.h>\n' bpf libbpf btf
}

test_names() {
	{
		includes
		for name in $BACK; do
			echo "void *f_$name(void); void *f_$name(void) { return (void *)$name; }"
		done
	} >"$WORK/back.c"
	{
		includes
		for name in $GONE; do
			echo "void *f_$name(void); void *f_$name(void) { return (void *)$name; }"
		done
	} >"$WORK/gone.c"
	for compiler in gcc clang; do
		have $compiler || continue
		compile $compiler "use of every call that is back" "$WORK/names.o" -c \
			"$WORK/back.c"
		limit=
		[ "$compiler" = clang ] && limit=-ferror-limit=0
		"$compiler" $limit -I. -Iinclude -c "$WORK/gone.c" -o "$WORK/names.o" \
			>"$WORK/out" 2>&1
		missing=
		for name in $GONE; do
			grep -q "error:.*$name.* is unavailable: [a-z]" "$WORK/out" ||
				missing="$missing $name"
		done
		echo "no advice for:$missing" >"$WORK/out"
		[ -z "$missing" ]
		verdict $? "$compiler: use of every call without a replacement gives advice"
	done
}

if ! have gcc || ! have ar || [ ! -e /usr/include/bpf/bpf.h ]; then
	echo "1..0 # SKIP gcc, ar and libbpf-dev are needed"
	exit 0
fi
test_classic
test_headers
test_names
test_programs
test_objects
test_beside_bpf_load
echo "1..$TESTS"
[ $FAILED = 0 ]
