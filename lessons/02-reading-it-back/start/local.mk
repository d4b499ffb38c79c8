# counts_user is made of two sources. A function that is not written yet does not use its parameters,
# and the compiler need not tell.
PARTS = map_access.c
CC   += -Wno-unused-parameter
