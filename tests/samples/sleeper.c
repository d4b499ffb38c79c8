// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * sleeper TIMES MILLISECONDS - a process that is blocked TIMES times, for that long each, and one
 * that wakes it; for tests of what shows blocked time.
 *
 * "sleeper-waits" is the process that was started: be_waiter() > wait_often() > wait_for_pipe() >
 * read_byte(). "sleeper-wakes" is its child: main() > be_waker() > wake_often() > wake_partner() > write_byte().
 * read_byte() and write_byte() hide behind the C library's read() and write(), which have no frame
 * of their own. Prints, as it starts, the two process ids; at the end by how much the clock went on
 * in the reads, and how many they were:
 *
 *     waiter 1234 waker 1235
 *     microseconds 601234 blocks 20
 *
 * It begins when its standard input has a line, and both end when there is another one: till then
 * their symbols can be looked up. Only when the waiter is seen asleep in
 * /proc the time of a block starts: so each read blocks.
 */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static int ends[2];
static pid_t waiter;

static int failed(const char *what)
{
	perror(what);
	exit(1);
}

static long long now_ns(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return time.tv_sec * 1000000000LL + time.tv_nsec;
}

/* ---- the waiter ---- */

static __attribute__((noinline)) int read_byte(void)
{
	char byte;

	return read(ends[0], &byte, 1) == 1;
}

static __attribute__((noinline)) long long wait_for_pipe(void)
{
	long long before = now_ns();

	if (!read_byte())
		failed("read");
	return now_ns() - before;
}

static __attribute__((noinline)) long long wait_often(int times)
{
	long long total = 0;

	for (int i = 0; i < times; i++)
		total += wait_for_pipe();
	return total;
}

/* ---- the waker ---- */

/* The letter behind the name, "123 (name) S": not that of a name with a bracket in it. */
static char state(pid_t pid)
{
	char path[64], line[512], *bracket;
	ssize_t length;
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/stat", pid);
	fd = open(path, O_RDONLY);
	length = fd < 0 ? -1 : read(fd, line, sizeof(line) - 1);
	if (length <= 0)
		failed(path);
	close(fd);
	line[length] = '\0';
	bracket = strrchr(line, ')');
	return bracket && bracket[1] ? bracket[2] : '?';
}

static __attribute__((noinline)) int write_byte(void)
{
	return write(ends[1], "", 1) == 1;
}

static __attribute__((noinline)) void wake_partner(void)
{
	if (!write_byte())
		failed("write");
}

static void sleep_ms(int ms)
{
	const struct timespec time = {ms / 1000, ms % 1000 * 1000000L};

	clock_nanosleep(CLOCK_MONOTONIC, 0, &time, NULL);
}

static __attribute__((noinline)) void wake_often(int times, int ms)
{
	for (int i = 0; i < times; i++) {
		while (state(waiter) != 'S')
			sleep_ms(1);
		sleep_ms(ms);
		wake_partner();
	}
}

/* ---- both ---- */

static int words
	[2]; /* from waiter to waker: a byte when the first read comes, the end at the end */

static __attribute__((noinline)) int be_waker(int times, int ms)
{
	char byte;

	prctl(PR_SET_NAME, "sleeper-wakes");
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	close(words[1]);
	if (read(words[0], &byte, 1) == 1)
		wake_often(times, ms);
	return read(words[0], &byte, 1) == 0 ? 0 : 1;
}

/* Also the end of the input is one. */
static void wait_for_line(void)
{
	char byte;

	while (read(0, &byte, 1) == 1 && byte != '\n')
		;
}

static int be_waiter(int times)
{
	wait_for_line();
	if (write(words[1], "", 1) != 1)
		failed("write");
	printf("microseconds %lld blocks %d\n", wait_often(times) / 1000, times);
	fflush(stdout);
	wait_for_line();
	close(words[1]);
	return wait(NULL) < 0;
}

int main(int argc, char **argv)
{
	const int times = argc == 3 ? atoi(argv[1]) : 0, ms = argc == 3 ? atoi(argv[2]) : 0;
	pid_t waker;

	if (times < 1 || ms < 1) {
		fprintf(stderr, "usage: sleeper TIMES MILLISECONDS\n");
		return 2;
	}
	waiter = getpid();
	prctl(PR_SET_NAME, "sleeper-waits");
	if (pipe(ends) || pipe(words))
		failed("pipe");
	waker = fork();
	if (waker < 0)
		failed("fork");
	if (!waker)
		return be_waker(times, ms);
	printf("waiter %d waker %d\n", waiter, waker);
	fflush(stdout);
	return be_waiter(times);
}
