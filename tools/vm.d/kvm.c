// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * kvm: does a guest of this machine's KVM run at speed?
 *
 * /dev/kvm tells only that somebody offers it. Some hosts emulate a guest instruction by
 * instruction, which is slower than QEMU's own translation. So this runs a loop of 100,000
 * iterations in a guest of a few bytes: well below a millisecond on a processor, over 100 by
 * emulation.
 *
 * Exit status: 0 it does; 1 it does not, or cannot be told, with the reason on stderr.
 */
#include <err.h>

#ifdef __x86_64__
#include <fcntl.h>
#include <linux/kvm.h>
#include <stdint.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#define PAGE	   4096
#define AT	   0x1000 /* where the guest's one page is */
#define LIMIT_MS   20
#define PATIENCE_S 5

static const uint8_t loop[] = {
	0x66, 0xb9, 0xa0, 0x86, 0x01, 0x00, /* mov ecx, 100000 */
	0x66, 0x49,			    /* dec ecx */
	0x75, 0xfc,			    /* jnz, to the dec */
	0xf4,				    /* hlt */
};

/* do_ioctl: the result, or the end of this program. */
static int do_ioctl(int fd, unsigned long request, void *argument, const char *what)
{
	int result = ioctl(fd, request, argument);

	if (result < 0)
		err(1, "KVM: %s", what);
	return result;
}

static void *map_shared(size_t size, int flags, int fd)
{
	void *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | flags, fd, 0);

	if (memory == MAP_FAILED)
		err(1, "KVM: mmap");
	return memory;
}

/* A guest has nothing but the page with the loop. */
static int make_guest(int kvm)
{
	int vm = do_ioctl(kvm, KVM_CREATE_VM, NULL, "KVM_CREATE_VM");
	struct kvm_userspace_memory_region region = {.guest_phys_addr = AT,
						     .memory_size = PAGE};
	void *page = map_shared(PAGE, MAP_ANONYMOUS, -1);

	memcpy(page, loop, sizeof(loop));
	region.userspace_addr = (uintptr_t)page;
	do_ioctl(vm, KVM_SET_USER_MEMORY_REGION, &region, "KVM_SET_USER_MEMORY_REGION");
	return vm;
}

/* Real mode, from the first byte of the page. */
static void point_at_loop(int cpu)
{
	struct kvm_sregs sregs;
	struct kvm_regs regs = {.rip = AT, .rflags = 2};

	do_ioctl(cpu, KVM_GET_SREGS, &sregs, "KVM_GET_SREGS");
	sregs.cs.base = 0;
	sregs.cs.selector = 0;
	do_ioctl(cpu, KVM_SET_SREGS, &sregs, "KVM_SET_SREGS");
	do_ioctl(cpu, KVM_SET_REGS, &regs, "KVM_SET_REGS");
}

static double milliseconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

static double time_loop(int kvm)
{
	int cpu = do_ioctl(make_guest(kvm), KVM_CREATE_VCPU, NULL, "KVM_CREATE_VCPU");
	int size = do_ioctl(kvm, KVM_GET_VCPU_MMAP_SIZE, NULL, "KVM_GET_VCPU_MMAP_SIZE");
	struct kvm_run *run = map_shared((size_t)size, 0, cpu);
	double start;

	point_at_loop(cpu);
	start = milliseconds();
	do_ioctl(cpu, KVM_RUN, NULL, "KVM_RUN");
	if (run->exit_reason != KVM_EXIT_HLT)
		errx(1, "KVM: the guest stopped for reason %u, not at its end",
		     run->exit_reason);
	return milliseconds() - start;
}

int main(void)
{
	int kvm = open("/dev/kvm", O_RDWR | O_CLOEXEC);
	double took;

	alarm(PATIENCE_S);
	if (kvm < 0)
		err(1, "/dev/kvm");
	took = time_loop(kvm);
	if (took > LIMIT_MS)
		errx(1, "KVM: 100,000 iterations took %.0f ms: it emulates them", took);
	return 0;
}

#else
int main(void)
{
	errx(1, "not an x86-64");
}
#endif
