/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * trace_format: where the fields of a tracepoint's record are, on the kernel that runs.
 *
 * A program on a tracepoint gets the address of the record that the event would write to the trace
 * buffer. The layout of that record is no ABI: fields come and go, and grow (sched_switch's
 * prev_state is a long, its neighbours were reordered for real-time kernels). What the kernel
 * promises is the text file events/CATEGORY/NAME/format, which says what is where. So a sample
 * reads it here, and hands the offsets to its program in a map.
 */
#ifndef SAMPLES_TRACE_FORMAT_H
#define SAMPLES_TRACE_FORMAT_H

#include <stdbool.h>

struct trace_field {
	unsigned int offset; /* bytes from the start of the record, common fields included */
	unsigned int size;   /* bytes; of an array: all of it */
	bool is_signed;
};

/*
 * Finds `field` ("prev_pid") of the event "CATEGORY/NAME" ("sched/sched_switch"). Returns 0;
 * -ENOENT: the kernel has no such event; -ENODATA: the event has no such field; -EPROTO: the line is
 * none that this code understands; another -errno: tracefs cannot be had, or the file not be read.
 * Mounts tracefs if it is nowhere (see loader/tracefs.h).
 */
int trace_format_field(const char *event, const char *field, struct trace_field *out);

#endif
