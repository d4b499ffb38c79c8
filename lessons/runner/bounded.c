// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * bounded: runs a command that may do anything, and ends it, with all that it started, when it has
 * ended or does too much.
 *
 *     bounded [OPTION]... COMMAND [ARGUMENT]...
 *
 *       --seconds N      it may take so long; 10
 *       --bytes N        it may print so much, stdout and stderr each; 65536. What is more is lost
 *       --processes N    it may start so many processes in all; 2000
 *       --report FILE    how it ended, one line: "status 0", "signal 11", or which limit it met:
 *                        "seconds 10", "bytes 65536", "processes 2000"
 *       --read-only DIR  it cannot write there
 *       --network        it has a network of its own, with lo and nothing else
 *       --mounts         its mounts, what it pins under /sys/fs/bpf and what is in /run are its own
 *       --keep-fd N      it has this descriptor; all others above 2 are closed
 *       --no-namespaces  as if there were none here, for tests
 *       --forward        SIGINT, SIGTERM and SIGHUP are handed on to it; else they end it
 *
 * Three processes: this one copies output and looks at the clock; its child is init of a process
 * namespace; the command is the child of that. When init goes, the kernel kills whatever is in the
 * namespace, so nothing can hide from it. A user who is not root gets the namespaces inside of a
 * user namespace. Where there are none, init is a subreaper and kills its descendants itself; the
 * options --read-only, --network and --mounts are then without effect.
 *
 * Exit status: that of the command, or 128 and the signal; 124 at a limit; 125 it could not be
 * started; 2 wrong usage.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <linux/close_range.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { LIMIT = 124, NOT_STARTED = 125 };

/* What is no wait status. */
enum { TOO_MANY = -1, INIT_DIED = -2 };

struct bounds {
	unsigned long seconds, bytes, processes;
	const char *report, *read_only;
	bool network, mounts, forward, plain;
	int keep_fd;
	char **command;

	bool namespaces; /* found out by enter_namespaces() */
	sigset_t signals;
};

/* What one of the command's two streams has left to print. */
struct stream {
	int from, to;
	unsigned long left;
};

static volatile sig_atomic_t asked; /* init's: the signal to hand on, or SIGKILL's stand-in */

static int fail(const char *what)
{
	fprintf(stderr, "bounded: %s: %s\n", what, strerror(errno));
	return NOT_STARTED;
}

/* ---- the command's process ---- */

static void limit(int resource, rlim_t value)
{
	struct rlimit limit = {value, value};

	setrlimit(resource, &limit);
}

/*
 * Of memory, the soft limit only. The address sanitizer takes more addresses than there is memory:
 * a check that has it watch a program lifts the limit, by prlimit --as=unlimited.
 */
static void limit_memory(rlim_t value)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_AS, &limit) || limit.rlim_max < value)
		return;
	limit.rlim_cur = value;
	setrlimit(RLIMIT_AS, &limit);
}

static void close_others(int keep)
{
	if (keep > 3)
		close_range(3, keep - 1, 0);
	close_range(keep > 2 ? keep + 1 : 3, ~0U, 0);
}

static rlim_t processes_of_user(void)
{
	DIR *proc = opendir("/proc");
	struct dirent *entry;
	struct stat status;
	rlim_t count = 0;

	while (proc && (entry = readdir(proc)))
		if (entry->d_name[0] >= '1' && entry->d_name[0] <= '9' &&
		    !fstatat(dirfd(proc), entry->d_name, &status, 0) &&
		    status.st_uid == getuid())
			count++;
	if (proc)
		closedir(proc);
	return count;
}

/* Where nobody counts a namespace's processes, the kernel does, all of a user's together. */
static void limit_processes(const struct bounds *bounds)
{
	if (!bounds->namespaces && getuid())
		limit(RLIMIT_NPROC, processes_of_user() + 200);
}

