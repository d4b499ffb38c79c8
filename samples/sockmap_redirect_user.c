// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * sockmap_redirect: the same bytes through a proxy in user space and past it, side by side.
 *
 * Loads sockmap_redirect_kern.o, attaches its programs to its maps of sockets, and then, for each
 * report, sends a known stream over two connections in each of three ways. The receiver knows every
 * byte beforehand and checks it. Read it from the bottom: main(), compare(), run_way(), then what
 * sender, proxy and receiver do.
 */
#include <bpf/bpf.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#include "lab.h"
#include "sample.h"
#include "sockmap_redirect.h"
#include "tcp_flow.h"

#define PATIENCE    30.0  /* seconds without a byte, then a way has failed */
#define LARGEST	    65536 /* bytes of one write */
#define SHORT_SLEEP 100	  /* milliseconds after which threads look whether to end */
#define MIB	    (1024.0 * 1024.0)

static unsigned long stream_bytes = 32UL << 20, write_bytes = 16384;

static const char *read_write_bytes(const char *value, void *to)
{
	const char *wanted = sample_read_number(value, to);
	unsigned long number = wanted ? 0 : *(unsigned long *)to;

	return number < 1 || number > LARGEST ? "a number of bytes, 1 to 65536" : NULL;
}

static const char *read_stream_bytes(const char *value, void *to)
{
	const char *wanted = sample_read_number(value, to);

	return wanted || !*(unsigned long *)to ? "a number of bytes, 1 to 1000000000" : NULL;
}

static const struct sample_option own_options[] = {
	{"bytes", "BYTES", read_stream_bytes, &stream_bytes,
	 "sent each way for a report (33554432)"},
	{"write", "BYTES", read_write_bytes, &write_bytes, "in one write (16384)"},
	{0},
};

static const struct sample sockmap_redirect = {
	.name = "sockmap_redirect",
	.title = "bytes from socket to socket, past the proxy",
	.what = "Sends a stream over two TCP connections: through a proxy that reads and "
		"writes,\n"
		"and past it, by programs on a SOCKMAP and a SOCKHASH. Compares their speed.",
	.example = "-c 3",
	.map_types = "SOCKMAP, SOCKHASH, ARRAY",
	.needs = "root; Linux 5.10 (a verdict without a parser)",
	.requires = {"root", "map:sockmap", "map:sockhash", "program:sk_skb", "program:sk_msg",
		     "kernel:5.10"},
	.own = own_options,
};

/* The two connections: sender ──► in, out ──► receiver. */
struct chain {
	int sender, in, out, receiver;
};

/* One way for the bytes to go, and what was measured so far. */
struct way {
	const char *name, *explanation;
	int counter; /* in map `passed`; -1: no program counts */

	unsigned long long received, wrong; /* bytes; wrong: with another value than was sent */
	struct passed passed;		    /* what the program saw */
	double seconds, cpu, machine;	    /* cpu: of this process */
	double last_rate;		    /* bytes a second, in the last report */
};

struct comparison {
	struct sample_run *run;
	struct bpf_loader *loader;
	struct lab lab;
	struct way ways[3];
};

#define WAYS 3

/* What sender and proxy need; they end when `stop` is set. */
struct job {
	const struct chain *chain;
	atomic_bool stop;
	pthread_t sender, proxy;
	bool sending, proxying;
};

/* ---- the stream ---- */

/* Eight bytes that follow from their place in the stream, so that a swap is seen, too. */
static __u64 word_at(__u64 index)
{
	return (index + 1) * 0x9e3779b97f4a7c15ULL;
}

static unsigned char byte_at(__u64 position)
{
	__u64 word = word_at(position / 8);

	return ((const unsigned char *)&word)[position % 8];
}

/* The bytes of the stream from `position` on. */
static void fill(unsigned char *bytes, size_t size, __u64 position)
{
	size_t done = 0;

	while (done < size && (position + done) % 8) {
		bytes[done] = byte_at(position + done);
		done++;
	}
	for (; done + 8 <= size; done += 8) {
		__u64 word = word_at((position + done) / 8);

		memcpy(bytes + done, &word, 8);
	}
	for (; done < size; done++)
		bytes[done] = byte_at(position + done);
}

/* How many of the bytes are not those of the stream. */
static unsigned long long check(const unsigned char *bytes, size_t size, __u64 position)
{
	unsigned char expected[LARGEST];
	unsigned long long wrong = 0;

	fill(expected, size, position);
	if (!memcmp(bytes, expected, size))
		return 0;
	for (size_t i = 0; i < size; i++)
		wrong += bytes[i] != expected[i];
	return wrong;
}

/* ---- sender, proxy, receiver ---- */

