PARTS = object.c maps.c create.c relocate.c load.c attach.c btf_maps.c
.DEFAULT_GOAL = all
pretend: myload.c
dry_run: myload.c pretend.c