static void run_command(const struct bounds *bounds, const int out[2], const int err[2])
{
	setsid();
	setpriority(PRIO_PROCESS, 0, 0);
	dup2(out[1], STDOUT_FILENO);
	dup2(err[1], STDERR_FILENO);
	close_others(bounds->keep_fd);
	limit(RLIMIT_CORE, 0);
	limit(RLIMIT_FSIZE, 64UL << 20);
	limit_memory(4UL << 30);
	limit_processes(bounds);
	signal(SIGINT, SIG_DFL);
	signal(SIGTERM, SIG_DFL);
	signal(SIGHUP, SIG_DFL);
	sigprocmask(SIG_UNBLOCK, &bounds->signals, NULL);
	execvp(bounds->command[0], bounds->command);
	_exit(fail(bounds->command[0]));
}

/* ---- init ---- */

static void ask(int signal)
{
	asked = signal;
}

/* Without a namespace: kills children until there is none; orphans become children. */
static void kill_descendants(void)
{
	char path[64];
	int pid;

	snprintf(path, sizeof(path), "/proc/self/task/%d/children", getpid());
	do {
		FILE *children = fopen(path, "re");

		while (children && fscanf(children, "%d", &pid) == 1)
			kill(pid, SIGKILL);
		if (children)
			fclose(children);
	} while (waitpid(-1, NULL, 0) > 0);
}

/* How many processes the namespace has ever had: /proc/loadavg ends with the newest one's number. */
static unsigned long processes_so_far(void)
{
	unsigned long newest = 0;
	FILE *file = fopen("/proc/loadavg", "re");

	if (file && fscanf(file, "%*s %*s %*s %*s %lu", &newest) != 1)
		newest = 0;
	if (file)
		fclose(file);
	return newest;
}

/* Until the command is dead. Returns its wait status; TOO_MANY; INIT_DIED, as good as,
 * when told to end. */
static int wait_for(const struct bounds *bounds, pid_t command)
{
	const struct timespec pause = {.tv_nsec = 5000000};
	int status;
	pid_t dead;

	for (;;) {
		while ((dead = waitpid(-1, &status, WNOHANG)) > 0)
			if (dead == command)
				return status;
		if (asked == SIGUSR1)
			return INIT_DIED;
		if (asked)
			kill(command, asked);
		asked = 0;
		if (bounds->namespaces && processes_so_far() > bounds->processes)
			return TOO_MANY;
		nanosleep(&pause, NULL);
	}
}

static void mount_own(const char *type, const char *where)
{
	if (mount(type, where, type, MS_NOSUID | MS_NODEV, NULL) && !strcmp(where, "/proc"))
		fail("cannot mount /proc");
}

static void arrange_mounts(const struct bounds *bounds)
{
	if (!bounds->namespaces)
		return;
	mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL);
	if (bounds->mounts && !getuid()) {
		mount_own("bpf", "/sys/fs/bpf");
		mount_own("tmpfs", "/run");
	}
	if (bounds->read_only &&
	    !mount(bounds->read_only, bounds->read_only, NULL, MS_BIND | MS_REC, NULL))
		mount("none", bounds->read_only, NULL, MS_BIND | MS_REMOUNT | MS_RDONLY, NULL);
	mount_own("proc", "/proc");
}

/*
 * Leaves the command's wait status in `result`, and takes everything down with it. That is memory
 * shared with the outer process: into a pipe of this process, the command could write, too.
 */
static void be_init(const struct bounds *bounds, const int out[2], const int err[2],
		    int *result)
{
	struct sigaction action = {.sa_handler = ask};
	pid_t command;

	close(out[0]);
	close(err[0]);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	arrange_mounts(bounds);
	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
	sigaction(SIGHUP, &action, NULL);
	sigaction(SIGUSR1, &action, NULL);
	setpriority(PRIO_PROCESS, 0, -5);
	command = fork();
	if (!command)
		run_command(bounds, out, err);
	close(out[1]);
	close(err[1]);
	sigprocmask(SIG_UNBLOCK, &bounds->signals, NULL);
	*result = command < 0 ? NOT_STARTED << 8 : wait_for(bounds, command);
	if (!bounds->namespaces)
		kill_descendants();
	_exit(0);
}

