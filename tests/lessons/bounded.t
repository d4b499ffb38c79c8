#!/bin/bash
# SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
#
# tier: 0
# bounded.t - lessons/runner/bounded ends whatever it runs, says how that was, and leaves nothing;
# with namespaces and where there are none.

# shellcheck source=tests/tap.sh
. "$(dirname "$0")/../tap.sh"
BUILD=${BUILD:-build}
case $BUILD in /*) ;; *) BUILD=$TOP/$BUILD ;; esac
OPTIONS=()
cd "$WORK" || exit 1

# bounded ARGUMENT... - leaves $OUT, $RC and the report in $REPORT.
bounded() {
	run "$BUILD/lessons/runner/bounded" --report report "${OPTIONS[@]}" "$@"
	REPORT=$(cat report)
}

# ended RC REPORT NAME
ended() {
	is "$RC $REPORT" "$1 $2" "$LABEL: $3"
}

# left_over TAG - processes with this argument.
left_over() {
	grep -lz -- "^$1\$" /proc/[0-9]*/cmdline 2>/dev/null
}

# These hold with namespaces and without.
everywhere() {
	bounded sh -c 'echo out; exit 3'
	ended 3 'status 3' 'the status of the command is handed on'
	is "$OUT" out "$LABEL: and what it prints"
	bounded sh -c 'kill -SEGV $$'
	ended 139 'signal 11' 'a crash is told by its signal'
	bounded ./there-is-no-such-command
	ended 125 'status 125' 'what cannot be started'
	bounded --seconds 1 sleep "4711.$$"
	ended 124 'seconds 1' 'the limit of time'
	bounded --bytes 1000 yes
	ended 124 'bytes 1000' 'the limit of output'
	is "${#OUT}" 999 "$LABEL: and no more than that comes out" # but the last newline, which $() takes
	bounded --bytes 1000 sh -c 'yes >&2'
	ended 124 'bytes 1000' 'stderr has a limit, too'
	bounded sh -c "setsid sleep 4712.$$ & (sleep 4713.$$ & exec setsid sleep 4714.$$ &) ; echo started"
	ended 0 'status 0' 'a command that leaves processes behind'
	is "$(left_over "4711.$$")$(left_over "4712.$$")$(left_over "4713.$$")$(left_over "4714.$$")" '' \
		"$LABEL: no process is there afterwards, whatever session it is in"
	# shellcheck disable=SC2016 # for the inner shell
	bounded sh -c 'for n in 3 4 5 6 7 8 9 10; do [ ! -e /proc/$$/fd/$n ] || echo $n; done' 7</dev/null 8</dev/null
	is "$OUT" '' "$LABEL: other descriptors are closed"
	bounded --keep-fd 7 sh -c 'readlink /proc/$$/fd/7' 7</dev/zero 8</dev/null
	is "$OUT" /dev/zero "$LABEL: but for the one that is to be kept"
	bounded sh -c 'dd if=/dev/zero of=big bs=1M count=100 2>/dev/null; stat -c %s big'
	is "$OUT" 67108864 "$LABEL: no file gets larger than 64 MiB"
	bounded sh -c 'ulimit -S -v'
	is "$OUT" 4194304 "$LABEL: it gets 4 GiB of memory"
	bounded prlimit --as=unlimited sh -c 'ulimit -S -v'
	is "$OUT" unlimited "$LABEL: but a check may lift that, for the address sanitizer"
	signals
}

# until_line - waits until the command that was started has said something.
until_line() {
	for ((tries = 0; tries < 200; tries++)); do
		[ ! -s out ] || return
		sleep 0.05
	done
}

signals() {
	"$BUILD/lessons/runner/bounded" --report report "${OPTIONS[@]}" sh -c 'echo ready; sleep 20' >out &
	until_line
	kill -TERM $!
	wait $!
	is "$? $(cat report)" '137 signal 9' "$LABEL: a signal takes all down"
	: >out
	# shellcheck disable=SC2016 # for the inner shell
	"$BUILD/lessons/runner/bounded" --report report "${OPTIONS[@]}" --forward \
		bash -c 'trap "exit 7" INT; echo ready; while :; do sleep 0.05; done' >out &
	until_line
	kill -INT $!
	wait $!
	is "$? $(cat report)" '7 status 7' "$LABEL: or is handed on"
	: >out
}

# Can this user have them?
namespaces() {
	# shellcheck disable=SC2016 # for the inner shell
	run "$BUILD/lessons/runner/bounded" sh -c 'echo $$'
	[ "$OUT" = 2 ]
}

with_namespaces() {
	bounded --processes 300 bash -c 'f() { f | f & }; f; sleep 5'
	ended 124 'processes 300' 'the limit of processes'
	bounded sh -c 'ls -d /proc/[0-9]* | wc -l'
	[ "$OUT" -le 5 ]
	verdict $? "$LABEL: other processes cannot be seen"
	mkdir -p kept
	bounded --read-only "$WORK/kept" sh -c "echo x >$WORK/kept/x"
	[ "$RC" != 0 ] && [ ! -e kept/x ]
	verdict $? "$LABEL: --read-only"
	bounded --network sh -c 'tail -n +3 /proc/net/dev | cut -d : -f 1 | tr -d " "'
	is "$OUT" lo "$LABEL: --network has nothing but lo"
}

LABEL=namespaces
if namespaces; then
	everywhere
	with_namespaces
else
	skip 'this user cannot have namespaces here' 'with namespaces'
fi
LABEL='no namespaces'
OPTIONS=(--no-namespaces)
everywhere
run "$BUILD/lessons/runner/bounded" --bogus true
is "$RC" 2 'wrong usage'
done_testing
