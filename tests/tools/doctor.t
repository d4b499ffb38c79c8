#!/bin/sh
# SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
#
# tier: 0
# doctor.t - tools/doctor on make-believe machines: its lines, exit status, JSON and colour.
# A machine is a tree with /proc and /sys files and a directory of commands, most of them
# stand-ins; bpf(2) is not called. The last part looks at the real machine, without
# expecting anything of it but that the report is whole. Needs no privileges.

# shellcheck source=/dev/null
. "$(dirname "$0")/../tap.sh"

DOCTOR=$TOP/tools/doctor
CHECKS=23

# machine NAME - a machine on which nothing is missing.
machine() {
	ROOT=$WORK/$1/root
	BIN=$WORK/$1/bin
	SCRATCH=$WORK/$1/tmp
	mkdir -p "$SCRATCH"
	kernel_files
	headers
	tools
}

kernel_files() {
	echo 6.1.0-56-amd64 | put "$ROOT/proc/sys/kernel/osrelease"
	echo 2 | put "$ROOT/proc/sys/kernel/unprivileged_bpf_disabled"
	echo 1 | put "$ROOT/proc/sys/net/core/bpf_jit_enable"
	echo '         0          0 4294967295' | put "$ROOT/proc/self/uid_map"
	: | put "$ROOT/proc/self/ns/net"
	echo '[none] integrity confidentiality' | put "$ROOT/sys/kernel/security/lockdown"
	echo BTF | put "$ROOT/sys/kernel/btf/vmlinux"
	mkdir -p "$ROOT/sys/bus/event_source/devices/kprobe" "$ROOT/sys/bus/event_source/devices/uprobe"
	mkdir -p "$ROOT/sys/kernel/tracing/events"
	limit 8388608
	status 0 000001ffffffffff 0
	put "$ROOT/proc/mounts" <<-'END'
		sysfs /sys sysfs rw,relatime 0 0
		bpf /sys/fs/bpf bpf rw,relatime 0 0
		tracefs /sys/kernel/tracing tracefs rw,relatime 0 0
	END
}

# limit BYTES - the soft memlock limit.
limit() {
	put "$ROOT/proc/self/limits" <<-END
		Limit                     Soft Limit           Hard Limit           Units
		Max processes             95893                95893                processes
		Max locked memory         $1              8388608              bytes
	END
}

# status UID CAPABILITIES SECCOMP
status() {
	printf 'Name:\tsh\nUid:\t%s\t%s\t%s\t%s\nCapPrm:\t%s\nCapEff:\t%s\nSeccomp:\t%s\nSeccomp_filters:\t1\n' \
		"$1" "$1" "$1" "$1" "$2" "$2" "$3" | put "$ROOT/proc/self/status"
}

headers() {
	for name in stdio.h bpf/libbpf.h bpf/bpf_helpers.h libelf.h gelf.h zlib.h linux/bpf.h asm/types.h cmocka.h; do
		: | put "$ROOT/usr/include/$name"
	done
}

tools() {
	real "$BIN" sh sed grep tr cat dirname mktemp rm id chmod
	fake "$BIN" uname <<-'END'
		echo x86_64
	END
	fake "$BIN" make prove <<-'END'
		echo "${0##*/} 1.0"
	END
	fake "$BIN" unshare </dev/null
	perl_says works
	compiler_says 1 1 v1.1.2
	clang_that true
}

# perl_says WORDS - the outcome of the attempt to use bpf(2).
perl_says() {
	fake "$BIN" perl <<-END
		cat >/dev/null
		echo "$*"
	END
}

# compiler_says MAJOR MINOR LIBRARY - the programs it makes know these versions of libbpf.
compiler_says() {
	fake "$BIN" cc <<-END
		[ "\$1" = --version ] && echo 'cc (Fake) 12.2' && exit
		while [ "\$1" != -o ]; do shift; done
		cat >/dev/null
		printf '#!/bin/sh\necho $*\n' >"\$2"
		chmod +x "\$2"
	END
}

