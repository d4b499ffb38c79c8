# SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
# shellcheck shell=bash
#
# work.sh - a learner's folder: $FOLDER/NN-slug/ with the files of each lesson, and the file
# `progress`.
#
# progress is lines of one fact each, only ever added to. Two copies are merged by putting one
# below the other; a fact that stands twice is one fact.
#
#     passed 01.2          every check of 01.2 passed
#     partly 01.2 needs root   those that could be run passed
#     hint 01.2 1          hint 1 was shown
#     spoiled 01.2         the solution was shown before it passed

# work_dir NN - where the learner's files of the lesson are.
work_dir() {
	echo "$FOLDER/$(basename "$(lesson_dir "$1")")"
}

started() {
	[ -d "$(work_dir "$1")" ]
}

# as_owner FILE - what root makes in a learner's folder belongs to the learner.
as_owner() {
	[ "$(id -u)" != 0 ] || chown -R --reference="$FOLDER" "$@"
}

# own_folder - makes the work folder. It belongs to who owns the folder around it, also if root came first.
own_folder() {
	[ ! -d "$FOLDER" ] || return 0
	mkdir -p "$FOLDER" || return 1
	[ "$(id -u)" != 0 ] || chown --reference="$(dirname "$FOLDER")" "$FOLDER"
}

add_line() {
	[ -s "$FOLDER/progress" ] || heading >"$FOLDER/progress" || return 1
	echo "$1" >>"$FOLDER/progress"
}

# note FACT - adds it to the progress. Where it cannot be written, that is said, and all else goes on.
note() {
	fact "$1" && return
	if ! { own_folder && add_line "$1"; } 2>/dev/null; then
		say_error "$(short "$FOLDER")/progress cannot be written, so this is not noted: $1"
		return
	fi
	as_owner "$FOLDER/progress"
}

heading() {
	echo '# What lessons/learn knows of you: a fact a line. Copies may be merged line by line.'
}

# fact FACT - does it stand there?
fact() {
	grep -qxF -- "$1" "$FOLDER/progress" 2>/dev/null
}

# state NN.M - passed, partly or open.
state() {
	if fact "passed $1"; then
		echo passed
	elif grep -q "^partly ${1/./\\.} " "$FOLDER/progress" 2>/dev/null; then
		echo partly
	else
		echo open
	fi
}

# hints_shown NN.M
hints_shown() {
	sed -n "s/^hint ${1/./\\.} //p" "$FOLDER/progress" 2>/dev/null | sort -n | tail -n 1 | grep . || echo 0
}

# at_work - the lesson whose files in the folder changed last; nothing if there are none.
at_work() {
	local lesson
	for lesson in $(lessons); do
		find "$(work_dir "$lesson")" -type f -printf "%T@ $lesson\n" 2>/dev/null
	done | sort -n | sed -n '$s/.* //p'
}

# in_turn PLACE - all assignments, from that lesson or assignment on to the end, and then from the
# first: who begins with a later lesson goes on from there.
in_turn() {
	all_assignments | sed -n "/^${1:-.*}\(\.\|\$\)/,\$p"
	all_assignments
}

# current [NN.M] - the first assignment in turn that is open, NN.M taken for done; nothing when all are.
current() {
	local each
	for each in $(in_turn "${1:-$(at_work)}"); do
		[ "$each" = "${1:-}" ] || [ "$(state "$each")" != open ] || { echo "$each" && return; }
	done
}

# finished NN - no assignment of it is open.
finished() {
	local n
	for n in $(assignments "$1"); do [ "$(state "$1.$n")" != open ] || return 1; done
}

# own_files NN - those files of the learner's earlier lesson that this one goes on with. None where
# that lesson is not finished: what comes next is to build on what works.
own_files() {
	local lesson file
	lesson=$(earlier "$1")
	[ -n "$lesson" ] && started "$lesson" && finished "$lesson" || return 0
	for file in $(files "$lesson"); do
		[[ " $(carried "$1") " != *" $file "* ]] || [ ! -f "$(work_dir "$lesson")/$file" ] || echo "$file"
	done
}

# put_starter NN - the files of the lesson that are not there, and a Makefile.
put_starter() {
	local to file from=$TEMP/start.$1
	to=$(work_dir "$1")
	own_folder && mkdir -p "$to" && make_start "$1" "$from" || return 1
	for file in $(own_files "$1"); do
		cp "$(work_dir "$(earlier "$1")")/$file" "$from" || return 1
	done
	for file in "$from"/*; do
		[ -e "$to/$(basename "$file")" ] || cp "$file" "$to" || return 1
	done
	rm -r "$from"
	# shellcheck disable=SC2016 # for make
	printf 'TOP = %s\ninclude $(TOP)/lessons/lesson.mk\n' "$TOP" >"$to/Makefile" || return 1
	as_owner "$to"
}

# backup NN - moves the learner's files away; prints where to.
backup() {
	local to n=1
	while [ -e "$(work_dir "$1").backup$n" ]; do n=$((n + 1)); done
	to=$(work_dir "$1").backup$n
	mv "$(work_dir "$1")" "$to" && echo "$to"
}
