# SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
# shellcheck shell=sh
#
# known.sh - for tests that have known.c make a known load.
#
#     . common.sh, then this
#     load open 100 FILE        a process that waits for its turn: $LOAD
#     go 1                      it does so, a hundred times; returns when it has
#     go 2                      and again; the number is how many times by then
#     end_load
#
# Contract: the process is killed if the test ends without end_load, and so is $OTHER if the test
# sets it.

KNOWN=$(cd "$TOP" && realpath "$BUILD/tests/samples/known")
[ -x "$KNOWN" ] || { echo "Bail out! $KNOWN is not built" && exit 1; }
LOAD=
OTHER=

# After test_sample, which sets a trap of its own.
kill_loads() {
	trap 'kill_them; clean_up' EXIT
}

kill_them() {
	for pid in $OTHER $LOAD; do
		kill -KILL "$pid" 2>/dev/null
	done
}

load() {
	kill_loads
	rm -f "$WORK/go"
	: >"$WORK/load"
	mkfifo "$WORK/go"
	ip netns exec "$NS" "$KNOWN" "$@" <"$WORK/go" >"$WORK/load" &
	LOAD=$!
	exec 3>"$WORK/go"
}

it_is_done() {
	[ "$(grep -c "done" "$WORK/load")" = "$1" ]
}

go() {
	echo >&3
	eventually it_is_done "$1"
}

end_load() {
	echo end >&3
	wait "$LOAD"
	exec 3>&-
	LOAD=
}
