#!/bin/sh
# SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
#
# tier: 0
# options.t - what tools/vm says without booting anything: wrong usage, what is missing, kernels
# that cannot be fetched; and how merge.awk makes the TAP of many tests into one. Needs no
# privileges, no QEMU and no network: apt is a stand-in.

# shellcheck source=tests/tap.sh
. "$(dirname "$0")/../tap.sh"
cd "$TOP" || exit 1
unset O VM_CACHE KERNEL

vm() {
	run env PATH="$WORK/bin:$PATH" TMPDIR="$WORK" O="$WORK/build" tools/vm "$@"
}

mkdir "$WORK/bin"
if [ "$(uname -m)" != x86_64 ]; then
	fake "$WORK/bin" uname <<'END'
echo x86_64
END
fi
fake "$WORK/bin" qemu-system-x86_64 busybox cpio modprobe depmod xz zstd flock setpriv <<'END'
exit 0
END

# --- wrong usage ---

# wrong MESSAGE OPTION... - status 2, the message, and where to read more.
wrong() {
	message=$1
	shift
	vm "$@"
	is "$RC $OUT" "2 vm: $message
run tools/vm --help for the options" "wrong usage: $*"
}

wrong "no command; it comes after --"
wrong "no command; it comes after --" --
wrong "unknown option '--bogus'" --bogus -- true
wrong "'true': the command comes after --" true
wrong "--kernel 4.4: not one of 5.10 6.1 6.12 7.2" --kernel 4.4 -- true
wrong "--kernel 6.: not one of 5.10 6.1 6.12 7.2" --kernel=6. -- true
wrong "--kernel wants a value" --kernel
wrong "--mem 1G: a number of MiB from 100 on" --mem 1G -- true
wrong "--mem 99: a number of MiB from 100 on" --mem=99 -- true
wrong "--timeout -1: a number of seconds" --timeout -1 -- true
wrong "--env A=1: the name of a variable" --env A=1 -- true
wrong "--shell and --fetch take no command" --fetch -- true
wrong "--shell: input and output are not a terminal" --shell
vm --help
is "$RC" 0 '--help: status 0'
like "$OUT" '^usage: tools/vm \[OPTION\]\.\.\. -- COMMAND' '--help: usage'
is "$(printf '%s\n' "$OUT" | grep -c '.\{101\}')" 0 '--help: at most 100 columns'

# --- what is missing ---

mkdir "$WORK/few"
real "$WORK/few" bash sh dirname realpath sed grep tr cat paste id env
run env PATH="$WORK/few" DEPS_ROOT="$WORK/nowhere" tools/vm -- true
is "$RC" 125 'without uname and QEMU: status 125'
fake "$WORK/few" uname <<'END'
echo x86_64
END
echo 'ID=debian' | put "$WORK/nowhere/etc/os-release"
run env PATH="$WORK/few" DEPS_ROOT="$WORK/nowhere" tools/vm -- true
is "$RC" 125 'without QEMU: status 125'
like "$OUT" '^vm: missing: qemu .*\(package qemu-system-x86\)$' 'it names the package'
like "$OUT" '^missing: busybox .*\(package busybox-static\)$' 'and that of busybox'
like "$OUT" '^run: tools/deps --group vm$' 'and the command that installs them'
fake "$WORK/few" uname <<'END'
echo riscv64
END
run env PATH="$WORK/few" tools/vm -- true
is "$RC $OUT" '125 vm: the kernels are for x86-64, and this machine is riscv64' 'another processor: it says so'

# --- kernels that cannot be fetched ---

# apt_get UPDATE - sources as on a Debian, and an update that does UPDATE
apt_get() {
	fake "$WORK/bin" apt-get <<END
case "\$*" in
*--print-uris*)
	echo "'http://mirror.invalid/debian/dists/bookworm/InRelease' x 0"
	echo "'http://mirror.invalid/debian/dists/bookworm-updates/InRelease' x 0"
	echo "'http://mirror.invalid/debian-security/dists/bookworm-security/InRelease' x 0"
	;;
