/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * open_traffic: the map `traffic`, by the path that it is pinned at.
 */
#ifndef OPEN_TRAFFIC_H
#define OPEN_TRAFFIC_H

/*
 * Opens the map that is pinned at `path`. Returns its descriptor. Returns -1, after a message on
 * stderr, if there is nothing, or something else than an array of PROTOCOLS struct counter.
 */
int open_traffic(const char *path);

#endif
