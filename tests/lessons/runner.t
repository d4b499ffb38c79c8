#!/bin/bash
# SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
#
# tier: 2
# runner.t - lessons/learn, over the small lessons of tests/lessons/fake: what it says about answers
# that do not compile, crash, never end, print without end, fork without end, are not there, forge
# verdicts or meddle with the checks; without root, without network namespaces, with a work folder
# that cannot be written, and when it is interrupted; its formats; its commands.
#
# What a person gets to see is in tests/lessons/golden/NAME; UPDATE=1 in the environment writes it.

# shellcheck source=tests/tap.sh
. "$(dirname "$0")/../tap.sh"
export LC_ALL=C.UTF-8
BUILD=${BUILD:-build}
case $BUILD in /*) ;; *) BUILD=$TOP/$BUILD ;; esac
PATH=$PATH:/usr/sbin:/sbin
GOLDEN=$TOP/tests/lessons/golden
HOME_OF_TEST=$WORK/home
unset LEARN_WORK
export O=$BUILD LEARN_COURSE=$TOP/tests/lessons/fake TMPDIR=$WORK/tmp
mkdir "$HOME_OF_TEST" "$TMPDIR"
chmod 755 "$WORK"
cd "$HOME_OF_TEST" || exit 1

# learn ARGUMENT... - as a person does; leaves $OUT and $RC.
learn() {
	run "$TOP/lessons/learn" --work w "$@"
}

# number - the learner's program becomes standard input.
number() {
	cat >w/01-number/number.c
}

# main_is C - the same, for one whose main() is these lines.
main_is() {
	number <<-EOF
		#include <fcntl.h>
		#include <stdio.h>
		#include <stdlib.h>
		#include <string.h>
		#include <unistd.h>
		int main(void)
		{
		$1
		}
	EOF
}

# steady - standard input without what differs from machine to machine: paths, the compiler's words.
steady() {
	sed -e "s|$TOP|TOP|g; s|$WORK|WORK|g; s|$BUILD|BUILD|g" -e '/^Note: the checks are not/,/^$/d' \
		-e '/^number.c: In function/,/^$/c [what the compiler says]\n'
}

# golden NAME RC - $OUT is what is kept under that name.
golden() {
	printf '%s\n' "$OUT" | steady >"$WORK/steady"
	[ -z "${UPDATE:-}" ] || { mkdir -p "$GOLDEN" && cp "$WORK/steady" "$GOLDEN/$1"; }
	diff -u "$GOLDEN/$1" "$WORK/steady" >"$WORK/diff" 2>&1
	verdict $? "$1: says what tests/lessons/golden/$1 shows"
	[ ! -s "$WORK/diff" ] || diag "$(cat "$WORK/diff")"
	is "$RC" "$2" "$1: exit status"
	is "$(ls -A "$TMPDIR")" '' "$1: no temporary file stays"
}

# processes - ids of those that have this test's mark in their environment, but for shells of the test.
processes() {
	grep -lzx "MARK=$$" /proc/[0-9]*/environ 2>/dev/null | tr -dc '0-9\n' | while read -r pid; do
		[ "$(cat "/proc/$pid/comm" 2>/dev/null)" = number ] && echo "$pid"
	done
}

none_left() {
	is "$(processes)" '' "$1: no process stays"
}

# --- commands -------------------------------------------------------------------------------

first_steps() {
	learn
	golden status-new 0
	learn start 1
	golden start 0
	learn check
	golden starter 1
	is "$(grep -c passed w/progress 2>/dev/null)" '' 'starter: nothing is noted'
	learn hint 01.1
	golden hint-1 0
	learn hint 01.1
	golden hint-2 0
	learn hint 01.1
	golden hint-3 0
	learn solution 01.1
	golden solution-refused 1
	learn solution 01.1 --spoil
	golden solution-spoiled 0
	sed -i 's/41/43/' w/01-number/number.c
	learn check 01.1
	golden wrong 1
	learn diff 01.1
	golden diff 0
	sed -i 's/43/42/' w/01-number/number.c
	learn check
	golden passed 0
	is "$(sed 1d w/progress)" 'hint 01.1 1
hint 01.1 2
spoiled 01.1
passed 01.1' 'progress: a fact a line'
	learn solution 01.1
	is "$RC" 0 'the solution is there once the answer passes'
	learn list
	golden list 0
}

