/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * steps_maps.js: steps 3 and 4, maps byte by byte, and the descriptors that they become.
 */
/* ---- 3: maps ---- */

function fieldRow(field, other) {
	return el("tr", {lit: [fieldKey(field.name)], tabindex: "0", "data-field": field.name},
		el("td.number", String(field.offset)),
		el("td.hex", el("span.bytes", {hue: fieldHue(field.name)}, code(spaced(field.bytes)))),
		el("td.number.value", field.value === null ? "" : String(field.value)),
		el("td", code(field.name), field.meaning ? el("span.meaning", field.meaning) : null), other);
}

function fieldTable(map) {
	var others = !twin && map.other_reading ? map.other_reading.fields : null;
	var titles = [{number: "byte"}, "hex", {number: "value"}, "field"];
	return table(others ? titles.concat(map.other_reading.dialect + " would say") : titles,
		map.reading.fields.map(function (field) {
			var other = others && others.find(function (one) { return one.offset === field.offset; });
			return fieldRow(field, !others ? null : el("td.soft", other ? [code(other.name),
				other.meaning ? el("span.meaning", other.meaning) : null] : "–"));
		}));
}

/* What a member's type says, in the words of the report. */
function memberSays(map, member) {
	if (member.name === "key" || member.name === "value")
		return plural(map[member.name + "_size"], "byte");
	if (member.name === "type")
		return map.type + ": " + map.type_name;
	if (member.name === "pinning")
		return map.pinning ? map.pinning.kind : "none";
	if (member.name === "values")
		return map.inner ? "maps like this: " + map.inner.type_name : "what its slots hold";
	return map[member.name] === undefined ? "" : String(map[member.name]);
}

function memberTable(map, members) {
	return table([{number: "byte"}, "type of the member", "says"], members.map(function (member) {
		return el("tr", {lit: [fieldKey(member.name)], tabindex: "0", "data-field": member.name},
			el("td.number", String(member.offset)),
			el("td", el("span.bytes", {hue: fieldHue(member.name)}, code(member.text))),
			el("td.value", memberSays(map, member)));
	}));
}

function variableTable(map, variables) {
	return table([{number: "byte"}, "hex", {number: "bytes"}, "variable"], variables.map(function (variable) {
		var hex = map.raw && map.raw.slice(2 * variable.offset, 2 * (variable.offset + variable.size));
		return el("tr", {lit: [fieldKey(variable.name)], tabindex: "0", "data-field": variable.name},
			el("td.number", String(variable.offset)),
			el("td.hex", hex ? el("span.bytes", {hue: fieldHue(variable.name)}, code(spaced(hex))) : "zero"),
			el("td.number", String(variable.size)), el("td", code(variable.text)));
	}));
}

function meaningTable(side, index) {
	var map = reports[side].maps[index], types = typesOf(side, index);
	if (map.reading)
		return fieldTable(map);
	if (!types.length)
		return null;
	return map.dialect === "btf" ? memberTable(map, types) : variableTable(map, types);
}

function isZero(hex) {
	return /^0*$/.test(hex);
}

function bytesPart(side, index) {
	var map = reports[side].maps[index], fields = map.reading ? map.reading.fields : typesOf(side, index);
	if (map.raw === null)
		return note("It has no bytes in the file: it begins as zeros.");
	return [hexdump(map.raw, fields, map.offset), map.dialect === "btf" && isZero(map.raw) ?
		note("All zero: members are pointers that never point anywhere. What counts is their types.") : null];
}

function relatives(map) {
	return [
		map.inner ? el("p", "Holds maps like ", map.inner.map ? code(map.inner.map) : "this", ": ",
			map.inner.type_name, ", key ", String(map.inner.key_size), ", value ", String(map.inner.value_size),
			", ", String(map.inner.max_entries), " entries.") : null,
		map.slots.length ? el("p", "Slots filled at load: ", map.slots.map(function (slot) {
			return slot.key + " with " + (slot.map || slot.program);
		}).join(", "), ".") : null,
		map.pinning ? el("p", "Pinned at ", code(map.pinning.path), " (", map.pinning.kind, ").") : null
	];
}

function mapDetail(side, index) {
	var map = reports[side].maps[index];
	return el("article.map", {"data-map": map.name},
		el("header", el("h3", el("i.dot", {hue: mapHue(side, index)}), code(map.name),
			el("span.pill", {"data-key": "type_name", lit: [fieldKey("type")]}, map.type_name)),
			el("p.place", "section ", code(map.section), ", ", plural(map.size, "byte"), " from byte " + map.offset)),
		el("div.definition", mapSource(side, index), el("div", bytesPart(side, index))),
		meaningTable(side, index), mapShape(map), relatives(map));
}

function pairDetail(pair, draw, caption) {
	return [columns(function (side) {
		return pair.at[side] === null ? onlyIn(pair) : draw(side, pair.at[side]);
	}), twin && pair.at.indexOf(null) < 0 ? comparison(pair, caption) : null];
}

function aboutMap(pair) {
	var side = pair.at[0] === null ? 1 : 0;
	return reports[side].maps[pair.at[side]].type_name;
}

function drawMaps() {
	if (!story.maps.length)
		return nothing("There are no maps, so there is nothing to create.");
	return picker("Maps", story.maps, state.map, aboutMap, function (index) { go({map: index}); },
		pairDetail(story.maps[state.map], mapDetail, "What the kernel is told of this map"));
}