# clang_that COMMAND - COMMAND decides over the source, on its standard input.
clang_that() {
	fake "$BIN" clang <<-END
		[ "\$1" = --version ] && echo 'clang version 14.0' && exit
		$1
	END
}

examine() {
	run env PATH="$BIN" DOCTOR_ROOT="$ROOT" DEPS_ROOT="$ROOT" TMPDIR="$SCRATCH" "$DOCTOR" "$@"
}

# line STATUS TITLE FINDING NAME - the line of that title, its blanks squeezed, matches.
line() {
	like "$(printf '%s\n' "$OUT" | tr -s ' ')" "^$1 $2 $3" "$4"
}

# fix TITLE PATTERN NAME - so does the line with the fix, below it.
fix() {
	like "$(printf '%s\n' "$OUT" | sed -n "/^[a-zA-Z]*  *$1 /{n;p;}")" "^ {27}fix: $2" "$3"
}

# --- a machine where all is well ---

machine healthy
examine
is "$RC" 0 'healthy: exit status 0'
is "$(printf '%s\n' "$OUT" | grep -c '^OK ')" $CHECKS 'healthy: every line is OK'
unlike "$OUT" 'fix:' 'healthy: nothing to fix'
is "$(printf '%s\n' "$OUT" | sed -n '$p')" 'The demo can run: make demo' 'healthy: the closing line says so'
is "$(printf '%s\n' "$OUT" | cut -c1-26 | sed -n 3p)" 'OK      clang, BPF target ' 'columns are aligned'
unlike "$OUT" "$(printf '\033')" 'no colour when the output is not a terminal'
is "$(ls -A "$SCRATCH")" '' 'no file is left behind'

env PATH="$BIN" DOCTOR_ROOT="$ROOT" DEPS_ROOT="$ROOT" TMPDIR="$SCRATCH" "$DOCTOR" 2>"$WORK/complaint" | sed 1q >/dev/null
is "$(cat "$WORK/complaint")" '' 'a reader that goes away early is no error'
is "$(ls -A "$SCRATCH")" '' 'and leaves no file behind'

# --- tools and libraries ---

machine no-tools
rm "$BIN/make" "$BIN/cc" "$BIN/clang" "$BIN/prove"
rm -r "${ROOT:?}/usr"
examine
is "$RC" 1 'no tools: exit status 1'
line MISSING make 'not found' 'no make'
line MISSING 'C compiler' 'cc: not found' 'no cc'
line MISSING 'clang, BPF target' 'clang: not found' 'no clang'
fix 'clang, BPF target' 'tools/deps$' 'no clang: the fix'
line MISSING 'kernel headers' 'linux/bpf.h or asm/types.h not found' 'no kernel headers'
line MISSING 'libelf, zlib' '.*not found' 'no libelf'
line MISSING libbpf '.*1.1 or newer' 'no libbpf'
line MISSING cmocka '.*only the unit tests' 'no cmocka'
is "$(printf '%s\n' "$OUT" | sed -n '$p')" 'The demo cannot run: 6 missing. First, for make: tools/deps' 'the closing line counts what blocks and says what to do first'

machine no-test-tools
rm "$BIN/prove" "$ROOT/usr/include/cmocka.h"
examine
line MISSING prove 'not found' 'no prove: MISSING'
fix cmocka 'tools/deps --group test$' 'no cmocka: the fix'
is "$RC" 0 'what only tests need does not stop the demo'

machine no-bpf-target
clang_that "echo \"error: unable to create target: 'No available targets are compatible with triple \\\"bpf\\\"'\" >&2; exit 1"
examine
is "$RC" 1 'clang without BPF: exit status 1'
line MISSING 'clang, BPF target' 'clang cannot compile for BPF: error: unable to create target' 'clang without BPF: its error is shown'

