// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * pretend: myload with a stand-in for the kernel. It needs no root, and prints what the kernel would
 * have been asked:
 *
 *     ./pretend OBJECT
 *
 * myload.c is included below, so all of it is the same but for two functions: the program has its own
 * syscall(), and so the C library's is not used. For bpf(2) it prints the attributes, and returns
 * what the kernel would: descriptors from 100 on, which are open and refer to nothing.
 *
 * It has its own close(), too, which changes errno also if all went well. Any function may do that.
 *
 * In the environment one can have it be another kernel:
 *
 *     PRETEND_KNOWS=28      knows so many bytes of union bpf_attr, as an old one does
 *     PRETEND_REFUSE=3      the third map is refused, for want of memory
 *     PRETEND_LOG=100000    programs are refused, with a log of so many bytes
 *     PRETEND_CLOSES=1      says which descriptors of its own are closed
 */
#define main myload_main
#include "myload.c"
#undef main

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { FIRST = 100, END = 200 }; /* descriptors that stand for maps and programs */

static union bpf_attr made[END]; /* what each of them was asked for with */

static unsigned long setting(const char *name, unsigned long otherwise)
{
	const char *text = getenv(name);

	return text ? strtoul(text, NULL, 10) : otherwise;
}

/* What a variable holds that nobody gave a value to: here it is never 0 by luck. */
__attribute__((noinline)) static void spoil_stack(void)
{
	volatile unsigned char rubbish[16384];

	for (size_t i = 0; i < sizeof(rubbish); i++)
		rubbish[i] = 0xa5;
}

static long refuse(int error)
{
	printf(" = refused, %s\n", strerror(error));
	errno = error;
	return -1;
}

static long descriptor(const union bpf_attr *attr)
{
	int fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
	int moved = fcntl(fd, F_DUPFD_CLOEXEC, FIRST);

	close(fd);
	if (moved < 0 || moved >= END)
		return refuse(EMFILE);
	made[moved] = *attr;
	printf(" = %d\n", moved);
	return moved;
}

/* Is anything but 0 from byte `from` on? */
static int rest_is_set(const union bpf_attr *attr, size_t from)
{
	const unsigned char *bytes = (const unsigned char *)attr;

	for (size_t i = from; i < sizeof(*attr); i++)
		if (bytes[i])
			return 1;
	return 0;
}

/* How much of the union a command uses: what is behind it must be 0. */
#define UP_TO(member) (offsetof(union bpf_attr, member) + sizeof(((union bpf_attr *)0)->member))

/* Text, up to its end or `most` characters; what cannot be printed is a '?'. */
static void print_text(const char *text, size_t most)
{
	for (size_t i = 0; i < most && text[i]; i++)
		putchar(text[i] >= ' ' && text[i] <= '~' ? text[i] : '?');
}

static long create(const union bpf_attr *attr)
{
	static unsigned long calls;

	printf("kernel: BPF_MAP_CREATE type %u key %u value %u max %u flags %u name '",
	       attr->map_type, attr->key_size, attr->value_size, attr->max_entries,
	       attr->map_flags);
	print_text(attr->map_name, sizeof(attr->map_name));
	printf("'");
	if (attr->map_name[sizeof(attr->map_name) - 1])
		return refuse(EINVAL); /* the name does not end */
	if (attr->inner_map_fd || attr->numa_node || rest_is_set(attr, UP_TO(map_name)))
		return refuse(EINVAL); /* set, and not for this type of map */
	if (!attr->key_size || !attr->value_size || !attr->max_entries)
		return refuse(EINVAL);
	return ++calls == setting("PRETEND_REFUSE", 0) ? refuse(ENOMEM) : descriptor(attr);
}

/* The log that a refused program gets, as far as there is room for it. */
static long refuse_program(const union bpf_attr *attr, size_t length)
{
	char *log = (char *)(unsigned long)attr->log_buf;
	int fits = length < attr->log_size;

	if (!attr->log_level)
		return refuse(EACCES);
	memset(log, '.', fits ? length : attr->log_size - 1);
	log[fits ? length : attr->log_size - 1] = 0;
	memcpy(log, "first line\n", 11);
	if (fits)
		memcpy(log + length - 10, "\nlast line", 10);
	return refuse(fits ? EACCES : ENOSPC);
}

/* The verifier looks up each map that an instruction names. 0, or -1 if one is not open. */
static int show_maps_of(const union bpf_attr *attr)
{
	const struct bpf_insn *insns = (const void *)(unsigned long)attr->insns;

	for (__u32 i = 0; i < attr->insn_cnt; i++) {
		if (insns[i].code != (BPF_LD | BPF_IMM | BPF_DW))
			continue;
		if (insns[i].src_reg == BPF_PSEUDO_MAP_FD)
			printf(" map %d", insns[i].imm);
		if (insns[i].src_reg == BPF_PSEUDO_MAP_FD && fcntl(insns[i].imm, F_GETFD) < 0)
			return -1;
		i++; /* it is two long */
	}
	return 0;
}