/* ---- 4: descriptors ---- */

/* What is in these maps the kernel knows better, and refuses types for it (loader/map_create.c). */
var WITHOUT_BTF = ["perf_event_array", "cgroup_array", "stack_trace", "array_of_maps", "hash_of_maps", "devmap",
	"devmap_hash", "cpumap", "xskmap", "sockmap", "sockhash", "queue", "stack"];

function createParameters(side, index) {
	var map = reports[side].maps[index], inner = map.inner && map.inner.map;
	var parameters = [["map_type", typeConstant(map)], ["key_size", map.key_size], ["value_size", map.value_size],
		["max_entries", map.max_entries], ["map_flags", flagConstants(map)],
		["map_name", "\"" + kernelName(map.name) + "\""]];
	if (map.flag_names.indexOf("BPF_F_NUMA_NODE") >= 0)
		parameters.push(["numa_node", map.numa_node]);
	if (map.inner)
		parameters.push(["inner_map_fd", inner ? sides[side].fds[mapIndex(side, inner)] : "the pattern's"]);
	if (map.map_extra)
		parameters.push(["map_extra", map.map_extra]);
	if ((map.key_type || map.value_type) && WITHOUT_BTF.indexOf(map.type_name) < 0)
		parameters.push(["btf_key_type_id", "id of " + (map.key_type || "none")],
			["btf_value_type_id", "id of " + (map.value_type || "none")]);
	return parameters.filter(function (parameter) { return parameter[0] !== "map_flags" || parameter[1] !== "0"; });
}

/* The other object's call, to mark what differs; its descriptors are its own. */
function partnerParameters(side, index) {
	var pair = story.maps[sides[side].mapPairs[index]], other = twin ? pair.at[1 - side] : null;
	return other === null ? null : createParameters(1 - side, other).concat([["inner_map_fd", "any"]]);
}

function createCall(side, index) {
	var others = partnerParameters(side, index);
	return call("BPF_MAP_CREATE", createParameters(side, index), others && others.map(function (one) {
		return one[0] === "inner_map_fd" ? [one[0], innerFd(side, index)] : one;
	}), sides[side].fds[index]);
}

function innerFd(side, index) {
	var found = createParameters(side, index).find(function (one) { return one[0] === "inner_map_fd"; });
	return found && found[1];
}

/* A map of maps whose definition brings its own pattern: that is made first, and closed again. */
function patternCall(side, index) {
	var inner = reports[side].maps[index].inner;
	return !inner || inner.map ? null : call("BPF_MAP_CREATE", [["map_type", typeConstant(inner)],
		["key_size", inner.key_size], ["value_size", inner.value_size], ["max_entries", inner.max_entries]], null,
		"the pattern");
}

/* What follows the creation of a map. */
function furtherCalls(side, index) {
	var map = reports[side].maps[index], fd = sides[side].fds[index], calls = [];
	if (map.pinning)
		calls.push(call("BPF_OBJ_PIN", [["pathname", "\"" + map.pinning.path + "\""], ["bpf_fd", fd]], null, 0));
	if (map.dialect === "data" && map.raw)
		calls.push(call("BPF_MAP_UPDATE_ELEM", [["map_fd", fd], ["key", 0],
			["value", "the variables' bytes"]], null, 0));
	if (map.dialect === "data" && map.flag_names.indexOf("BPF_F_RDONLY_PROG") >= 0)
		calls.push(call("BPF_MAP_FREEZE", [["map_fd", fd]], null, 0));
	map.slots.filter(function (slot) { return slot.map; }).forEach(function (slot) {
		calls.push(call("BPF_MAP_UPDATE_ELEM", [["map_fd", fd], ["key", slot.key],
			["value", "fd " + sides[side].fds[mapIndex(side, slot.map)]]], null, 0));
	});
	return calls;
}

function kernelMap(side, index) {
	var map = reports[side].maps[index];
	return el("span.object", {hue: mapHue(side, index)}, el("b", map.type_name), " ",
		map.key_size + " → " + map.value_size + " bytes × " + count(map.max_entries));
}

function descriptorItem(side, index) {
	return el("li", {lit: [mapKey(side, index)], "data-map": reports[side].maps[index].name},
		el("div.calls", patternCall(side, index), createCall(side, index), furtherCalls(side, index),
			reports[side].maps[index].pinning ? note("unless a map like it is pinned there already: then that one is opened") : null),
		mapChip(side, index), el("span.arrow", {"aria-hidden": "true"}, "→"), kernelMap(side, index));
}

/* What every process begins with: the reason why counting starts at 3. */
function openItem() {
	return el("li.before", el("div.calls", "open from the start"),
		el("div.standard", ["stdin", "stdout", "stderr"].map(function (name, fd) {
			return el("span.chip", el("span.name", name), el("span.fd", "fd " + fd));
		})));
}

function drawDescriptors() {
	return columns(function (side) {
		if (!reports[side].maps.length)
			return nothing("No maps, no descriptors.");
		return el("ul.descriptors",
			el("li.titles", {"aria-hidden": "true"}, ["the loader calls", "what it holds then", "", "in the kernel"]
				.map(function (title) { return el("span", title); })),
			openItem(), sides[side].order.map(function (index) { return descriptorItem(side, index); }));
	});
}