merging() {
	cat w/progress w/progress >"$WORK/both" && cp "$WORK/both" w/progress
	learn list
	golden list 0
}

resetting() {
	echo n | "$TOP/lessons/learn" --work w reset 01 >/dev/null 2>&1
	is $? 1 'reset: without a yes nothing happens'
	like "$(cat w/01-number/number.c)" 42 'and the file is what it was'
	OUT=$(echo y | "$TOP/lessons/learn" --work w reset 01 2>&1)
	RC=$?
	golden reset 0
	like "$(cat w/01-number/number.c)" 41 'reset: the starter is back'
	like "$(cat w/01-number.backup1/number.c)" 42 'reset: and the old file is kept'
	learn reset 01 --yes
	like "$(cat w/01-number.backup2/number.c)" 41 'reset: a second backup does not take the place of the first'
}

wrong_usage() {
	local line
	for line in bogus 'check 99' 'check 01.9' 'hint' 'hint 01' 'start' 'check --format=xml' '--bogus'; do
		# shellcheck disable=SC2086 # words
		learn $line
		is "$RC $(printf '%s\n' "$OUT" | wc -l)" '2 1' "learn $line: status 2, one line"
	done
	learn --help
	golden help 0
	learn check 02.1
	golden not-started 1
}

# --- answers that do what they should not ---------------------------------------------------

hostile() {
	export MARK=$$
	main_is '	return 0'
	learn check 01.1
	golden compile-error 1
	like "$OUT" "^number.c:.*error: expected ';'" 'compile-error: the compiler is heard'
	main_is '	return *(volatile int *)0;'
	learn check 01.1
	golden crash 1
	main_is '	for (;;) pause();'
	learn check 01.1
	golden endless 1
	none_left endless
	main_is '	for (int i = 0;; i++) printf("line %d\n", i);'
	learn check 01.1
	golden flood 1
	main_is '	for (;;) fork();'
	learn check 01.1
	golden fork-bomb 1
	none_left fork-bomb
	main_is '	if (fork())
		return !puts("42");
	setsid();
	sleep(1000);
	return 0;'
	learn check 01.1
	golden left-behind 0
	none_left left-behind
	rm w/01-number/number.c
	learn check 01.1
	golden missing-file 1
	learn start 01
	learn check 01.1
	golden starter-again 1
}

forged() {
	# shellcheck disable=SC2016 # for the shell that the program starts
	main_is '	const char *text = "PASS\tanswer\t0\twhat it prints\t\t\t\n";
	printf("ok 1 - answer\n1..1\n%s", text);
	for (int fd = 3; fd < 256; fd++)
		if (write(fd, text, strlen(text)) > 0)
			printf("wrote to %d\n", fd);
	return system("for f in /proc/[0-9]*/fd/[0-9]*; do case $f in */[012]) ;; *) echo PASS >>$f; esac; done 2>/dev/null") * 0;'
	learn check 01.1
	golden forged 1
	learn check 01.1 --format=tap
	like "$OUT" '^not ok .*answer' 'forged: in TAP, too'
	main_is '	FILE *f = fopen("'"$LEARN_COURSE/01-number/1/check"'", "a");
	puts(f ? "it can be written" : "it cannot be written");
	return 0;'
	learn check 01.1
	golden meddling 1
	escapes
}

# Nothing that a program prints gets to the terminal but text.
escapes() {
	main_is '	printf("\033[2J\a\b%c%s\n", 1, "4\0332"); return 3;'
	learn check 01.1
	golden escapes 1
	is "$(printf '%s' "$OUT" | LC_ALL=C tr -d '\012\040-\176\200-\377' | wc -c)" 0 'escapes: only text comes out'
	learn check 01.1 --format=junit
	valid_junit 'a report of control characters'
}

