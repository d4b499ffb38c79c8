# SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
#
# table.awk - the records of tests/bench/run as tables for a person.
#
# Fields: part, kind, then what the programs print (see measure.h, user_space.c). Variables:
# rounds, big, whole, processes, event_rounds: how often things were measured.

$2 == "object" {
	order[$1] = order[$1] " " $3
	shape[$1, $3] = counted($4, "map") ", " counted($5, "program") ", " \
		counted($6, "instruction") ", " counted($7, "relocation")
	maps[$3] = $4
	programs[$3] = $5
	relocs[$3] = $7
}

$2 == "time" {
	us[$1, $3, $4] = $5
	ratio[$1, $3, $4] = $7
	if ($1 == "kernel" && $4 == "bare")
		order[$1] = order[$1] " " $3
}

$2 == "skip" {
	skipped[$1] = $4
}

$2 == "events" {
	contest[++contests] = $3
	reader[contests] = $4
	wakeup[contests] = $5
	ns[contests] = $6
	to_libbpf[contests] = $7
	to_hundred[contests] = $8
}

$2 == "use" {
	peak[$3, $4] = $5
	own[$3, $4] = $6
	first[$3, $4] = $7
	bytes[$4] = $8
}

function counted(count, what) {
	return count " " what (count == 1 ? "" : "s")
}

function number(value) {
	return sprintf((value < 100) ? "%.1f" : "%.0f", value)
}

function user_row(name, aim) {
	printf "%-9s %9s %9s %9s %10.2f %10.2f   %s\n", name, number(us["user", name, "ours"]),
	       number(us["user", name, "ours_g"]), number(us["user", name, "libbpf"]),
	       ratio["user", name, "ours"], ratio["user", name, "ours_g"], aim
	printf "          %s\n", shape["user", name]
}

function user_table() {
	printf "\n1. User-space share: open, maps, relocate, load, with bpf(2) answered in the process\n"
	printf "   microseconds, medians of %d rounds (big: %d); x libbpf: paired ratios\n\n", rounds, big
	printf "%-9s %9s %9s %9s %10s %10s   %s\n", "object", "ours", "ours -g", "libbpf", "ours",
	       "ours -g", ""
	printf "%-9s %9s %9s %9s %10s %10s   %s\n", "", "us", "us", "us", "x libbpf", "x libbpf", "aim"
	user_row("small", "10 us")
	user_row("sockex1", "")
	user_row("lathist", "")
	user_row("big", "600 us")
}

function kernel_row(name, aim) {
	printf "%-9s %9s %9s %9s %9s %7.2f %8.2f %7.2f   %s\n", name, number(us["kernel", name, "bare"]),
	       number(us["kernel", name, "ours"]), number(us["kernel", name, "ours_g"]),
	       number(us["kernel", name, "libbpf"]), ratio["kernel", name, "ours"],
	       ratio["kernel", name, "ours_g"], ratio["kernel", name, "libbpf"], aim
}

function kernel_table() {
	printf "\n2. Whole load in the real kernel: open, maps, relocate, load, close\n"
	if ("kernel" in skipped) {
		printf "   SKIP: %s\n", skipped["kernel"]
		return
	}
	printf "   microseconds, medians of %d rounds; x bare: paired ratios to system calls alone\n\n", whole
	printf "%-9s %9s %9s %9s %9s %7s %8s %7s\n", "object", "bare", "ours", "ours -g", "libbpf",
	       "ours", "ours -g", "libbpf"
	printf "%-9s %9s %9s %9s %9s %7s %8s %7s   %s\n", "", "us", "us", "us", "us", "x bare",
	       "x bare", "x bare", "aim"
	kernel_row("small", "")
	kernel_row("lathist", "1.1 x bare")
}

function unit(name, loader) {
	return 1000 * us["growth", name, loader] / relocs[name]
}

