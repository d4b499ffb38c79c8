#!/bin/sh
# SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
#
# tier: 0
# deps.t - tools/deps on make-believe systems: which packages it names, and what it asks
# apt-get to do. No package is installed: apt-get, apt-cache, sudo and id are stand-ins
# that write down how they were called. Needs no privileges.

# shellcheck source=/dev/null
. "$(dirname "$0")/../tap.sh"

DEPS=$TOP/tools/deps
BUILD_COMMANDS='make cc clang llvm-readelf llvm-objdump llvm-objcopy'
TEST_COMMANDS='readelf objcopy prove jq xmllint patch ip tc strace groff bpftool'
HEADERS='stdio.h bpf/libbpf.h bpf/bpf_helpers.h libelf.h gelf.h elfutils/libdwfl.h zlib.h json-c/json.h linux/bpf.h cmocka.h'

# system NAME OS-RELEASE-LINE... - an empty system: nothing but the tools of a minimal Debian.
system() {
	NAME=$1
	ROOT=$WORK/$NAME/root
	BIN=$WORK/$NAME/bin
	LOG=$WORK/$NAME/log
	shift
	mkdir -p "$ROOT/etc"
	[ $# -eq 0 ] || printf '%s\n' "$@" >"$ROOT/etc/os-release"
	real "$BIN" sh sed tr grep cat ln env
	fake "$BIN" id <<-'END'
		echo 0
	END
	: >"$LOG"
}

# deps ARG... - runs tools/deps on that system.
deps() {
	run env -u DEBIAN_FRONTEND PATH="$BIN" DEPS_ROOT="$ROOT" LOG="$LOG" BIN="$BIN" ROOT="$ROOT" "$DEPS" "$@"
}

add_commands() {
	for name in "$@"; do
		fake "$BIN" "$name" <<-'END'
			exit 0
		END
	done
}

add_headers() {
	for name in "$@"; do
		echo | put "$ROOT/usr/include/$name"
	done
}

# A system where nothing is missing, with asm/types.h where Debian has it.
add_everything() {
	# shellcheck disable=SC2086 # lists of words
	{
		add_commands $BUILD_COMMANDS $TEST_COMMANDS
		add_headers $HEADERS
	}
	echo | put "$ROOT/usr/include/x86_64-linux-gnu/asm/types.h"
}

# Stand-ins for apt: what is listed in $ROOT/known has a candidate; "update" adds what is in
# $ROOT/upstream; "install" fails before an update if $ROOT/stale exists; it can bring clang and jq.
add_apt() {
	fake "$BIN" apt-cache <<-'END'
		echo "$2:"
		grep -qx "$2" "$ROOT/known" && echo '  Candidate: 1.0' || echo '  Candidate: (none)'
	END
	fake "$BIN" apt-get <<-'END'
		echo "apt-get $* [${DEBIAN_FRONTEND:-}]" >>"$LOG"
		case $1 in
		update) cat "$ROOT/upstream" >>"$ROOT/known"; : >"$ROOT/updated" ;;
		install)
			[ ! -e "$ROOT/stale" ] || [ -e "$ROOT/updated" ] || exit 100
			for word in "$@"; do
				case $word in clang | jq) ln -s "$BIN/make" "$BIN/$word" ;; esac
			done
			;;
		esac
	END
	: >"$ROOT/known"
	: >"$ROOT/upstream"
}

# Debian with all but clang and jq.
almost_complete() {
	system "$1" ID=debian
	add_everything
	add_apt
	rm "$BIN/clang" "$BIN/jq"
}

# --- lists ---

system list-debian 'PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"' ID=debian
deps --list
is "$RC" 0 'Debian: --list succeeds'
is "$(echo "$OUT" | tr '\n' ' ')" 'make gcc libc6-dev clang llvm libbpf-dev libelf-dev libdw-dev zlib1g-dev libjson-c-dev linux-libc-dev binutils libcmocka-dev perl jq libxml2-utils patch iproute2 strace groff-base bpftool ' 'Debian: packages to build and test, each once'
deps --list --group build
unlike "$OUT" 'libcmocka-dev|perl|jq' '--group build leaves out what only tests need'
deps --list --group lint
is "$(echo "$OUT" | tr '\n' ' ')" 'clang-format clang-tidy cppcheck shellcheck ' '--group lint has the linters alone'
deps --list --group vm
is "$(echo "$OUT" | tr '\n' ' ')" 'qemu-system-x86 busybox-static cpio kmod xz-utils zstd util-linux ' '--group vm has what tools/vm needs'
deps --list --group test --group lint
like "$OUT" '^libcmocka-dev$' 'two groups: the first one'
like "$OUT" '^cppcheck$' 'two groups: the second one'
unlike "$OUT" '^clang$' 'two groups: no third one'
deps --list --group all
is "$(echo "$OUT" | grep -cxE 'make|perl|clang-tidy|cpio')" 4 '--group all has all four'