machine bad-headers
clang_that "! grep -q '#include' || { echo 'fatal error: asm/types.h file not found' >&2; exit 1; }"
examine
line OK 'clang, BPF target' 'clang version' 'clang that cannot include: clang itself is fine'
line MISSING 'kernel headers' '.*fatal error: asm/types.h file not found' 'the headers are not'
rm "$ROOT/usr/include/asm/types.h"
examine
line MISSING 'kernel headers' 'linux/bpf.h or asm/types.h not found' 'no asm/types.h at all'

machine broken-cc
fake "$BIN" cc <<'END'
echo 'cannot find crt1.o: no such file' >&2
exit 1
END
examine
is "$RC" 1 'cc that cannot link: exit status 1'
line MISSING 'C compiler' 'cc cannot build a program: cannot find crt1.o' 'cc that cannot link: its error is shown'
line MISSING 'libelf, zlib' 'cannot link with -lelf -lz' 'and libelf does not link'
run env PATH="$BIN" DOCTOR_ROOT="$ROOT" DEPS_ROOT="$ROOT" TMPDIR="$SCRATCH" CC=nosuch "$DOCTOR"
line MISSING 'C compiler' 'nosuch: not found' 'CC names another compiler'

for version in '0 8' '1 0'; do
	machine "libbpf-$version"
	# shellcheck disable=SC2086 # two words
	compiler_says $version v$version
	examine
	is "$RC" 1 "libbpf $version is too old: exit status 1"
	line MISSING libbpf "headers ${version% *}.${version#* }, .*1.1 or newer is needed" "libbpf $version is too old"
done
for version in '1 1' '1 5' '2 0'; do
	machine "libbpf-$version"
	# shellcheck disable=SC2086 # two words
	compiler_says $version v1
	examine
	line OK libbpf "headers ${version% *}.${version#* }" "libbpf $version is new enough"
done

# --- rights ---

machine nobody
status 65534 0000000000000000 0
perl_says BPF_MAP_CREATE 1 Operation not permitted
examine
is "$RC" 1 'no capabilities: exit status 1'
line MISSING privileges 'uid 65534 without CAP_BPF and CAP_SYS_ADMIN' 'no capabilities'
fix privileges 'run as root' 'no capabilities: the fix'
line MISSING 'bpf\(2\)' 'BPF_MAP_CREATE is refused: EPERM \(Operation not permitted\)' 'bpf(2) is refused'
fix 'bpf(2)' 'see the line privileges$' 'EPERM without rights points there'
like "$OUT" 'cannot run: 2 missing. First, for privileges: run as root' 'privileges are first to mend'

machine some-caps
status 1000 0000008000002000 0
examine
is "$RC" 0 'CAP_BPF and CAP_NET_RAW are enough for the demo'
line warning privileges 'uid 1000 without CAP_PERFMON CAP_NET_ADMIN CAP_SYS_ADMIN' 'but not for all samples'
status 1000 0000008000000000 0
examine
is "$RC" 1 'without CAP_NET_RAW: exit status 1'
line MISSING privileges '.*CAP_NET_RAW: cannot open a packet socket' 'without CAP_NET_RAW'
status 1000 0000000000002000 0
echo 0 >"$ROOT/proc/sys/kernel/unprivileged_bpf_disabled"
examine
is "$RC" 0 'unprivileged BPF allowed: CAP_NET_RAW is enough for the demo'
line OK 'unprivileged BPF' '0: any user' 'unprivileged_bpf_disabled=0'

machine old-root
echo 5.4.0 >"$ROOT/proc/sys/kernel/osrelease"
status 0 0000003fffffffff 0
examine
line OK privileges 'uid 0, CAP_SYS_ADMIN' 'before 5.8 CAP_SYS_ADMIN stands for CAP_BPF'

machine user-namespace
echo '         0       1000          1' >"$ROOT/proc/self/uid_map"
examine
is "$RC" 1 'root of a user namespace: exit status 1'
line MISSING privileges 'uid 0 of a user namespace' 'root of a user namespace cannot load'

