// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/* number: prints the answer. The starter of a lesson for tests of the runner. */
#include <stdio.h>

int main(void)
{
	printf("%d\n", 41);
	return 0;
}
