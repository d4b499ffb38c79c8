// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * together: runs an XDP program on several CPUs at the same time. See together.h.
 */
#include "together.h"

#include <bpf/bpf.h>
#include <errno.h>
#include <pthread.h>
#include <sched.h>

/* All threads of one call. They begin when `go` is set, so that none is done before another is. */
struct group {
	int program_fd;
	int go, running;
	pthread_t threads[TURNS_MAX];
};

struct member {
	struct group *group;
	struct turn *turn;
};

int usable_cpus(int cpus[TURNS_MAX])
{
	cpu_set_t set;
	int count = 0;

	if (sched_getaffinity(0, sizeof(set), &set))
		return 0;
	for (int cpu = 0; cpu < CPU_SETSIZE && count < TURNS_MAX; cpu++)
		if (CPU_ISSET(cpu, &set))
			cpus[count++] = cpu;
	return count;
}

static void stay_on(int cpu)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	sched_setaffinity(0, sizeof(set), &set);
}

static void take_turn(int program_fd, struct turn *turn)
{
	static const char packet[3000];
	LIBBPF_OPTS(bpf_test_run_opts, opts, .data_in = packet, .data_size_in = turn->size,
		    .repeat = (int)turn->runs);

	turn->err = bpf_prog_test_run_opts(program_fd, &opts) ? -errno : 0;
	turn->returned = opts.retval;
}

static void *thread(void *arg)
{
	struct member *member = arg;
	struct group *group = member->group;

	stay_on(member->turn->cpu);
	while (!__atomic_load_n(&group->go, __ATOMIC_ACQUIRE))
		sched_yield();
	take_turn(group->program_fd, member->turn);
	__atomic_fetch_sub(&group->running, 1, __ATOMIC_RELEASE);
	return NULL;
}

static void watch(struct group *group, void (*meanwhile)(void *context), void *context)
{
	while (meanwhile && __atomic_load_n(&group->running, __ATOMIC_ACQUIRE))
		meanwhile(context);
}

int run_together(int program_fd, struct turn *turns, int count,
		 void (*meanwhile)(void *context), void *context)
{
	struct group group = {.program_fd = program_fd};
	struct member members[TURNS_MAX];
	int started, err = 0;

	for (started = 0; started < count && !err; started++) {
		members[started] = (struct member){&group, &turns[started]};
		err = -pthread_create(&group.threads[started], NULL, thread, &members[started]);
	}
	started -= err ? 1 : 0;
	__atomic_store_n(&group.running, started, __ATOMIC_RELEASE);
	__atomic_store_n(&group.go, 1, __ATOMIC_RELEASE);
	watch(&group, meanwhile, context);
	for (int i = 0; i < started; i++) {
		pthread_join(group.threads[i], NULL);
		err = err ? err : turns[i].err;
	}
	return err;
}
