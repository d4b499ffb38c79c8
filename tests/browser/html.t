#!/bin/sh
# SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
#
# tier: 0
# html.t - the pages of bpfload html in headless Chromium: they step by key and by click, their
# numbers are those of explain --json, what belongs together lights up together, and one with 64
# maps and 200 programs does all that, too.
#
# The browser is driven by chromedriver's WebDriver protocol. How long anything takes decides
# nothing, as long as it comes to an end.

# shellcheck disable=SC2016 # the variables in filters and scripts are those of jq and JavaScript

# shellcheck source=/dev/null
. "$(dirname "$0")/../tap.sh"
# shellcheck source=tests/browser/common.sh
. "$TOP/tests/browser/common.sh"

for command in chromium chromedriver curl jq clang; do
	command -v $command >/dev/null && continue
	skip "$command is not installed (tools/deps --group browser)" 'the pages in a browser'
	done_testing
	exit
done
BPFLOAD=$BUILD/bpfload

# --- pages ------------------------------------------------------------------------------------

compile() {
	clang -O2 -g -target bpf -I"$TOP/include" -I"/usr/include/$(uname -m)-linux-gnu" "$@" || exit 1
}

# Two maps and a call of a sub-program; B's second map is larger, its third one is its own.
cat >"$WORK/pair.c" <<'END'
#include <linux/bpf.h>
#include "bpf_helpers.h"
#ifdef BTF_MAPS
#define MAP(name, kind, entries) struct { __uint(type, kind); __type(key, __u32); \
	__type(value, __u64); __uint(max_entries, entries); } name SEC(".maps")
#else
#define MAP(name, kind, entries) struct bpf_map_def SEC("maps") name = { \
	.type = kind, .key_size = 4, .value_size = 8, .max_entries = entries}
#endif
MAP(counts, BPF_MAP_TYPE_HASH, 1000);
MAP(recent, BPF_MAP_TYPE_LRU_HASH, RECENT);
#ifdef BTF_MAPS
MAP(third, BPF_MAP_TYPE_ARRAY, 3);
#endif
static __attribute__((noinline)) int forget(__u32 key)
{
	return bpf_map_delete_elem(&recent, &key) + bpf_map_delete_elem(&counts, &key);
}
SEC("socket") int first(struct __sk_buff *skb)
{
	__u32 key = skb->len;

	return bpf_map_delete_elem(&counts, &key) + forget(key + 1);
}
SEC("tracepoint/sched/sched_switch") int second(void *ctx)
{
	__u32 key = 0;

	return bpf_map_delete_elem(&recent, &key);
}
char _license[] SEC("license") = "GPL";
END
compile -DRECENT=64 -c -o "$WORK/one.o" "$WORK/pair.c"
compile -DRECENT=96 -DBTF_MAPS -c -o "$WORK/two.o" "$WORK/pair.c"

# As many as the benchmark's big object has: 50 relocations in each program.
awk 'BEGIN {
	print "#include <linux/bpf.h>\n#include \"bpf_helpers.h\""
	for (m = 0; m < 64; m++)
		printf "struct bpf_map_def SEC(\"maps\") map_%d = {.type = BPF_MAP_TYPE_HASH, " \
			".key_size = 4, .value_size = 8, .max_entries = %d};\n", m, 16 + m
	for (p = 0; p < 200; p++) {
		printf "SEC(\"kprobe/function_%d\") int program_%d(void *ctx)\n{\n\t__u32 key = 0;\n", p, p
		for (r = 0; r < 50; r++)
			printf "\tbpf_map_delete_elem(&map_%d, &key);\n", (p * 7 + r) % 64
		print "\treturn 0;\n}"
	}
	print "char _license[] SEC(\"license\") = \"GPL\";"
}' >"$WORK/big.c"
compile -c -o "$WORK/big.o" "$WORK/big.c"

cat >"$WORK/hostile.c" <<'END'
struct words {
	unsigned int word[5];
};
struct words evil __asm__("<img src=x onerror=document.title='hit'>\342\200\256") __attribute__((section("maps"), used)) = {{2, 4, 8, 16, 0}};
__attribute__((section("kprobe/</script><script>document.title='hit'</script>"), used)) int program(void *ctx)
{
	return 0;
}
END
compile -g0 -c -o "$WORK/hostile.o" "$WORK/hostile.c"

for object in one two big hostile; do
	"$BPFLOAD" explain --json "$WORK/$object.o" >"$WORK/$object.json" 2>/dev/null || exit 1
	"$BPFLOAD" html "$WORK/$object.o" -o "$WORK/$object.html" 2>/dev/null || exit 1
