// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * task_inode_storage: who opens files, and which, from values kept with threads and files.
 *
 * Such a map cannot be listed. What user space looks up it must have in its hand: a pidfd is the
 * key of a process's first thread, a descriptor of a file is the key of that file. So this
 * program goes through /proc and through one directory, and asks for the value of each process and
 * each file there. Read it from the bottom: main(), watch(), report(), then how each is asked.
 */
#include <bpf/bpf.h>
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "feature.h"
#include "sample.h"
#include "task_inode_storage.h"

static const char *directory = "/etc";

static const struct sample_option own[] = {
	{"dir", "DIR", sample_read_text, &directory, "whose files to ask for (/etc)"},
	{.name = NULL},
};

static const struct sample task_inode_storage = {
	.name = "task_inode_storage",
	.title = "who opens files, and which: values kept with both",
	.what = "Counts how often files are opened or asked for by access(), at a security "
		"hook,\n"
		"in values that the kernel keeps with each thread and with each file.",
	.example = "-c 3",
	.map_types = "TASK_STORAGE, INODE_STORAGE, ARRAY",
	.needs = "root; Linux 5.11 (TASK_STORAGE) with BPF among its lsm= modules",
	.requires = {"root", "map:task_storage", "tracing", "lsm:bpf", "map:inode_storage"},
	.takes = SAMPLE_TAKES_PID | SAMPLE_TAKES_NO_LOAD,
	.own = own,
};

/* ---- what was counted ---- */

#define TOP 8

/* A process or a file with its counts. */
struct entry {
	struct storage_counts counts;
	char name[256];
	int pid; /* of a process */
};

/* Those that have most, the highest first. */
struct top {
	struct entry entries[TOP];
	size_t count;
};

struct results {
	int by_thread_fd, by_file_fd, config_fd, totals_fd;
	struct storage_totals totals;
	struct top processes, files;
};

static __u64 sum(const struct entry *entry)
{
	return entry->counts.opens + entry->counts.accesses;
}

static void keep(struct top *top, const struct entry *entry)
{
	size_t at = top->count;

	while (at > 0 && sum(&top->entries[at - 1]) < sum(entry))
		at--;
	if (at == TOP)
		return;
	if (top->count < TOP)
		top->count++;
	memmove(&top->entries[at + 1], &top->entries[at],
		(top->count - at - 1) * sizeof(*entry));
	top->entries[at] = *entry;
}

/*
 * The value that hangs on what `fd` stands for. False if there is none: a thread that has opened
 * nothing, a file that nobody has opened. `*failed` is set if that is not the reason.
 */
static bool ask(int map_fd, int fd, struct storage_counts *counts, int *failed)
{
	if (!bpf_map_lookup_elem(map_fd, &fd, counts))
		return true;
	if (errno != ENOENT)
		*failed = errno;
	return false;
}

/* ---- processes ---- */

/* The name of a process; it may have gone meanwhile. */
static void read_name(struct entry *entry)
{
	char path[64];
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%d/comm", entry->pid);
	file = fopen(path, "re");
	if (!file || !fgets(entry->name, sizeof(entry->name), file))
		strcpy(entry->name, "(gone)");
	entry->name[strcspn(entry->name, "\n")] = '\0';
	if (file)
		fclose(file);
}

static int ask_process(struct results *results, int pid)
{
	struct entry entry = {.pid = pid};
	const int fd = (int)syscall(SYS_pidfd_open, pid, 0);
	int failed = 0;

	if (fd < 0)
		return 0; /* just gone */
	if (ask(results->by_thread_fd, fd, &entry.counts, &failed))
		keep(&results->processes, &entry);
	close(fd);
	/* The process went between the two calls: the kernel finds no task to that pidfd. */
	return failed == ESRCH ? 0 : failed;
}

static bool read_processes(const struct sample_run *run, struct results *results)
{
	DIR *proc = opendir("/proc");
	const struct dirent *entry;
	int err = proc ? 0 : errno;

	results->processes.count = 0;
	while (proc && !err && (entry = readdir(proc)))
		if (isdigit((unsigned char)entry->d_name[0]))
			err = ask_process(results, atoi(entry->d_name));
	if (proc)
		closedir(proc);
	for (size_t i = 0; i < results->processes.count; i++)
		read_name(&results->processes.entries[i]);
	if (err)
		sample_fail(run, "cannot read map 'by_thread' by the processes in /proc: %s",
			    strerror(err));
	return !err;
}

