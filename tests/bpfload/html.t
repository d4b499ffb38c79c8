#!/bin/sh
# SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
#
# tier: 0
# html.t - bpfload html, as an unprivileged user: what stands in the file, that names cannot
# leave their place in it, and that a failure leaves everything as it was. What the page does in a
# browser is tests/browser/html.t.

# shellcheck disable=SC2016,SC2034 # the variables in jq's filters are jq's; AS_USER is for bpfload()

# shellcheck source=/dev/null
. "$(dirname "$0")/../tap.sh"
# shellcheck source=/dev/null
. "$TOP/tests/bpfload/common.sh"

AS_USER=
[ "$(id -u)" != 0 ] || AS_USER='setpriv --reuid 65534 --regid 65534 --clear-groups'
PAGES=$WORK/pages
mkdir "$PAGES"
chmod 777 "$PAGES"

# One map, both ways, and the same program.
twin() {
	cat <<'END'
#include <linux/bpf.h>
#include "bpf_helpers.h"
#ifdef BTF_MAPS
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__type(key, __u32);
	__type(value, __u64);
	__uint(max_entries, ENTRIES);
} counts SEC(".maps");
#else
struct bpf_map_def SEC("maps") counts = {
	.type = BPF_MAP_TYPE_HASH, .key_size = 4, .value_size = 8, .max_entries = ENTRIES};
#endif
SEC("socket") int forget(struct __sk_buff *skb)
{
	__u32 key = skb->len;

	return bpf_map_delete_elem(&counts, &key);
}
char _license[] SEC("license") = "GPL";
END
}
twin | compile old -g -DENTRIES=16
twin | compile new -g -DENTRIES=16 -DBTF_MAPS
twin | compile larger -g -DENTRIES=32 -DBTF_MAPS

# Names that would be more than names, where a page is careless.
compile hostile <<'END'
struct words {
	unsigned int word[5];
};
#define NAME "</script><script>alert(1)</script><!--<b>&amp;'\042"
struct words evil __asm__("m</title></noscript><img src=x onerror=alert(2)>&'\033[31m") __attribute__((section("maps"), used)) = {{2, 4, 8, 16, 0}};
__attribute__((section("kprobe/" NAME), used)) int program(void *ctx) __asm__("p</style>" NAME);
int program(void *ctx)
{
	register void *map __asm__("r1") = &evil;

	__asm__ volatile("" : : "r"(map));
	return 0;
}
char _license[] __attribute__((section("license"), used)) = "</script><i>";
END

# embedded ID - the JSON that stands in the page as ID
embedded() {
	sed -n "s,^<script type=\"application/json\" id=\"$1\">\(.*\)</script>\$,\1,p" "$PAGES/page.html"
}

# same_as_explain ID OBJECT - the page's document is that of explain.
same_as_explain() {
	embedded "$1" | jq -S . >"$WORK/embedded"
	bpfload explain --json "$2"
	is "$(jq -S . "$WORK/out" | cmp - "$WORK/embedded" 2>&1)" '' "$1: the document of explain --json $2"
}

# story FILTER NAME
story() {
	is "$(embedded story | jq "$1")" true "$2"
}

# page NAME OBJECT... - writes $PAGES/page.html, which has to succeed in silence.
page() {
	name=$1
	shift
	bpfload html -o "$PAGES/page.html" "$@"
	is "$RC:$OUT:$ERR" 0:: "$name: written"
}

one_object() {
	page 'one object' explain_kernel.o
	PAGE=$(cat "$PAGES/page.html")
	is "$(head -n 1 "$PAGES/page.html")" '<!DOCTYPE html>' 'one object: a page'
	like "$PAGE" '<title>How explain_kernel\.o is loaded</title>' 'one object: its title'
	same_as_explain report-a explain_kernel.o
	is "$(embedded report-b)" '' 'one object: no second document'
	story '.verdict == null and [.maps[].name] == ["counts", "near", "outer"] and .maps[1].at == [1]' 'one object: nothing to compare'
	unlike "$(sed 's,http://www.w3.org/2000/svg,,' "$PAGES/page.html")" \
		'https?:|//[a-z]|src=|href=|url\(|@import|fetch\(|XMLHttp|WebSocket|<link' 'nothing is loaded from elsewhere'
	like "$PAGE" "default-src 'none'" 'and the page forbids it'
	unlike "$PAGE" '<!--(title|style|plain|documents|script)-->' 'no mark is left'
}

