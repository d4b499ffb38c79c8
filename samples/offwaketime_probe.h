/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * offwaketime_probe: where offwaketime's programs hang: on tracepoints, or on functions of the
 * kernel; and what they must be told about this kernel.
 */
#ifndef SAMPLES_OFFWAKETIME_PROBE_H
#define SAMPLES_OFFWAKETIME_PROBE_H

#include "offwaketime.h"
#include "sample.h"

enum probe_kind { PROBE_ANY, PROBE_TRACEPOINT, PROBE_KPROBE };

struct probe {
	enum probe_kind kind;	   /* not PROBE_ANY */
	const char *switch_target; /* kprobes: the functions' names on this kernel */
	const char *wake_target;
};

/*
 * Decides for a kind (PROBE_ANY: tracepoints, if the kernel has them) and fills in the offsets of
 * `config`. False after a message.
 */
bool probe_choose(struct probe *probe, struct offwaketime_config *config,
		  const struct sample_run *run, enum probe_kind wanted);

/* For the loader's fixup_program: leaves out the programs of the other kind. */
void probe_fixup(const struct probe *probe, struct bpf_loader_program *program);

#endif
