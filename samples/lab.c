// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * lab: network namespaces without names. See lab.h.
 *
 * A namespace is held by a file descriptor of /proc/thread-self/ns/net. Only the kernel keeps
 * account of it, so whatever way the process ends, nothing has to be cleaned up.
 */
#include "lab.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/ethtool.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <sched.h>
#include <spawn.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define WORDS 40

extern char **environ;

static int current_namespace(void)
{
	return open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC);
}

/* ---- commands ---- */

/* A word as the command gets it: "@1" is how ip(8) takes a namespace by file. */
static char *translate(const struct lab *lab, char *word, char *room, size_t size)
{
	if (word[0] != '@')
		return word;
	snprintf(room, size, "/proc/%d/fd/%d", getpid(),
		 lab->ns[strtoul(word + 1, NULL, 10) % LAB_NAMESPACES]);
	return room;
}

/* Splits `line` in place. At most one word of it may be a namespace. */
static void split(const struct lab *lab, char *line, char **words, char *room, size_t size)
{
	size_t count = 0;
	char *rest = line, *word;

	while (count < WORDS - 1 && (word = strsep(&rest, " ")))
		words[count++] = translate(lab, word, room, size);
	words[count] = NULL;
}

/* Starts the command with both its streams in `out`. Returns its pid, or -errno. */
static pid_t spawn(char **words, int out)
{
	posix_spawn_file_actions_t actions;
	pid_t pid;
	int err;

	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
	posix_spawn_file_actions_adddup2(&actions, out, STDOUT_FILENO);
	posix_spawn_file_actions_adddup2(&actions, out, STDERR_FILENO);
	err = posix_spawnp(&pid, words[0], &actions, NULL, words, environ);
	posix_spawn_file_actions_destroy(&actions);
	return err ? -err : pid;
}

