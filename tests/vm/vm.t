#!/bin/bash
# SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
#
# tier: 3
# vm.t - tools/vm with real guests: streams, exit statuses, the kernel asked for, what can be
# written, a terminal, limits, signals, a guest that dies; that nothing is left of any of them;
# and samples.t over tests that hang or die. Nine boots. Where QEMU is not there, or a kernel
# cannot be had, it says SKIP.

# shellcheck source=tests/tap.sh
. "$(dirname "$0")/../tap.sh"
cd "$TOP" || exit 1
export O=${BUILD:-build}
INSIDE=$(realpath -m "$O")/vm-test.$$
VM=

# What was started and still runs is ended by its process id.
clean_up() {
	[ -z "$VM" ] || kill -KILL "$VM" 2>/dev/null
	rm -rf "$WORK" "$INSIDE"
}

reason=$(tools/vm --fetch 2>&1) || { echo "1..0 # SKIP $(echo "$reason" | tail -n 1)" && exit 0; }
trap clean_up EXIT
mkdir -p "$WORK/tmp" "$INSIDE"
export TMPDIR=$WORK/tmp
echo "$TMPDIR" >"$WORK/pattern"

# no_qemu - no process has one of our temporary files among its arguments. grep, which would be
# one, reads the pattern from a file.
no_qemu() {
	! grep -lFf "$WORK/pattern" /proc/[0-9]*/cmdline 2>/dev/null | grep -q .
}

# nothing_left NAME
nothing_left() {
	eventually no_qemu
	is "$? $(ls -A "$WORK/tmp")" '0 ' "$1: neither QEMU nor a temporary file is left"
}

# --- a command ---------------------------------------------------------------------------------

cat >"$INSIDE/look" <<'END'
echo "kernel: $(uname -r)"
echo "user: $(id -u)"
echo "directory: $(pwd)"
echo "arguments: $#:$1:$2:$3"
echo "variables: $QUICK:$OTHER:${SECRET-unset}"
echo "input: $(wc -c)"
echo "terminal: $(test -t 1 && echo yes || echo no)"
echo "to stderr" >&2
echo "again" >/dev/stderr
for place in /etc /usr "$VM_TEST_TREE/tools"; do
	touch "$place/vm-test" 2>/dev/null && echo "writable: $place"
done
for place in /tmp /var/tmp /run /root; do
	touch "$place/vm-test" || echo "not writable: $place"
done
echo "from the guest" >"$VM_TEST_INSIDE/file" && chmod 751 "$VM_TEST_INSIDE/file"
for type in tracefs bpf cgroup2 debugfs devpts; do
	echo "$type: $(grep -m 1 " $type " /proc/mounts | cut -d ' ' -f 2)"
done
echo "lo: $(cat /sys/class/net/lo/flags)"
modprobe dummy && echo "module: $(test -d /sys/module/dummy && echo there)"
ip link add left type veth peer name right && echo "link: $(cat /sys/class/net/left/address | wc -c)"
tc qdisc add dev left clsact && echo "qdisc: $(tc qdisc show dev left | cut -d ' ' -f 2 | grep clsact)"
sleep 1000 &
exit 200
END

# inside OPTION... -- COMMAND... - stdout in $OUT, stderr in $WORK/err
inside() {
	OUT=$(tools/vm "$@" 2>"$WORK/err" </dev/null)
	RC=$?
}

# value NAME - of a line of $OUT
value() {
	printf '%s\n' "$OUT" | sed -n "s/^$1: //p"
}

cd tools || exit 1
OUT=$(QUICK=1 OTHER="it's" SECRET=1 VM_TEST_TREE=$TOP VM_TEST_INSIDE=$INSIDE ./vm --env OTHER --env VM_TEST_TREE \
	--env VM_TEST_INSIDE -- sh "$INSIDE/look" "a  b" "it's" "\$c" 2>"$WORK/err" <"$TOP/README.org")
