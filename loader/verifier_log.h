/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * verifier_log: the part of a verifier's log that a person needs.
 */
#ifndef BPF_LOAD_VERIFIER_LOG_H
#define BPF_LOAD_VERIFIER_LOG_H

/*
 * The end of `log`: what the verifier said last, and the instructions and source lines that led
 * there, without its closing statistics. A new string, to be freed; NULL without memory.
 */
char *verifier_log_end(const char *log);

/* What to do about it, for the refusals that people meet most; "" for others. */
const char *verifier_log_advice(const char *end);

#endif
