/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * tcp_dumpstats: what its program and its user side tell each other.
 */
#ifndef SAMPLES_TCP_DUMPSTATS_H
#define SAMPLES_TCP_DUMPSTATS_H

#include <linux/types.h>

/* What user space asks for: the only element of map `config`. */
struct dump_config {
	__u64 interval_ns; /* from one report on a connection to the next */
	__u64 drop_every;  /* `lose_some` drops every so many packets with data; 0: none */
};

/* The only element of map `counts`. */
struct dump_counts {
	__u64 seen;	  /* packets with data that came to `lose_some` */
	__u64 dropped;	  /* by it */
	__u64 no_storage; /* connections that no notes could be kept of */
	__u64 no_room;	  /* reports that the ring buffer had no room for */
};

/* One report on one end of a connection, through the ring buffer. */
struct dump_report {
	__u64 cookie;	   /* the kernel's number for the socket, never used twice */
	__u64 bytes_acked; /* of data; the kernel's number counts SYN and FIN, too */
	__u32 family;	   /* AF_INET, AF_INET6 */
	__u32 local_ip[4]; /* network byte order; IPv4: the first word */
	__u32 remote_ip[4];
	__u32 local_port; /* host byte order */
	__u32 remote_port;
	__u32 state;	     /* 1 established, … 7 closed: enum in linux/tcp.h's words */
	__u32 srtt_us;	     /* round trip, smoothed */
	__u32 min_rtt_us;    /* the shortest of the last minutes */
	__u32 data_segments; /* sent with data, those sent again included */
	__u32 resent;	     /* segments sent again, by the kernel's own count */
	__u32 resent_seen;   /* the same, counted by the program as it happened */
	__u32 unused;	     /* no hole at the end, where old kernel memory could hide */
};

#endif
