/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * input: the object that a subcommand is about: a file, or standard input for "-".
 */
#ifndef BPFLOAD_INPUT_H
#define BPFLOAD_INPUT_H

#define BPF_LOAD_NO_CLASSIC
#include "bpf_load.h"

/* bpf_loader_open(), or the same with what standard input brings. */
struct bpf_loader *input_open(const char *path, const struct bpf_loader_opts *opts);

/* What messages and documents call it: the path, or "stdin". */
const char *input_name(const char *path);

#endif
