# SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
#
# lesson.mk - builds what is in a lesson's folder, for a learner's `make` and for the checks alike.
#
#   X_kern.c becomes X_kern.o, for the kernel; any other X.c becomes the program X.
#
# A lesson whose programs have more than one source names the others in start/local.mk: PARTS = a.c b.c
#
# TOP is the top of the tree; `lessons/learn start` writes a Makefile that sets it. Object and
# program lie beside their source, since the folder is the learner's. `make V=1` shows
# the commands.

MAKEFLAGS += --no-print-directory
O     ?= $(TOP)/build
CLANG ?= clang
CC    ?= cc
PARTS  =
-include local.mk
KERN   = $(sort $(wildcard *_kern.c))
USER   = $(filter-out $(KERN) $(PARTS),$(sort $(wildcard *.c)))
HEADER = $(wildcard *.h)

ifeq ($(V),1)
say =
Q   =
else
say = @$(if $(findstring s,$(firstword -$(MAKEFLAGS))),,printf '  %-8s %s\n' $(1) $(2))
Q   = @
endif

.PHONY: all clean
all: $(KERN:.c=.o) $(USER:.c=)

%_kern.o: %_kern.c $(HEADER)
	$(call say,CLANG,$@)
	$(Q)$(CLANG) -O2 -g -target bpf -Wall -I$(TOP)/include -I/usr/include/$(shell uname -m)-linux-gnu -c -o $@ $<

%: %.c $(PARTS) $(HEADER) $(O)/libbpf_load.a
	$(call say,CC,$@)
	$(Q)$(CC) -O2 -g -std=gnu11 -D_GNU_SOURCE -Wall -Wextra -I$(TOP) -I$(TOP)/include -o $@ $< $(PARTS) \
		$(O)/libbpf_load.a -Wl,--as-needed -lbpf -lelf -lz -lpthread

$(O)/libbpf_load.a:
	$(Q)$(MAKE) -C $(TOP) library

clean:
	@rm -f $(KERN:.c=.o) $(USER:.c=)