# The tables between <noscript> and </noscript>.
without_scripts() {
	PAGE=$(sed -n '/<noscript>/,/<\/noscript>/p' "$PAGES/page.html")
	like "$PAGE" '<h4>Map counts</h4>' 'without scripts: a map'
	like "$PAGE" '<tr><td>12<td><code>00 04 00 00</code><td>1024<td>max_entries<td>$' 'without scripts: a field with its bytes'
	like "$PAGE" '<tr><td>20<td><code>00 00 00 00</code><td>0<td>inner_map_idx<td>map &#39;counts&#39;$' 'without scripts: what it means'
	like "$PAGE" '^<h4>Program count_packets</h4>$' 'without scripts: a program'
	like "$PAGE" '<td><code>18 0[0-9] 00 00 00 00 00 00</code><br><code>00 00 00 00 00 00 00 00</code><br>r[0-9] = 0 ll<td><code>18 1[0-9] ' \
		'without scripts: an instruction before and after'
	like "$PAGE" '^<p>maps: dialect kernel, by BTF' 'without scripts: the evidence'
	bpfload html -o - explain_kernel.o
	is "$RC:$ERR:$(cmp "$WORK/out" "$PAGES/page.html" 2>&1)" 0:: '-o -: the same on standard output'
}

types_of_members() {
	page 'BTF' explain_btf.o
	same_as_explain report-a explain_btf.o
	story '[.types[0]["0"][] | .text] == ["int (*type)[2]", "__u32 *key", "int *value", "int (*max_entries)[5]"]' 'BTF: members as C'
	story '[.types[0]["0"][] | .offset] == [0, 8, 16, 24]' 'BTF: and their places'
	story '.types[0]["1"] | any(.name == "values" and (.text | endswith("*values[]")))' 'BTF: an array of maps'
	page 'global data' explain_subprog.o
	story '[.types[0][][] | [.text, .size]] | sort == [["__u32 limit", 4], ["__u64 dropped", 8], ["__u64 seen", 8]]' 'global data: variables'
}

two_objects() {
	page 'two objects' old.o new.o
	same_as_explain report-a old.o
	same_as_explain report-b new.o
	story '.verdict | .same and (.text == "The kernel gets the same from both: 1 map, 1 program. B also names the types of keys and values.")' 'twins: the verdict'
	story '.maps[0] | .same and .at == [0, 0] and ([.rows[] | select(.same | not) | .name] == ["key type", "value type"])' 'twins: only types of keys and values differ'
	story '.programs[0].rows | any(.name == "code as loaded" and .same)' 'twins: the same code'
	page 'different maps' old.o larger.o
	story '.verdict | (.same | not) and (.text == "1 difference: map counts: max_entries 16 in A, 32 in B.")' 'one number: the verdict'
	story '[.maps[0].rows[] | select(.name == "max_entries")] == [{name: "max_entries", values: ["16", "32"], same: false, told: false}]' 'one number: its row'
	like "$(cat "$PAGES/page.html")" '^<tr class="differs"><td>max_entries<td>16<td>32<td>differs$' 'one number: marked without scripts, too'
	page 'strangers' explain_kernel.o new.o
	story '.maps | map([.name, .at]) == [["counts", [0, 0]], ["near", [1, null]], ["outer", [2, null]]]' 'strangers: who has what'
	story '.verdict.text | test("^[0-9]+ differences: map counts: max_entries 1024 in A, 16 in B; .*, and more\\.$")' 'strangers: the verdict names the first'
}

hostile_names() {
	page 'hostile names' hostile.o
	PAGE=$(cat "$PAGES/page.html")
	is "$(grep -o '<script[^>]*>' "$PAGES/page.html" | tr '\n' ' ')" \
		'<script type="application/json" id="report-a"> <script type="application/json" id="story"> <script> ' \
		'hostile names: no script but those of the page'
	is "$(grep -c '</script>' "$PAGES/page.html"):$(grep -c '</noscript>' "$PAGES/page.html"):$(grep -c '</style>' "$PAGES/page.html"):$(grep -c '</title>' "$PAGES/page.html")" \
		3:1:1:1 'hostile names: none ends what it stands in'
	unlike "$PAGE" '<img|<i>|<b>|<!--<' 'hostile names: no tag of theirs'
	is "$(grep -c "$(printf '\033')" "$PAGES/page.html")" 0 'hostile names: no control character'
	like "$PAGE" '<h4>Program p&lt;/style&gt;&lt;/script&gt;&lt;script&gt;' 'hostile names: they are shown'
	same_as_explain report-a hostile.o
	cp hostile.o "<b>'\".o"
	page 'a hostile path' "<b>'\".o"
	like "$(cat "$PAGES/page.html")" '<title>How &lt;b&gt;&#39;&quot;\.o is loaded' 'a hostile path: escaped'
}

# unchanged NAME - the file and its directory are as they were
unchanged() {
	is "$(cat "$PAGES/page.html"):$(ls "$PAGES")" 'what was there:page.html' "$1: what was there is there, and nothing else"
}

