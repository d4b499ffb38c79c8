// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * xsk_socket: AF_XDP by hand. See xsk_socket.h.
 *
 * In the order of xsk_socket_open(): a socket, memory registered as its UMEM, rings of a wanted
 * length, the rings mapped, every frame into the fill ring, and at last bind(), which takes the
 * interface's queue and makes all of it work.
 */
#include "xsk_socket.h"

#include <errno.h>
#include <linux/if_xdp.h>
#include <net/if.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#define UMEM_SIZE ((size_t)XSK_FRAMES * XSK_FRAME_SIZE)

/* Memory of whole pages, so that frames do not lie across them. */
static bool register_umem(struct xsk_socket *xsk)
{
	struct xdp_umem_reg umem = {.len = UMEM_SIZE, .chunk_size = XSK_FRAME_SIZE};

	xsk->umem = mmap(NULL, UMEM_SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS,
			 -1, 0);
	if (xsk->umem == MAP_FAILED) {
		xsk->umem = NULL;
		return false;
	}
	umem.addr = (__u64)(unsigned long)xsk->umem;
	return !setsockopt(xsk->fd, SOL_XDP, XDP_UMEM_REG, &umem, sizeof(umem));
}

/* A UMEM has to have a completion ring, even where nothing is sent. */
static bool make_rings(const struct xsk_socket *xsk)
{
	static const int options[] = {XDP_UMEM_FILL_RING, XDP_UMEM_COMPLETION_RING,
				      XDP_RX_RING};
	const int length = XSK_FRAMES;

	for (size_t i = 0; i < sizeof(options) / sizeof(options[0]); i++)
		if (setsockopt(xsk->fd, SOL_XDP, options[i], &length, sizeof(length)))
			return false;
	return true;
}

/*
 * Maps a ring: which of the socket's is told by the place in the "file", and where its parts are, by
 * the offsets that the kernel gave.
 */
static bool map_ring(const struct xsk_socket *xsk, struct xsk_ring *ring,
		     const struct xdp_ring_offset *offset, size_t element, __u64 place)
{
	ring->size = offset->desc + XSK_FRAMES * element;
	ring->map = mmap(NULL, ring->size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE,
			 xsk->fd, (off_t)place);
	if (ring->map == MAP_FAILED) {
		ring->map = NULL;
		return false;
	}
	ring->producer = (void *)((char *)ring->map + offset->producer);
	ring->consumer = (void *)((char *)ring->map + offset->consumer);
	ring->elements = (char *)ring->map + offset->desc;
	return true;
}

static bool map_rings(struct xsk_socket *xsk)
{
	struct xdp_mmap_offsets offsets = {0};
	socklen_t size = sizeof(offsets);

	return !getsockopt(xsk->fd, SOL_XDP, XDP_MMAP_OFFSETS, &offsets, &size) &&
	       map_ring(xsk, &xsk->fill, &offsets.fr, sizeof(__u64),
			XDP_UMEM_PGOFF_FILL_RING) &&
	       map_ring(xsk, &xsk->rx, &offsets.rx, sizeof(struct xdp_desc), XDP_PGOFF_RX_RING);
}

/*
 * Gives a frame to the kernel. There is always room, the ring is as long as there are frames.
 * Release: whoever sees the new index sees the element, too.
 */
static void give_frame(const struct xsk_socket *xsk, __u64 address)
{
	const __u32 index = *xsk->fill.producer;

	((__u64 *)xsk->fill.elements)[index & (XSK_FRAMES - 1)] = address;
	__atomic_store_n(xsk->fill.producer, index + 1, __ATOMIC_RELEASE);
}

static bool bind_queue(const struct xsk_socket *xsk, unsigned int ifindex, unsigned int queue)
{
	const struct sockaddr_xdp address = {.sxdp_family = AF_XDP,
					     .sxdp_flags = XDP_COPY,
					     .sxdp_ifindex = ifindex,
					     .sxdp_queue_id = queue};
	int err = 0;

	/* Of a socket that was closed the kernel lets go a little later, when it has the time. */
	for (int tries = 0; tries < 20; tries++) {
		if (!bind(xsk->fd, (const struct sockaddr *)&address, sizeof(address)))
			return true;
		err = errno;
		if (err != EBUSY || !sample_sleep(0.05))
			break;
	}
	errno = err;
	return false;
}

