PARTS = object.c
