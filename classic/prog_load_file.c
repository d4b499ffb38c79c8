/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * bpf_prog_load_xattr() and the four-argument bpf_prog_load(): an object file, through libbpf.
 *
 * Contract: <bpf/classic_prog_load.h>. Everything that was opened is closed on failure.
 * These calls make a struct bpf_object, and only libbpf can do that. libbpf 1.x refuses
 * SEC("maps"), so such an object is recognised first and the reader is told where to go.
 */
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>
#include <gelf.h>
#include <libelf.h>

#include <bpf/libbpf.h>

/* "maps", and "maps/NAME" of gobpf. */
static bool is_legacy_map_section(const char *name)
{
	return name && !strncmp(name, "maps", 4) && (name[4] == '\0' || name[4] == '/');
}

static bool elf_has_legacy_maps(Elf *elf)
{
	Elf_Scn *scn = NULL;
	size_t names;
	GElf_Shdr shdr;

	if (!elf || elf_kind(elf) != ELF_K_ELF || elf_getshdrstrndx(elf, &names))
		return false;
	while ((scn = elf_nextscn(elf, scn)))
		if (gelf_getshdr(scn, &shdr) &&
		    is_legacy_map_section(elf_strptr(elf, names, shdr.sh_name)))
			return true;
	return false;
}

/* False also for what is no ELF file: libbpf says that better. */
static bool has_legacy_maps(const char *file)
{
	bool legacy;
	Elf *elf;
	int fd;

	fd = open(file, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return false;
	elf_version(EV_CURRENT);
	elf = elf_begin(fd, ELF_C_READ_MMAP, NULL);
	legacy = elf_has_legacy_maps(elf);
	elf_end(elf);
	close(fd);
	return legacy;
}

/*
 * libbpf before 1.0 took a section by the beginning of its name: "xdp_filter" was XDP. libbpf
 * 1.x wants the exact name. These are the names that programs had made longer.
 */
static enum bpf_prog_type type_by_prefix(const char *section)
{
	static const struct {
		const char *prefix;
		enum bpf_prog_type type;
	} table[] = {
		{"socket", BPF_PROG_TYPE_SOCKET_FILTER},  {"xdp", BPF_PROG_TYPE_XDP},
		{"classifier", BPF_PROG_TYPE_SCHED_CLS},  {"action", BPF_PROG_TYPE_SCHED_ACT},
		{"perf_event", BPF_PROG_TYPE_PERF_EVENT}, {"sockops", BPF_PROG_TYPE_SOCK_OPS},
		{"sk_skb", BPF_PROG_TYPE_SK_SKB},	  {"sk_msg", BPF_PROG_TYPE_SK_MSG},
		{"lwt_in", BPF_PROG_TYPE_LWT_IN},	  {"lwt_out", BPF_PROG_TYPE_LWT_OUT},
		{"lwt_xmit", BPF_PROG_TYPE_LWT_XMIT},
	};

	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++)
		if (!strncmp(section, table[i].prefix, strlen(table[i].prefix)))
			return table[i].type;
	return BPF_PROG_TYPE_UNSPEC;
}

static int prepare_program(struct bpf_program *prog, const struct bpf_prog_load_attr *attr)
{
	const char *section = bpf_program__section_name(prog);

	if (attr->prog_type != BPF_PROG_TYPE_UNSPEC) {
		bpf_program__set_type(prog, attr->prog_type);
		bpf_program__set_expected_attach_type(prog, attr->expected_attach_type);
	} else if (bpf_program__type(prog) == BPF_PROG_TYPE_UNSPEC) {
		bpf_program__set_type(prog, type_by_prefix(section));
	}
	if (bpf_program__type(prog) == BPF_PROG_TYPE_UNSPEC) {
		fprintf(stderr,
			"bpf_prog_load: %s: program %s: section \"%s\" names no program type; "
			"pass one as prog_type\n",
			attr->file, bpf_program__name(prog), section);
		return -EINVAL;
	}
	bpf_program__set_ifindex(prog, attr->ifindex);
	bpf_program__set_log_level(prog, attr->log_level);
	bpf_program__set_flags(prog, bpf_program__flags(prog) | attr->prog_flags);
	return 0;
}

static int prepare_object(struct bpf_object *obj, const struct bpf_prog_load_attr *attr)
{
	struct bpf_program *prog;
	struct bpf_map *map;
	int err;

	bpf_object__for_each_program(prog, obj)
	{
		err = prepare_program(prog, attr);
		if (err)
			return err;
	}
	bpf_object__for_each_map(map, obj) if (!bpf_map__is_offload_neutral(map))
		bpf_map__set_ifindex(map, attr->ifindex);
	if (bpf_object__next_program(obj, NULL))
		return 0;
	fprintf(stderr, "bpf_prog_load: %s: no program in the object\n", attr->file);
	return -ENOENT;
}

static int load_object(const struct bpf_prog_load_attr *attr, struct bpf_object **pobj,
		       int *prog_fd)
{
	struct bpf_object *obj = bpf_object__open_file(attr->file, NULL);
	int err;

	if (!obj)
		return -errno;
	err = prepare_object(obj, attr);
	if (!err)
		err = bpf_object__load(obj);
	if (err) {
		bpf_object__close(obj);
		return err;
	}
	*pobj = obj;
	*prog_fd = bpf_program__fd(bpf_object__next_program(obj, NULL));
	return 0;
}

int bpf_prog_load_xattr(const struct bpf_prog_load_attr *attr, struct bpf_object **pobj,
			int *prog_fd)
{
	int err;

	if (!attr || !attr->file || !pobj || !prog_fd)
		return bpf_classic_error(EINVAL);
	if (has_legacy_maps(attr->file)) {
		fprintf(stderr,
			"bpf_prog_load: %s: maps in SEC(\"maps\"), which libbpf 1.0 and later "
			"do not load; call load_bpf_file() or the handle functions of "
			"bpf_load.h, "
			"or define the maps in SEC(\".maps\")\n",
			attr->file);
		return bpf_classic_error(ENOTSUP);
	}
	err = load_object(attr, pobj, prog_fd);
	if (err)
		errno = -err;
	return err;
}

int bpf_classic_prog_load_file(const char *file, enum bpf_prog_type type,
			       struct bpf_object **pobj, int *prog_fd)
{
	struct bpf_prog_load_attr attr = {
		.file = file,
		.prog_type = type,
	};

	return bpf_prog_load_xattr(&attr, pobj, prog_fd);
}
