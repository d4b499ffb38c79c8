# SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
#
# Every command a person types. `make help` lists them.
#
#   V=1               show the commands instead of a line for each step
#   O=DIR             build into DIR instead of build/
#   SANITIZE=LIST     build with -fsanitize=LIST (address,undefined)
#   CC, CLANG, CFLAGS, WERROR= as usual
#
# Nothing is written outside $(O), except by `make deps`, which installs packages.

O        ?= build
CLANG    ?= clang
WERROR   ?= -Werror
CFLAGS   ?= -O2 -g
V        ?= 0

ifeq ($(V),0)
say = @printf '  %-8s %s\n' $(1) $(2);
Q   = @
else
say =
Q   =
endif

WARNINGS  = -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes $(WERROR)
# Frame pointers cost nothing to speak of, and stacks of these programs can be read by tracers.
override CFLAGS += -std=gnu11 -D_GNU_SOURCE -fno-omit-frame-pointer $(WARNINGS)
ifneq ($(SANITIZE),)
override CFLAGS  += -fsanitize=$(SANITIZE)
override LDFLAGS += -fsanitize=$(SANITIZE)
endif
LIBS      = -lbpf -lelf -lz -lpthread
BPFFLAGS  = -O2 -g -target bpf -Wall -Iinclude -I/usr/include/$(shell uname -m)-linux-gnu

# Programs that a build needs; the message says what is missing instead of the compiler.
needs     = @tools/deps --need $(1)

