#!/bin/sh
# SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
#
# xdp.t - set_link_xdp_fd() with two arguments (Linux 4.10) and with three (4.12) on a veth in a
# network namespace: frames are counted, and the interface is clean afterwards. tier: 2

# shellcheck source=/dev/null
. "$(dirname "$0")/../tap.sh"
# shellcheck source=/dev/null
. "$(dirname "$0")/common.sh"

# with_index PROGRAM - runs it with the number of v0 and the name of its peer, then shows v0
with_index() {
	# shellcheck disable=SC2016 # the inner shell expands
	in_network sh -c '"$1" "$(ip -o link show v0 | cut -d: -f1)" v1; result=$?
		ip -d link show v0; exit $result' sh "$1"
}

user xdp_4_10
kern xdp xdp_4_10
with_index "$WORK/xdp_4_10"
is "$RC" 0 "two arguments: runs"
is "$(printf '%s\n' "$OUT" | grep dropped)" "dropped 7
dropped 7" "two arguments: 7 frames dropped, none after it was detached"
unlike "$OUT" 'xdp' "two arguments: nothing is left on the interface"

user xdp_4_12
kern xdp xdp_4_12
with_index "$WORK/xdp_4_12"
is "$RC" 0 "three arguments: runs"
is "$(printf '%s\n' "$OUT" | grep dropped)" "dropped 9" "three arguments: 9 frames dropped"
unlike "$OUT" 'prog/xdp|xdpgeneric' "three arguments: nothing is left on the interface"

done_testing
