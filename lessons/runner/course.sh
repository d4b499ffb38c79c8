# SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
# shellcheck shell=bash
#
# course.sh - what lessons there are, and what is in them.
#
# A lesson is NN, the assignment M of it NN.M. Contract: COURSE is the folder of the lessons;
# nothing here looks at a learner's files, and nothing is changed but the folder that
# make_starter and make_answer are given.

COURSE=${LEARN_COURSE:-$TOP/lessons}

# short PATH - as seen from where the command was typed.
short() {
	echo "${1#"${CALLED_FROM:-$PWD}"/}"
}

# lessons - their numbers, in the order of the course: 01 02 … L1 L2 …
lessons() {
	local path
	for path in "$COURSE"/[0-9]*-* "$COURSE"/L[0-9]*-*; do
		[ ! -f "$path/lesson.conf" ] || basename "$path" | sed 's/-.*//'
	done
}

# lesson_dir NN - its folder; nothing if there is none.
lesson_dir() {
	local path
	for path in "$COURSE/$1"-*; do
		[ ! -f "$path/lesson.conf" ] || echo "$path"
	done
}

# assignments NN - 1 2 3 …
assignments() {
	local path n
	path=$(lesson_dir "$1")
	for ((n = 1; ; n++)); do
		[ -d "$path/$n" ] || break
		echo $n
	done
}

# all_assignments - NN.M of all the course, a line each.
all_assignments() {
	local lesson
	for lesson in $(lessons); do
		assignments "$lesson" | sed "s/^/$lesson./"
	done
}

# setting FILE KEY - the value in a file of "key: value" lines.
setting() {
	sed -n "s/^$2: *//p" "$1"
}

lesson_title() {
	setting "$(lesson_dir "$1")/lesson.conf" title
}

lesson_about() {
	setting "$(lesson_dir "$1")/lesson.conf" about
}

# files NN - those of start/ that a learner edits.
files() {
	setting "$(lesson_dir "$1")/lesson.conf" files
}

# edited NN.M - the file that the assignment is about: edit: names it, or else it is the first.
edited() {
	local file
	file=$(about "$1" edit)
	echo "${file:-$(files "${1%.*}" | awk '{ print $1 }')}"
}

# A lesson may go on with files of an earlier one: "from: L1 object.h object.c". They are not kept
# twice: the folder begins with them as the last answer of that lesson leaves them.

# earlier NN - that lesson; nothing if it begins anew.
earlier() {
	setting "$(lesson_dir "$1")/lesson.conf" from | sed 's/ .*//'
}

# carried NN - the names of those files.
carried() {
	setting "$(lesson_dir "$1")/lesson.conf" from | sed 's/^[^ ]* *//'
}

# new_files NN - of the files that a learner edits, those that begin with this lesson.
new_files() {
	local file
	for file in $(files "$1"); do
		[ ! -e "$(lesson_dir "$1")/start/$file" ] || echo "$file"
	done
}

# origins NN - its folder, and those of the lessons that it goes on from.
origins() {
	local lesson=$1
	while [ -n "$lesson" ]; do
		lesson_dir "$lesson"
		lesson=$(earlier "$lesson")
	done
}

# last_assignment NN - NN.M of its last.
last_assignment() {
	assignments "$1" | sed -n "\$s/^/$1./p"
}

# assignment NN.M - its folder.
assignment() {
	echo "$(lesson_dir "${1%.*}")/${1#*.}"
}

# about NN.M KEY - title, tier, starter-fails, edit.
about() {
	setting "$(assignment "$1")/assignment.conf" "$2"
}

# hint_count NN.M, hint_text NN.M K - hints are the "* " headings of hints.org. Code is set in, as in a
# plain text.
hint_count() {
	grep -c '^\* ' "$(assignment "$1")/hints.org"
}

hint_text() {
	awk -v wanted="$2" '
		/^\* / { n++; next }
		n != wanted { next }
		/^#\+begin_/ { indent = "    "; next }
		/^#\+end_/ { indent = ""; next }
		{ print indent $0 }' "$(assignment "$1")/hints.org" | sed '/./,$!d'
}

# apply PATCH DIRECTORY - exactly: a patch that does not fit is out of step with its lesson.
apply() {
	patch --quiet --strip=1 --fuzz=0 --no-backup-if-mismatch --directory="$2" <"$1" >&2
}

# make_carried NN DIRECTORY - the files that come from the lesson before, as its answer has them.
make_carried() {
	local lesson file
	lesson=$(earlier "$1")
	[ -n "$lesson" ] || return 0
	make_answer "$(last_assignment "$lesson")" "$2/earlier" || return 1
	for file in $(carried "$1"); do mv "$2/earlier/$file" "$2/$file" || return 1; done
	rm -r "$2/earlier"
}

# make_start NN DIRECTORY - what the folder of the lesson begins with.
make_start() {
	mkdir -p "$2" && make_carried "$1" "$2" && cp -R "$(lesson_dir "$1")/start/." "$2"
}

# make_starter NN.M DIRECTORY - that, with the answers to the assignments before M.
make_starter() {
	local path n
	path=$(lesson_dir "${1%.*}")
	make_start "${1%.*}" "$2" || return 1
	for ((n = 1; n < ${1#*.}; n++)); do
		apply "$path/$n/answer.patch" "$2" || return 1
	done
}

# make_answer NN.M DIRECTORY
make_answer() {
	make_starter "$1" "$2" && apply "$(assignment "$1")/answer.patch" "$2"
}
