#!/bin/bash
# SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
#
# try.sh OBJECT - runs ./myload on the interface lo of a network of its own, with nothing else in it, and
# sends three datagrams there. Takes root.

cd "$(dirname "$0")" || exit 1
[ -n "${IN_OWN_NETWORK:-}" ] || IN_OWN_NETWORK=1 exec unshare --net ./try.sh "$@"
ip link set lo up
exec 3< <(exec ./myload "${1:?which object?}" lo 2>&1)
PID=$!
while read -r line <&3; do
	echo "$line"
	case $line in attached*) break ;; esac
done
for word in one three eleven; do echo "$word" >/dev/udp/127.0.0.1/9; done 2>/dev/null
kill -INT $PID 2>/dev/null
cat <&3
