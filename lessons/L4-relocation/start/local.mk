PARTS = object.c maps.c create.c relocate.c
.DEFAULT_GOAL = all
pretend: myload.c
