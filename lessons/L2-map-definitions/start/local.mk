PARTS = object.c maps.c