# Where namespaces cannot be had, the checks still notice that they were changed. A copy of the
# course stands in for it, since here it would be changed indeed.
changed_checker() {
	cp -R "$LEARN_COURSE" course
	main_is '	FILE *f = fopen("'"$PWD/course/01-number/1/check"'", "a");
	if (f) fputs("# mine\n", f);
	puts("42");
	return 0;'
	OUT=$(LEARN_COURSE=$PWD/course "$TOP/lessons/learn" --work w check 01.1 2>&1)
	RC=$?
	golden changed-checker 1
}

# --- surroundings ---------------------------------------------------------------------------

answers() {
	"$TOP/lessons/author" answer 01.1 w/01-number
	learn start 02
	"$TOP/lessons/author" answer 02.1 w/02-tiers
}

tiers() {
	learn check 02.1
	if [ "$(id -u)" != 0 ]; then
		skip 'needs root' 'all tiers'
		return
	fi
	golden all-tiers 0
	OUT=$(setpriv --bounding-set -sys_admin --inh-caps -sys_admin "$TOP/lessons/learn" --work w check 02.1 2>&1)
	RC=$?
	golden no-network-namespace 0
}

# as_user COMMAND... - who has no privileges, in a folder of their own.
as_user() {
	if [ "$(id -u)" = 0 ]; then
		setpriv --reuid 65534 --regid 65534 --clear-groups "$@"
	else
		"$@"
	fi
}

no_root() {
	mkdir user && cp -R w user/w
	[ "$(id -u)" != 0 ] || chown -R 65534:65534 user "$TMPDIR"
	if ! as_user test -x "$BUILD/bpfload" || ! as_user test -r "$TOP/lessons/learn"; then
		skip 'an ordinary user cannot read the tree' 'no root'
		return
	fi
	cd user || exit 1
	OUT=$(as_user "$TOP/lessons/learn" --work w check 02.1 2>&1)
	RC=$?
	golden no-root 0
	OUT=$(as_user "$TOP/lessons/learn" --work w list 2>&1)
	RC=$?
	golden no-root-list 0
	OUT=$(as_user "$TOP/lessons/learn" --work w check --all --format=tap 2>&1)
	RC=$?
	golden no-root-tap 0
	cd ..
	read_only
}

# The user's folder again, and it cannot be written.
read_only() {
	rm user/w/progress && chmod a-w user/w user/w/01-number
	cd user || exit 1
	OUT=$(as_user "$TOP/lessons/learn" --work w check 01.1 2>&1)
	RC=$?
	golden read-only 0
	OUT=$(as_user "$TOP/lessons/learn" --work w start 03 2>&1)
	OUT=$(as_user "$TOP/lessons/learn" --work w reset 01 --yes 2>&1)
	RC=$?
	golden read-only-reset 1
	cd ..
	chmod u+w user/w user/w/01-number
}

# interrupted SIGNAL - while the learner's program runs.
interrupted() {
	export MARK=$$
	cp w/progress "$WORK/progress"
	main_is '	for (;;) pause();'
	env --default-signal=INT "$TOP/lessons/learn" --work w check 01.1 >/dev/null 2>&1 &
	local pid=$! tries=200
	while [ -z "$(processes)" ] && [ $tries -gt 0 ]; do
		sleep 0.02
		tries=$((tries - 1))
	done
	[ -n "$(processes)" ]
	verdict $? "interrupted by $1: the program was running"
	kill "-$1" $pid
	wait $pid
	is $? 130 "interrupted by $1: exit status"
	none_left "interrupted by $1"
	is "$(ls -A "$TMPDIR")" '' "interrupted by $1: no temporary file stays"
	cmp -s w/progress "$WORK/progress"
	verdict $? "interrupted by $1: the progress is what it was"
}

