/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * struct_ops_cc: what its programs and its user side share.
 */
#ifndef SAMPLES_STRUCT_OPS_CC_H
#define SAMPLES_STRUCT_OPS_CC_H

/* The name that sockets choose it by, TCP_CONGESTION. At most 15 bytes. */
#define TOY_NAME "bpf_load_toy"

/* Elements of map `calls`: one for each function of the algorithm. */
enum { CALLS_INIT, CALLS_SSTHRESH, CALLS_CONG_AVOID, CALLS_UNDO_CWND, CALLS };

#endif
