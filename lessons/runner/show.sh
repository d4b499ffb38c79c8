# SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
# shellcheck shell=bash
#
# show.sh - a verdict, for a person: what was printed, untouched; a line for each check; expected
# and found side by side; the line that matters in plain words; one thing to do next.

# field N LINE - the N-th field of a record, unescaped.
field() {
	local text
	text=$(printf '%s\n' "$2" | cut -f "$1")
	printf '%b' "$text" | LC_ALL=C tr -d '\000-\010\013-\037\177'
}

# columns WANTED FOUND - side by side, lines that differ marked; one below the other where they are long.
columns() {
	local width
	width=$(printf '%s\n' "$1" | awk '{ if (length > most) most = length } END { print most < 34 ? 34 : most }')
	if [ "$width" -gt 56 ]; then
		printf '    ! expected  %s\n      found     %s\n' "${1//$'\n'/$'\n'                }" "${2//$'\n'/$'\n'                }"
		return
	fi
	printf '      %-*s  %s\n' "$width" expected found
	paste -d '\t' <(printf '%s\n' "$1" | expand) <(printf '%s\n' "$2" | expand) | awk -F '\t' -v width="$width" '
		{ printf "    %s %-*s  %s\n", $1 == $2 ? " " : "!", width, $1, $2 }'
}

# source_of OUTPUT LINE - the line of source, "; code @ file:line", that the verifier showed last before.
source_of() {
	awk -v line="$2" '/^; / { source = $0 } $0 == line { print source; exit }' "$1" | grep .
}

# in_words OUTPUT - the first line that a pattern of words.tsv matches, and what it means.
in_words() {
	local pattern words line
	while IFS=$'\t' read -r pattern words; do
		case $pattern in '' | '#'*) continue ;; esac
		line=$(grep -E -m 1 -- "$pattern" "$1") || continue
		printf '\nThe line that matters:\n'
		source_of "$1" "$line" | sed 's/^/    /'
		printf '    %s\nIn plain words:\n' "$line"
		printf '%s\n' "$words" | fold -s -w 76 | sed 's/^/    /'
		return
	done <"$TOP/lessons/runner/words.tsv"
}

# Of what a program printed, nothing reaches the terminal that is not text.
clear_text() {
	LC_ALL=C tr -d '\000-\010\013-\037\177' <"$1" | cut -c 1-500
}

show_output() {
	[ -s "$1" ] || return
	local lines
	lines=$(wc -l <"$1")
	clear_text "$1" | head -n 30
	if [ "$lines" -gt 80 ]; then echo "[… $((lines - 80)) lines left out …]"; fi
	clear_text "$1" | tail -n +31 | tail -n 50
	echo
}

show_record() {
	local status id what
	IFS=$'\t' read -r status id _ what _ <<<"$1"
	case $status in
	PASS) printf 'ok    %-18s %s\n' "$id" "$what" ;;
	SKIP) printf 'SKIP  %-18s %s: %s\n' "$id" "$what" "$(field 7 "$1")" ;;
	FAIL) printf 'FAIL  %-18s %s\n' "$id" "$what" ;;
	esac
}

# unchanged NN FILES - are they still those of start/?
unchanged() {
	local file
	for file in $(new_files "$1"); do
		cmp -s "$2/$file" "$(lesson_dir "$1")/start/$file" || return 1
	done
}

# show_step NN.M FILE - what to do after a failure.
show_step() {
	if [ ! -e "$2" ]; then
		echo "Next: $SELF start ${1%.*}, then $SELF check $1"
		return
	fi
	echo "Next: edit $2, then $SELF check $1"
	[ "$(hints_shown "$1")" -ge "$(hint_count "$1")" ] || echo "      A hint: $SELF hint $1"
}

show_failure() {
	local line wanted found why file
	line=$(grep ^FAIL "$2/records" | head -n 1)
	wanted=$(field 5 "$line") found=$(field 6 "$line") why=$(field 7 "$line") file=$(field 8 "$line")
	echo
	[ -z "$wanted$found" ] || columns "$wanted" "$found"
	[ -z "$why" ] || printf '%s\n' "$why"
	in_words "$2/output"
	if unchanged "${1%.*}" "$3"; then
		echo 'The file is still the starter. That it fails is the assignment, not a bug.'
	fi
	echo
	show_step "$1" "$(short "$3/${file:-$(edited "$1")}")"
}

show_next() {
	local next
	next=$(current "$1")
	if [ -z "$next" ]; then
		echo "Next: all is done. $SELF check --all looks at everything once more."
	elif [ "${next%.*}" != "${1%.*}" ]; then
		echo "Next: lesson ${next%.*}, $(lesson_title "${next%.*}"): $SELF start ${next%.*}"
	else
		echo "Next: assignment $next, $(about "$next" title)"
	fi
}

# sudo_work - sudo takes LEARN_WORK out of the environment.
sudo_work() {
	[ -z "${LEARN_WORK:-}" ] || [ "$SELF" != "$0" ] || echo " --work $LEARN_WORK"
}

# show NN.M DIRECTORY FILES
show() {
	local line
	printf '%s  %s\n\n' "$1" "$(about "$1" title)"
	show_output "$2/output"
	while IFS= read -r line; do show_record "$line"; done <"$2/records"
	case $(outcome "$2/records") in
	fail) show_failure "$1" "$2" "$3" ;;
	passed) echo && show_next "$1" ;;
	*)
		printf '\n%s passed, %s could not be run here.\n' "$(count PASS "$2/records")" "$(count SKIP "$2/records")"
		if grep -q '	needs root$' "$2/records"; then
			echo "Next: sudo ${SELF}$(sudo_work) check $1"
		else
			show_next "$1"
		fi
		;;
	esac
}