system list-fedora ID=fedora
deps --list
like "$OUT" '^elfutils-libelf-devel$' 'Fedora: libelf under its name there'
like "$OUT" '^perl-Test-Harness$' 'Fedora: prove under its name there'
system list-centos 'ID="centos"' 'ID_LIKE="rhel fedora"'
deps --list
like "$OUT" '^libbpf-devel$' 'a quoted ID_LIKE that names fedora counts as Fedora'
system list-arch ID=manjaro ID_LIKE=arch
deps --list
like "$OUT" '^linux-api-headers$' 'ID_LIKE=arch counts as Arch'
system list-mint ID=linuxmint 'ID_LIKE="ubuntu debian"'
deps --list
like "$OUT" '^zlib1g-dev$' 'ID_LIKE that names ubuntu counts as Debian'

# --- what is missing ---

system bare ID=debian
deps --check
is "$RC" 1 'empty system: --check fails'
like "$OUT" '^missing: clang +compiles C to BPF \(package clang\)$' 'it names the thing, its purpose and the package'
like "$OUT" '^missing: libelf .*\(package libelf-dev\)$' 'a package may have another name'
like "$OUT" '^get it:  apt-get install --no-install-recommends make gcc .*libcmocka-dev' 'it prints the command'
add_commands clang
add_headers libelf.h
deps --check
unlike "$OUT" '^missing: clang |install.* clang ' 'a command that is in PATH is not missing'
like "$OUT" '^missing: libelf ' 'one of two headers is not enough'
add_headers gelf.h
deps --check
unlike "$OUT" '^missing: libelf ' 'both headers are'

system ordinary-user ID=debian
fake "$BIN" id <<'END'
echo 1000
END
deps --check
like "$OUT" '^get it:  sudo apt-get install' 'not root: the command has sudo'

system complete ID=debian
add_everything
deps --check
is "$RC" 0 'complete system: --check succeeds'
is "$OUT" 'deps: nothing is missing' 'and says so'
deps
is "$RC:$OUT" '0:deps: nothing is missing' 'complete system: nothing to install, and no apt is needed to know'
mkdir -p "$ROOT/usr/sbin"
mv "$BIN/bpftool" "$ROOT/usr/sbin/"
deps --check
is "$RC" 0 'a command in /usr/sbin is there, though not in PATH'
mkdir -p "$WORK/private/bpf" "$WORK/other"
rm "$ROOT/usr/include/bpf/libbpf.h"
: >"$WORK/private/bpf/libbpf.h"
deps --check
is "$RC" 1 'without libbpf.h: missing'
run env PATH="$BIN" DEPS_ROOT="$ROOT" CPATH="$WORK/other:$WORK/private" "$DEPS" --check
is "$RC" 0 'a directory in CPATH counts'

# --- --need ---

system need ID=debian
add_commands clang
deps --need clang
is "$RC:$OUT" '0:' '--need says nothing about what is there'
deps --need clang libbpf prove
is "$RC" 1 '--need fails if one of several is missing'
is "$OUT" 'missing: libbpf         bpf(2) wrappers and BTF (package libbpf-dev)
missing: prove          runs the tests (package perl)
run: make deps' '--need: a line for each missing one, then what to run'
deps --need clang cpio
is "$OUT" 'missing: cpio           packs its first files (package cpio)
run: tools/deps --group vm' '--need: what only a VM needs does not come by make deps'
deps --need nosuch
is "$RC" 2 '--need with an unknown name is a usage error'
like "$OUT" "unknown name 'nosuch'; known: make cc .*flock" 'and lists the known names'

# --- usage ---

