#!/bin/sh
# SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
#
# tier: 0
# man.t - the man pages say what the help pages say, word for word, and are good roff; completion
# in bash offers what the help pages list.

# shellcheck source=/dev/null
. "$(dirname "$0")/../tap.sh"
BUILD=${BUILD:-build}
BPFLOAD=$(cd "$TOP" && realpath "$BUILD/bpfload")
[ -x "$BPFLOAD" ] || { echo "Bail out! $BPFLOAD is not built" && exit 1; }

MAN=$WORK/man
run "$TOP/tools/man-pages" "$BPFLOAD" "$MAN"
is "$RC:$OUT" 0: 'the pages are written'
COMMANDS=$("$BPFLOAD" --help | awk '/^$/ { blank++ } blank == 1 && /^  [a-z]/ { print $1 }')
like "$COMMANDS" '^explain$' 'there are commands'
is "$(find "$MAN" -type f | sed 's|.*/||' | sort | tr '\n' ' ')" \
	"$( (echo bpfload.1 && echo "$COMMANDS" | sed 's/.*/bpfload-&.1/') | sort | tr '\n' ' ')" 'a page for each of them, and one for all'

# ---- pages ----

# words - the words on standard input, one a line.
words() {
	tr -s '[:space:]' '\n' | grep .
}

# read_page FILE - the page as it is read, on endless lines; without what man adds: title, name,
# headings, references.
read_page() {
	groff -man -Tascii -rLL=10000n -rHY=0 -P-cbou "$1" 2>/dev/null | awk '
		/^[A-Z]/ { skip = /^NAME/ || /^SEE ALSO/; next }
		!skip'
}

# help_words [COMMAND] - the same of the help page, without the words that become headings.
help_words() {
	if [ $# = 1 ]; then "$BPFLOAD" help "$1"; else "$BPFLOAD" --help; fi |
		sed 's/^usage: //; s/^JSON: //; s/^Exit status: //' | words
}

pages() {
	for command in '' $COMMANDS; do
		page=$MAN/bpfload${command:+-$command}.1
		name=$(basename "$page")
		is "$(groff -man -ww -z "$page" 2>&1)" '' "$name: groff has nothing to say"
		read_page "$page" | words >"$WORK/page.words"
		# shellcheck disable=SC2086 # none or one
		help_words $command >"$WORK/help.words"
		is "$(diff "$WORK/help.words" "$WORK/page.words" | head -n 6)" '' "$name: the words of the help"
		groff -man -Tascii -P-cbou "$page" 2>/dev/null >"$WORK/page.text"
		like "$(cat "$WORK/page.text")" "^ +bpfload${command:+-$command} +- +[a-zA-Z]" "$name: a name and what it is"
	done
	for command in $COMMANDS; do
		missing=
		groff -man -Tascii -P-cbou "$MAN/bpfload-$command.1" 2>/dev/null >"$WORK/page.text"
		for option in $("$BPFLOAD" help "$command" | grep -oE '^  (-[a-z], )?--[a-z-]+' | tr -d ','); do
			grep -Eq -- "^ +(-[a-z], )?$option( |,|\$)" "$WORK/page.text" || missing="$missing $option"
		done
		is "$missing" '' "bpfload-$command.1: every option has its entry"
	done
}

if command -v groff >/dev/null 2>&1; then
	pages
else
	skip 'no groff (groff-base)' 'the pages as they are read'
fi

run "$TOP/tools/man-pages"
is "$RC" 2 'man-pages without arguments: wrong usage'
run "$TOP/tools/man-pages" "$WORK/nosuch" "$WORK/other"
is "$RC" 1 'man-pages without a bpfload: fails'
[ ! -e "$WORK/other" ]
verdict $? 'and writes nothing'
run "$TOP/tools/man-pages" "$BPFLOAD" /dev/null/man
is "$RC" 1 'man-pages to where nothing can be written: fails'

# ---- completion ----

if ! command -v bash >/dev/null 2>&1; then
	skip 'no bash' 'completion'
	done_testing
	exit
fi

mkdir "$WORK/files" "$WORK/files/directory"
: >"$WORK/files/one.o"

# offered WORD... - what bash would offer for the last one.
offered() {
	(cd "$WORK/files" && bash -c '
		source "$1" && shift
		COMP_WORDS=("$@") COMP_CWORD=$(($# - 1)) COMP_LINE="$*"
		COMP_POINT=${#COMP_LINE}
		_bpfload 2>&1
		printf "%s\n" "${COMPREPLY[@]}"' offered "$TOP/tools/completion/bpfload.bash" "$@") | sort | tr '\n' ' '
}

is "$(offered "$BPFLOAD" '')" "$(printf '%s\n' --help --version help "$COMMANDS" | sort | tr '\n' ' ')" 'completion: commands'
is "$(offered "$BPFLOAD" expl)" 'explain ' 'completion: the rest of one'
is "$(offered "$BPFLOAD" help l)" 'load ' 'completion: help of a command'
for command in $COMMANDS; do
	is "$(offered "$BPFLOAD" "$command" --)" \
		"$("$BPFLOAD" help "$command" | sed -nE 's/^  (-[a-z], )?(--[a-z-]+).*/\2/p' | sort | tr '\n' ' ')" \
		"completion: options of $command"
done
is "$(offered "$BPFLOAD" load --dialect '')" 'auto gobpf goebpf iproute2 kernel ' 'completion: values that bpfload lists'
is "$(offered "$BPFLOAD" explain --stage re)" 'relocations ' 'completion: the rest of one of them'
is "$(offered "$BPFLOAD" load --pin '')" 'directory ' 'completion: directories'
is "$(offered "$BPFLOAD" explain '')" 'directory one.o ' 'completion: files'
is "$(offered "$BPFLOAD" load --dump '')" ' ' 'completion: nothing for a number'
like "$(offered "$BPFLOAD" load --attach '')" ' xdp:lo ' 'completion: places to attach to, with interfaces'
like "$(offered "$BPFLOAD" load --attach tc:l)" '^lo:egress lo:ingress ' 'completion: behind a colon, where bash has broken the word'
is "$(offered "$BPFLOAD" load --attach cg)" 'cgroup: ' 'completion: a cgroup'
is "$(offered "$WORK/nosuch" load --)" ' ' 'completion without a bpfload: nothing, no complaint'

done_testing
