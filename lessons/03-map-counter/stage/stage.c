// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * stage: linked to a learner's xdp_load_and_stats, it makes a run of it the same every time.
 *
 * The linker's --wrap hands these calls of the learner's program over to the functions below:
 *
 *  - clock_gettime() tells the stage's own time.
 *  - nanosleep(), sleep() and usleep() wait for nothing. Each takes the next line of the file
 *    `script`, "SECONDS FRAMES...": sends the frames from `right`, waits until `left` has got
 *    them, and lets SECONDS pass. The last line is ended by SIGINT, as if somebody typed ^C. Frames
 *    are as in frames.h; "@1" has those behind it sent, and so counted, on a second CPU, "@0" on
 *    the first.
 *  - sysconf() and get_nprocs() say that $ONLINE_CPUS are online.
 *
 * What has to do with the loader and the map goes to pretended.c. With STAGE=pretended in the
 * environment, there are no interfaces either: frames are counted there.
 */
#include <bpf/libbpf.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <time.h>

#include "stage.h"

#define NSEC_PER_SEC 1000000000LL

int __real_nanosleep(const struct timespec *time, struct timespec *left);
long __real_sysconf(int name);

/* 1000 s after the start of nothing in particular. */
static long long now = 1000 * NSEC_PER_SEC;

static void give_up(const char *what)
{
	fprintf(stderr, "stage: %s\n", what);
	_exit(EXIT_FAILURE);
}

/* ---- traffic ---- */

/* How many frames an interface has got, by /proc/net/dev: "left: BYTES PACKETS". */
static unsigned long long received(const char *interface)
{
	FILE *file = fopen("/proc/net/dev", "re");
	unsigned long long packets = 0, found = 0;
	char line[512], name[IF_NAMESIZE + 1];

	while (file && fgets(line, sizeof(line), file))
		if (sscanf(line, " %16[^:]: %*u %llu", name, &packets) == 2 &&
		    !strcmp(name, interface))
			found = packets;
	if (file)
		fclose(file);
	return found;
}

/* The program has run for a frame when the interface counts it. Two seconds are plenty. */
static void wait_until_received(unsigned long long wanted)
{
	const struct timespec pause = {.tv_nsec = 1000000};

	for (int tries = 0; received("left") < wanted && tries < 2000; tries++)
		__real_nanosleep(&pause, NULL);
}

/* The n-th of those that it may use. Where there are fewer, it goes on where it is. */
static void go_to_cpu(int n)
{
	static cpu_set_t usable;
	cpu_set_t one;

	if (!CPU_COUNT(&usable))
		sched_getaffinity(0, sizeof(usable), &usable);
	for (int cpu = 0; cpu < CPU_SETSIZE; cpu++) {
		if (!CPU_ISSET(cpu, &usable) || n--)
			continue;
		CPU_ZERO(&one);
		CPU_SET(cpu, &one);
		sched_setaffinity(0, sizeof(one), &one);
	}
}

static void send_frames(const struct frames *frames)
{
	const unsigned long long before = received("left");

	if (!frames_send("right", frames))
		give_up("cannot send frames");
	wait_until_received(before + frames->count);
}

static void take_word(const char *word)
{
	static int cpu;
	struct frames frames;

	if (word[0] == '@') {
		cpu = atoi(word + 1);
		go_to_cpu(cpu);
	} else if (!frames_read(word, &frames)) {
		give_up("the script has frames of an unknown kind");
	} else if (pretended()) {
		pretended_receive(&frames, cpu);
	} else {
		send_frames(&frames);
	}
}

/* ---- time ---- */

/* Closed again each time: a learner's program that closes what is not its own does no harm. */
static bool read_line(char *line, size_t size)
{
	static int number;
	FILE *file = fopen("script", "re");
	bool more;

	for (int i = 0; i <= number; i++)
		if (!file || !fgets(line, (int)size, file))
			give_up("the program goes on after ^C");
	number++;
	more = fgetc(file) != EOF;
	fclose(file);
	return more;
}

static void step(void)
{
	char line[512], *rest = line, *word;
	const bool more = read_line(line, sizeof(line));

	line[strcspn(line, "\n")] = '\0';
	now += (long long)(atof(strsep(&rest, " ")) * NSEC_PER_SEC);
	while ((word = strsep(&rest, " ")))
		take_word(word);
	if (!more)
		raise(SIGINT);
}

int __wrap_nanosleep(const struct timespec *time, struct timespec *left)
{
	(void)time;
	(void)left;
	step();
	return 0;
}

unsigned int __wrap_sleep(unsigned int seconds)
{
	(void)seconds;
	step();
	return 0;
}

int __wrap_usleep(useconds_t usec)
{
	(void)usec;
	step();
	return 0;
}

int __wrap_clock_gettime(clockid_t id, struct timespec *time)
{
	(void)id;
	*time = (struct timespec){.tv_sec = now / NSEC_PER_SEC, .tv_nsec = now % NSEC_PER_SEC};
	return 0;
}

/* ---- CPUs ---- */

/* $ONLINE_CPUS, or if that is no number all that are possible: who asks for the wrong ones has enough. */
static int online(void)
{
	const char *text = getenv("ONLINE_CPUS");
	const int number = text ? atoi(text) : 0;

	return number ? number : libbpf_num_possible_cpus();
}

long __wrap_sysconf(int name)
{
	const bool cpus = name == _SC_NPROCESSORS_ONLN || name == _SC_NPROCESSORS_CONF;

	return cpus ? online() : __real_sysconf(name);
}

int __wrap_get_nprocs(void)
{
	return online();
}

int __wrap_get_nprocs_conf(void)
{
	return online();
}