/* Runs it. Returns 0, or an errno, or -1 if it failed: then `said` has what it printed. */
static int run_words(char **words, char *said, size_t size)
{
	int pipes[2], status = 0, err = 0;
	pid_t pid;
	ssize_t got;

	said[0] = '\0';
	if (pipe2(pipes, O_CLOEXEC))
		return errno;
	pid = spawn(words, pipes[1]);
	close(pipes[1]);
	got = pid > 0 ? read(pipes[0], said, size - 1) : 0;
	said[got > 0 ? got : 0] = '\0';
	close(pipes[0]);
	while (pid > 0 && waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	if (pid < 0)
		err = -pid;
	else if (status)
		err = -1;
	return err;
}

/* What it said is one line of the message, its first. */
static void complain(const struct sample_run *run, const char *command, int err, char *said)
{
	said[strcspn(said, "\n")] = '\0';
	sample_fail(run, "%s: %s", command, err > 0 ? strerror(err) : said);
}

bool lab_run(const struct lab *lab, const struct sample_run *run, unsigned int ns,
	     const char *format, ...)
{
	char line[512], copy[512], room[64], said[256], *words[WORDS];
	va_list args;
	int err;

	va_start(args, format);
	vsnprintf(line, sizeof(line), format, args);
	va_end(args);
	memcpy(copy, line, sizeof(copy));
	split(lab, copy, words, room, sizeof(room));
	if (!lab_switch(lab, run, ns))
		return false;
	err = run_words(words, said, sizeof(said));
	if (!lab_switch(lab, run, 0))
		return false;
	if (err)
		complain(run, line, err, said);
	return !err;
}

/* ---- many commands of ip(8) at once ---- */

/* A file in memory with the lines, "@N" translated. Returns its descriptor, or -1 with errno. */
static int write_batch(const struct lab *lab, const char *lines)
{
	int fd = memfd_create("batch", MFD_CLOEXEC);

	for (const char *rest = lines; fd >= 0 && *rest;) {
		const size_t length = strcspn(rest, "@");

		dprintf(fd, "%.*s", (int)length, rest);
		rest += length;
		if (*rest != '@')
			continue;
		dprintf(fd, "/proc/%d/fd/%d", getpid(),
			lab->ns[strtoul(rest + 1, NULL, 10) % LAB_NAMESPACES]);
		rest += 1 + strspn(rest + 1, "0123456789");
	}
	return fd;
}

/*
 * Where the kernel refused one, ip ends with "Command failed FILE:3": cuts `lines` down to that line,
 * and returns it. Where ip itself did not like it, it does not say which it was.
 */
static const char *failed_line(char *lines, const char *said)
{
	const char *failed = strstr(said, "Command failed "),
		   *colon = failed ? strrchr(failed, ':') : NULL;
	unsigned long number = colon ? strtoul(colon + 1, NULL, 10) : 0;

	if (!number)
		return "-batch";
	while (number-- > 1 && strchr(lines, '\n'))
		lines = strchr(lines, '\n') + 1;
	lines[strcspn(lines, "\n")] = '\0';
	return lines;
}

bool lab_ip(const struct lab *lab, const struct sample_run *run, unsigned int ns,
	    const char *format, ...)
{
	char lines[2048], command[2048 + 4], file[64], said[512];
	char *words[] = {(char *)"ip", (char *)"-batch", file, NULL};
	va_list args;
	int fd, err;

	va_start(args, format);
	vsnprintf(lines, sizeof(lines), format, args);
	va_end(args);
	fd = write_batch(lab, lines);
	snprintf(file, sizeof(file), "/proc/%d/fd/%d", getpid(), fd);
	if (!lab_switch(lab, run, ns))
		return false;
	err = run_words(words, said, sizeof(said));
	close(fd);
	if (!lab_switch(lab, run, 0))
		return false;
	if (err) {
		snprintf(command, sizeof(command), "ip %s", failed_line(lines, said));
		complain(run, command, err, said);
	}
	return !err;
}

/* ---- namespaces ---- */

bool lab_switch(const struct lab *lab, const struct sample_run *run, unsigned int ns)
{
	if (!setns(lab->ns[ns], CLONE_NEWNET))
		return true;
	sample_fail(run, "cannot go to a network namespace: %s", strerror(errno));
	return false;
}

/* Makes a namespace, which the thread then is in, with lo up. Returns it or -1 with errno. */
static int new_namespace(void)
{
	struct ifreq request = {.ifr_name = "lo", .ifr_flags = IFF_UP};
	int fd, err;

	if (unshare(CLONE_NEWNET))
		return -1;
	fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return -1;
	err = ioctl(fd, SIOCSIFFLAGS, &request);
	close(fd);
	return err ? -1 : current_namespace();
}

bool lab_open(struct lab *lab, const struct sample_run *run, unsigned int count)
{
	*lab = (struct lab){.home = current_namespace()};
	while (lab->home >= 0 && lab->count < count) {
		int fd = new_namespace();

		if (fd < 0)
			break;
		lab->ns[lab->count++] = fd;
	}
	if (lab->count == count && lab_switch(lab, run, 0))
		return true;
	sample_fail(run, "cannot make a network namespace to play in: %s%s", strerror(errno),
		    errno == EPERM ? "; it takes root (CAP_SYS_ADMIN)" : "");
	lab_close(lab);
	return false;
}

static bool configure(const struct lab *lab, const struct sample_run *run, unsigned int ns)
{
	const char *interface = ns ? LAB_IF1 : LAB_IF0;
	const char *v4 = ns ? LAB_V4_1 : LAB_V4_0, *peer_v4 = ns ? LAB_V4_0 : LAB_V4_1;
	const char *v6 = ns ? LAB_V6_1 : LAB_V6_0, *peer_v6 = ns ? LAB_V6_0 : LAB_V6_1;
	const char *peer_mac = ns ? LAB_MAC0 : LAB_MAC1;

	/* arp off: then IPv6, too, asks nobody and reports no multicast groups. */
	return lab_ip(lab, run, ns,
		      "link set %1$s address %2$s addrgenmode none arp off\n"
		      "address add %3$s/24 dev %1$s\n"
		      "address add %4$s/64 dev %1$s nodad\n"
		      "link set %1$s up\n"
		      "neighbour replace %5$s lladdr %7$s dev %1$s nud permanent\n"
		      "neighbour replace %6$s lladdr %7$s dev %1$s nud permanent\n",
		      interface, ns ? LAB_MAC1 : LAB_MAC0, v4, v6, peer_v4, peer_v6, peer_mac);
}

bool lab_pair(const struct lab *lab, const struct sample_run *run)
{
	return lab_run(lab, run, 0,
		       "ip link add " LAB_IF0 " type veth peer name " LAB_IF1 " netns @1") &&
	       configure(lab, run, 0) && configure(lab, run, 1);
}

int lab_socket(const struct lab *lab, unsigned int ns, int family, int type, int protocol)
{
	int here = current_namespace(), fd = -1, saved;

	if (here < 0)
		return -1;
	if (!setns(lab->ns[ns], CLONE_NEWNET))
		fd = socket(family, type | SOCK_CLOEXEC, protocol);
	saved = errno;
	if (setns(here, CLONE_NEWNET) && fd >= 0) {
		saved = errno;
		close(fd);
		fd = -1;
	}
	close(here);
	errno = saved;
	return fd;
}

unsigned int lab_ifindex(const struct lab *lab, unsigned int ns, const char *name)
{
	int fd = lab_socket(lab, ns, AF_INET, SOCK_DGRAM, 0);
	struct ifreq request = {0};
	int index = 0;

	strncpy(request.ifr_name, name, IFNAMSIZ - 1);
	if (fd >= 0 && !ioctl(fd, SIOCGIFINDEX, &request))
		index = request.ifr_ifindex;
	if (fd >= 0)
		close(fd);
	return (unsigned int)index;
}

bool lab_offload(const struct lab *lab, const struct sample_run *run, unsigned int ns,
		 const char *name, int what, bool on)
{
	static const char *const letters[] = {[LAB_TX_CHECKSUM] = "tx", [LAB_GRO] = "gro"};
	struct ethtool_value value = {.cmd = what == LAB_GRO ? ETHTOOL_SGRO : ETHTOOL_STXCSUM,
				      .data = on};
	struct ifreq request = {.ifr_data = (void *)&value};
	int fd = lab_socket(lab, ns, AF_INET, SOCK_DGRAM, 0);
	int err;

	strncpy(request.ifr_name, name, IFNAMSIZ - 1);
	err = fd < 0 || ioctl(fd, SIOCETHTOOL, &request) ? errno : 0;
	if (fd >= 0)
		close(fd);
	if (err)
		sample_fail(run, "ethtool -K %s %s %s: %s", name, letters[what],
			    on ? "on" : "off", strerror(err));
	return !err;
}

void lab_close(struct lab *lab)
{
	if (lab->home > 0) {
		setns(lab->home, CLONE_NEWNET);
		close(lab->home);
	}
	for (unsigned int i = 0; i < lab->count; i++)
		close(lab->ns[i]);
	*lab = (struct lab){0};
}
