PARTS = object.c maps.c create.c relocate.c load.c
.DEFAULT_GOAL = all
pretend: myload.c
