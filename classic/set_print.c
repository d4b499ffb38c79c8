/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * The three-argument libbpf_set_print() of libbpf up to Linux 5.0.
 *
 * Contract: <bpf/libbpf.h>. libbpf 1.x calls one function with a level and a va_list; the old
 * callbacks take a format and arguments. So each message is formatted here and passed on as
 * one string. One set of callbacks per process; not thread-safe.
 */
#include <stdio.h>

#include <bpf/libbpf.h>

static bpf_classic_print_fn printers[LIBBPF_DEBUG + 1];

/* A message longer than the buffer is cut, like one that did not fit the caller's log. */
__attribute__((format(printf, 2, 0))) static int print_by_level(enum libbpf_print_level level,
								const char *format,
								va_list args)
{
	char message[4096];

	if ((unsigned int)level > LIBBPF_DEBUG || !printers[level])
		return 0;
	vsnprintf(message, sizeof(message), format, args);
	return printers[level]("%s", message);
}

void bpf_classic_set_print(bpf_classic_print_fn warn, bpf_classic_print_fn info,
			   bpf_classic_print_fn debug)
{
	printers[LIBBPF_WARN] = warn;
	printers[LIBBPF_INFO] = info;
	printers[LIBBPF_DEBUG] = debug;
	libbpf_set_print(print_by_level);
}