for args in '--need' '--group' '--group nosuch' '--nosuch' 'clang'; do
	# shellcheck disable=SC2086 # several arguments
	deps $args
	is "$RC" 2 "wrong usage: $args"
done
deps --help
is "$RC" 0 '--help succeeds'
like "$OUT" '^usage: tools/deps ' '--help shows the usage'

# --- other systems: print, never install ---

for pair in fedora:dnf arch:pacman; do
	system "print-${pair%:*}" "ID=${pair%:*}"
	fake "$BIN" "${pair#*:}" <<'END'
echo "called: $*" >>"$LOG"
END
	deps
	is "$RC" 1 "${pair%:*}: exit status tells that things are missing"
	is "$(cat "$LOG")" '' "${pair%:*}: ${pair#*:} is not run"
done
like "$OUT" '^get it:  pacman -S --needed make gcc glibc clang .*cmocka' 'Arch: the pacman command'
like "$OUT" '^missing: bpftool .*\(package bpf\)$' 'Arch: its package names'
system by-command
fake "$BIN" dnf </dev/null
deps
like "$OUT" '^get it:  dnf install make gcc glibc-devel .*libbpf-devel' 'no os-release, dnf in PATH: the dnf command'
system both ID=debian
fake "$BIN" dnf </dev/null
deps --list
like "$OUT" '^libbpf-dev$' 'os-release wins over a dnf in PATH'
system strange ID=strange
deps
is "$RC" 1 'unknown system: fails'
like "$OUT" "^get it:  by your system's package manager or from source: make cc libc clang " 'unknown system: names the things'

# --- apt-get ---

almost_complete install
printf 'clang\njq\n' >"$ROOT/known"
deps
is "$RC" 0 'Debian: installs'
like "$OUT" '^deps: packages to install: clang jq$' 'prints the packages first'
is "$(cat "$LOG")" 'apt-get install -y --no-install-recommends -o Dpkg::Use-Pty=0 clang jq [noninteractive]' 'asks for what is missing alone, without update, without questions'

almost_complete stale-cache
echo clang >"$ROOT/known"
echo jq >"$ROOT/upstream"
deps
is "$RC" 0 'a package that the lists do not know: succeeds after an update'
like "$(sed -n 1p "$LOG")" '^apt-get update \[noninteractive\]$' 'the update comes first'

almost_complete stale-files
printf 'clang\njq\n' >"$ROOT/known"
: >"$ROOT/stale"
deps
is "$RC" 0 'an install that fails by old lists: succeeds after an update'
is "$(sed 's/^apt-get \([a-z]*\).*/\1/' "$LOG" | tr '\n' ' ')" 'install update install ' 'install, update, install again'

almost_complete not-offered
echo jq >"$ROOT/known"
deps
is "$RC" 1 'a package that does not exist: fails'
like "$OUT" 'no such package on this system: clang; install these by hand$' 'names it'
like "$(sed -n 2p "$LOG")" ' jq \[noninteractive\]$' 'and installs the others'

almost_complete no-effect
printf 'clang\njq\n' >"$ROOT/known"
fake "$BIN" apt-get </dev/null
deps
is "$RC" 1 'an install that brings nothing: fails'
like "$OUT" '^missing: clang ' 'and says what is still missing'

almost_complete no-network
fake "$BIN" apt-get <<'END'
echo 'E: no network' >&2
exit 100
END
deps
is "$RC" 1 'an update that fails: fails'
like "$OUT" 'apt-get update failed' 'and says which step'

almost_complete sudo
printf 'clang\njq\n' >"$ROOT/known"
fake "$BIN" id <<'END'
echo 1000
END
deps
is "$RC" 1 'not root, no sudo: fails'
like "$OUT" 'as root run: apt-get install --no-install-recommends clang jq$' 'and says what root would type'
is "$(cat "$LOG")" '' 'and does not try'
fake "$BIN" sudo <<'END'
echo "sudo $1" >>"$LOG"
shift
exec "$@"
END
deps
is "$RC" 0 'not root, with sudo: installs'
is "$(sed -n 1p "$LOG")" 'sudo -n' 'sudo may not wait for a password where nobody can type it'

almost_complete no-apt
rm "$BIN/apt-get"
deps
is "$RC" 1 'Debian without apt-get: fails'
like "$OUT" 'there is no apt-get$' 'and says so'

done_testing