# A check that is itself at fault says so.
broken_check() {
	echo 'kill -KILL $$' >course/01-number/1/check
	OUT=$(LEARN_COURSE=$PWD/course "$TOP/lessons/learn" --work w check 01.1 2>&1)
	RC=$?
	golden broken-check 1
	echo 'pass first "a check"; false; exit 3' >course/01-number/1/check
	OUT=$(LEARN_COURSE=$PWD/course "$TOP/lessons/learn" --work w check 01.1 2>&1)
	RC=$?
	golden broken-check-late 1
}

# --- formats --------------------------------------------------------------------------------

# valid_junit NAME - $OUT is.
valid_junit() {
	if ! command -v xmllint >/dev/null; then
		skip 'no xmllint (libxml2-utils)' "JUnit: $1"
		return
	fi
	printf '%s\n' "$OUT" >"$WORK/junit.xml"
	run xmllint --noout --schema "$TOP/tests/schema/junit.xsd" "$WORK/junit.xml"
	is "$RC" 0 "JUnit: $1 is valid"
	[ "$RC" = 0 ] || diag "$OUT"
}

# valid_json NAME - $OUT is.
valid_json() {
	if ! command -v jsonschema >/dev/null; then
		skip 'no jsonschema command (python3-jsonschema)' "JSON: $1"
		return
	fi
	printf '%s\n' "$OUT" >"$WORK/report.json"
	run jsonschema -i "$WORK/report.json" "$TOP/tests/schema/learn.schema.json"
	is "$RC" 0 "JSON: $1 is valid"
	[ "$RC" = 0 ] || diag "$OUT"
}

# formats EXPECTED NAME - "passed failed skipped" of everything, in each format.
formats() {
	learn check --all --format=json
	is "$(printf '%s\n' "$OUT" | jq -r '.summary | "\(.passed) \(.failed) \(.skipped)"')" "$1" "JSON: $2: counts"
	is "$(printf '%s\n' "$OUT" | jq -r '[.assignments[].checks[].status] | "\(map(select(. == "pass")) | length) \(map(select(. == "fail")) | length) \(map(select(. == "skip")) | length)"')" \
		"$1" "JSON: $2: and they are those of its checks"
	valid_json "$2"
	learn check --all --format=junit
	is "$(printf '%s\n' "$OUT" | grep -c '<skipped')" "${1##* }" "JUnit: $2: skipped"
	is "$(printf '%s\n' "$OUT" | grep -c '<failure')" "$(echo "$1" | cut -d ' ' -f 2)" "JUnit: $2: failures"
	valid_junit "$2"
	learn check --all --format=tap
	printf '%s\n' "$OUT" >"$WORK/tap"
	like "$OUT" "^# passed ${1%% *}, failed $(echo "$1" | cut -d ' ' -f 2), skipped ${1##* }\$" "TAP: $2: counts"
	OUT=$(prove --exec cat "$WORK/tap" 2>&1)
	is "$? $(printf '%s\n' "$OUT" | tail -n 1)" "$3" "TAP: prove takes it: $2"
}

all_formats() {
	"$TOP/lessons/author" answer 01.1 w/01-number
	if [ "$(id -u)" = 0 ]; then
		formats '7 0 1' 'all passes' '0 Result: PASS'
	else
		formats '5 0 3' 'all passes' '0 Result: PASS'
	fi
	sed -i 's/42/4711/' w/01-number/number.c
	[ "$(id -u)" != 0 ] || formats '6 1 1' 'one fails' '1 Result: FAIL'
}

# --- a lesson with more than one file ---------------------------------------------------------

