// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * calls: a known number of calls of getpgid(), when told, for tests that count them.
 *
 * Reads lines "COUNT WHERE" from stdin until its end. For each it goes to the CPU number WHERE
 * of those that it may run on (0: the first; beyond the last it begins again), makes COUNT
 * calls there, and prints the CPU and COUNT. So a test knows the process before it does anything.
 *
 * Exit status: 0 at the end of stdin; 1 if it could not do as told, with a message.
 */
#include <err.h>
#include <sched.h>
#include <stdio.h>
#include <unistd.h>

static cpu_set_t allowed;

static int go_to(int where)
{
	cpu_set_t one;
	int cpu = -1;

	where %= CPU_COUNT(&allowed);
	for (int seen = -1; seen < where; seen += CPU_ISSET(cpu, &allowed) ? 1 : 0)
		cpu++;
	CPU_ZERO(&one);
	CPU_SET(cpu, &one);
	if (sched_setaffinity(0, sizeof(one), &one))
		err(1, "cannot go to CPU %d", cpu);
	return cpu;
}

int main(void)
{
	unsigned long count;
	int where, cpu;

	if (sched_getaffinity(0, sizeof(allowed), &allowed))
		err(1, "cannot find its CPUs");
	while (scanf("%lu %d", &count, &where) == 2) {
		cpu = go_to(where);
		for (unsigned long i = 0; i < count; i++)
			(void)getpgid(0);
		printf("%d %lu\n", cpu, count);
		fflush(stdout);
	}
	return 0;
}
