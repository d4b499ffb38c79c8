#!/bin/sh
# SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
#
# tier: 1
# readme.t - the commands of README.org do what it says.
#
# The two lines that build a person's own old program, and the ones that explain and load its
# object, are taken from the README and run in a directory that looks like a clone of the tree
# with prog_kern.c and prog_user.c beside it. Files and targets that it names must exist.

# shellcheck source=tests/tap.sh
. "$(dirname "$0")/../tap.sh"
unset CPATH

case ${BUILD:=build} in
/*) ;;
*) BUILD=$TOP/$BUILD ;;
esac

# block NAME - the lines of the source block that README.org names so.
block() {
	awk -v name="$1" '
		$0 == "#+name: " name { found = 1; next }
		found && /^#\+begin_src/ { inside = 1; next }
		/^#\+end_src/ { if (inside) exit }
		inside { print }' "$TOP/README.org"
}

# A user's directory: the tree, and two sources in the style of 2016.
clone() {
	mkdir "$WORK/clone" && cd "$WORK/clone" || exit 1
	for entry in include loader classic bpf_load.h; do
		ln -s "$TOP/$entry" "$entry"
	done
	ln -s "$BUILD" build
	cat >prog_kern.c <<'END'
#include <stdint.h>
#include <string.h>
#include <asm/types.h>
#include <uapi/linux/bpf.h>
#include <uapi/linux/if_ether.h>
#include "bpf_helpers.h"

struct bpf_map_def SEC("maps") lengths = {
	.type = BPF_MAP_TYPE_ARRAY,
	.key_size = sizeof(uint32_t),
	.value_size = sizeof(long),
	.max_entries = 4,
};

SEC("socket1")
int bpf_prog1(struct __sk_buff *skb)
{
	uint32_t key = 0;
	long *sum = bpf_map_lookup_elem(&lengths, &key);

	if (sum && load_half(skb, offsetof(struct ethhdr, h_proto)) == ETH_P_IP)
		__sync_fetch_and_add(sum, skb->len);
	return 0;
}

char _license[] SEC("license") = "GPL";
END
	cat >prog_user.c <<'END'
#include <stdio.h>
#include <linux/bpf.h>
#include "libbpf.h"
#include "bpf_load.h"

int main(int argc, char **argv)
{
	int key = -1, next, count = 0;
	long value = 5;

	(void)argc;
	if (load_bpf_file("prog_kern.o")) {
		printf("%s: %s", argv[0], bpf_log_buf);
		return 1;
	}
	key = 2;
	bpf_update_elem(map_fd[0], &key, &value, BPF_ANY);
	key = -1;
	while (bpf_get_next_key(map_fd[0], &key, &next) != -1) {
		bpf_lookup_elem(map_fd[0], &next, &value);
		count += value;
		key = next;
	}
	printf("programs %d, keys end at %d, sum %d\n", prog_cnt, key, count);
	return 0;
}
END
}

build_lines() {
	for name in build-kern build-user; do
		line=$(block "$name")
		is "$(printf '%s\n' "$line" | wc -l)" 1 "README: one line to $name"
		run sh -c "$line"
		is "$RC:$OUT" "0:" "README: $name builds an old source without a word"
	done
}

old_program_runs() {
	if [ "$(id -u)" != 0 ]; then
		skip 'needs root to load programs' 'the old program runs'
		return
	fi
	run ./a.out
	is "$RC:$OUT" '0:programs 1, keys end at 3, sum 5' 'the old program runs'
}

tool_lines() {
	run build/bpfload explain prog_kern.o
	is "$RC" 0 'README: bpfload explain'
	like "$OUT" '^Map lengths: array, key 4, value 8, max_entries 4' 'it shows the map'
	if [ "$(id -u)" != 0 ]; then
		skip 'needs root to load programs' 'README: bpfload load'
		return
	fi
	run build/bpfload load prog_kern.o
	is "$RC" 0 'README: bpfload load'
}

# Links of the README, and the targets it tells to make.
# shellcheck disable=SC2013 # neither file names nor targets have blanks
references() {
	for file in $(grep -o '\[\[file:[^]]*' "$TOP/README.org" | sed 's/\[\[file://' | sort -u); do
		[ -e "$TOP/$file" ]
		verdict $? "README: $file is there"
	done
	for target in $(grep -oE '^make [a-z]+|=make [a-z]+=' "$TOP/README.org" |
		tr -d = | awk '{ print $2 }' | sort -u); do
		like "$(make -C "$TOP" --no-print-directory help)" "make $target " "README: make $target exists"
	done
}

# Every sample has a row, with what it says of itself, and a page.
samples() {
	is "$(awk '/^# samples: this table/ { inside = 1; next } inside && !/^\|/ { exit } inside { print }' "$TOP/README.org")" \
		"$("$TOP/tools/list-samples" --org "$BUILD")" 'README: the table of samples is that of tools/list-samples --org'
	for source in "$TOP"/samples/*_user.c; do
		name=$(basename "$source" _user.c)
		grep -qx "\* $name" "$TOP/samples/README.org"
		verdict $? "samples/README.org has a page on $name"
	done
}

clone
build_lines
old_program_runs
tool_lines
references
samples
done_testing