/* ---- the outer process ---- */

static bool write_file(const char *path, const char *text)
{
	const int fd = open(path, O_WRONLY | O_CLOEXEC);
	const bool good = fd >= 0 && write(fd, text, strlen(text)) > 0;

	if (fd >= 0)
		close(fd);
	return good;
}

/* In a user namespace of their own, users stay who they are. */
static bool become_own_user(void)
{
	const unsigned int uid = geteuid(), gid = getegid();
	char map[64];

	if (unshare(CLONE_NEWUSER))
		return false;
	snprintf(map, sizeof(map), "%u %u 1", uid, uid);
	write_file("/proc/self/uid_map", map);
	write_file("/proc/self/setgroups", "deny");
	snprintf(map, sizeof(map), "%u %u 1", gid, gid);
	return write_file("/proc/self/gid_map", map);
}

static void enter_namespaces(struct bounds *bounds)
{
	if (bounds->plain)
		return;
	if (geteuid() && !become_own_user())
		return;
	if (bounds->network)
		unshare(CLONE_NEWNET);
	bounds->namespaces = !unshare(CLONE_NEWPID | CLONE_NEWNS);
}

/* Copies what there is. False when there is too much of it. */
static bool copy(struct stream *stream)
{
	char bytes[16384];
	ssize_t size = read(stream->from, bytes, sizeof(bytes));

	if (size <= 0) {
		close(stream->from);
		stream->from = -1;
		return true;
	}
	if ((unsigned long)size > stream->left) {
		size = (ssize_t)stream->left;
		stream->left = 0;
		return write(stream->to, bytes, size) < 0 && false;
	}
	stream->left -= size;
	return write(stream->to, bytes, size) == size;
}

static double now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static void take_down(const struct bounds *bounds, pid_t init)
{
	kill(init, bounds->namespaces ? SIGKILL : SIGUSR1);
}

/* A signal came: hands it on, or takes all down. */
static void on_signal(const struct bounds *bounds, int signals, pid_t init)
{
	struct signalfd_siginfo info;

	if (read(signals, &info, sizeof(info)) != sizeof(info))
		return;
	if (bounds->forward)
		kill(init, (int)info.ssi_signo);
	else
		take_down(bounds, init);
}

/*
 * Copies until init is dead, or a limit is met: its name then, else NULL. After that what
 * the command had printed before it ended is still in the pipes.
 */
static const char *watch(const struct bounds *bounds, struct stream streams[2], int signals,
			 pid_t init)
{
	const double end = now() + (double)bounds->seconds;
	const int alive = (int)syscall(SYS_pidfd_open, init, 0);

	for (;;) {
		struct pollfd wait[] = {{streams[0].from, POLLIN, 0},
					{streams[1].from, POLLIN, 0},
					{signals, POLLIN, 0},
					{alive, POLLIN, 0}};
		const double left = end - now();

		if (left <= 0)
			return "seconds";
		poll(wait, 4, (int)(left * 1000) + 1);
		for (int i = 0; i < 2; i++)
			if (wait[i].revents && !copy(&streams[i]))
				return "bytes";
		if (wait[2].revents)
			on_signal(bounds, signals, init);
		if (wait[3].revents && !wait[0].revents && !wait[1].revents)
			return NULL;
	}
}

static int report(const struct bounds *bounds, const char *what, unsigned long number,
		  int status)
{
	FILE *file = bounds->report ? fopen(bounds->report, "we") : NULL;

	if (file) {
		fprintf(file, "%s %lu\n", what, number);
		fclose(file);
	}
	return status;
}

