/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * offwaketime_table: offwaketime's report, for a person and as JSON.
 */
#ifndef SAMPLES_OFFWAKETIME_TABLE_H
#define SAMPLES_OFFWAKETIME_TABLE_H

#include "offwaketime_rows.h"
#include "sample.h"

struct table {
	const struct sample_run *run;
	const struct rows *rows;
	size_t top;	   /* so many of them */
	const __u64 *lost; /* LOST_KINDS counters */
	__u64 missed;	   /* runs of the programs that the kernel left out */
	const char *probe; /* "tracepoints" */
	__u64 min_us;
};

void table_print(const struct table *table, FILE *out);
void table_print_json(const struct table *table, FILE *out);

/* "2.25 s", "35.1 us": at most 7 characters up to a day. The text lives until the eighth call. */
const char *table_time(__u64 ns);

#endif
