# SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
# shellcheck shell=bash
#
# common.sh - what the checks of this lesson have in common: records read from the map after test
# runs, and xdp_load_and_stats with the time and the traffic of a script (stage/), on a veth pair
# or, where nobody has to be root, without a kernel.

# packets_of KEY, bytes_of KEY
packets_of() {
	local record
	record=$(record_of "$1")
	echo "${record%,*}"
}

bytes_of() {
	local record
	record=$(record_of "$1")
	echo "${record#*, }"
}

# records KEY... - after `packets`: "KEY: packets, bytes", of all CPUs together.
records() {
	local key
	for key in "$@"; do
		echo "$key: $(record_of "$key")"
	done
}

# 16 bytes in hex are two numbers with the low byte first, in the learner's order; a per-CPU map has
# several of them.
record_of() {
	local each at packets=0 bytes=0
	at=$((2 * $(packets_at)))
	for each in $(value xdp_stats_map "$1" | tr ',' ' '); do
		[ ${#each} = 32 ] || continue
		packets=$((packets + $(number "${each:at:16}")))
		bytes=$((bytes + $(number "${each:16-at:16}")))
	done
	echo "$packets, $bytes"
}

# packets_at - where rx_packets begins in a record: 0, or 8 if rx_bytes stands before it.
packets_at() {
	[ -s packets_at ] || in_header '__builtin_offsetof(struct datarec, rx_packets)' >packets_at
	cat packets_at
}

# number HEX - of 8 bytes, low byte first.
number() {
	local i digits=
	for ((i = 14; i >= 0; i -= 2)); do digits+=${1:i:2}; done
	echo $((16#$digits))
}

# --- the two sides ---------------------------------------------------------------------------

# in_header EXPRESSION - its value, as user space gets it from common_kern_user.h.
in_header() {
	cat >in_header.c <<-END
		#include <stdio.h>
		#include "common_kern_user.h"
		int main(void)
		{
			printf("%zu", (size_t)($1));
			return 0;
		}
	END
	bounded 30 cc -std=gnu11 -o in_header in_header.c 2>in_header.err
	[ "$RC" != 0 ] || bounded 10 ./in_header
}

# per_cpu - has each CPU records of its own? Then no other CPU can come between.
per_cpu() {
	[ "$(explained '.maps[] | select(.name == "xdp_stats_map").type_name')" = percpu_array ]
}

# copies_put_back - how many calls of bpf_map_update_elem(), helper 2.
copies_put_back() {
	if per_cpu; then echo 0; else instructions 'call 2$'; fi
}

# not_atomic - how many instructions store a register to where the stack (r10) is not: additions
# that are done in a register.
not_atomic() {
	if per_cpu; then echo 0; else instructions '\*\(u(32|64) \*\)\(r[0-9] [+-] [0-9a-fx]+\) = r'; fi
}

# --- on the stage ----------------------------------------------------------------------------

pair_of_interfaces() {
	able || return 0
	ip -batch pair.ip || failed pair 'a veth pair can be made' 'ip(8) says above why not'
}

WRAPPED=(clock_gettime nanosleep sleep usleep sysconf get_nprocs get_nprocs_conf
	bpf_loader_load_file bpf_link_create if_nametoindex libbpf_num_possible_cpus
	bpf_obj_get_info_by_fd bpf_map_lookup_elem)

# on_stage - builds $ON_STAGE of the learner's program. With the address sanitizer where the
# compiler has one.
on_stage() {
	ON_STAGE=$PWD/on_stage
	local -a command=(cc -O1 -g -std=gnu11 -D_GNU_SOURCE -w -I. "-I$TOP" "-I$TOP/include" -o on_stage
		xdp_load_and_stats.c "$LESSON/stage/stage.c" "$LESSON/stage/pretended.c" "$BUILD/libbpf_load.a"
		"${WRAPPED[@]/#/-Wl,--wrap=}" -lbpf -lelf -lz -lpthread)
	bounded 60 "${command[@]}" -fsanitize=address 2>stage.err
	[ "$RC" = 0 ] || bounded 60 "${command[@]}" >stage.err 2>&1
	[ "$RC" = 0 ] || { cat stage.err && failed on-stage 'the program can be run with a clock of the check'; }
}

# perform STAGE CPUS - runs it by the script on standard input, with so many CPUs online, or all. STAGE:
# pretended, or real. It takes more address space than `bounded` grants.
perform() {
	OUT=
	cat >script
	able || return 0
	bounded 10 env ASAN_OPTIONS=detect_leaks=0:symbolize=1 "STAGE=$1" "ONLINE_CPUS=$2" \
		prlimit --as=unlimited "$ON_STAGE" --dev left --interval 1 >run.out 2>run.all
	OUT=$(cat run.out)
	sanitized <run.all >run.err
}

# sanitized - what the program printed, on standard input; of the address sanitizer's report, in
# short, what is about the learner's lines and variables.
sanitized() {
	awk -v program=xdp_load_and_stats.c '
		match($0, /ERROR: AddressSanitizer: [a-zA-Z-]+/) {
			print substr($0, RSTART + 7, RLENGTH - 7)
			report = stack = 1
			dynamic = /dynamic/
			next
		}
		!report && !/^=+$/ { print }
		report && /^(READ|WRITE) of size/ { print "  " $1 " of " $4 " bytes" }
		report && stack && index($0, program ":") { print "    in " $4 ", " $NF }
		report && /^$/ { stack = 0 }
		report && !dynamic && / overflows this variable/ { sub(/^ *\[[0-9, ]*\)/, ""); sub(/ <==.*/, ""); print "    past" $0 }' |
		sed "s|$PWD/||"
}

# keeps_within - nothing to be said of memory.
keeps_within() {
	seen memory 'where xdp_load_and_stats reads and writes' 'within its variables' "$(memory_found)" "$1"
}

memory_found() {
	if grep -qs '^AddressSanitizer' run.err; then echo 'past the end of one'; else echo 'within its variables'; fi
}

# seen ID WHAT WANTED FOUND [WHY] - expect, and shows what the program printed if it fails.
seen() {
	[ "$3" = "$4" ] || ! able || cat run.out run.err
	expect "$@"
}

# words - what was printed, in words that stand apart, numbers without commas.
words() {
	printf '%s\n' "$OUT" | sed -E 's/([0-9]),([0-9])/\1\2/g' | tr -s ' (),:\t' ' '
}

# reports ACTION - how many lines there are for it.
reports() {
	words | grep -c "^$1 "
}

# rows - what actions the first report has lines for.
rows() {
	words | awk '/^XDP_/ { if (seen[$1]++) exit; print $1 }'
}

# shown N ACTION UNIT - the number in front of UNIT (behind it for period) in the N-th line for ACTION.
shown() {
	words | awk -v nth="$1" -v action="$2" -v unit="$3" '
		$1 == action && ++n == nth {
			for (i = 2; i <= NF; i++)
				if ($i == unit)
					printf "%.15g", unit == "period" ? $(i + 1) : $(i - 1)
		}'
}

# --- records of another size -----------------------------------------------------------------

# with_record DIRECTORY MEMBERS - copies of all files there, in which a struct datarec has these
# members, and xdp_prog_kern.o compiled of them.
with_record() {
	mkdir "$1" && cp ./*.[ch] pair.ip "$1" && mv "$1/common_kern_user.h" "$1/learners.h" || return 1
	cat >"$1/common_kern_user.h" <<-END
		#include "learners.h"
		#ifndef OTHER_RECORD
		#define OTHER_RECORD
		struct other_record { $2 } __attribute__((packed, aligned(4)));
		#define datarec other_record
		#endif
	END
	(cd "$1" && bounded 60 make -s --no-print-directory -f "$TOP/lessons/lesson.mk" TOP="$TOP" O="$BUILD" \
		xdp_prog_kern.o) >other.err 2>&1
	[ -f "$1/xdp_prog_kern.o" ] || cat other.err
}

# As if the program in the kernel was compiled with a newer common_kern_user.h.
refuses_another_record() {
	with_record newer '__u64 rx_packets, rx_bytes, rx_more;' && cd newer && perform pretended all <<<"1 ipv4/100x1"
	expect other-record 'where a record in the map has another size than in user space' 'a message, and no report' \
		"$(refusal_found)" 'check_map_fd_info() compares the map with what the program expects; nothing may run if they differ'
	cd ..
}

refusal_found() {
	if [ "$RC" != 0 ] && [ -s run.err ] && ! grep -q ^AddressSanitizer run.err && ! grep -q ^XDP_ run.out; then
		echo 'a message, and no report'
	else
		head -n 2 run.err | cat - run.out
	fi
}

# refuses_unreadable KEY - as if the look-up of that key failed.
refuses_unreadable() {
	UNREADABLE=$1 perform pretended all <<<"1 ipv4/100x1"
	expect unreadable "where the record of key $1 cannot be read" 'a message, and no report' \
		"$(refusal_found)" 'stats_collect() is false where map_collect() was: what was not read is not to be printed'
}

# in_step - user space itself says when it takes a record for something else than the map does.
in_step() {
	seen in-step 'the size of a value, in the map and in user space' 'the same size' \
		"$(grep -so 'value_size is.*' run.err || echo 'the same size')" \
		'both sides mean the struct datarec that common_kern_user.h defines, and no other'
}