done
"$BPFLOAD" html "$WORK/one.o" "$WORK/two.o" -o "$WORK/both.html" || exit 1
"$BPFLOAD" html "$WORK/big.o" "$WORK/big.o" -o "$WORK/big2.html" || exit 1

# --- what is seen -----------------------------------------------------------------------------

# of OBJECT FILTER - what its report says, as one line
of() {
	jq -c "$2" "$WORK/$1.json"
}

step() {
	js 'return document.querySelector("#rail [aria-current]").dataset.step + " " + stage.dataset.step + " " + location.hash'
}

# texts SELECTOR - of all elements, as JSON; digits without the spaces between them
texts() {
	js_with 'return JSON.stringify([...document.querySelectorAll(arguments[0])].map(e => e.textContent.replace(/\u202f/g, "")))' "$1"
}

lit() {
	js_with 'return JSON.stringify([...document.querySelectorAll(arguments[0])].map(e => e.classList.contains("lit")))' "$1"
}

ONE=$WORK/one.html

steps_by_key() {
	visit "$ONE"
	is "$(step)" 'sections sections ' 'a page begins with the first step'
	for name in dialect maps descriptors relocations verifier attach; do
		key "$RIGHT"
		is "$(step)" "$name $name #$name" "arrow to the right: $name"
	done
	key "$RIGHT"
	is "$(step)" 'attach attach #attach' 'the last step is the last'
	key "$LEFT"
	is "$(step)" 'verifier verifier #verifier' 'arrow to the left'
	key "$HOME_KEY"
	is "$(step)" 'sections sections #sections' 'Home'
	key "$LEFT"
	is "$(step)" 'sections sections #sections' 'the first step is the first'
	key "$END_KEY"
	is "$(step)" 'attach attach #attach' 'End'
	key 3
	is "$(step)" 'maps maps #maps' 'a number'
	key ' '
	is "$(step)" 'descriptors descriptors #descriptors' 'space'
	is "$(js 'return document.getElementById("status").textContent')" 'Step 4: Descriptors' 'the step is said aloud'
}

steps_by_mouse() {
	visit "$ONE"
	click '#next'
	is "$(step)" 'dialect dialect #dialect' 'a click on what is next'
	click '#back'
	is "$(step)" 'sections sections #sections' 'and back'
	is "$(js 'return getComputedStyle(document.getElementById("back")).visibility')" hidden 'before the first step there is nothing'
	click '[data-step=relocations]'
	is "$(step)" 'relocations relocations #relocations' 'a click on the rail'
	click '.pick[data-index="1"]'
	is "$(step):$(texts 'article.program h3 code')" 'relocations relocations #relocations/1:["second"]' 'a click on a program'
	key "$DOWN"
	is "$(step)" 'relocations relocations #relocations/1' 'the list of programs ends'
	key "$UP"
	is "$(step):$(js 'return document.activeElement.dataset.index')" 'relocations relocations #relocations:0' 'arrow up: the program before, and the focus with it'
	visit "$ONE#maps/1"
	is "$(texts 'article.map h3 code')" '["recent"]' 'an address opens its step and map'
	visit "$ONE#maps/99999"
	is "$(texts 'article.map h3 code')" '["counts"]' 'a number that is none: the first'
	visit "$ONE#nonsense"
	is "$(step)" 'sections sections #nonsense' 'a word that is none: the first step'
}

