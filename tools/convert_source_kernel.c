// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * convert_source_kernel: --check, whether the kernel sees a difference between the two.
 */
#include "convert_source.h"
#include "output.h"

bool source_check(const struct source_job *job)
{
	complain("%s: --check is not there yet", job->convert->name);
	return false;
}
