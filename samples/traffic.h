/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * traffic: a little traffic on lo, so that a sample has something to show.
 *
 * A thread sends small packets to itself, over 127.0.0.1 and ::1, one every 1/TRAFFIC_RATE
 * seconds, in turn:
 *
 *     ICMP echo    TRAFFIC_ICMP bytes of payload; the kernel answers with as much
 *     UDP          a datagram of TRAFFIC_UDP bytes
 *     TCP          TRAFFIC_TCP bytes over one connection; the kernel acknowledges them
 *
 * once for IPv4 and once for IPv6. It takes no privileges where ping takes none, else
 * CAP_NET_RAW for the echoes. What this machine cannot do (no IPv6, no right to ping) is left
 * out.
 *
 * Rules: nothing ever leaves lo. The traffic ends with traffic_stop(), or with the process,
 * whichever way it dies. One at a time.
 */
#ifndef SAMPLES_TRAFFIC_H
#define SAMPLES_TRAFFIC_H

#include "sample.h"

#define TRAFFIC_RATE 50 /* packets sent in a second at most, without the kernel's answers */

/* Payload of one packet, bytes. */
#define TRAFFIC_ICMP 56
#define TRAFFIC_UDP  128
#define TRAFFIC_TCP  256

/* Starts it. Returns 0, or -errno if nothing at all can be sent: -ENETDOWN where lo is down. */
int traffic_start(void);

/* Starts it where the sample looks at lo and --no-load was not given. Prints a warning if that fails:
 * the sample goes on, and shows what others send. */
void traffic_for(const struct sample_run *run);

/* Ends it and returns when nothing more will be sent. Fine without a start. */
void traffic_stop(void);

#endif