/* errno is of the step that failed. */
static bool fail(struct xsk_socket *xsk, const struct sample_run *run, const char *step,
		 unsigned int queue)
{
	const int err = errno;
	const char *advice = "";

	if (err == EBUSY)
		advice = "; another AF_XDP socket has this queue";
	else if (err == ENOBUFS)
		advice = "; its memory counts as locked: raise `ulimit -l`, or run it as root";
	else if (err == EPERM)
		advice = "; it takes CAP_NET_RAW: run it as root";
	else if (err == EAFNOSUPPORT)
		advice = "; the kernel has no CONFIG_XDP_SOCKETS";
	else if (err == EINVAL && !strcmp(step, "bind it"))
		advice = "; has the interface that queue?";
	sample_fail(run, "AF_XDP socket on queue %u of %s: cannot %s: %s%s", queue,
		    run->options.interface, step, strerror(err), advice);
	xsk_socket_close(xsk);
	return false;
}

bool xsk_socket_open(struct xsk_socket *xsk, const struct sample_run *run, unsigned int ifindex,
		     unsigned int queue)
{
	*xsk = (struct xsk_socket){0};
	xsk->fd = socket(AF_XDP, SOCK_RAW | SOCK_CLOEXEC, 0);
	if (xsk->fd < 0)
		return fail(xsk, run, "open it", queue);
	if (!register_umem(xsk))
		return fail(xsk, run, "register its memory", queue);
	if (!make_rings(xsk) || !map_rings(xsk))
		return fail(xsk, run, "make its rings", queue);
	for (__u64 i = 0; i < XSK_FRAMES; i++)
		give_frame(xsk, i * XSK_FRAME_SIZE);
	return bind_queue(xsk, ifindex, queue) || fail(xsk, run, "bind it", queue);
}

/*
 * An address in the rx ring is a number of bytes from the start of the UMEM, somewhat behind the start
 * of a frame. Given back, it may be any in the frame.
 */
unsigned int xsk_socket_receive(struct xsk_socket *xsk,
				void (*packet)(const unsigned char *bytes, size_t length,
					       void *ctx),
				void *ctx)
{
	const struct xdp_desc *elements = xsk->rx.elements;
	const __u32 first = *xsk->rx.consumer;
	/* Acquire: the elements and the packets' bytes are read after the index. */
	const __u32 end = __atomic_load_n(xsk->rx.producer, __ATOMIC_ACQUIRE);

	for (__u32 index = first; index != end; index++) {
		const struct xdp_desc *element = &elements[index & (XSK_FRAMES - 1)];

		packet(xsk->umem + element->addr, element->len, ctx);
		give_frame(xsk, element->addr);
	}
	__atomic_store_n(xsk->rx.consumer, end, __ATOMIC_RELEASE);
	return end - first;
}

/* Newer kernels count more; how much they give is in the size that comes back. */
bool xsk_socket_lost(const struct xsk_socket *xsk, const struct sample_run *run,
		     struct xsk_lost *lost)
{
	struct xdp_statistics all = {0};
	socklen_t size = sizeof(all);

	if (getsockopt(xsk->fd, SOL_XDP, XDP_STATISTICS, &all, &size)) {
		sample_fail(run, "AF_XDP socket: no statistics: %s", strerror(errno));
		return false;
	}
	lost->dropped = all.rx_dropped;
	lost->ring_full = all.rx_ring_full;
	return true;
}

void xsk_socket_close(struct xsk_socket *xsk)
{
	if (xsk->fill.map)
		munmap(xsk->fill.map, xsk->fill.size);
	if (xsk->rx.map)
		munmap(xsk->rx.map, xsk->rx.size);
	if (xsk->fd > 0)
		close(xsk->fd);
	if (xsk->umem)
		munmap(xsk->umem, UMEM_SIZE);
	*xsk = (struct xsk_socket){0};
}