# Every number that a step shows, against the report.
numbers() {
	visit "$ONE#sections"
	is "$(texts 'tr[data-section] [data-key=size]' | jq -c '.[:-1] | map(tonumber)')" "$(of one '[.sections[].size]')" 'sizes of sections'
	is "$(texts '.facts [data-key=size]')" "$(of one '[.object.size | tostring]')" 'size of the file'
	is "$(js 'return [...document.querySelectorAll("tr[data-section] [data-key=size]")].reduce((sum, e) => sum + Number(e.textContent.replace(/\D/g, "")), 0)')" \
		"$(of one .object.size)" 'the sections and the rest add up to the file'
	visit "$ONE#dialect"
	is "$(texts .evidence)" "$(of one '[.dialects[].text]')" 'the evidence'
	is "$(texts '.ladder .decides .answer')" '["this decides"]' 'one rule decides'
	for map in 0 1; do
		visit "$ONE#maps/$map"
		for field in type_name key_size value_size max_entries; do
			is "$(texts "[data-key=$field]")" "$(of one "[.maps[$map].$field | tostring]")" "map $map: $field"
		done
		is "$(texts '.dump .byte' | jq -c 'add')" "$(of one ".maps[$map].raw")" "map $map: its bytes"
		is "$(js 'return JSON.stringify([...document.querySelectorAll("tr[data-field]")].map(row => [row.dataset.field, row.cells[1].textContent.replace(/ /g, ""), Number(row.cells[2].textContent)]))')" \
			"$(of one "[.maps[$map].reading.fields[] | [.name, .bytes, .value]]")" "map $map: each field with its bytes and value"
	done
	visit "$ONE#descriptors"
	is "$(texts 'li[data-map] .call')" "$(of one '[.maps | to_entries[] | "bpf(BPF_MAP_CREATE, {map_type=BPF_MAP_TYPE_\(.value.type_name | ascii_upcase), key_size=\(.value.key_size), value_size=\(.value.value_size), max_entries=\(.value.max_entries), map_name=\"\(.value.name)\"}) = \(.key + 3)"]')" \
		'the calls that make the maps'
	for program in 0 1; do
		visit "$ONE#relocations/$program"
		is "$(texts '[data-key=instructions], [data-key=relocations]')" "$(of one ".programs[$program] | [.instructions, (.relocations | length) | tostring]")" \
			"program $program: how many instructions, how many wait"
		is "$(js 'return JSON.stringify([...document.querySelectorAll(".insn")].map(card => Number(card.dataset.insn)))')" \
			"$(of one "[.programs[$program].relocations[].insn]")" "program $program: which"
		is "$(js "$VERSIONS")" "$(of one "[.programs[$program].relocations[] | [.before, .after, .before_text, .after_text]]")" \
			"program $program: before and after, a descriptor counted as zero"
		is "$(js 'return document.querySelectorAll("g.wire").length')" "$(of one ".programs[$program].relocations | length")" "program $program: a wire for each"
		visit "$ONE#verifier/$program"
		like "$(texts .call)" "insn_cnt=$(of one ".programs[$program].instructions")," "program $program: the call that loads it"
	done
	visit "$ONE#attach"
	is "$(texts '.flow .section')" "$(of one '[.programs[].section]')" 'sections say where programs go'
	is "$(texts '[data-key=attach_target]')" '["sched/sched_switch"]' 'and what they attach to'
}

# The bytes of all versions of all instructions on the page, with zeros for descriptors.
VERSIONS='return JSON.stringify([...document.querySelectorAll(".insn")].map(card => {
	let [before, after] = [...card.querySelectorAll(".version")].map(version => ({
		words: [...version.querySelectorAll(".word")].map(word => [...word.children].map(byte => byte.dataset.fd ? "00000000" : byte.textContent).join("")),
		text: version.querySelector("code").textContent.replace(/\(fd\u00a0\d+\)/, "(fd at load time)")}));
	return [before.words, after.words, before.text, after.text];
}))'

lighting() {
	visit "$ONE#relocations"
	wanted=$(of one '[.programs[0].relocations[].map == "counts"]')
	point '.chip[data-map=counts]'
	is "$(lit .insn)" "$wanted" 'pointing at a map: its instructions light up, and no others'
	is "$(lit .wire | jq -c sort)" "$(echo "$wanted" | jq -c sort)" 'and the wires to them'
	is "$(lit .tick)" "$wanted" 'and their places in the program'
	point h2
	is "$(lit .insn | jq any)" false 'pointing elsewhere: nothing is lit'
	point '.insn[data-wire="map:1"]'
	is "$(lit '.chip[data-map]')" '[false,true]' 'pointing at an instruction: its map lights up'
	click '.chip[data-map=counts]'
	point h2
	is "$(lit .insn):$(texts '[aria-pressed=true] .name')" "$wanted:[\"counts\"]" 'a click keeps it lit'
	key "$ESCAPE"
	is "$(lit .insn | jq any):$(texts '[aria-pressed=true]')" 'false:[]' 'Escape lets go'
	visit "$ONE#maps"
	point 'tr[data-field=max_entries]'
	is "$(lit '.dump .byte' | jq -c 'to_entries | map(select(.value).key)')" '[12,13,14,15]' 'pointing at a field: its bytes light up'
	is "$(texts '.source .lit')" '["\t.max_entries = 1000,"]' 'and its line in C'
	js 'document.querySelector("tr[data-field=type]").focus()' >/dev/null
	is "$(texts '.source .lit')" '["\t.type = BPF_MAP_TYPE_HASH,"]' 'the focus lights up, too'
}