/* ---- files ---- */

/* O_PATH gives a descriptor without opening the file: asking must not count. */
static int ask_file(struct results *results, int directory_fd, const char *name)
{
	struct entry entry = {.pid = 0};
	const int fd = openat(directory_fd, name, O_PATH | O_CLOEXEC);
	int failed = 0;

	if (fd < 0)
		return 0; /* a dangling link, or just gone */
	snprintf(entry.name, sizeof(entry.name), "%s", name);
	if (ask(results->by_file_fd, fd, &entry.counts, &failed))
		keep(&results->files, &entry);
	close(fd);
	return failed;
}

static bool read_files(const struct sample_run *run, struct results *results)
{
	DIR *stream = opendir(directory);
	const struct dirent *entry;
	int err = 0;

	results->files.count = 0;
	if (!stream) {
		sample_fail(run, "directory %s: %s", directory, strerror(errno));
		return false;
	}
	while (!err && (entry = readdir(stream)))
		if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
			err = ask_file(results, dirfd(stream), entry->d_name);
	closedir(stream);
	if (err)
		sample_fail(run, "cannot read map 'by_file' by the files of %s: %s", directory,
			    strerror(err));
	return !err;
}

/* ---- a report ---- */

static bool read_totals(const struct sample_run *run, struct results *results)
{
	const __u32 zero = 0;

	if (!bpf_map_lookup_elem(results->totals_fd, &zero, &results->totals))
		return true;
	sample_fail(run, "map 'totals': cannot read it: %s", strerror(errno));
	return false;
}

static void print_top(FILE *out, const struct top *top, const char *title)
{
	const int room = (int)sample_columns() - 28;

	fprintf(out, "\n%8s %8s  %s\n", "opens", "access()", title);
	for (size_t i = 0; i < top->count; i++) {
		const struct entry *entry = &top->entries[i];

		fprintf(out, "%8llu %8llu  ", (unsigned long long)entry->counts.opens,
			(unsigned long long)entry->counts.accesses);
		if (entry->pid)
			fprintf(out, "%7d ", entry->pid);
		fprintf(out, "%.*s\n", room, entry->name);
	}
	if (!top->count)
		fprintf(out, "%18snone so far\n", "");
}

/* Not one could be kept: that has a reason that does not pass. */
static void print_missed(FILE *out, const struct storage_totals *totals)
{
	if (!totals->missed)
		return;
	fprintf(out, "%llu of them were not kept: the kernel had no memory for a value\n",
		(unsigned long long)totals->missed);
	if (totals->missed == totals->opens + totals->accesses)
		fprintf(out, "(newer kernels need a CPU with cmpxchg16b: grep cx16 "
			     "/proc/cpuinfo)\n");
}

static void print_text(FILE *out, const struct sample_run *run, const struct results *results)
{
	char title[256];

	fprintf(out, "files that %s opened or asked for, %.1f s\n",
		run->options.pid ? "one process" : "all processes", run->elapsed);
	fprintf(out, "%llu opens and %llu access() in all\n",
		(unsigned long long)results->totals.opens,
		(unsigned long long)results->totals.accesses);
	print_missed(out, &results->totals);
	print_top(out, &results->processes, "process, its first thread");
	snprintf(title, sizeof(title), "file of %.*s", (int)sample_columns() - 30, directory);
	print_top(out, &results->files, title);
}

static void print_json_top(FILE *out, const struct top *top)
{
	for (size_t i = 0; i < top->count; i++) {
		const struct entry *entry = &top->entries[i];

		fprintf(out, "%s{\"name\":", i ? "," : "");
		sample_json_string(out, entry->name);
		if (entry->pid)
			fprintf(out, ",\"pid\":%d", entry->pid);
		fprintf(out, ",\"opens\":%llu,\"accesses\":%llu}",
			(unsigned long long)entry->counts.opens,
			(unsigned long long)entry->counts.accesses);
	}
}