static long load(const union bpf_attr *attr)
{
	unsigned long log = setting("PRETEND_LOG", 0);

	printf("kernel: BPF_PROG_LOAD type %u insns %u license '", attr->prog_type,
	       attr->insn_cnt);
	if (attr->license)
		print_text((const char *)(unsigned long)attr->license, 128);
	printf("' log level %u size %u", attr->log_level, attr->log_size);
	if (show_maps_of(attr))
		return refuse(EBADF);
	if (!attr->prog_type || rest_is_set(attr, UP_TO(prog_name)))
		return refuse(EINVAL);
	if (!attr->log_level != !attr->log_buf || !attr->log_level != !attr->log_size)
		return refuse(EINVAL); /* all three, or none */
	if (attr->log_level && (attr->log_size < 128 || attr->log_size > UINT32_MAX >> 8))
		return refuse(EINVAL);
	return log ? refuse_program(attr, log) : descriptor(attr);
}

static long info(const union bpf_attr *attr)
{
	__u32 fd = attr->info.bpf_fd;
	struct bpf_map_info *info = (struct bpf_map_info *)(unsigned long)attr->info.info;

	if (fd < FIRST || fd >= END || fcntl(fd, F_GETFD) < 0) {
		errno = EBADF;
		return -1;
	}
	info->type = made[fd].map_type;
	info->key_size = made[fd].key_size;
	info->value_size = made[fd].value_size;
	info->max_entries = made[fd].max_entries;
	info->map_flags = made[fd].map_flags;
	memcpy(info->name, made[fd].map_name, sizeof(info->name));
	return 0;
}

/* As if element N of any map were N: keys of 4 bytes, values of 8. */
static long look_up(const union bpf_attr *attr)
{
	__u32 key = 0;

	if (attr->map_fd < FIRST || attr->map_fd >= END || !attr->key || !attr->value) {
		errno = EFAULT;
		return -1;
	}
	if (attr->flags || rest_is_set(attr, UP_TO(flags))) {
		errno = EINVAL;
		return -1;
	}
	memcpy(&key, (const void *)(unsigned long)attr->key, sizeof(key));
	memcpy((void *)(unsigned long)attr->value, &(__u64){key}, sizeof(__u64));
	return 0;
}

static long pretend_bpf(int command, const union bpf_attr *given, size_t size)
{
	union bpf_attr attr;

	memset(&attr, 0, sizeof(attr));
	memcpy(&attr, given, size < sizeof(attr) ? size : sizeof(attr));
	if (size > 4096 || rest_is_set(&attr, setting("PRETEND_KNOWS", sizeof(attr)))) {
		printf("kernel: command %d, %zu bytes", command, size);
		return refuse(E2BIG);
	}
	switch (command) {
	case BPF_MAP_CREATE: return create(&attr);
	case BPF_PROG_LOAD: return load(&attr);
	case BPF_OBJ_GET_INFO_BY_FD: return info(&attr);
	case BPF_MAP_LOOKUP_ELEM: return look_up(&attr);
	}
	printf("kernel: command %d", command);
	return refuse(EINVAL);
}

long syscall(long number, ...)
{
	const union bpf_attr *attr;
	va_list arguments;
	size_t size;
	int command;
	long result;

	va_start(arguments, number);
	command = va_arg(arguments, int);
	attr = va_arg(arguments, const union bpf_attr *);
	size = va_arg(arguments, size_t);
	va_end(arguments);
	if (number != __NR_bpf) {
		printf("kernel: system call %ld", number);
		return refuse(ENOSYS);
	}
	result = pretend_bpf(command, attr, size);
	spoil_stack();
	return result;
}

int close(int fd)
{
	int err = fcntl(fd, F_GETFD) < 0 ? -1 : close_range(fd, fd, 0);

	if (fd >= FIRST && setting("PRETEND_CLOSES", 0))
		printf("kernel: close %d\n", fd);
	errno = err ? EBADF : EINTR;
	return err;
}

static void count_open(void)
{
	int open = 0;

	for (int fd = FIRST; fd < END; fd++)
		open += fcntl(fd, F_GETFD) >= 0;
	printf("kernel: %d descriptors were left open\n", open);
}

int main(int argc, char **argv)
{
	setvbuf(stdout, NULL, _IOLBF, 0); /* in step with messages on stderr */
	atexit(count_open);
	spoil_stack();
	return myload_main(argc, argv);
}