two_objects() {
	visit "$WORK/both.html#maps/1"
	like "$(js 'return document.getElementById("verdict").textContent')" \
		'^≠ 2 differences: map recent: max_entries 64 in A, 96 in B; map third is only in B\.$' 'two objects: the verdict'
	is "$(texts 'article.map [data-key=max_entries]')" '["64","96"]' 'both numbers'
	is "$(texts '.comparison tr.differs code')" '["64","96"]' 'and the row that differs is marked'
	is "$(texts '.comparison tr.told th')" '["key type","value type"]' 'names of types are marked otherwise'
	is "$(js 'return JSON.stringify([...document.querySelectorAll(".pick.differs")].map(e => Number(e.dataset.index)))')" '[1,2]' 'the list marks which maps differ'
	point '.comparison tr[data-row=max_entries]'
	is "$(js 'return document.querySelectorAll(".side:nth-child(1) .dump .lit").length + " " + document.querySelectorAll(".side:nth-child(2) .dump .lit").length')" \
		'4 8' 'pointing at a row: the bytes in A, the pointer in B'
	is "$(texts '.side:nth-child(2) tr.lit code')" '["int (*max_entries)[96]"]' 'and the type in B'
	visit "$WORK/both.html#maps/2"
	like "$(texts .side)" 'Only B has it' 'a map of B alone'
	visit "$WORK/both.html#descriptors"
	is "$(texts '.parameter.differs')" '["max_entries=64","max_entries=96"]' 'the calls: what differs'
	visit "$WORK/both.html#relocations"
	is "$(js 'return JSON.stringify([0, 1].map(side => [...document.querySelectorAll(".side")[side].querySelectorAll(".insn")].map(card => Number(card.dataset.insn))))')" \
		"$(jq -cs '[.[].programs[0] | [.relocations[].insn]]' "$WORK/one.json" "$WORK/two.json")" 'instructions of both'
	point '.side:nth-child(1) .chip[data-map=counts]'
	is "$(lit '.side:nth-child(2) .insn')" "$(of two '[.programs[0].relocations[].map == "counts"]')" "pointing at A's map: B's instructions light up"
}

# The colour of each piece of text against what is behind it: WCAG's AA wants 4.5.
CONTRAST='const canvas = document.createElement("canvas").getContext("2d", {willReadFrequently: true});
const rgba = colour => { canvas.clearRect(0, 0, 1, 1); canvas.fillStyle = colour; canvas.fillRect(0, 0, 1, 1); return [...canvas.getImageData(0, 0, 1, 1).data]; };
const light = ([r, g, b]) => [r, g, b].map(v => v / 255).map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4).reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
const behind = e => { for (; e; e = e.parentElement) { const c = rgba(getComputedStyle(e).backgroundColor); if (c[3] === 255) return c; } return [255, 255, 255]; };
const poor = [];
for (const e of document.querySelectorAll("body *")) {
	if (!e.checkVisibility({visibilityProperty: true}) || ![...e.childNodes].some(n => n.nodeType === 3 && n.data.trim())) continue;
	const [a, b] = [light(rgba(getComputedStyle(e).color)), light(behind(e))].sort((x, y) => y - x);
	const ratio = (a + 0.05) / (b + 0.05);
	if (ratio < 4.5) poor.push(e.tagName + "." + e.className + " " + e.textContent.slice(0, 20) + " " + ratio.toFixed(2));
}
return JSON.stringify([...new Set(poor)].slice(0, 8));'

colours() {
	for theme in light dark; do
		prefer "$theme"
		for name in sections dialect maps descriptors relocations verifier attach; do
			visit "$WORK/both.html#$name"
			js 'const e = document.querySelector("#stage [data-lit]"); if (e) e.dispatchEvent(new MouseEvent("click", {bubbles: true}))' >/dev/null
			js_calm
			is "$(js "$CONTRAST")" '[]' "$theme, $name: every text has a contrast of 4.5, lit or not"
		done
	done
	dark=$(js 'return getComputedStyle(document.body).backgroundColor')
	is "$(js 'return document.documentElement.dataset.theme')" auto 'colours are as the system has them'
	click '#theme'
	is "$(js 'return document.documentElement.dataset.theme')" light 'until a person says otherwise'
	unlike "$(js 'return getComputedStyle(document.body).backgroundColor')" "^$(echo "$dark" | sed 's/[()]/\\&/g')\$" 'then they change'
	click '#theme'
	is "$(js 'return getComputedStyle(document.body).backgroundColor')" "$dark" 'and back to dark'
	click '#theme'
}