function growth_table(   names, count, i, name) {
	count = split(order["growth"], names, " ")
	printf "\n3. Growth of the user-space share\n"
	printf "   microseconds, medians of %d rounds; ns each: for each relocation\n\n", big
	printf "%5s %9s %7s %9s %8s %9s %8s %9s %8s\n", "", "", "", "ours", "ours", "ours -g",
	       "ours -g", "libbpf", "libbpf"
	printf "%5s %9s %7s %9s %8s %9s %8s %9s %8s\n", "maps", "programs", "relocs", "us", "ns each",
	       "us", "ns each", "us", "ns each"
	for (i = 1; i <= count; i++) {
		name = names[i]
		printf "%5d %9d %7d %9s %8.0f %9s %8.0f %9s %8.0f\n", maps[name], programs[name],
		       relocs[name], number(us["growth", name, "ours"]), unit(name, "ours"),
		       number(us["growth", name, "ours_g"]), unit(name, "ours_g"),
		       number(us["growth", name, "libbpf"]), unit(name, "libbpf")
	}
	growth_verdict(names[1], names[count])
}

function growth_verdict(first, last,   n, i, loaders, power) {
	n = split("ours ours_g libbpf", loaders, " ")
	printf "%-23s", "ns each, last / first"
	for (i = 1; i <= n; i++)
		printf " %18.2f", unit(last, loaders[i]) / unit(first, loaders[i])
	printf "\n%-23s", "relocs to the power of"
	for (i = 1; i <= n; i++) {
		power[i] = log(us["growth", last, loaders[i]] / us["growth", first, loaders[i]]) / \
			log(relocs[last] / relocs[first])
		printf " %18.2f", power[i]
	}
	printf "\n%-23s", "so it is"
	for (i = 1; i <= n; i++)
		printf " %18s", (power[i] < LINEAR) ? "linear" : "more than linear"
	printf "   aim: linear\n"
}

function memory_row(title, ours, libbpf) {
	printf "%-44s %9d %9d %9.2f\n", title, ours, libbpf, ours / libbpf
}

function memory_rows(name) {
	memory_row(name ": most ever resident (VmHWM), kB", peak[name, "ours"], peak[name, "libbpf"])
	memory_row(name ": its own while loaded (RssAnon), kB", own[name, "ours"], own[name, "libbpf"])
	memory_row(name ": the load, bpf(2) stubbed, us", first[name, "ours"], first[name, "libbpf"])
}

function memory_table() {
	printf "\n4. A process that loads one object (-g), once: nothing is warm\n"
	printf "   medians of %d processes; libbpf loads the twin\n\n", processes
	printf "%-44s %9s %9s %9s\n", "", "ours", "libbpf", "x libbpf"
	memory_rows("lathist")
	memory_rows("big")
	memory_row("the program's file, stripped, bytes", bytes["ours"], bytes["libbpf"])
}

function event_row(i) {
	printf "%-32s %-7s %8d %9s %9.2f %13.2f   %s\n", (contest[i] == contest[i - 1]) ? "" : TOLD[contest[i]],
	       reader[i], wakeup[i], number(ns[i]), to_libbpf[i], to_hundred[i],
	       (reader[i] == "manual" && wakeup[i] == 100) ? "1 x libbpf" : ""
}

function events_table(   i) {
	printf "\n5. Events through perf buffers: read by hand (samples/perf_reader.c) and by libbpf\n"
	if ("events" in skipped) {
		printf "   SKIP: %s\n", skipped["events"]
		return
	}
	printf "   nanoseconds an event, medians of %d rounds (already there: %d); paired ratios\n\n",
	       event_rounds, event_rounds * 10
	printf "%-32s %-7s %8s %9s %9s %13s\n", "", "", "wake for", "ns", "x libbpf", "x wake for 100"
	for (i = 1; i <= contests; i++)
		event_row(i)
}

BEGIN {
	TOLD["drain"] = "already in the ring: reading"
	TOLD["same"] = "sent and read, on one CPU"
	TOLD["other"] = "sent and read, on two CPUs"
	LINEAR = 1.2 # the power up to which growth counts as linear: caches end somewhere
}

END {
	user_table()
	kernel_table()
	growth_table()
	memory_table()
	events_table()
}
