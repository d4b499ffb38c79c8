# SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
# shellcheck shell=sh disable=SC2034,SC2154 # OUT and RC are for tap.sh, TOP and WORK are of tap.sh
#
# common.sh - builds and runs user programs of the old days. For the tests of this directory.
#
# Contract: source it after ../tap.sh. It ends the test as skipped where it cannot run at all.
# Programs are compiled with the one command that the README gives, without a warning flag, on
# purpose: they are what people have.

BUILD=${BUILD:-build}
ASAN=${ASAN:-$BUILD/asan}

skip_all() {
	echo "1..0 # SKIP $1"
	exit 0
}

[ "$(id -u)" = 0 ] || skip_all "needs root, to give programs to the kernel"
command -v unshare >/dev/null || skip_all "needs unshare (package util-linux)"
command -v ip >/dev/null || skip_all "needs ip (package iproute2)"

# library DIRECTORY - the archive of that build; the path may be relative to the tree's top
library() {
	case $1 in
	/*) echo "$1/libbpf_load.a" ;;
	*) echo "$TOP/$1/libbpf_load.a" ;;
	esac
}

[ -e "$(library "$BUILD")" ] || skip_all "$(library "$BUILD") is not built: make"

# user NAME [OUTPUT] [FLAGS...] - compiles NAME_user.c into $WORK/OUTPUT
user() {
	source=$TOP/tests/classic/$1_user.c
	output=$WORK/${2:-$1}
	[ $# -lt 2 ] || shift
	shift
	(cd "$TOP" && ${CC:-cc} -I. -Iinclude "$@" "$source" "${ARCHIVE:-$(library "$BUILD")}" \
		-lbpf -lelf -lz -lpthread -o "$output") 2>"$WORK/compiler" </dev/null
	compiled $? "$output: cc -I. -Iinclude PROG_user.c libbpf_load.a -lbpf -lelf -lz -lpthread"
}

# kern NAME [OUTPUT] [FLAGS...] - compiles NAME_kern.c into $WORK/OUTPUT_kern.o
kern() {
	source=$TOP/tests/classic/$1_kern.c
	output=$WORK/${2:-$1}_kern.o
	[ $# -lt 2 ] || shift
	shift
	(cd "$TOP" && "${CLANG:-clang}" -O2 -g -target bpf -Iinclude \
		"-I/usr/include/$(uname -m)-linux-gnu" "$@" -c "$source" -o "$output") \
		2>"$WORK/compiler" </dev/null
	compiled $? "$output: clang -O2 -g -target bpf -Iinclude -c PROG_kern.c"
}

compiled() {
	verdict "$1" "compiles: ${2#"$WORK"/}"
	[ "$1" = 0 ] || diag "$(cat "$WORK/compiler")"
}

# in_network COMMAND... - runs it where lo is up and the veth pair v0, v1 is all there is beside it
in_network() {
	# shellcheck disable=SC2016 # the inner shell expands
	run unshare --net --mount sh -c '
		ip link set lo up &&
		ip link add v0 type veth peer name v1 &&
		ip link set v0 up && ip link set v1 up &&
		exec "$@"' sh "$@"
}