two_files() {
	local LEARN_COURSE=$WORK/two
	cp -R "$TOP/tests/lessons/fake" "$LEARN_COURSE"
	echo 'files: number.c second.c' >>"$LEARN_COURSE/01-number/lesson.conf"
	sed -i '/^files: number.c$/d' "$LEARN_COURSE/01-number/lesson.conf"
	cp "$LEARN_COURSE/01-number/start/number.c" "$LEARN_COURSE/01-number/start/second.c"
	rm -rf w && learn start 01
	learn check 01.1
	like "$OUT" '^Next: edit w/01-number/number.c,' 'two files: the first is named'
	echo 'edit: second.c' >>"$LEARN_COURSE/01-number/1/assignment.conf"
	learn check 01.1
	like "$OUT" '^Next: edit w/01-number/second.c,' 'two files: or the one that the assignment is about'
	rm -rf "$LEARN_COURSE"
}

# --- a later lesson first ---------------------------------------------------------------------

later_first() {
	rm -rf w && learn start 02
	learn
	like "$OUT" '^Next: assignment 02.1,' 'who begins with a later lesson is there'
	learn start 01
	learn
	like "$OUT" '^Next: assignment 01.1,' 'who has begun another one since is there'
	touch -d '1 minute' w/02-tiers/*.c
	learn
	like "$OUT" '^Next: assignment 02.1,' 'and back where a file has changed'
	echo 'passed 02.1' >>w/progress
	learn
	like "$OUT" '^Next: assignment 01.1,' 'behind the last lesson comes what was left out'
}

# --- expected and found ---------------------------------------------------------------------

# shown WANTED FOUND - as two columns.
shown() {
	# shellcheck disable=SC2016 # for the inner shell
	OUT=$(bash -c '. "$1/lessons/runner/show.sh" && columns "$2" "$3"' - "$TOP" "$@")
}

# letters N - so many.
letters() {
	printf '%0*d' "$1" 0 | tr 0 x
}

columns() {
	shown "$(letters 50)" short
	is "$(printf '%s\n' "$OUT" | sed -n '1s/found.*//p' | wc -c)" "$(printf '%s\n' "$OUT" | sed -n '2s/short.*//p' | wc -c)" \
		'columns: the second one stands below its heading, also behind a line of 50 letters'
	shown "$(letters 60)"$'\nsecond' short
	is "$OUT" "    ! expected  $(letters 60)
                second
      found     short" 'columns: longer lines stand one below the other'
}

# --- a lesson that goes on with another's files ---------------------------------------------

# chain - a course in the folder `chain`: 03 goes on from 01, and 04 from 03. The answer of 03 is about
# number.c, too, so that what the learner edits is of both kinds.
chain() {
	local each before
	rm -rf chain w && cp -R "$LEARN_COURSE" chain
	for each in 03 04; do
		before=$([ $each = 03 ] && echo 01 || echo 03)
		mkdir -p chain/$each-next/start chain/$each-next/1
		printf 'PARTS = extra.c\n' >chain/$each-next/start/local.mk
		printf 'int extra = %s;\n' $each >chain/$each-next/start/extra.c
		printf 'title: Next\nabout: tests\nfiles: extra.c number.c\nfrom: %s number.c\n' "$before" \
			>chain/$each-next/lesson.conf
		printf 'title: Next\ntier: 0\nstarter-fails: answer\n' >chain/$each-next/1/assignment.conf
		printf '* a\n* b\n' >chain/$each-next/1/hints.org
		printf '%s\n' '--- a/extra.c' '+++ b/extra.c' '@@ -1 +1 @@' "-int extra = $each;" \
			"+int extra = 1$each;" >chain/$each-next/1/answer.patch
		cat >chain/$each-next/1/check <<-EOF
			user number.c
			run 2 ./number
			expect number 'what it prints' 42 "\$OUT"
			expect answer 'the extra' 1$each "\$(tr -dc 0-9 <extra.c)"
		EOF
	done
}

# contents FILE... - in one line.
contents() {
	paste -sd ' ' "$@" 2>&1 | tr -s '\t ' ' '
}