# --- causes of EPERM, other errors, and how bpf(2) is tried ---

machine eperm
perl_says BPF_PROG_LOAD 1 Operation not permitted
examine
is "$RC" 1 'EPERM as root: exit status 1'
fix 'bpf(2)' 'a security module' 'EPERM with no visible cause'
status 0 000001ffffffffff 2
examine
line warning seccomp 'a filter is active' 'seccomp filter'
fix 'bpf(2)' 'see the line seccomp$' 'EPERM under a seccomp filter points there'
echo 5.10.0-46-amd64 >"$ROOT/proc/sys/kernel/osrelease"
limit 65536
examine
fix 'bpf(2)' 'see the line memlock limit$' 'EPERM on an old kernel with a small limit points there'
perl_says BPF_MAP_CREATE 38 Function not implemented
examine
line MISSING 'bpf\(2\)' 'BPF_MAP_CREATE: ENOSYS \(Function not implemented\)' 'kernel without bpf(2)'
fix 'bpf(2)' '.*CONFIG_BPF_SYSCALL=y' 'kernel without bpf(2): the fix'
perl_says BPF_PROG_LOAD 22 Invalid argument
examine
line MISSING 'bpf\(2\)' 'BPF_PROG_LOAD: errno 22 \(Invalid argument\)' 'another error is shown as it is'

machine no-perl
rm "$BIN/perl"
examine
is "$RC" 0 'bpf(2) not tried: no reason to fail'
line warning 'bpf\(2\)' 'not tried: neither perl nor bpftool' 'neither perl nor bpftool'
fake "$BIN" bpftool </dev/null
examine
line OK 'bpf\(2\)' 'bpftool lists programs' 'bpftool instead of perl'
fake "$BIN" bpftool <<'END'
echo "Error: can't get next program: Operation not permitted" >&2
exit 1
END
examine
is "$RC" 1 'bpftool is refused as root: exit status 1'
line MISSING 'bpf\(2\)' "bpftool: Error: can't get next program" 'bpftool is refused as root'
status 1000 0000008000002000 0
examine
is "$RC" 0 'bpftool is refused to one who may not list: no verdict'

# --- kernels and limits ---

machine kernel-5.4
echo 5.4.0-1 >"$ROOT/proc/sys/kernel/osrelease"
limit 65536
examine
line warning kernel '5.4.0-1; the oldest that is tested is 5.10' 'kernel 5.4'
line warning 'memlock limit' '65536 bytes; this kernel .before 5.11. charges' 'small limit on an old kernel'
fix 'memlock limit' 'ulimit -l unlimited$' 'small limit: the fix'
limit unlimited
examine
line OK 'memlock limit' 'unlimited' 'no limit on an old kernel'
limit 67108864
examine
line OK 'memlock limit' '67108864 bytes' 'a large limit on an old kernel'
limit 65536
for pair in 5.10.0:warning 5.11.0:OK 6.1.0:OK 10.0:OK 4.19.1:warning; do
	echo "${pair%:*}" >"$ROOT/proc/sys/kernel/osrelease"
	examine
	line "${pair#*:}" 'memlock limit' '65536 bytes' "memlock on ${pair%:*}: ${pair#*:}"
done

# --- features that are off ---