# Nothing is wider than the window, or than the card that it stands in.
FITS='return document.documentElement.scrollWidth <= innerWidth && [...document.querySelectorAll(".insn .byte, .chip, .dump .byte")].every(e => {
	const card = e.closest(".insn, .side") || document.body;
	return e.getBoundingClientRect().right <= card.getBoundingClientRect().right + 1;
})'

widths() {
	for width in 900 1200 2000; do
		resize $width
		for name in sections dialect maps descriptors relocations verifier attach; do
			for page in one both; do
				visit "$WORK/$page.html#$name"
				is "$(js "$FITS")" true "$width pixels wide, $page, $name: all in its place"
			done
		done
	done
	resize 1200
}

hostile() {
	visit "$WORK/hostile.html"
	for name in sections dialect maps descriptors relocations verifier attach; do
		visit "$WORK/hostile.html#$name"
		is "$(js 'return document.title + document.querySelectorAll("img, script script, #stage script").length')" 'How hostile.o is loaded0' "hostile names: only text, $name"
	done
	visit "$WORK/hostile.html#maps"
	like "$(texts 'article.map h3 code')" 'onerror=document.title=.hit.>\\\\u202e"' 'hostile names: a change of direction is spelled out'
}

big() {
	visit "$WORK/big.html"
	for name in dialect maps descriptors relocations verifier attach; do
		key "$RIGHT"
		is "$(step)" "$name $name #$name" "big object: $name"
	done
	visit "$WORK/big.html#maps/63"
	is "$(js 'return document.querySelectorAll(".pick").length'):$(texts '[data-key=max_entries]')" '64:["79"]' 'big object: the last of 64 maps'
	visit "$WORK/big.html#descriptors"
	is "$(js 'return document.querySelectorAll("li[data-map]").length')" 64 'big object: 64 calls'
	visit "$WORK/big.html#relocations/199"
	is "$(js 'return document.querySelectorAll(".pick").length + " " + document.querySelectorAll("g.wire").length')" '200 50' 'big object: the last of 200 programs, with its wires'
	is "$(js "$VERSIONS")" "$(of big '[.programs[199].relocations[] | [.before, .after, .before_text, .after_text]]')" 'big object: its instructions'
	for from in 0 20 40 60 80 100 120 140 160 180; do
		js_with 'for (let i = 0; i < 20; i++) document.querySelectorAll(".pick")[Number(arguments[0]) + i].click(); return document.querySelector("article.program").dataset.program' $from
	done >"$WORK/programs"
	is "$(tr '\n' ' ' <"$WORK/programs")" "$(seq 19 20 199 | sed 's/^/program_/' | tr '\n' ' ')" \
		'big object: through all programs, one after the other'
	visit "$WORK/big.html#attach"
	click '.flows + .more'
	is "$(js 'return document.querySelectorAll(".flow").length')" 200 'big object: all programs on demand'
	visit "$WORK/big2.html#relocations"
	for name in verifier attach; do
		key "$RIGHT"
		is "$(step)" "$name $name #$name" "two big objects: $name"
	done
}

without_scripts() {
	cdp Emulation.setScriptExecutionDisabled '{"value": true}' >/dev/null
	visit "$ONE"
	cdp DOMSnapshot.captureSnapshot '{"computedStyles": []}' |
		jq -r '.strings as $strings | .documents[0].layout.text[] | select(. >= 0) | $strings[.]' >"$WORK/seen"
	cdp Emulation.setScriptExecutionDisabled '{"value": false}' >/dev/null
	for text in 'Scripts are off' '^Map counts$' '^max_entries$' '^1000$' '^e8 03 00 00$' '^Program second$' '^r[0-9] = map\[recent\] \(fd at load time\)$'; do
		like "$(cat "$WORK/seen")" "$text" "scripts off: $text is to be seen"
	done
	unlike "$(cat "$WORK/seen")" '^(Verifier|Attach)$' 'scripts off: no steps that do not work'
}

open_browser
resize 1200
steps_by_key
steps_by_mouse
numbers
lighting
two_objects
colours
widths
hostile
big
is "$(js 'return performance.getEntriesByType("resource").length')" 0 'nothing was asked for from elsewhere'
is "$(complaints)" '[]' 'the browser has nothing to complain about'
without_scripts
done_testing
