// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * No kernel configuration is known: asking for it is an error, not a silent "no".
 *
 * EXPECT error IS_ENABLED
 */
#include <linux/kconfig.h>
#if IS_ENABLED(CONFIG_IPV6)
int with_ipv6;
#endif