machine nothing-on
echo 0 >"$ROOT/proc/sys/net/core/bpf_jit_enable"
echo 1 >"$ROOT/proc/sys/kernel/unprivileged_bpf_disabled"
status 0 000001ffffffffff 1
rm -r "$ROOT/sys/kernel/btf" "$ROOT/sys/kernel/tracing" "$ROOT/sys/bus" "$ROOT/proc/self/ns"
echo 'sysfs /sys sysfs rw 0 0' >"$ROOT/proc/mounts"
echo 'none integrity [confidentiality]' >"$ROOT/sys/kernel/security/lockdown"
examine
is "$RC" 0 'features off: the demo needs none of them'
line warning 'BPF JIT' 'off' 'no JIT'
fix 'BPF JIT' 'sysctl -w net.core.bpf_jit_enable=1$' 'no JIT: the fix'
line warning 'kernel BTF' 'none' 'no BTF'
line warning bpffs 'not mounted' 'no bpffs'
fix bpffs 'mount -t bpf bpf /sys/fs/bpf$' 'no bpffs: the fix'
line warning tracefs 'not mounted' 'no tracefs'
fix tracefs 'mount -t tracefs tracefs /sys/kernel/tracing$' 'no tracefs: the fix'
line warning kprobes 'not in this kernel' 'no kprobes'
fix kprobes '.*CONFIG_KPROBE_EVENTS=y' 'no kprobes: the fix'
line warning uprobes 'not in this kernel' 'no uprobes'
line warning 'network namespaces' 'not in this kernel' 'no network namespaces'
line warning lockdown 'confidentiality: no kprobes' 'lockdown confidentiality'
line warning seccomp 'strict mode' 'seccomp strict'
line OK 'unprivileged BPF' '1: .*until the next boot' 'unprivileged_bpf_disabled=1'

machine elsewhere
rm -r "$ROOT/sys/kernel/tracing" "$ROOT/sys/bus"
: | put "$ROOT/sys/kernel/debug/tracing/kprobe_events"
mkdir "$ROOT/sys/kernel/debug/tracing/events"
echo 'none /mnt/bpf bpf rw 0 0' >"$ROOT/proc/mounts"
echo 'none [integrity] confidentiality' >"$ROOT/sys/kernel/security/lockdown"
echo 2 >"$ROOT/proc/sys/net/core/bpf_jit_enable"
fake "$BIN" unshare <<'END'
exit 1
END
fake "$BIN" qemu-system-x86_64 <<'END'
echo QEMU 7.2
END
examine
line OK tracefs '/sys/kernel/debug/tracing' 'tracefs under debugfs'
line OK kprobes '/sys/kernel/debug/tracing/kprobe_events' 'kprobes by the file of tracefs'
line warning uprobes 'not in this kernel' 'but no uprobes'
line OK bpffs 'mounted on /mnt/bpf' 'bpffs elsewhere'
line warning lockdown 'integrity: bpf_probe_write_user' 'lockdown integrity'
line warning 'BPF JIT' 'on, in debug mode' 'JIT in debug mode'
line warning 'network namespaces' 'cannot be made' 'network namespaces are refused'
line OK QEMU 'QEMU 7.2' 'QEMU is there'

machine no-lockdown
rm "$ROOT/sys/kernel/security/lockdown" "$ROOT/proc/sys/net/core/bpf_jit_enable" "$ROOT/proc/sys/kernel/unprivileged_bpf_disabled"
examine
line OK lockdown 'this kernel has none' 'kernel without lockdown'
line warning 'BPF JIT' '.*cannot be read' 'no bpf_jit_enable'
line warning 'unprivileged BPF' '.*cannot be read' 'no unprivileged_bpf_disabled'
printf 'nodev\tsecurityfs\n' | put "$ROOT/proc/filesystems"
examine
line warning lockdown 'not known: securityfs is not mounted' 'securityfs is not mounted'
fix lockdown 'mount -t securityfs securityfs /sys/kernel/security$' 'securityfs is not mounted: the fix'

machine no-proc
rm -r "$ROOT/proc" "$ROOT/sys"
examine
is "$RC" 1 'no /proc: exit status 1'
is "$(printf '%s\n' "$OUT" | grep -cE '^(OK|warning|MISSING) ')" $CHECKS 'no /proc: every check still has its line'
unlike "$OUT" "$DOCTOR: |cannot open|No such file" 'no /proc: no message of the shell'

# --- JSON ---