static void print_json(FILE *out, const struct sample_run *run, const struct results *results)
{
	fprintf(out, "{\"sample\":\"%s\",\"seconds\":%.3f,\"directory\":", run->sample->name,
		run->elapsed);
	sample_json_string(out, directory);
	fprintf(out, ",\"opens\":%llu,\"accesses\":%llu,\"missed\":%llu,\"processes\":[",
		(unsigned long long)results->totals.opens,
		(unsigned long long)results->totals.accesses,
		(unsigned long long)results->totals.missed);
	print_json_top(out, &results->processes);
	fprintf(out, "],\"files\":[");
	print_json_top(out, &results->files);
	fprintf(out, "]}\n");
}

static bool report(struct sample_run *run, struct results *results)
{
	FILE *out;

	if (!read_totals(run, results) || !read_processes(run, results) ||
	    !read_files(run, results))
		return false;
	out = sample_report(run);
	if (out && run->options.json)
		print_json(out, run, results);
	else if (out)
		print_text(out, run, results);
	sample_show(run);
	return true;
}

/* ---- something to look at ---- */

#define OPENED "/etc/passwd"
#define ASKED  "/etc/group"
#define TIMES  10.0 /* a second, each */

/* The process that opens files. It goes with us, also if we are killed. */
static void open_files(pid_t parent)
{
	prctl(PR_SET_NAME, "opener");
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	while (getppid() == parent && sample_sleep(1 / TIMES)) {
		int fd = open(OPENED, O_RDONLY | O_CLOEXEC);

		if (fd >= 0)
			close(fd);
		(void)!access(ASKED, R_OK);
	}
	_exit(0);
}

/* A process, not a thread: only a first thread has a pidfd that we could ask by. Before there is
 * anything of BPF, so that it holds none of that. -1: there is none. */
static pid_t start_opener(const struct sample_run *run)
{
	const pid_t parent = getpid();
	pid_t pid = -1;

	if (run->options.no_load)
		return pid;
	pid = fork();
	if (!pid)
		open_files(parent);
	if (pid < 0)
		sample_fail(run, "warning: no load of its own: fork: %s", strerror(errno));
	return pid;
}

static void stop_opener(pid_t pid)
{
	if (pid <= 0)
		return;
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
}

/* ---- from the start to the end ---- */

static bool configure(const struct sample_run *run, const struct results *results)
{
	const struct storage_config config = {.pid = (__u32)run->options.pid,
					      .not_pid = (__u32)getpid()};
	const __u32 zero = 0;

	if (!bpf_map_update_elem(results->config_fd, &zero, &config, BPF_ANY))
		return true;
	sample_fail(run, "map 'config': cannot write to it: %s", strerror(errno));
	return false;
}

/* From the first open on, the program has to know whose count. */
static bool attach(const struct sample_run *run, struct bpf_loader *loader,
		   const struct results *results)
{
	if (!configure(run, results))
		return false;
	if (!bpf_loader_attach(loader))
		return true;
	sample_fail(run, "%s", bpf_loader_error(loader));
	sample_explain(run);
	return false;
}

static int watch(struct sample_run *run, struct bpf_loader *loader)
{
	struct results results = {
		.by_thread_fd = bpf_loader_map_fd(loader, "by_thread"),
		.by_file_fd = bpf_loader_map_fd(loader, "by_file"),
		.config_fd = bpf_loader_map_fd(loader, "config"),
		.totals_fd = bpf_loader_map_fd(loader, "totals"),
	};

	if (!attach(run, loader, &results))
		return EXIT_FAILURE;
	while (sample_next(run))
		if (!report(run, &results))
			return EXIT_FAILURE;
	return sample_end(run);
}

/* A kernel may load and attach the program all the same, and never call it. */
static bool hook_is_called(const struct sample_run *run)
{
	static const char *const requires[] = {"lsm:bpf", NULL};
	char why[256];

	if (feature_all(requires, why, sizeof(why)))
		return true;
	sample_fail(run, "the program would not be called: %s", why);
	return false;
}

int main(int argc, char **argv)
{
	const struct bpf_loader_opts opts = {.flags = BPF_LOADER_NO_ATTACH};
	int status = EXIT_FAILURE;
	struct bpf_loader *loader;
	struct sample_run run;
	pid_t opener;

	sample_start(&run, &task_inode_storage, argc, argv);
	if (!hook_is_called(&run))
		return EXIT_FAILURE;
	opener = start_opener(&run);
	loader = sample_load(&run, &opts);
	if (loader)
		status = watch(&run, loader);
	bpf_loader_close(loader);
	stop_opener(opener);
	return status;
}