RC=$?
cd ..
is "$RC" 200 'exit status 200, though a process is left in the background'
like "$(value kernel)" '^6\.1\.[0-9]+-[0-9]+-amd64$' 'without --kernel: 6.1'
is "$(value user)" 0 'as root'
is "$(value directory)" "$TOP/tools" 'in the directory of the caller'
is "$(value arguments)" "3:a  b:it's:\$c" 'arguments arrive as they are'
is "$(value variables)" "1:it's:unset" 'variables: those that always pass, those asked for, no other'
is "$(value input)" 0 'input is empty'
is "$(value terminal)" no 'no terminal'
is "$(cat "$WORK/err")" 'to stderr
again' 'stderr is kept apart, also when it is opened by name'
is "$(value writable)" '' 'the files of the host are read-only'
is "$(value 'not writable')" '' '/tmp, /var/tmp, /run, /root are writable'
is "$(cat "$INSIDE/file") $(stat -c %a "$INSIDE/file")" 'from the guest 751' 'what is written in build/ is on the host'
is "$(value tracefs) $(value bpf) $(value cgroup2) $(value debugfs) $(value devpts)" \
	'/sys/kernel/tracing /sys/fs/bpf /sys/fs/cgroup /sys/kernel/debug /dev/pts' 'file systems are mounted'
is "$(value lo)" 0x9 'lo is up'
is "$(value module)" there 'modprobe finds modules of this kernel'
is "$(value link) $(value qdisc)" '18 clsact' 'and so does the kernel: veth, clsact'
[ ! -e "$TOP/tools/vm-test" ] && [ ! -e /tmp/vm-test ]
verdict $? 'nothing else was written on the host'
nothing_left 'a command'

if reason=$(tools/vm --kernel 5.10 --fetch 2>&1); then
	inside --kernel 5.10 -- sh -c 'uname -r; seq 1 300000; ulimit -l; kill -INT $$'
	is "$RC $(cat "$WORK/err")" '130 ' 'a command that a signal ended: status 130, and no word of anybody'
	like "$OUT" '^5\.10\.[0-9]+-[0-9]+-amd64$' '--kernel 5.10: it is that'
	is "$(printf '%s\n' "$OUT" | sed '1d;$d' | cksum)" "$(seq 1 300000 | cksum)" 'two megabytes of output arrive as they are'
	is "$(printf '%s\n' "$OUT" | tail -n 1)" 64 "the limit of locked memory is that kernel's own"
else
	skip "$(echo "$reason" | tail -n 1)" '--kernel 5.10'
fi

# --- how it can end ----------------------------------------------------------------------------

inside -- sh -c 'echo before; echo c >/proc/sysrq-trigger; sleep 1000'
is "$RC $OUT" '125 before' 'a guest that dies: status 125, its output until then'
is "$(grep -c '^vm: the guest died; kernel 6.1 said last:' "$WORK/err")" 1 'and it says so, once: no second attempt'
like "$(cat "$WORK/err")" '^vm:   .*Kernel panic' 'with what the kernel said'
nothing_left 'a guest that died'

# Whether the command has begun by then does not matter.
inside --timeout 5 -- sleep 1000
is "$RC $(cat "$WORK/err")" '124 vm: stopped at the time limit of 5 s' 'the time limit: status 124'
nothing_left 'the time limit'

tools/vm -- sh -c 'echo running; sleep 1000' >"$WORK/out" 2>"$WORK/err" </dev/null &
VM=$!
eventually grep -q running "$WORK/out"
kill -TERM $VM
wait $VM
is "$? $(cat "$WORK/err")" '143 ' 'SIGTERM: status 143'
VM=
nothing_left SIGTERM

qemu_runs() {
	grep -lFf "$WORK/pattern" /proc/[0-9]*/cmdline 2>/dev/null | xargs grep -lF qemu-system
}

