# SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
# shellcheck shell=bash
#
# bpfload.bash - completion of bpfload's command line for bash:
#
#     source tools/completion/bpfload.bash
#
# There is no list of commands or options here: they are those of `bpfload help` and of
# `bpfload help COMMAND`, of the bpfload that is on the command line. What a value may be is told
# by the word that stands for it in the help (DIR, INTERFACE, NAME), and by bpfload's own answer to
# a value that cannot be.

# The names of the commands.
_bpfload_commands() {
	"$1" --help 2>/dev/null | awk '/^$/ { blank++ } blank == 1 && /^  [a-z]/ { print $1 }'
}

# The options of command $2; with $3 the word for the value of that option.
_bpfload_options() {
	"$1" help "$2" 2>/dev/null | awk -v wanted="${3:-}" '/^  -/ {
		sub(/^ +/, "")
		sub(/  .*/, "")
		value = $NF ~ /^-/ ? "" : $NF
		for (i = 1; i <= NF; i++) {
			sub(/,$/, "", $i)
			if ($i !~ /^-/)
				continue
			if (wanted == "")
				print $i
			else if ($i == wanted && value != "")
				print value
		}
	}'
}

# The values that option $3 of command $2 takes, where bpfload lists them.
_bpfload_values() {
	"$1" "$2" "$3" '?' /dev/null 2>&1 </dev/null |
		sed -n 's/.* there are \(.*\)$/\1/p' | sed 's/, */ /g; s/ and / /g' | head -n 1
}

_bpfload_interfaces() {
	local path
	for path in /sys/class/net/*; do
		echo "${path##*/}"
	done
}

# Places to attach to, as the help writes them, with the interfaces there are.
_bpfload_places() {
	local place interface
	for place in $("$1" help load 2>/dev/null | tr -s ' ,' '\n' |
		sed 's/:$//' | grep -E '^([a-z]+:[A-Z]+(:[a-z]+)?|section)$' | sort -u); do
		case $place in
		*INTERFACE*)
			for interface in $(_bpfload_interfaces); do
				echo "${place/INTERFACE/$interface}"
			done
			;;
		*PATH*) echo "${place%%PATH*}" ;;
		*) echo "$place" ;;
		esac
	done
}

# Sets COMPREPLY to files or directories ($1: -f or -d) that begin with $2.
_bpfload_files() {
	compopt -o filenames 2>/dev/null
	mapfile -t COMPREPLY < <(compgen "$1" -- "$2")
}

# Sets COMPREPLY to those of the words $1 that begin with $2.
_bpfload_words() {
	mapfile -t COMPREPLY < <(compgen -W "$1" -- "$2")
}

# The value of option $3 of command $2, which the help calls $4.
_bpfload_value() {
	local values
	case $4 in
	DIR | *DIR) _bpfload_files -d "$5" && return ;;
	*WHAT) _bpfload_words "$(_bpfload_places "$1")" "$5" && return ;;
	*PATH | *FILE* | OUT*) _bpfload_files -f "$5" && return ;;
	esac
	values=$(_bpfload_values "$1" "$2" "$3")
	if [[ $values ]]; then
		_bpfload_words "$values" "$5"
	elif [[ $4 != SECONDS ]]; then
		_bpfload_files -f "$5"
	fi
}

# Bash breaks words at colons: what stands before the last one is not to be repeated.
_bpfload_without_colon() {
	local before=${1%"${1##*:}"} i
	[[ $1 == *:* && $COMP_WORDBREAKS == *:* ]] || return
	for i in "${!COMPREPLY[@]}"; do
		COMPREPLY[i]=${COMPREPLY[i]#"$before"}
	done
}

# The word at the cursor, put together again where bash has broken it at colons.
_bpfload_word() {
	local line=${COMP_LINE:0:COMP_POINT}
	if [[ ${COMP_LINE:-} && $COMP_WORDBREAKS == *:* ]]; then
		echo "${line##*[[:space:]]}"
	else
		echo "${COMP_WORDS[COMP_CWORD]}"
	fi
}

_bpfload() {
	local program=${COMP_WORDS[0]} command=${COMP_WORDS[1]:-} word previous value
	COMPREPLY=()
	word=$(_bpfload_word)
	previous=${COMP_WORDS[COMP_CWORD - 1]}
	if [[ $word == *:* && ${COMP_LINE:-} ]]; then
		previous=${COMP_LINE:0:COMP_POINT-${#word}}
		previous=${previous%"${previous##*[![:space:]]}"}
		previous=${previous##*[[:space:]]}
	fi
	if ((COMP_CWORD == 1)); then
		_bpfload_words "help --help --version $(_bpfload_commands "$program")" "$word"
		return
	fi
	if [[ $command == help ]]; then
		_bpfload_words "$(_bpfload_commands "$program")" "$word"
		return
	fi
	[[ $previous == -* ]] && value=$(_bpfload_options "$program" "$command" "$previous" | head -n 1)
	if [[ ${value:-} ]]; then
		_bpfload_value "$program" "$command" "$previous" "$value" "$word"
		_bpfload_without_colon "$word"
	elif [[ $word == -* ]]; then
		_bpfload_words "$(_bpfload_options "$program" "$command")" "$word"
	else
		_bpfload_files -f "$word"
	fi
}

complete -F _bpfload bpfload