/* Writes all of it. False if it was told to end, or cannot. */
static bool write_all(struct job *job, int fd, const unsigned char *bytes, size_t size)
{
	while (size && !job->stop) {
		ssize_t sent = send(fd, bytes, size, MSG_NOSIGNAL);

		if (sent < 0 && errno != EAGAIN && errno != EINTR)
			return false;
		bytes += sent > 0 ? sent : 0;
		size -= sent > 0 ? (size_t)sent : 0;
	}
	return !size;
}

static void *send_stream(void *ctx)
{
	unsigned char bytes[LARGEST];
	struct job *job = ctx;
	__u64 position = 0;

	while (position < stream_bytes) {
		size_t size = write_bytes;

		if (size > stream_bytes - position)
			size = stream_bytes - position;
		fill(bytes, size, position);
		if (!write_all(job, job->chain->sender, bytes, size))
			break;
		position += size;
	}
	return NULL;
}

/* What every proxy does, and what costs: each byte is copied out of the kernel and into it. */
static void *proxy(void *ctx)
{
	unsigned char bytes[LARGEST];
	struct job *job = ctx;

	while (!job->stop) {
		ssize_t got = recv(job->chain->in, bytes, sizeof(bytes), 0);

		if (got < 0 && (errno == EAGAIN || errno == EINTR))
			continue;
		if (got <= 0 || !write_all(job, job->chain->out, bytes, (size_t)got))
			break;
	}
	return NULL;
}

/* Waits for bytes. False after a message, or, without one, if a signal came. */
static bool await_bytes(const struct comparison *all, const struct way *way, int fd,
			unsigned long long position)
{
	struct pollfd fds[] = {{.fd = fd, .events = POLLIN},
			       {.fd = sample_stop_fd(), .events = POLLIN}};
	int ready = poll(fds, 2, (int)(PATIENCE * 1000));

	if (sample_stopped() || ready < 0)
		return false;
	if (!ready)
		sample_fail(all->run,
			    "%s: %llu of %lu bytes arrived, and for %.0f seconds no more",
			    way->name, position, stream_bytes, PATIENCE);
	return ready > 0;
}

/* Reads and checks the whole stream. False if it did not come. */
static bool receive_stream(const struct comparison *all, struct way *way, int fd)
{
	unsigned char bytes[LARGEST];
	__u64 position = 0;

	while (position < stream_bytes) {
		ssize_t got = recv(fd, bytes, sizeof(bytes), MSG_DONTWAIT);

		if (got < 0 && (errno == EAGAIN || errno == EINTR)) {
			if (!await_bytes(all, way, fd, position))
				return false;
			continue;
		}
		if (got <= 0) {
			sample_fail(all->run,
				    "%s: the connection ended after %llu of %lu bytes",
				    way->name, position, stream_bytes);
			return false;
		}
		way->wrong += check(bytes, (size_t)got, position);
		position += (__u64)got;
	}
	way->received += position;
	return true;
}

/* ---- threads ---- */

/* Signals are for the main thread. */
static bool start_thread(const struct comparison *all, pthread_t *thread,
			 void *(*function)(void *), struct job *job)
{
	sigset_t every, before;
	int err;

	sigfillset(&every);
	pthread_sigmask(SIG_SETMASK, &every, &before);
	err = pthread_create(thread, NULL, function, job);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	if (err)
		sample_fail(all->run, "cannot start a thread: %s", strerror(err));
	return !err;
}

static bool start_job(const struct comparison *all, const struct way *way, struct job *job)
{
	if (way->counter < 0)
		job->proxying = start_thread(all, &job->proxy, proxy, job);
	if (way->counter >= 0 || job->proxying)
		job->sending = start_thread(all, &job->sender, send_stream, job);
	return job->sending;
}

static void end_job(struct job *job)
{
	job->stop = true;
	if (job->sending)
		pthread_join(job->sender, NULL);
	if (job->proxying)
		pthread_join(job->proxy, NULL);
}

/* ---- sockets ---- */

static void close_chain(struct chain *chain)
{
	const int fds[] = {chain->sender, chain->in, chain->out, chain->receiver};

	for (size_t i = 0; i < sizeof(fds) / sizeof(fds[0]); i++)
		if (fds[i] >= 0)
			close(fds[i]);
	*chain = (struct chain){-1, -1, -1, -1};
}

/* A connection over lo. Returns 0 or -errno. */
static int connect_pair(int *from, int *to)
{
	struct tcp_flow flow = {.sender = -1, .receiver = -1};
	int listener = tcp_flow_listener(), socket = tcp_flow_socket(), err;

	if (listener < 0 || socket < 0)
		err = listener < 0 ? listener : socket;
	else
		err = tcp_flow_open(&flow, socket, listener);
	if (listener >= 0)
		close(listener);
	*from = flow.sender;
	*to = flow.receiver;
	return err;
}

