# SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
# shellcheck shell=bash
#
# formats.sh - verdicts for programs. Each function reads what judge.sh left in $TEMP/NN.M for the
# assignments it is given, and prints one document. SKIP is counted apart in each.

# every_record NN.M... - all records, with the assignment in front.
every_record() {
	local each
	for each in "$@"; do
		sed "s/^/$each\t/" "$TEMP/$each/records"
	done
}

# tap NN.M...
tap() {
	every_record "$@" | awk -F '\t' '
		function text(s) {
			gsub(/#/, "\\#", s)
			return s
		}
		function comment(what, s,   i, n, lines) {
			if (s == "")
				return
			n = split(s, lines, /\\n/)
			for (i = 1; i <= n; i++)
				printf "# %s %s\n", i == 1 ? what : "         ", lines[i]
		}
		{
			printf "%s %d - %s %s: %s%s\n", $2 == "FAIL" ? "not ok" : "ok", NR, $1, $3, text($5),
				$2 == "SKIP" ? " # SKIP " $8 : ""
			count[$2]++
		}
		$2 == "FAIL" {
			comment("expected:", $6)
			comment("found:   ", $7)
			comment("why:     ", $8)
		}
		END {
			printf "1..%d\n", NR
			printf "# passed %d, failed %d, skipped %d\n", count["PASS"], count["FAIL"], count["SKIP"]
		}'
}

# one_as_json NN.M - an assignment as a JSON object.
one_as_json() {
	jq -R -s --arg id "$1" --arg title "$(about "$1" title)" --arg outcome "$(outcome "$TEMP/$1/records")" \
		--rawfile output "$TEMP/$1/output" '
		def plain: gsub("\\\\(?<c>.)"; if .c == "n" then "\n" elif .c == "t" then "\t" else .c end);
		def known: if . == "" then null else plain end;
		{
			id: $id, title: $title, outcome: $outcome,
			checks: [split("\n")[] | select(. != "") | split("\t") | {
				id: .[1], status: (.[0] | ascii_downcase), tier: (.[2] | tonumber), what: (.[3] | plain),
				expected: (.[4] | known), found: (.[5] | known), why: (.[6] | known)
			}],
			output: $output
		}' "$TEMP/$1/records"
}

# json NN.M...
json() {
	local each
	for each in "$@"; do one_as_json "$each"; done | jq -s '
		def count($status): [.[].checks[] | select(.status == $status)] | length;
		{
			learn: "check", format: 1,
			summary: {passed: count("pass"), failed: count("fail"), skipped: count("skip")},
			assignments: .
		}'
}

# junit NN.M...
junit() {
	json "$@" | jq -r '
		# what XML 1.0 allows, and no more
		def clean: explode | map(select(. >= 32 or . == 9 or . == 10 or . == 13) | select(. != 65534 and . != 65535)) | implode;
		def text: clean | @html;
		def details: [
			(if .expected then "expected:\n" + .expected else empty end),
			(if .found then "found:\n" + .found else empty end), (.why // empty)] | join("\n");
		def testcase($name): "    <testcase classname=\"learn.\($name | text)\" name=\"\(.id | text)\">" + (
			if .status == "fail" then "<failure message=\"\(.what | text)\">\(details | text)</failure>"
			elif .status == "skip" then "<skipped message=\"\(.why // "" | text)\"/>"
			else "" end) + "</testcase>";
		def number($status): [.checks[] | select(.status == $status)] | length;
		def suite: "  <testsuite name=\"\(.id | text) \(.title | text)\" tests=\"\(.checks | length)\" failures=\"\(
			number("fail"))\" errors=\"0\" skipped=\"\(number("skip"))\">",
			(.id as $id | .checks[] | testcase($id)),
			"    <system-out>\(.output | text)</system-out>",
			"  </testsuite>";
		"<?xml version=\"1.0\" encoding=\"UTF-8\"?>",
		"<testsuites name=\"lessons\" tests=\"\(.summary | .passed + .failed + .skipped)\" failures=\"\(
			.summary.failed)\" skipped=\"\(.summary.skipped)\">",
		(.assignments[] | suite),
		"</testsuites>"'
}
