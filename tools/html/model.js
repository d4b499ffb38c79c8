/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * model.js: what the page knows. `reports` are the documents of bpfload explain --json, `story`
 * is what bpfload html adds: pairs of the same name, and what types say.
 *
 * Descriptors are the only numbers that are not in a report: they are counted here, in the order
 * in which the loader makes maps and programs, from the first number that is free in a process
 * with nothing open but standard input, output and error.
 */
/* Which step is shown, and which pair of maps and of programs. */
var state = {step: 0, map: 0, program: 0};
var LETTERS = ["A", "B"];
var FIRST_FD = 3;

function read(id) {
	var element = document.getElementById(id);
	return element ? JSON.parse(element.textContent) : null;
}

var reports = ["report-a", "report-b"].map(read).filter(Boolean);
var story = read("story");
var twin = reports.length > 1;

function fileName(side) {
	return reports[side].object.path.split("/").pop();
}

function firstIndexes(list) {
	var indexes = new Map();
	list.forEach(function (thing, index) {
		if (!indexes.has(thing.name))
			indexes.set(thing.name, index);
	});
	return indexes;
}

/* Per side: by index of a map or program, the index of its pair. */
function pairIndexes(pairs, side) {
	var indexes = [];
	pairs.forEach(function (pair, index) {
		if (pair.at[side] !== null)
			indexes[pair.at[side]] = index;
	});
	return indexes;
}

function holdsMaps(map) {
	return /_of_maps$/.test(map.type_name);
}

/* Maps that hold maps come last: each needs another one's descriptor. */
function creationOrder(maps) {
	var all = maps.map(function (map, index) { return index; });
	return all.filter(function (index) { return !holdsMaps(maps[index]); })
		.concat(all.filter(function (index) { return holdsMaps(maps[index]); }));
}

var sides = reports.map(function (report, side) {
	var order = creationOrder(report.maps), fds = [];
	order.forEach(function (map, at) { fds[map] = FIRST_FD + at; });
	return {report: report, order: order, fds: fds, byName: firstIndexes(report.maps),
		mapPairs: pairIndexes(story.maps, side), programPairs: pairIndexes(story.programs, side)};
});

function programFd(side, index) {
	return FIRST_FD + reports[side].maps.length + index;
}

function mapIndex(side, name) {
	return sides[side].byName.get(name);
}

/* The key of a map is the same on both sides, and so is its colour. */
function mapKey(side, index) {
	return "map:" + sides[side].mapPairs[index];
}

function mapHue(side, index) {
	return Math.round(212 + 137.5 * sides[side].mapPairs[index]) % 360;
}

function typesOf(side, index) {
	return story.types[side][index] || [];
}

/* iproute2 and BTF have names of their own for what the kernel calls otherwise. */
var SAME_FIELD = {size_key: "key_size", size_value: "value_size", max_elem: "max_entries", flags: "map_flags",
	key: "key_size", value: "value_size", inner_map_idx: "inner map", inner_id: "inner map", values: "inner map",
	pinning: "pinned at", "key type": "key_size", "value type": "value_size"};
var FIELD_HUES = {type: 212, key_size: 30, value_size: 150, max_entries: 285, map_flags: 335, "inner map": 185,
	numa_node: 60, "pinned at": 100, id: 250};

function kernelField(name) {
	return Object.prototype.hasOwnProperty.call(SAME_FIELD, name) ? SAME_FIELD[name] : name;
}

function fieldHue(name) {
	var field = kernelField(name);
	return Object.prototype.hasOwnProperty.call(FIELD_HUES, field) ? FIELD_HUES[field] : 200;
}

function fieldKey(name) {
	return "field:" + keyed(kernelField(name));
}

/* "BPF_MAP_TYPE_HASH" as C has it, the number where this bpfload has no name for it. */
function typeConstant(map) {
	return /^[a-z0-9_]+$/.test(map.type_name) ? "BPF_MAP_TYPE_" + map.type_name.toUpperCase() : String(map.type);
}

function flagConstants(map) {
	return map.flag_names.join(" | ") || "0";
}

/* Names of maps and programs in the kernel: 15 characters, few kinds of them. */
function kernelName(name) {
	return name.slice(0, 15).replace(/[^A-Za-z0-9_.]/g, "_");
}

function targetOf(side, relocation) {
	return relocation.map === null ? undefined : mapIndex(side, relocation.map);
}

/* Indexes of the maps that a program uses, each once, in the order of first use. */
function mapsUsed(side, program) {
	var seen = new Set();
	program.relocations.forEach(function (relocation) {
		var index = targetOf(side, relocation);
		if (index !== undefined)
			seen.add(index);
	});
	return Array.from(seen);
}
