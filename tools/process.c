// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * process: see process.h.
 */
#include "process.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "output.h"

/* ---- arguments ---- */

void arguments_add(struct arguments *arguments, const char *word)
{
	arguments->list = must(
		reallocarray(arguments->list, arguments->count + 2, sizeof(*arguments->list)));
	arguments->list[arguments->count++] = must(strdup(word));
	arguments->list[arguments->count] = NULL;
}

void arguments_add_pair(struct arguments *arguments, const char *first, const char *second)
{
	arguments_add(arguments, first);
	arguments_add(arguments, second);
}

void arguments_release(struct arguments *arguments)
{
	for (size_t i = 0; i < arguments->count; i++)
		free(arguments->list[i]);
	free(arguments->list);
}

/* ---- input and output ---- */

static bool write_all(int fd, const char *text, size_t size)
{
	for (size_t done = 0; done < size;) {
		ssize_t put = write(fd, text + done, size - done);

		if (put < 0 && errno != EINTR)
			return false;
		done += put > 0 ? (size_t)put : 0;
	}
	return true;
}

int process_input(const char *text, size_t size)
{
	int fd = memfd_create("input", MFD_CLOEXEC);

	if (fd >= 0 && write_all(fd, text, size) && !lseek(fd, 0, SEEK_SET))
		return fd;
	complain("no memory for a copy of the text: %s", strerror(errno));
	if (fd >= 0)
		close(fd);
	return -1;
}

bool memory_hear(const char *piece, size_t size, void *ctx)
{
	struct memory *memory = ctx;

	memory->bytes = must(realloc(memory->bytes, memory->size + size + 1));
	memcpy(memory->bytes + memory->size, piece, size);
	memory->size += size;
	memory->bytes[memory->size] = '\0';
	return true;
}

bool nobody_hear(const char *piece, size_t size, void *ctx)
{
	(void)piece;
	(void)size;
	(void)ctx;
	return true;
}

/* ---- the program ---- */

struct process {
	pid_t pid;
	int out, err; /* -1 at their end */
};

static void become(char *const *arguments, int in, int out, int err)
{
	dup2(in, STDIN_FILENO);
	dup2(out, STDOUT_FILENO);
	dup2(err, STDERR_FILENO);
	execvp(arguments[0], arguments);
	_exit(errno == ENOENT ? 127 : 126);
}

static bool start(struct process *process, char *const *arguments, int in)
{
	int out[2], err[2];

	if (pipe2(out, O_CLOEXEC))
		return false;
	if (pipe2(err, O_CLOEXEC)) {
		close(out[0]);
		close(out[1]);
		return false;
	}
	process->pid = fork();
	if (!process->pid)
		become(arguments, in, out[1], err[1]);
	close(out[1]);
	close(err[1]);
	process->out = out[0];
	process->err = err[0];
	if (process->pid > 0)
		return true;
	close(out[0]);
	close(err[0]);
	return false;
}

/* Reads one piece; closes `fd` at its end. */
static void read_piece(int *fd, struct listener *listener)
{
	static char piece[1 << 16];
	ssize_t got = read(*fd, piece, sizeof(piece));

	if (got < 0 && errno == EINTR)
		return;
	if (got > 0 && listener->good)
		listener->good = listener->hear(piece, (size_t)got, listener->ctx);
	if (got <= 0 || !listener->good) {
		close(*fd);
		*fd = -1;
	}
}

static void read_both(struct process *process, struct listener *out, struct listener *err)
{
	while (process->out >= 0 || process->err >= 0) {
		struct pollfd polled[] = {{.fd = process->out, .events = POLLIN},
					  {.fd = process->err, .events = POLLIN}};

		if (poll(polled, 2, -1) < 0)
			continue;
		if (polled[0].revents)
			read_piece(&process->out, out);
		if (polled[1].revents)
			read_piece(&process->err, err);
	}
}

static int finish(const struct process *process, const char *program)
{
	int status = 0;

	while (waitpid(process->pid, &status, 0) < 0 && errno == EINTR)
		;
	if (WIFEXITED(status) && WEXITSTATUS(status) < 126)
		return WEXITSTATUS(status);
	if (WIFSIGNALED(status) && WTERMSIG(status) != SIGPIPE)
		complain("%s: ended by signal %s", program, strsignal(WTERMSIG(status)));
	else if (WIFEXITED(status))
		complain("%s: cannot be run: %s", program,
			 strerror(WEXITSTATUS(status) == 127 ? ENOENT : EACCES));
	return -1;
}

int process_run(char *const *arguments, int in, struct listener *out, struct listener *err)
{
	int null = open("/dev/null", O_RDONLY | O_CLOEXEC), status = -1;
	struct process process;

	if (start(&process, arguments, in >= 0 ? in : null)) {
		read_both(&process, out, err);
		status = finish(&process, arguments[0]);
	} else {
		complain("%s: cannot be run: %s", arguments[0], strerror(errno));
	}
	if (null >= 0)
		close(null);
	return status;
}
