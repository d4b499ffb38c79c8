#!/bin/bash
# SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
#
# traffic.sh - flows_user and some packets for it, in a network of their own.
#
#     sudo ./traffic.sh ADDRESS/PORT...       for instance 10.0.0.{1..40}/53
#
# sends one UDP datagram to each, from 192.0.2.1, over an interface on which nothing else goes on,
# and shows what flows_user says of it. Network and interface are gone afterwards.

set -eu
[ $# -gt 0 ] || { sed -n '/^#  /p' "$0" && exit 2; }
[ "$(id -u)" = 0 ] || { echo 'traffic.sh: making a network takes root: sudo' >&2 && exit 1; }
cd "$(dirname "$0")"
if [ "${IN_A_NETWORK:-}" != yes ]; then
	IN_A_NETWORK=yes exec unshare --net "./${0##*/}" "$@"
fi

# A wire with two ends. Nobody listens at the far one, and nobody asks for addresses at all.
ip link add wire type veth peer name far-end
for end in wire far-end; do
	ip link set "$end" arp off addrgenmode none
	ip link set "$end" up
done
ip address add 192.0.2.1/32 dev wire
ip route add default dev wire src 192.0.2.1

exec {listener}< <(exec ./flows_user 60 wire)
pid=$!
read -r _ <&"$listener" || { echo 'flows_user did not start' >&2 && exit 1; }
for each in "$@"; do
	printf x >"/dev/udp/$each"
done
kill -INT "$pid"
cat <&"$listener"
