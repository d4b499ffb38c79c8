/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * <linux/kconfig.h>: the configuration of a kernel tree. There is no tree here, so no CONFIG_*
 * is defined and IS_ENABLED() is not either: a source that asks gets an error, not a "no".
 */
#ifndef __bpf__
#include_next <linux/kconfig.h>
#elif !defined(BPF_LINUX_KCONFIG_H)
#define BPF_LINUX_KCONFIG_H

#include <bpf_kernel_style.h>

#endif