static int conclude(const struct bounds *bounds, const char *met, int status)
{
	if (met)
		return report(bounds, met, met[0] == 's' ? bounds->seconds : bounds->bytes,
			      LIMIT);
	if (status == INIT_DIED)
		return report(bounds, "signal", SIGKILL, 128 + SIGKILL);
	if (status == TOO_MANY)
		return report(bounds, "processes", bounds->processes, LIMIT);
	if (WIFSIGNALED(status))
		return report(bounds, "signal", WTERMSIG(status), 128 + WTERMSIG(status));
	return report(bounds, "status", WEXITSTATUS(status), WEXITSTATUS(status));
}

static int run(struct bounds *bounds)
{
	int *result = mmap(NULL, sizeof(*result), PROT_READ | PROT_WRITE,
			   MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	int out[2], err[2], signals;
	struct stream streams[2];
	const char *met;
	pid_t init;

	prctl(PR_SET_PDEATHSIG, SIGKILL); /* and init has the same */
	close_others(bounds->keep_fd);	  /* the command could find them in its init */
	if (result == MAP_FAILED || pipe2(out, O_CLOEXEC) || pipe2(err, O_CLOEXEC))
		return fail("no pipe");
	*result = INIT_DIED;
	sigprocmask(SIG_BLOCK, &bounds->signals, NULL);
	signals = signalfd(-1, &bounds->signals, SFD_CLOEXEC);
	enter_namespaces(bounds);
	init = fork();
	if (init < 0)
		return fail("no process");
	if (!init)
		be_init(bounds, out, err, result);
	close(out[1]);
	close(err[1]);
	streams[0] = (struct stream){out[0], STDOUT_FILENO, bounds->bytes};
	streams[1] = (struct stream){err[0], STDERR_FILENO, bounds->bytes};
	met = watch(bounds, streams, signals, init);
	if (met)
		take_down(bounds, init);
	waitpid(init, NULL, 0);
	return conclude(bounds, met, *result);
}

/* ---- the command line ---- */

static bool set_option(struct bounds *bounds, int option)
{
	const unsigned long number = optarg ? strtoul(optarg, NULL, 10) : 0;

	switch (option) {
	case 's': bounds->seconds = number; break;
	case 'b': bounds->bytes = number; break;
	case 'p': bounds->processes = number; break;
	case 'r': bounds->report = optarg; break;
	case 'o': bounds->read_only = optarg; break;
	case 'n': bounds->network = true; break;
	case 'm': bounds->mounts = true; break;
	case 'k': bounds->keep_fd = (int)number; break;
	case 'x': bounds->plain = true; break;
	case 'f': bounds->forward = true; break;
	default: return false;
	}
	return true;
}

int main(int argc, char **argv)
{
	static const struct option options[] = {
		{"seconds", 1, NULL, 's'},
		{"bytes", 1, NULL, 'b'},
		{"processes", 1, NULL, 'p'},
		{"report", 1, NULL, 'r'},
		{"read-only", 1, NULL, 'o'},
		{"network", 0, NULL, 'n'},
		{"mounts", 0, NULL, 'm'},
		{"keep-fd", 1, NULL, 'k'},
		{"forward", 0, NULL, 'f'},
		{"no-namespaces", 0, NULL, 'x'},
		{0},
	};
	struct bounds bounds = {
		.seconds = 10, .bytes = 65536, .processes = 2000, .keep_fd = -1};
	int option;

	while ((option = getopt_long(argc, argv, "+", options, NULL)) != -1)
		if (!set_option(&bounds, option))
			return 2;
	bounds.command = argv + optind;
	if (!*bounds.command) {
		fprintf(stderr, "usage: bounded [OPTION]... COMMAND [ARGUMENT]...\n");
		return 2;
	}
	sigemptyset(&bounds.signals);
	sigaddset(&bounds.signals, SIGINT);
	sigaddset(&bounds.signals, SIGTERM);
	sigaddset(&bounds.signals, SIGHUP);
	return run(&bounds);
}
