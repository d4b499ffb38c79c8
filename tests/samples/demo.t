#!/bin/sh
# SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
#
# tier: 2
# demo.t - tools/demo: its three parts, and that it says so where it cannot run. It runs in a
# network namespace of its own.

# shellcheck source=tests/tap.sh
. "$(dirname "$0")/../tap.sh"
BUILD=${BUILD:-build}
NS=bpf_load_demo_$$

skip_all() {
	echo "1..0 # SKIP $1"
	exit 0
}

[ "$(id -u)" = 0 ] || skip_all 'needs root'
"$TOP/tools/doctor" >"$WORK/report" || skip_all "$(tail -n 1 "$WORK/report")"
ip netns add "$NS" 2>/dev/null || skip_all 'no network namespace can be made'
trap 'ip netns del "$NS"; rm -rf "$WORK"' EXIT

demo() {
	run ip netns exec "$NS" env O="$BUILD" "$@" "$TOP/tools/demo"
}

ip netns exec "$NS" ip link set lo up
demo
is "$RC" 0 'it runs'
like "$OUT" '^ +0  02 00 00 00 +2  type: array' 'it explains the bytes of the map'
if command -v bpftool >/dev/null; then
	# `bpftool version` names the libbpf it was built with.
	case $(bpftool version) in
	*'libbpf v1.'*) like "$(echo "$OUT" | tr -s ' \n' ' ')" "legacy map definitions in 'maps' section are not supported" \
		'it shows that libbpf refuses the object' ;;
	*) skip 'this bpftool is older than libbpf 1.0' 'it shows that libbpf refuses the object' ;;
	esac
else
	skip 'bpftool is not installed' 'it shows that libbpf refuses the object'
fi
is "$(printf '%s\n' "$OUT" | grep -c '^    protocol ')" 3 'it shows three reports of the sample'
# The sums that it concludes from are those of the tables above.
SHOWN=$(printf '%s\n' "$OUT" | sed -n 's/^Seen on .* from \([0-9]*\) to \([0-9]*\) bytes\.$/\1 \2/p')
ADDED=$(printf '%s\n' "$OUT" | awk '/^    protocol /{n++} n && NF == 4 && $2 + 0 {sum[n] += $3} END {print sum[1], sum[3]}')
is "$SHOWN" "$ADDED" 'its conclusion agrees with them'
is "$(printf '%s\n' "$OUT" | grep -Fv "$BUILD" | grep -c '.\{81\}')" 0 'at most 80 columns'
[ ! -e "/sys/fs/bpf/demo_$$" ] && [ -z "$(ls /sys/fs/bpf/demo_* 2>/dev/null)" ]
verdict $? 'nothing stays pinned'

ip netns exec "$NS" ip link set lo down
demo
is "$RC" 1 'counters that stand still: status 1'
like "$OUT" '^demo: the counters did not move \(0 bytes, then 0\)' 'and it says so'
ip netns exec "$NS" ip link set lo up

demo O="$WORK/nowhere"
is "$RC $OUT" "1 demo: $WORK/nowhere/bpfload is not there: run make first" 'a tree that is not built'
demo CLANG=clang-that-is-not-there
is "$RC" 1 'something is missing: status 1'
like "$OUT" '^MISSING clang, BPF target' "and doctor's report"

# as_user COMMAND... - as nobody, with a sudo that refuses in front of every other.
as_user() {
	run setpriv --reuid 65534 --regid 65534 --clear-groups env PATH="$WORK/bin:$PATH" O="$BUILD" "$@"
}

fake "$WORK/bin" sudo <<'SUDO'
echo "sudo: a password is required ($*)" >&2
exit 1
SUDO
chmod 755 "$WORK" "$WORK/bin"
if [ "$(cat /proc/sys/kernel/unprivileged_bpf_disabled)" = 0 ]; then
	skip 'unprivileged_bpf_disabled is 0' 'an ordinary user is given sudo'
elif ! as_user test -r "$TOP/tools/demo" || [ "$RC" != 0 ]; then
	skip 'the tree is not readable for other users' 'an ordinary user is given sudo'
else
	as_user "$TOP/tools/demo"
	like "$OUT" "^sudo: a password is required \(-n $BUILD/samples/sockex1 -c 3\)" \
		'an ordinary user is given sudo, for the sample only'
	is "$RC $(printf '%s\n' "$OUT" | tail -n 1)" '1 demo: the sample did not run; the line above says why' \
		'and status 1 where that fails'
	rm "$WORK/bin/sudo"
	if command -v sudo >/dev/null; then
		skip 'this machine has sudo' 'an ordinary user without sudo is told to become root'
	else
		as_user "$TOP/tools/demo"
		is "$RC $OUT" '1 demo: loading a program takes root, and there is no sudo: run make demo as root' \
			'an ordinary user without sudo is told to become root'
	fi
fi

done_testing