bad_input() {
	rm -f "$PAGES"/*
	echo 'what was there' >"$PAGES/page.html"
	chmod 666 "$PAGES/page.html"
	: >empty.o
	echo 'this is no object' >text.o
	head -c 2000 explain_kernel.o >cut.o
	mkdir -p directory
	for file in missing.o directory empty.o text.o cut.o /dev/null; do
		bpfload html "$file" -o "$PAGES/page.html"
		refused "^bpfload: $file: " "$file"
		bpfload html old.o "$file" -o "$PAGES/page.html"
		refused "^bpfload: $file: " "$file as the second"
		bpfload html "$file" -o -
		refused "^bpfload: $file: " "$file to standard output"
	done
	bpfload html ambiguous.o -o "$PAGES/page.html"
	refused 'two ways.*--dialect' 'two readings, no evidence'
	unchanged 'bad input'
	bpfload html ambiguous.o --dialect iproute2 -o -
	is "$RC:$ERR" 0: '--dialect'
}

truncated() {
	size=$(wc -c <new.o)
	at=1
	wrong=
	while [ "$at" -lt "$size" ]; do
		head -c "$at" new.o >cut.o
		bpfload html old.o cut.o -o "$PAGES/page.html"
		case $RC:$ERR in
		'1:bpfload: cut.o: '*) ;;
		*) wrong="$wrong $at ($RC: $ERR)" ;;
		esac
		at=$((at + 397))
	done
	is "$wrong" '' 'cut off anywhere: fails and names the file'
	unchanged 'cut off anywhere'
}

# Bytes of BTF that are not what they were: whatever comes of it, it is no signal.
damaged() {
	start=$(readelf -SW new.o | sed -n 's/.* \.BTF  *PROGBITS  *[0-9a-f]* \([0-9a-f]*\) \([0-9a-f]*\) .*/\1/p')
	start=$((0x$start))
	wrong=
	for at in 24 28 32 36 44 52 60 72 84 96 108 120 140 180 220 260; do
		for byte in 001 377; do
			cp new.o damaged.o
			# shellcheck disable=SC2059 # an octal escape
			printf "\\$byte" | dd of=damaged.o bs=1 seek=$((start + at)) conv=notrunc status=none
			bpfload html damaged.o new.o -o -
			[ "$RC" -le 1 ] || wrong="$wrong $at/$byte ($RC: $(echo "$ERR" | tail -n 1))"
		done
	done
	is "$wrong" '' 'damaged BTF: a page or a complaint'
}

places() {
	sum=$(cksum ./*.o)
	bpfload html old.o -o old.o
	misused 'the object itself as output'
	ln -sf old.o link.o
	bpfload html new.o link.o -o old.o
	misused 'the second object by another name'
	bpfload html old.o -o "$WORK/nowhere/page.html"
	refused "^bpfload: cannot write to $WORK/nowhere/page.html: No such file" 'no such directory'
	bpfload html old.o -o "$PAGES"
	refused "^bpfload: cannot write to $PAGES: Is a directory" 'a directory'
	bpfload html old.o -o /dev/full
	refused '^bpfload: cannot write to /dev/full: No space left' 'a full disk'
	run sh -c "\"$BPFLOAD\" html old.o -o - >/dev/full"
	is "$RC" 1 'a full disk as standard output'
	rm -f "$PAGES"/*
	echo secret >"$WORK/kept.html"
	chmod 640 "$WORK/kept.html"
	ln -s "$WORK/kept.html" "$PAGES/page.html"
	run "$BPFLOAD" html old.o -o "$PAGES/page.html"
	is "$RC:$(head -c 15 "$WORK/kept.html"):$(stat -c %a "$WORK/kept.html"):$(readlink "$PAGES/page.html")" \
		"0:<!DOCTYPE html>:640:$WORK/kept.html" 'a link stays a link, a mode a mode'
	rm -f "$WORK/kept.html" "$PAGES"/* link.o
	run sh -c "umask 027; \"$BPFLOAD\" html old.o -o \"$PAGES/page.html\"; stat -c %a \"$PAGES/page.html\""
	is "$OUT" 640 'a new file: the mode is up to umask'
	run sh -c "\"$BPFLOAD\" html old.o -o /dev/stdout | head -n 1"
	is "$OUT" '<!DOCTYPE html>' 'a pipe by its name'
	is "$(cksum ./*.o)" "$sum" 'no object was changed'
}

usage() {
	bpfload html
	misused 'no object'
	bpfload html old.o
	misused 'no page'
	like "$ERR" 'no page is named' 'no page: said so'
	bpfload html old.o new.o old.o -o -
	misused 'three objects'
	for option in --nosuch -o '--dialect btf' --json --type=xdp; do
		# shellcheck disable=SC2086 # an option and its value
		bpfload html old.o $option
		misused "html $option"
	done
	bpfload explain old.o -o -
	misused 'explain writes no page'
	bpfload help html
	like "$RC:$OUT" '^0:usage: bpfload html ' 'the help page'
	bpfload html -h
	like "$OUT" '^  -o, --output FILE ' 'the same by option'
	unlike "$OUT" '.{81}' 'the help page fits a terminal'
	bpfload help
	like "$OUT" '^  html ' 'help lists it'
}

everything() {
	one_object
	without_scripts
	types_of_members
	two_objects
	hostile_names
	bad_input
	truncated
	damaged
	places
	usage
}

each_build everything
done_testing