*update*)
	cat "\$(sed -n 's,^Dir::Etc "\(.*\)/";,\1,p' "\$APT_CONFIG")/sources.list" >>"$WORK/sources"
	$1
	;;
esac
END
}

fake "$WORK/bin" apt-config apt-cache dpkg-deb </dev/null
apt_get 'echo "E: Failed to fetch it  Could not resolve the name"; exit 100'
vm -- true
is "$RC" 125 'no cache and no network: status 125'
is "$OUT" 'vm: kernel 6.1 cannot be fetched: security:bookworm-security: E: Failed to fetch it  Could not resolve the name' \
	'one line with the reason'
is "$(sed 's/\[.*\] //' "$WORK/sources")" 'deb http://mirror.invalid/debian-security bookworm-security main
deb http://mirror.invalid/debian bookworm main' 'it asked the archives that the machine has, the suites that have this kernel'
is "$(ls -A "$WORK/build/vm")" 6.1.lock 'nothing of the attempt stays'
apt_get 'exit 0'
vm --kernel 7.2 --fetch
is "$RC $OUT" '125 vm: kernel 7.2 cannot be fetched: main:forky has no kernel 7.2 (any more)' 'archives that do not have it'
fake "$WORK/bin" apt-get </dev/null
vm --fetch
is "$RC $OUT" "125 vm: kernel 6.1 cannot be fetched: security:bookworm-security: no security archive of Debian in this machine's apt sources" \
	'a machine without archives of Debian'
mkdir -p "$WORK/build/vm/6.1" && : >"$WORK/build/vm/6.1/version"
vm --fetch
is "$RC $OUT" '0 ' 'a kernel that is there already is not fetched again'

# --- merge.awk ---

# merged STATUS - of the TAP on standard input
merged() {
	OUT=$(awk -f tests/merge.awk -v name=x -v status="$1" -v first=5)
}

merged 0 <<'END'
ok 1 - first
# a note
not ok 2 - second # TODO later
ok 3 third # SKIP no reason
1..3
END
is "$OUT" 'ok 5 - x: first
# a note
not ok 6 - x: second # TODO later
ok 7 - x: third # SKIP no reason
next 8' 'merge.awk: numbers go on, names come in front, SKIP and TODO stay'
merged 1 <<'END'
1..2
not ok 1 - first
ok 2 - second
END
is "$OUT" 'not ok 5 - x: first
ok 6 - x: second
next 7' 'a failure is not told twice'
merged 0 <<'END'
1..0 # SKIP needs root
END
is "$OUT" 'ok 5 - x # SKIP needs root
next 6' 'a test that skips everything is one skip'

# last TAP STATUS WANTED NAME - the verdict on the test itself
last() {
	OUT=$(printf '%b' "$1" | awk -f tests/merge.awk -v name=x -v status="$2" -v first=1)
	is "$(printf '%s\n' "$OUT" | tail -n 2 | head -n 1)" "$3" "$4"
}

last 'ok 1 - a\n' 1 'not ok 2 - x: it ended without a plan, status 1' 'no plan'
last '' 0 'not ok 1 - x: it ended without a plan, status 0' 'nothing at all'
last 'ok 1 - a\n1..2\n' 0 'not ok 2 - x: it planned 2 tests and ran 1' 'a wrong plan'
last 'ok 1 - a\n1..1\n' 3 'not ok 2 - x: it ended with status 3' 'a status without a failure'
last 'ok 1 - a\n' 124 'not ok 2 - x: it took too long and was ended' 'the time limit'
last 'ok 1 - a\n' 137 'not ok 2 - x: it took too long and was ended' 'SIGKILL after it'
last 'ok 1 - a\n' '' 'not ok 2 - x: the VM ended before it' 'no status'
last 'ok 1 - a\nBail out! no tree\n' 1 'not ok 2 - x: Bail out! no tree' 'the word to give up'
last 'a word\n1..0 # SKIP b\n' 0 'ok 1 - x # SKIP b' 'other lines'
like "$OUT" '^# a word$' 'become diagnostics'

done_testing