tools/vm -- sleep 1000 >/dev/null 2>&1 </dev/null &
VM=$!
eventually qemu_runs
kill -KILL $VM
wait $VM 2>/dev/null
VM=
eventually no_qemu
verdict $? 'SIGKILL: QEMU ends with it'
rm -rf "${TMPDIR:?}"/*

# --- a terminal --------------------------------------------------------------------------------

# What runs in the background of a script ignores SIGINT; a terminal's programs do not. script(1)
# takes $SHELL or sh, and a sh that is dash dies of Ctrl-C where bash waits for its child.
# on_terminal COMMAND - what is written to descriptor 3 is typed; what is shown goes to $WORK/screen.
on_terminal() {
	rm -f "$WORK/keys" "$WORK/screen"
	mkfifo "$WORK/keys"
	exec 3<>"$WORK/keys"
	env --default-signal=INT,QUIT SHELL=/bin/bash script -qfec "stty rows 33 cols 101; $1; status=\$?; echo; echo status:\$status" "$WORK/log" >"$WORK/screen" 2>&1 <&3 &
	VM=$!
}

shown() {
	tr -d '\r' <"$WORK/screen" | grep -Eq "$1"
}

if have_terminal; then
	cat >"$INSIDE/ask" <<'END'
stty size
echo "$TERM"
read -r word
echo "typed:$word"
trap 'exit 9' INT
echo trapped
sleep 1000
END
	TERM=vt220 on_terminal "tools/vm -- bash $INSIDE/ask"
	eventually shown '^vt220$'
	shown '33 101$'
	verdict $? 'a terminal: its size'
	shown '^vt220$'
	verdict $? 'and its kind'
	printf 'hello\r' >&3
	eventually shown '^trapped$'
	shown '^typed:hello$'
	verdict $? 'what is typed arrives'
	printf '\003' >&3
	wait $VM
	VM=
	exec 3>&-
	shown '^\^C$' && shown '^status:9$'
	verdict $? 'Ctrl-C goes to the command, which decides on the status'
	on_terminal 'tools/vm -- sleep 1000'
	eventually shown 'vm: booting'
	printf '\003' >&3
	wait $VM
	VM=
	exec 3>&-
	shown '^status:130$'
	verdict $? 'before the command runs, Ctrl-C ends all, with status 130'
	nothing_left 'a terminal'
else
	skip 'no pseudo-terminals here, or no script(1)' 'a terminal'
fi

# --- samples.t ---------------------------------------------------------------------------------

# sample_test NAME - a test of the text on standard input, in build/ where the guest sees it
sample_test() {
	{ printf '#!/bin/sh\n# vm: yes\n' && cat; } >"$INSIDE/$1.t"
	chmod +x "$INSIDE/$1.t"
}

sample_test a_good <<'END'
echo "ok 1 - QUICK is $QUICK"
echo "ok 2 - under $(uname -r)"
echo 'ok 3 - third # SKIP no reason'
echo 1..3
END
sample_test b_bad <<'END'
echo 'not ok 1 - first'
echo 'why it is bad' >&2
echo 1..1
exit 1
END
sample_test c_hangs <<'END'
echo 'ok 1 - first'
sleep 1000
END
sample_test d_kills <<'END'
echo 'ok 1 - first'
echo c >/proc/sysrq-trigger
sleep 1000
END
sample_test e_late <<'END'
echo 'ok 1 - first'
echo 1..1
END
OUT=$(VM_TESTS="$INSIDE/*.t" VM_TEST_LIMIT=15 KERNEL=6.1 BUILD=$O tests/vm/samples.t 2>&1)
OUT=$(printf '%s\n' "$OUT" | sed 's/under 6\.1\..*/under 6.1/')
is "$(printf '%s\n' "$OUT" | grep -v '^#')" 'ok 1 - a_good: QUICK is 1
ok 2 - a_good: under 6.1
ok 3 - a_good: third # SKIP no reason
not ok 4 - b_bad: first
ok 5 - c_hangs: first
not ok 6 - c_hangs: it took too long and was ended
ok 7 - d_kills: first
not ok 8 - d_kills: the VM ended before it
not ok 9 - e_late: the VM ended before it
not ok 10 - the VM ended with status 125
1..10' 'samples.t: one plan, one failure for each test that hangs, kills the guest or comes after it'
like "$OUT" '^# why it is bad$' 'with what the bad one had on stderr'
like "$OUT" '^# vm:   .*Kernel panic' 'and what the kernel said'
nothing_left 'samples.t'

done_testing
