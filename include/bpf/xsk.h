/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * <bpf/xsk.h>, the AF_XDP helpers that libbpf 1.0 handed over to libxdp.
 *
 * The calls kept their names and arguments there, so this is libxdp's header if it is
 * installed; add -lxdp when linking. Without libxdp the first error says so; ignore those
 * after it.
 */
#ifndef BPF_LOAD_BPF_XSK_H
#define BPF_LOAD_BPF_XSK_H

#if __has_include(<xdp/xsk.h>)
#include <xdp/xsk.h>
#else
#error "AF_XDP moved from libbpf to libxdp: install libxdp-dev and link with -lxdp"
#endif

#endif
