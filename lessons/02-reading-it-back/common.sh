# SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
# shellcheck shell=bash disable=SC2154 # END, OUT and RC are check.sh's
#
# common.sh - what the checks of this lesson have in common. probe/access_probe.c calls the
# learner's functions, on maps that only the check knows: first on those of a stand-in for the
# kernel, which needs no root; once more with errors as libbpf 1.x returns them; and in the kernel.

WHATS=()
WANTS=()
STEPS=()

# functions_build - the probe, twice. The second sees libbpf's own results, where the header of this
# tree would give -1 for an error.
functions_build() {
	cp "$LESSON"/probe/*.[ch] .
	cp access_probe.c access_probe_modern.c
	echo 'access_probe access_probe_modern: PARTS = map_access.c access_maps.c
access_probe_modern: CC += -DBPF_LOAD_MODERN_RETURNS' >>local.mk
	build access_probe builds 'map_access.c compiles'
}

# probed COMMAND... - leaves in $FOUND what it prints and, if that was not well, how it ended.
probed() {
	run 5 "$@"
	cat run.err
	FOUND=$OUT
	[ "$RC" = 0 ] || FOUND=${OUT:+$OUT$'\n'}$END
	FOUND=${FOUND//EBADFD/EBADF} # so says bpf_obj_get_info_by_fd(), where other calls say EBADF
	leeway_here
}

# Makes one in $FOUND of answers that are equally right. For checks that have such.
leeway_here() {
	:
}

# What is telling in what was found. A check may have its own: meaning_here.
meaning() {
	case $FOUND in
	*ENOSYS*) echo 'ENOSYS is what the starter returns: the function is not written yet.' ;;
	*EFAULT*) echo 'EFAULT: what the call was given for a key or a value is not the address of one.' ;;
	*EPERM*) echo 'EPERM has the number 1: this is the -1 that the call returned, not its errno.' ;;
	*'earlier call'*) echo 'A call that succeeds leaves errno as it was: ask for it only if the result is less than 0.' ;;
	*'not negative'*) echo 'A function returns 0, or a negative errno. errno itself is positive: return -errno.' ;;
	*'nothing was written'*) echo 'The function has returned 0, which says that *count holds the element.' ;;
	*1229782938247303* | *286331153*) echo 'Such a number was there before: the function has added to it, or not written to it.' ;;
	*'no end'* | *' times'*) echo 'A loop that does not come to its end: does it go on from the key that it was given?' ;;
	*'status '*) echo 'The function has ended the program. It is to return what failed, and leave the rest to its caller.' ;;
	*SIG*) echo 'The function has written, or was told to write, where nothing of its own is.' ;;
	esac
}

meaning_here() {
	:
}

# calls ID WHAT WHY WANTED STEP... - one map, and what comes of the steps.
calls() {
	WHATS+=("$2") WANTS+=("$4") STEPS+=("${*:5}")
	probed ./access_probe "${@:5}"
	expect "$1" "$2" "$4" "$FOUND" "$(meaning_here; meaning; echo "$3")"
}

# again ID WHAT WHY COMMAND... - all calls so far, by another command.
again() {
	local i steps
	passed_over "$1" "$2" && return
	for i in "${!STEPS[@]}"; do
		read -ra steps <<<"${STEPS[i]}"
		probed "${@:4}" "${steps[@]}"
		[ "$FOUND" = "${WANTS[i]}" ] || failed "$1" "$2: ${WHATS[i]}" "$3" "${WANTS[i]}" "$FOUND"
	done
	pass "$1" "$2"
}

# again_everywhere - with libbpf's own results and then, with root, in the kernel.
again_everywhere() {
	build access_probe_modern modern-builds 'map_access.c compiles with BPF_LOAD_MODERN_RETURNS'
	again modern-libbpf 'the same with errors as libbpf 1.x returns them' \
		'There an error is not -1, but -errno, such as -2: test for "less than 0", then take errno.' \
		./access_probe_modern
	user counts_user.c
	kern counts_kern.c kern-builds
	tier 1
	again in-kernel 'the same with maps of the kernel' \
		'The stand-in for the kernel has let this pass, and the kernel does not.' ./access_probe kernel
}

# program ID WHAT WANTED COMMAND... - what counts_user prints, with libbpf as it is installed.
program() {
	run 20 ./counts_user "${@:4}"
	ended_well program-ran "counts_user comes to its end"
	expect "$1" "$2" "$3" "$OUT" 'The functions are the same as above. Here counts_user calls them.'
}
