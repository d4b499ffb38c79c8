PARTS = object.c maps.c create.c
.DEFAULT_GOAL = all
pretend: myload.c