chained() {
	chain
	export LEARN_COURSE=$PWD/chain
	run "$TOP/lessons/author" starter 04.1 "$WORK/starter-4"
	is "$RC" 0 'chain: the starter of a third lesson can be made'
	like "$(contents "$WORK/starter-4/number.c")" 42 'chain: it has the file as the first one answers it'
	is "$(contents "$WORK/starter-4/extra.c")" 'int extra = 04;' 'chain: and a file of its own as its start has it'
	is "$(find "$WORK/starter-4" -type d)" "$WORK/starter-4" 'chain: and nothing else is left there'
	learn start 04
	is "$RC" 0 'chain: start'
	like "$OUT" 'with   the answers of lesson 03, since yours is not finished' 'chain: start says that they are answers'
	like "$OUT" 'w/04-next: extra.c$' 'chain: start names what is to be edited'
	learn check 04.1
	like "$OUT" '^FAIL  answer' 'chain: its starter fails by its own check'
	like "$OUT" 'still the starter' 'chain: and is called one'
	learn diff 04.1
	is "$OUT" '' 'chain: it does not differ from itself'
	chained_own
	chained_broken
	export LEARN_COURSE=$TOP/tests/lessons/fake
}

# The learner's own file goes on, once their lesson is finished, and not before.
chained_own() {
	learn start 01
	sed -i 's/41/42/' w/01-number/number.c
	echo '/* mine */' >>w/01-number/number.c
	learn start 03
	like "$OUT" 'with   the answers of lesson 01' 'chain: a lesson not checked is not finished'
	unlike "$(contents w/03-next/number.c)" mine 'chain: and its file stays where it is'
	rm -r w/03-next
	learn check 01
	learn start 03
	like "$OUT" 'yours  of lesson 01: number.c' 'chain: a finished one is gone on from'
	like "$(contents w/03-next/number.c)" mine 'chain: with the own file'
	learn start 03
	unlike "$OUT" 'yours' 'chain: a second start brings nothing, and says nothing'
	sed -i 's/03/103/' w/03-next/extra.c
	learn check 03
	is "$RC" 0 'chain: and the answer passes with it'
	learn reset 03 --yes
	like "$(contents w/03-next/number.c)" mine 'chain: reset takes the own file again'
	like "$(contents w/03-next/extra.c)" '= 03' 'chain: and what is new from the start'
}

# What was carried along is the learner's to mend, and to break.
chained_broken() {
	sed -i 's/42/41/' w/03-next/number.c
	learn check 03
	like "$OUT" '^FAIL  number' 'chain: the carried file that is checked is the one in the folder'
	rm w/03-next/number.c
	learn check 03
	like "$OUT" '^FAIL  file-there +number.c is there' 'chain: it is missed where it is not there'
}

# --- watch ----------------------------------------------------------------------------------

# seen N - so many checks are to be seen in $WORK/watch.
seen() {
	[ "$(grep -c ^Waiting "$WORK/watch" 2>/dev/null)" = "$1" ]
}

watching() {
	rm -rf w && learn start 01
	env --default-signal=INT "$TOP/lessons/learn" --work w watch >"$WORK/watch" 2>&1 &
	local pid=$!
	eventually seen 1
	verdict $? 'watch: checks at once'
	sed -i 's/41/42/' w/01-number/number.c
	eventually seen 2
	verdict $? 'watch: checks when the file has changed'
	touch -d '1 hour ago' w/01-number/number.c
	eventually seen 3
	verdict $? 'watch: and again, also if its time goes back'
	kill -INT $pid
	wait $pid
	is $? 130 'watch: ^C ends it'
	OUT=$(cat "$WORK/watch")
	RC=0
	golden watch 0
	is "$(grep -c '^checking 01.1' "$WORK/watch")" 3 'watch: it stays with its assignment'
}

first_steps
merging
resetting
wrong_usage
hostile
forged
[ "$(id -u)" = 0 ] && changed_checker
answers
tiers
no_root
interrupted INT
interrupted TERM
[ ! -d course ] || broken_check
all_formats
two_files
later_first
columns
chained
watching
done_testing