/* Threads sleep in send() and recv(), but not for long. */
static void make_blocking(int fd)
{
	const struct timeval limit = {.tv_usec = SHORT_SLEEP * 1000};
	int flags = fcntl(fd, F_GETFL);

	fcntl(fd, F_SETFL, flags & ~O_NONBLOCK);
	setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof(limit));
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
}

static bool open_chain(const struct comparison *all, struct chain *chain)
{
	int err;

	*chain = (struct chain){-1, -1, -1, -1};
	err = connect_pair(&chain->sender, &chain->in);
	if (!err)
		err = connect_pair(&chain->out, &chain->receiver);
	if (err) {
		sample_fail(all->run, "cannot connect over lo: %s", strerror(-err));
		close_chain(chain);
		return false;
	}
	make_blocking(chain->sender);
	make_blocking(chain->in);
	make_blocking(chain->out);
	return true;
}

/* ---- maps ---- */

/* Puts a socket into a map: a copy of the reference, not of the number. */
static bool put(const struct comparison *all, const char *map, __u32 key, int fd)
{
	__u64 value = (__u64)fd;

	if (!bpf_map_update_elem(bpf_loader_map_fd(all->loader, map), &key, &value, BPF_ANY))
		return true;
	sample_fail(all->run, "map '%s': cannot put a socket in place %u: %s%s", map, key,
		    strerror(errno),
		    errno == EOPNOTSUPP ? "; is it a TCP socket, and connected?" : "");
	return false;
}

static __u32 local_port(int fd)
{
	struct sockaddr_in address = {0};
	socklen_t size = sizeof(address);

	getsockname(fd, (struct sockaddr *)&address, &size);
	return ntohs(address.sin_port);
}

/* Makes the bytes of `chain` go that way. From here on the programs see what its sockets do. */
static bool redirect(const struct comparison *all, const struct way *way,
		     const struct chain *chain)
{
	switch (way->counter) {
	case PASSED_SKB:
		return put(all, "sockets", SOCKET_IN, chain->in) &&
		       put(all, "sockets", SOCKET_OUT, chain->out);
	case PASSED_MSG:
		/* What the one sends is for the other. */
		return put(all, "peers", local_port(chain->sender), chain->receiver) &&
		       put(all, "peers", local_port(chain->receiver), chain->sender);
	default: return true;
	}
}

static void read_passed(const struct comparison *all, struct way *way)
{
	__u32 key = (__u32)way->counter;

	if (way->counter >= 0)
		bpf_map_lookup_elem(bpf_loader_map_fd(all->loader, "passed"), &key,
				    &way->passed);
}

/* ---- measuring ---- */

struct clocks {
	double seconds, cpu, machine;
};

static double seconds_of(const struct timeval *time)
{
	return (double)time->tv_sec + (double)time->tv_usec / 1e6;
}

/* Seconds that all CPUs together were busy, in steps of 10 ms. */
static double machine_busy(void)
{
	unsigned long long user = 0, nice = 0, kernel = 0, idle, wait, irq = 0, softirq = 0;
	FILE *file = fopen("/proc/stat", "re");

	if (!file)
		return 0;
	if (fscanf(file, "cpu %llu %llu %llu %llu %llu %llu %llu", &user, &nice, &kernel, &idle,
		   &wait, &irq, &softirq) != 7)
		user = nice = kernel = irq = softirq = 0;
	fclose(file);
	return (double)(user + nice + kernel + irq + softirq) / (double)sysconf(_SC_CLK_TCK);
}

static struct clocks read_clocks(void)
{
	struct rusage usage;
	struct timespec now;

	getrusage(RUSAGE_SELF, &usage);
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (struct clocks){
		.seconds = (double)now.tv_sec + (double)now.tv_nsec / 1e9,
		.cpu = seconds_of(&usage.ru_utime) + seconds_of(&usage.ru_stime),
		.machine = machine_busy(),
	};
}

/* The stream, once. False after a message, or if a signal came. */
static bool run_way(const struct comparison *all, struct way *way)
{
	struct chain chain;
	struct job job = {.chain = &chain};
	struct clocks before, after;
	bool good;

	if (!open_chain(all, &chain))
		return false;
	good = redirect(all, way, &chain);
	before = read_clocks();
	good = good && start_job(all, way, &job) && receive_stream(all, way, chain.receiver);
	after = read_clocks();
	end_job(&job);
	close_chain(&chain);
	way->last_rate = (double)stream_bytes / (after.seconds - before.seconds);
	way->seconds += after.seconds - before.seconds;
	way->cpu += after.cpu - before.cpu;
	way->machine += after.machine - before.machine;
	read_passed(all, way);
	return good;
}

/* ---- output ---- */

