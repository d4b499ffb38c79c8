// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * known: a process that does a known thing a known number of times, for tests that count it.
 *
 *     known block COUNT         another process, whose id is printed, sleeps and is woken
 *     known udp COUNT           sends itself a datagram over 127.0.0.1
 *     known getpgid COUNT       calls getpgid() for numbers that are no process: 0x7e570001, …2, …
 *     known open COUNT FILE     opens and closes FILE
 *     known access COUNT FILE   asks whether it may read FILE
 *     known threads COUNT FILE  COUNT threads live at once, and each opens FILE once
 *
 * For each line on standard input it does so COUNT times, and then prints "done". It ends at the
 * line "end" or the end of input. Exit status: 0; 1 it failed, with a message; 2 wrong usage.
 *
 * block: both processes are on one CPU, and the one is woken only when it is seen to sleep; so it
 * is woken COUNT times, not once more or less, and always by a process, not an interrupt.
 */
#include <arpa/inet.h>
#include <err.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define NO_PROCESS  0x7e570000
#define MAX_THREADS 64

static unsigned long count;
static const char *file;

/* ---- block ---- */

static int sleeper_pipe[2];
static pid_t sleeper;

static void use_one_cpu(void)
{
	cpu_set_t all, one;
	int cpu = 0;

	if (sched_getaffinity(0, sizeof(all), &all))
		err(1, "sched_getaffinity");
	while (!CPU_ISSET(cpu, &all))
		cpu++;
	CPU_ZERO(&one);
	CPU_SET(cpu, &one);
	if (sched_setaffinity(0, sizeof(one), &one))
		err(1, "sched_setaffinity");
}

static void start_sleeper(void)
{
	char byte;

	use_one_cpu();
	if (pipe(sleeper_pipe))
		err(1, "pipe");
	sleeper = fork();
	if (sleeper < 0)
		err(1, "fork");
	if (!sleeper) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		while (read(sleeper_pipe[0], &byte, 1) == 1)
			;
		_exit(0);
	}
	printf("%d\n", (int)sleeper);
}

static char state_of(pid_t pid)
{
	char path[64], state = 0;
	FILE *stat;

	snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
	stat = fopen(path, "re");
	if (!stat || fscanf(stat, "%*d (%*[^)]) %c", &state) != 1)
		err(1, "%s", path);
	fclose(stat);
	return state;
}

static void wait_until_asleep(void)
{
	while (state_of(sleeper) != 'S')
		usleep(500);
}

static void block(unsigned long i)
{
	(void)i;
	wait_until_asleep();
	if (write(sleeper_pipe[1], "", 1) != 1)
		err(1, "pipe");
}

/* ---- udp ---- */

static int udp_fd;

static void open_udp(void)
{
	struct sockaddr_in address = {.sin_family = AF_INET};
	socklen_t length = sizeof(address);

	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	udp_fd = socket(AF_INET, SOCK_DGRAM, 0);
	if (udp_fd < 0 || bind(udp_fd, (struct sockaddr *)&address, length) ||
	    getsockname(udp_fd, (struct sockaddr *)&address, &length) ||
	    connect(udp_fd, (struct sockaddr *)&address, length))
		err(1, "a UDP socket on 127.0.0.1");
}

static void udp(unsigned long i)
{
	char byte = (char)i;

	if (send(udp_fd, &byte, 1, 0) != 1 || recv(udp_fd, &byte, 1, 0) != 1)
		err(1, "datagram %lu", i);
}

/* ---- system calls ---- */

static void call_getpgid(unsigned long i)
{
	if (getpgid((pid_t)(NO_PROCESS + i + 1)) >= 0)
		errx(1, "there is a process %lu", NO_PROCESS + i + 1);
}

static void open_file(unsigned long i)
{
	int fd = open(file, O_RDONLY | O_CLOEXEC);

	(void)i;
	if (fd < 0)
		err(1, "%s", file);
	close(fd);
}

static void access_file(unsigned long i)
{
	(void)i;
	if (access(file, R_OK))
		err(1, "%s", file);
}

/* ---- threads ---- */

static pthread_barrier_t all_here;

static void *open_in_thread(void *arg)
{
	pthread_barrier_wait(&all_here);
	open_file(0);
	pthread_barrier_wait(&all_here);
	return arg;
}

static void run_threads(unsigned long i)
{
	pthread_t threads[MAX_THREADS];

	if (i)
		return;
	pthread_barrier_init(&all_here, NULL, (unsigned int)count);
	for (unsigned long n = 0; n < count; n++)
		if (pthread_create(&threads[n], NULL, open_in_thread, NULL))
			errx(1, "no thread %lu", n);
	for (unsigned long n = 0; n < count; n++)
		pthread_join(threads[n], NULL);
	pthread_barrier_destroy(&all_here);
}

/* ---- all of them ---- */

static void nothing(void)
{
}

static const struct kind {
	const char *name;
	void (*prepare)(void);
	void (*step)(unsigned long i);
	int arguments;
} kinds[] = {
	{"block", start_sleeper, block, 3},    {"udp", open_udp, udp, 3},
	{"getpgid", nothing, call_getpgid, 3}, {"open", nothing, open_file, 4},
	{"access", nothing, access_file, 4},   {"threads", nothing, run_threads, 4},
};

static const struct kind *read_arguments(int argc, char **argv)
{
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		if (argc != kinds[i].arguments || strcmp(argv[1], kinds[i].name) != 0)
			continue;
		count = strtoul(argv[2], NULL, 10);
		file = argv[3];
		return &kinds[i];
	}
	errx(2, "usage: known block|udp|getpgid COUNT | known open|access|threads COUNT FILE");
}

int main(int argc, char **argv)
{
	const struct kind *kind = read_arguments(argc, argv);
	char line[64];

	setvbuf(stdout, NULL, _IOLBF, 0);
	kind->prepare();
	while (fgets(line, sizeof(line), stdin) && strcmp(line, "end\n") != 0) {
		for (unsigned long i = 0; i < count; i++)
			kind->step(i);
		if (sleeper)
			wait_until_asleep();
		puts("done");
	}
	if (sleeper) {
		kill(sleeper, SIGKILL);
		waitpid(sleeper, NULL, 0);
	}
	return 0;
}