LOADER    = $(patsubst %.c,$(O)/%.o,bpf_load.c $(sort $(wildcard loader/*.c)))
CLASSIC   = $(patsubst %.c,$(O)/%.o,$(sort $(wildcard classic/*.c)))
LIBRARY   = $(O)/libbpf_load.a
SAMPLES   = $(patsubst samples/%_user.c,%,$(sort $(wildcard samples/*_user.c)))
SAMPLE_PARTS = $(patsubst %.c,$(O)/%.o,$(filter-out %_user.c %_kern.c,$(wildcard samples/*.c)) loader/tracefs.c)
SAMPLE_LIB = $(O)/samples/parts.a
TOOL_OBJS = $(patsubst %.c,$(O)/%.o,$(sort $(wildcard tools/*.c)))
UNIT      = $(patsubst %.c,$(O)/%,$(sort $(wildcard tests/unit/*.c)))
HELPERS   = $(patsubst %.c,$(O)/%,$(sort $(wildcard tests/samples/*.c)))
KERNELS   = 5.10 6.1 6.12 7.2
OBJECTS   = $(patsubst %.c,$(O)/%.o,$(sort $(wildcard tests/objects/*.c)))

.PHONY: all help deps doctor demo vm vm-kernels test test-fast test-kernels bench lint format check-format clean explain
.DELETE_ON_ERROR:
.SECONDARY:

all: library tools samples ## build everything into build/

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' Makefile

# ---- the library ----

.PHONY: library
library: need-build $(LIBRARY)

.PHONY: need-build need-test
need-build:
	$(call needs,cc clang libbpf libelf libdw zlib linux-headers binutils json-c)
need-test: need-build
	$(call needs,cmocka prove jq ip tc bpftool llvm)

# The loader is one member whose inner names are local: a program may have its own `refuse`.
# Each file of classic/ is a member of its own, so that a program that brings its own
# trace_helpers.c uses that one.
$(O)/core.o: $(LOADER)
	$(call say,LD,$@)
	$(Q)ld -r -o $@ $^ && objcopy --wildcard --keep-global-symbol='bpf_loader_*' $@

$(LIBRARY): $(O)/core.o $(CLASSIC)
	$(call say,AR,$@)
	$(Q)rm -f $@ && ar rcs $@ $^

$(O)/classic/%.o: classic/%.c | need-build
	$(call say,CC,$<)
	$(Q)mkdir -p $(@D) && $(CC) $(CFLAGS) -U_GNU_SOURCE -MMD -MP -I. -Iinclude -c -o $@ $<

$(O)/%.o: %.c | need-build
	$(call say,CC,$<)
	$(Q)mkdir -p $(@D) && $(CC) $(CFLAGS) -MMD -MP -I. -c -o $@ $<

# ---- tools, samples ----

.PHONY: tools man samples run list compare html
tools: need-build $(O)/bpfload $(O)/man/bpfload.1 $(O)/tools/vm.d/kvm
samples: need-build $(SAMPLES:%=$(O)/samples/%) $(SAMPLES:%=$(O)/samples/%_kern.o) \
	$(SAMPLES:%=$(O)/samples/%_kern.btf.o)

# bpfload shows what the chapters know, so it links them, not only the handle API.
$(O)/bpfload: $(TOOL_OBJS) $(LOADER)
	$(call say,LINK,$@)
	$(Q)$(CC) $(LDFLAGS) -o $@ $^ $(LIBS) -ljson-c

# What the help says, as man pages.
man: need-build $(O)/man/bpfload.1 ## the man pages of bpfload, into build/man: man build/man/bpfload.1
$(O)/man/bpfload.1: $(O)/bpfload tools/man-pages
	$(call say,MAN,$(@D))
	$(Q)tools/man-pages $(O)/bpfload $(@D)
# These it takes in whole, as parts of its page.
$(O)/tools/html_page.o: $(wildcard tools/html/*)

html: tools $(foreach kind,_kern.o _kern.btf.o,$(patsubst %,$(O)/samples/%$(kind),$(filter $(SAMPLE),$(SAMPLES))))
html: ## a page on which to step through loading: make html SAMPLE=sockex1
	@test -e '$(O)/samples/$(SAMPLE)_kern.o' || { echo "make html SAMPLE=NAME; make list shows the names"; exit 2; }
	@$(O)/bpfload html $(O)/samples/$(SAMPLE)_kern.o $(O)/samples/$(SAMPLE)_kern.btf.o -o $(O)/$(SAMPLE).html
	@echo "$(O)/$(SAMPLE).html is for a browser"

# An archive, and --as-needed: a sample gets the parts and libraries that it uses, and starts as
# fast as these allow.
$(SAMPLE_LIB): $(SAMPLE_PARTS)
	$(call say,AR,$@)
	$(Q)rm -f $@ && ar rcs $@ $^

$(O)/samples/%: $(O)/samples/%_user.o $(SAMPLE_LIB) $(LIBRARY)
	$(call say,LINK,$@)
	$(Q)$(CC) $(LDFLAGS) -Wl,--as-needed -o $@ $^ -ldw $(LIBS) -lm

# These it takes in whole, as the text of its page.
$(O)/samples/flame_graph_page.o: samples/flame_graph.js samples/flame_graph.css

run: samples ## run a sample: make run SAMPLE=lathist ARGS='-c 3'
	@test -x '$(O)/samples/$(SAMPLE)' || { echo "make run SAMPLE=NAME [ARGS=...]; make list shows the names"; exit 2; }
	@$(O)/samples/$(SAMPLE) $(ARGS)

vm: tools samples ## run a sample under another kernel: make vm SAMPLE=lathist KERNEL=6.12
	@test -x '$(O)/samples/$(SAMPLE)' || { echo "make vm SAMPLE=NAME [ARGS=...] [KERNEL=...]; make list shows the names"; exit 2; }
	@O='$(O)' tools/vm $(if $(KERNEL),--kernel $(KERNEL)) -- $(O)/samples/$(SAMPLE) $(ARGS)

vm-kernels: ## fetch the kernels that tools/vm knows into build/vm
	@for kernel in $(KERNELS); do O='$(O)' tools/vm --kernel $$kernel --fetch || exit 1; done

# A sample is shown in full; of all of them the verdict, and what is refused is named only.
compare: tools ## what a sample's two definitions come to: make compare SAMPLE=sockex2 (or all)
ifneq ($(SAMPLE),)
	@CLANG='$(CLANG)' $(O)/bpfload compare $(ARGS) --headers include --source samples/$(SAMPLE)_kern.c
else
	@failed=0; for sample in $(SAMPLES); do \
		verdict=$$(CLANG='$(CLANG)' $(O)/bpfload compare $(ARGS) --brief --headers include \
			--source samples/$${sample}_kern.c) || \
			case $$verdict in refused:*) ;; *) failed=1 ;; esac; \
		printf '%-20s %s\n' "$$sample" "$$verdict"; \
	done; exit $$failed
endif

list: samples ## the samples: what they show, what they need, whether they work here
	@tools/list-samples $(if $(TYPES),--types) $(O)

# Says whether KVM here is any good; tools/vm asks it.
$(O)/tools/vm.d/kvm: $(O)/tools/vm.d/kvm.o
	$(call say,LINK,$@)
	$(Q)$(CC) $(LDFLAGS) -o $@ $^ -Wl,--as-needed $(LIBS)

# One source, two definitions of its maps.
$(O)/samples/%_kern.o: samples/%_kern.c | need-build
	$(call say,CLANG,$@)
	$(Q)mkdir -p $(@D) && $(CLANG) $(BPFFLAGS) -MMD -MP -c -o $@ $<

$(O)/samples/%_kern.btf.o: samples/%_kern.c | need-build
	$(call say,CLANG,$@)
	$(Q)mkdir -p $(@D) && $(CLANG) $(BPFFLAGS) -DBTF_MAPS -MMD -MP -c -o $@ $<

# ---- lessons ----

# What the runner needs to check an answer. See lessons/README.org.
LEARN     = $(patsubst %.c,$(O)/%,$(sort $(wildcard lessons/runner/*.c)))

.PHONY: lessons lessons-tools lessons-check
lessons-tools: need-build $(LIBRARY) $(O)/bpfload $(LEARN)
	$(call needs,jq patch)

$(O)/lessons/runner/%: $(O)/lessons/runner/%.o $(LIBRARY)
	$(call say,LINK,$@)
	$(Q)$(CC) $(LDFLAGS) -Wl,--as-needed -o $@ $^ $(LIBS)

lessons: lessons-tools ## the lessons: how far you are, and the next step
	@O='$(O)' lessons/learn

lessons-check: all lessons-tools ## every lesson's starter, answer, wrong answers and text, checked
	@BUILD='$(O)' prove --timer --exec tests/exec tests/lessons/lessons.t tests/lessons/pages.t tests/lessons/walk.t

# ---- tests ----

$(O)/tests/objects/%.o: tests/objects/%.c | need-build
	$(call say,CLANG,$@)
	$(Q)mkdir -p $(@D) && $(CLANG) $(BPFFLAGS) -MMD -MP -c -o $@ $<

# Unit tests see the chapters of the loader, so they link its objects, not the library.
$(O)/tests/unit/%: $(O)/tests/unit/%.o $(LOADER)
	$(call say,LINK,$@)
	$(Q)$(CC) $(LDFLAGS) -o $@ $^ $(LIBS) -lcmocka

# This one tests parts of the samples.
$(O)/tests/unit/sample_parts: $(SAMPLE_LIB) $(LIBRARY)
$(O)/tests/unit/sample_parts: LIBS += -ldw

# Programs that tests of samples run; built here, since a compiler is slow in a VM.
$(O)/tests/samples/%: $(O)/tests/samples/%.o
	$(call say,LINK,$@)
	$(Q)$(CC) $(LDFLAGS) -Wl,--as-needed -o $@ $^ $(LIBS)

# Its functions are to be on its stack as they are in the source.
$(O)/tests/samples/sleeper.o: override CFLAGS += -O0

.PHONY: tests
tests: need-test all lessons-tools $(UNIT) $(OBJECTS) $(HELPERS)

test: ## build and run all tests that this machine can run
	@tests/run

test-fast: ## only the tests that need no privileges
	@tests/run --tier 0

test-kernels: ## the samples' tests under each of the kernels of tools/vm (or KERNELS=...)
	@tests/run --kernels '$(KERNELS)'

bench: all lessons-tools ## ratios: the loader to libbpf and bare syscalls, samples to bpftrace and bcc, lessons
	@tests/bench/run
	@tests/bench/samples
	@tests/bench/lessons

# ---- what a person starts with ----

deps: ## install the packages that are missing
	@tools/deps

doctor: ## look whether this machine has what is needed
	@tools/doctor

demo: ## install, build, explain and run sockex1 on lo
	@tools/deps
	@$(MAKE) --no-print-directory all
	@tools/demo

# ---- keeping the tree clean ----

C_FILES = $(shell git ls-files '*.c' '*.h')

lint: ## clang-format, clang-tidy, cppcheck, shellcheck
	$(call needs,clang-format clang-tidy cppcheck shellcheck)
	@tests/lint

format: ## rewrite the sources in the project's format
	$(Q)clang-format -i $(C_FILES)

clean: ## remove build/
	$(Q)rm -rf $(O)

-include $(shell find $(O) -path $(O)/vm -prune -o -type f -name '*.d' -print 2>/dev/null)