static void print_way(FILE *out, const struct way *way, const struct way *first)
{
	const double rate = (double)way->received / way->seconds;
	const double first_rate = (double)first->received / first->seconds;
	const double gib = (double)way->received / MIB / 1024;

	fprintf(out, "%-8s %10.0f %7.2f %10.2f %10.2f %9.1f %9.1f %7llu\n", way->name,
		rate / MIB, rate / first_rate, way->cpu / gib, way->machine / gib,
		(double)way->received / MIB, (double)way->passed.bytes / MIB, way->wrong);
}

static void print_table(FILE *out, const struct comparison *all)
{
	fprintf(out,
		"a stream over two TCP connections on a lo of its own, in %.1f s\n"
		"%.1f MiB each way for each report, %lu bytes in a write\n\n",
		all->run->elapsed, (double)stream_bytes / MIB, write_bytes);
	for (int i = 0; i < WAYS; i++)
		fprintf(out, "%-8s %s\n", all->ways[i].name, all->ways[i].explanation);
	fprintf(out, "\n%-8s %10s %7s %10s %10s %9s %9s %7s\n", "", "", "times", "CPU s/GiB",
		"CPU s/GiB", "MiB", "MiB seen", "wrong");
	fprintf(out, "%-8s %10s %7s %10s %10s %9s %9s %7s\n", "way", "MiB/s", "proxy",
		"process", "machine", "arrived", "by BPF", "bytes");
	for (int i = 0; i < WAYS; i++)
		print_way(out, &all->ways[i], &all->ways[0]);
}

static void print_json_way(FILE *out, const struct way *way)
{
	fprintf(out, "{\"name\":\"%s\",\"received\":%llu,\"wrong\":%llu", way->name,
		way->received, way->wrong);
	fprintf(out, ",\"seen_by_bpf\":%llu,\"calls\":%llu,\"bytes_per_second\":%.0f",
		way->passed.bytes, way->passed.calls, way->last_rate);
	fprintf(out,
		",\"transfer_seconds\":%.6f,\"cpu_seconds\":%.6f,\"machine_cpu_seconds\":%.2f}",
		way->seconds, way->cpu, way->machine);
}

static void print_json(FILE *out, const struct comparison *all)
{
	fprintf(out, "{\"sample\":\"sockmap_redirect\",\"seconds\":%.3f,\"stream_bytes\":%lu",
		all->run->elapsed, stream_bytes);
	fprintf(out, ",\"write_bytes\":%lu,\"ways\":[", write_bytes);
	for (int i = 0; i < WAYS; i++) {
		fputs(i ? "," : "", out);
		print_json_way(out, &all->ways[i]);
	}
	fprintf(out, "]}\n");
}

static void report(const struct comparison *all)
{
	FILE *out = sample_report(all->run);

	if (out && all->run->options.json)
		print_json(out, all);
	else if (out)
		print_table(out, all);
	sample_show(all->run);
}

/* ---- start and end ---- */

static bool attach(const struct comparison *all, const char *program, const char *map,
		   enum bpf_attach_type type)
{
	int err = bpf_prog_attach(bpf_loader_program_fd(all->loader, program),
				  bpf_loader_map_fd(all->loader, map), type, 0);

	if (err)
		sample_fail(all->run, "cannot attach program '%s' to map '%s': %s", program,
			    map, strerror(-err));
	return !err;
}

static int report_until_end(struct comparison *all)
{
	while (sample_next(all->run)) {
		for (int i = 0; i < WAYS; i++)
			if (!run_way(all, &all->ways[i]))
				return sample_stopped() ? sample_end(all->run) : EXIT_FAILURE;
		report(all);
	}
	return sample_end(all->run);
}

static int compare(struct sample_run *run, struct bpf_loader *loader)
{
	struct comparison all = {
		.run = run,
		.loader = loader,
		.ways = {{.name = "proxy",
			  .explanation =
				  "a thread reads from one connection, writes to the other",
			  .counter = -1},
			 {.name = "sk_skb",
			  .explanation = "what arrives is sent on by the kernel (SOCKMAP)",
			  .counter = PASSED_SKB},
			 {.name = "sk_msg",
			  .explanation = "what is written is received, without TCP (SOCKHASH)",
			  .counter = PASSED_MSG}},
	};
	int status = EXIT_FAILURE;

	if (attach(&all, "pass_on", "sockets", BPF_SK_SKB_STREAM_VERDICT) &&
	    attach(&all, "pass_directly", "peers", BPF_SK_MSG_VERDICT) &&
	    lab_open(&all.lab, run, 1))
		status = report_until_end(&all);
	lab_close(&all.lab);
	return status;
}

int main(int argc, char **argv)
{
	int status = EXIT_FAILURE;
	struct bpf_loader *loader;
	struct sample_run run;

	sample_start(&run, &sockmap_redirect, argc, argv);
	loader = sample_load(&run, NULL);
	if (loader)
		status = compare(&run, loader);
	bpf_loader_close(loader);
	return status;
}