# same_as_text NAME - each check's status and finding are the same in both, but for control
# characters, which are blanks in JSON.
same_as_text() {
	examine
	text=$(printf '%s\n' "$OUT" | grep -E '^(OK|warning|MISSING) ' | tr -s '\t ' ' ')
	examine --json
	is "$(printf '%s\n' "$OUT" | jq -r '.checks[] | .status + " " + .title + " " + .finding' | tr -s ' ')" "$text" "$1: the same as the text"
}

json() {
	printf '%s\n' "$OUT" | jq -c "$1" 2>&1
}

json_tests() {
	machine json
	same_as_text 'JSON, healthy'
	is "$RC" 0 'JSON, healthy: exit status 0'
	is "$(json '[.demo, .blocked_by, .first, (.checks | length)]')" "[true,0,null,$CHECKS]" 'JSON, healthy: the summary'
	is "$(json '[.checks[] | keys] | unique')" '[["finding","fix","name","needed_by","status","title"]]' 'JSON: every check has the same keys'
	is "$(json '[.checks[].fix] | unique')" '[null]' 'JSON, healthy: no fix'
	printf 'error: "quoted" back\\slash\ttab\n' | put "$WORK/error"
	clang_that "cat '$WORK/error' >&2; exit 1"
	same_as_text 'JSON, ill'
	is "$RC" 1 'JSON, ill: exit status 1'
	is "$(json '[.demo, .blocked_by, .first]')" '[false,2,"use a clang built with the BPF target, for example CLANG=/usr/bin/clang"]' 'JSON, ill: the summary'
	is "$(json '.checks[] | select(.name == "clang") | [.status, .needed_by, .finding]')" \
		'["MISSING","demo","clang cannot compile for BPF: error: \"quoted\" back\\slash tab"]' 'JSON: quotes, backslashes and tabs of a finding'
}

if command -v jq >/dev/null; then
	json_tests
else
	skip 'jq is not installed' 'JSON'
fi

# --- usage and colour ---

machine usage
examine --help
is "$RC" 0 '--help succeeds'
like "$OUT" '^usage: tools/doctor' '--help shows the usage'
examine --nosuch
is "$RC" 2 'an unknown option is a usage error'

# on_terminal VARIABLE=VALUE... - runs the doctor with a terminal as its output.
on_terminal() {
	run env TERM=xterm "$@" script -qec "env PATH='$BIN' DOCTOR_ROOT='$ROOT' DEPS_ROOT='$ROOT' '$DOCTOR'" /dev/null
}

if script -qec true /dev/null >/dev/null 2>&1; then
	on_terminal LANG=C
	like "$OUT" "$(printf '\033')\\[32mOK" 'colour on a terminal'
	on_terminal NO_COLOR=1
	unlike "$OUT" "$(printf '\033')" 'no colour with NO_COLOR'
	on_terminal TERM=dumb
	unlike "$OUT" "$(printf '\033')" 'no colour on a dumb terminal'
else
	skip 'script(1) cannot make a terminal here' 'colour'
fi

# --- this machine ---

SCRATCH=$WORK/here
mkdir "$SCRATCH"
run env TMPDIR="$SCRATCH" "$DOCTOR"
is "$(printf '%s\n' "$OUT" | grep -cE '^(OK|warning|MISSING) ')" $CHECKS 'here: every check has its line'
is "$(ls -A "$SCRATCH")" '' 'here: no file is left behind'
if [ "$RC" = 0 ]; then
	like "$OUT" '^The demo can run: make demo$' 'here: the closing line agrees with exit status 0'
else
	like "$OUT" '^The demo cannot run: ' 'here: the closing line agrees with a failure'
fi
# A sysctl file answers differently from a plain file, so the stand-ins cannot show this.
if value=$(cat /proc/sys/kernel/unprivileged_bpf_disabled 2>/dev/null); then
	line OK 'unprivileged BPF' "$value:" 'here: a sysctl is read as it is'
else
	skip 'no kernel.unprivileged_bpf_disabled here' 'here: a sysctl is read as it is'
fi

done_testing
