/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * steps.js: the seven steps. Each draws itself when it is come to, and not before.
 */
var state = {step: 0, map: 0, program: 0};

/* ---- 1: the file ---- */

var ROWS_SHOWN = 12;
var ELSE = "headers, symbol names, notes for debuggers";
var PURPOSES = [[/code/, "code"], [/map definitions/, "maps"], [/types/, "types"], [/variables/, "data"], [ELSE, "rest"]];

function purposeKind(purpose) {
	var found = PURPOSES.find(function (one) { return purpose.match(one[0]); });
	return found ? found[1] : "words";
}

/* .bss has a size, but no bytes in the file. */
function restOf(report) {
	return report.sections.reduce(function (rest, section) {
		return section.name === ".bss" ? rest : rest - section.size;
	}, report.object.size);
}

/* Of many sections, neighbours of one kind are one piece: the strip stays to scale. */
var PIECES = 40;

function stripPieces(report) {
	var pieces = [], many = report.sections.length > PIECES;
	report.sections.forEach(function (section) {
		var kind = purposeKind(section.purpose), last = pieces[pieces.length - 1];
		if (!many || !last || last.kind !== kind)
			pieces.push(last = {kind: kind, name: section.name, size: 0, keys: []});
		else
			last.name = section.purpose;
		last.size += section.size;
		last.keys.push("section:" + keyed(section.name));
	});
	return pieces.concat({kind: "rest", name: "everything else", size: Math.max(0, restOf(report)),
		keys: ["section:" + keyed("everything\u00a0else")]});
}

function strip(report) {
	return el("div.strip", {"aria-hidden": "true"}, stripPieces(report).map(function (piece) {
		return el("i." + piece.kind, {style: {"flex-grow": piece.size}, lit: piece.keys,
			title: piece.name + ", " + plural(piece.size, "byte")});
	}));
}

/* The other object has no section like it, of this size. */
function isOwn(side, section) {
	return twin && !reports[1 - side].sections.some(function (other) {
		return other.name === section.name && other.size === section.size;
	});
}

function sectionRow(section, most, own) {
	var kind = purposeKind(section.purpose);
	return el("tr" + (own ? ".own" : ""), {lit: ["section:" + keyed(section.name)], "data-section": section.name},
		el("td", el("i.swatch." + kind), kind === "rest" ? el("span", section.name) : code(section.name)),
		el("td", section.purpose),
		el("td.number", {"data-key": "size"}, count(section.size)),
		el("td.bar", {"aria-hidden": "true"}, el("i." + kind, {style: {width: 100 * section.size / most + "%"}})));
}

function moreRow(rows) {
	var button = el("button.more", {type: "button"}, "and " + count(rows.length) + " sections more");
	var row = el("tr", el("td", {colspan: "4"}, button));
	button.addEventListener("click", function () {
		row.replaceWith.apply(row, rows);
		reindex();
	});
	return row;
}

/* Many programs have many sections: the first of them, and the others on demand. */
function sectionRows(report, side) {
	var rest = {name: "everything\u00a0else", purpose: ELSE, size: restOf(report)};
	var most = Math.max.apply(null, report.sections.concat(rest).map(function (one) { return one.size; }));
	var rows = report.sections.map(function (section) { return sectionRow(section, most || 1, isOwn(side, section)); });
	var codes = rows.filter(function (row, i) { return purposeKind(report.sections[i].purpose) === "code"; });
	var hidden = codes.length > ROWS_SHOWN ? codes.slice(ROWS_SHOWN - 4) : [];
	if (hidden.length)
		rows.splice(rows.indexOf(hidden[0]), 0, moreRow(hidden));
	return rows.filter(function (row) { return hidden.indexOf(row) < 0; }).concat(sectionRow(rest, most || 1));
}

function fileFacts(object) {
	return el("p.facts", el("span", el("b", {"data-key": "size"}, count(object.size)), " bytes"),
		el("span", "licence: ", el("b", {"data-key": "license"}, object.license || "none")),
		object.version === null ? null : el("span", "kernel version: ", el("b", "0x" + object.version.toString(16))));
}

function drawSections() {
	return columns(function (side) {
		var report = reports[side];
		return [fileFacts(report.object), strip(report),
			table(["section", "what the loader takes it for", {number: "bytes"}, ""], sectionRows(report, side),
				{"class": "sections"})];
	});
}

/* ---- 2: how definitions are read ---- */

var RULES = [
	["choice", "Did the person say it, with --dialect?"],
	["BTF", "Does BTF know the variable's struct and its members?"],
	["debug", "Do the debug strings name the struct and its members?"],
	["section", "Is there a section that only one project's headers leave?"],
	["size", "Does only one dialect have a struct of so many bytes?"],
	["same", "Are the words in question zero, so that both readings agree?"],
	["meaning", "Is one of the readings impossible?"],
	["sections", "Are the programs those of kernel samples, or of tc?"],
	["age", "Is the object from the months of 2015 that had such a struct?"]
];

function ruleItem(rule, decided, at) {
	var result = decided < 0 || at < decided ? "no answer" : at === decided ? "this decides" : "not asked";
	return el("li" + (at === decided ? ".decides" : at > decided && decided >= 0 ? ".after" : ""),
		el("span.question", rule[1]), el("span.answer", result));
}

function ladder(rule) {
	var decided = RULES.findIndex(function (one) { return one[0] === rule; });
	return el("ol.ladder", {"aria-label": "Evidence, strongest first"}, RULES.map(function (one, at) {
		return ruleItem(one, decided, at);
	}));
}

function readingCell(field, disagrees) {
	if (!field)
		return el("td", el("span.soft", "–"));
	return el("td" + (disagrees ? ".disagrees" : ""), code(field.name),
		field.meaning ? el("span.meaning", field.meaning) : null);
}

/* The same bytes as the other struct would have them; rows in which they differ are marked. */
function twoReadings(map) {
	var others = map.other_reading.fields;
	return el("section", el("h3", "The same bytes of ", code(map.name), ", read both ways"),
		table([{number: "byte"}, "hex", map.reading.dialect + " (chosen)", map.other_reading.dialect],
			map.reading.fields.map(function (field) {
				var other = others.find(function (one) { return one.offset === field.offset; });
				var disagrees = !other || kernelField(other.name) !== kernelField(field.name);
				return el("tr", el("td.number", String(field.offset)), el("td.hex", code(spaced(field.bytes))),
					readingCell(field, disagrees), readingCell(other, disagrees));
			})));
}

function dialectPart(report, dialect) {
	var maps = report.maps.filter(function (map) { return map.section === dialect.section; });
	var confusing = maps.find(function (map) { return map.other_reading; });
	return el("section.dialect", el("h3", "Section ", code(dialect.section)), el("p.evidence", dialect.text),
		!maps.length ? null : maps[0].dialect === "btf" ?
			el("p", "Nothing to guess: the type of each variable names the fields, and BTF keeps the type.") :
			ladder(maps[0].dialect_rule),
		confusing ? twoReadings(confusing) : null);
}

function drawDialects() {
	return columns(function (side) {
		var report = reports[side];
		if (!report.dialects.length)
			return nothing(report.maps.length ? "No definitions here: its maps hold global variables." :
				"There are no maps in this object.");
		return report.dialects.map(function (dialect) { return dialectPart(report, dialect); });
	});
}

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
	map.slots.forEach(function (slot) {
		calls.push(call("BPF_MAP_UPDATE_ELEM", [["map_fd", fd], ["key", slot.key],
			["value", slot.map ? sides[side].fds[mapIndex(side, slot.map)] : slot.program]], null, 0));
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
		el("div.calls", patternCall(side, index), createCall(side, index), furtherCalls(side, index)),
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

/* ---- 5: relocations ---- */

var SOURCES = {
	map: ["1", "BPF_PSEUDO_MAP_FD: imm is the descriptor of a map"],
	value: ["2", "BPF_PSEUDO_MAP_VALUE: imm is the descriptor of a map, the second imm a place in its value"],
	call: ["1", "BPF_PSEUDO_CALL: imm is the distance to a sub-program"],
	func: ["4", "BPF_PSEUDO_FUNC: imm is the distance to a sub-program"]
};

/* A descriptor is four bytes in the instruction; it is not known yet, so it stands as a name. */
function insnBytes(hex, other, fd) {
	var bytes = bytesOf(hex), others = bytesOf(other), cells = bytes.map(function (byte, at) {
		return el("span.byte" + (byte === others[at] ? "" : ".changed"), byte);
	});
	return fd === null ? cells : cells.slice(0, 4).concat(el("span.byte.changed.wide", {"data-fd": fd}, "fd " + fd));
}

function insnWords(words, others, fd) {
	return words.map(function (word, at) {
		return el("span.word", insnBytes(word, others[at] || "", at ? null : fd));
	});
}

function insnVersion(label, words, others, fd, text) {
	return el("div.version", el("span.words", insnWords(words, others, fd)),
		el("span.says", el("span.when", label), code(text)));
}

/* What the bytes of an instruction are, above those of the first one. */
function insnLayout() {
	return el("div.layout", {"aria-hidden": "true"},
		[["op", 1], ["regs", 1], ["off", 2], ["imm", 4]].map(function (part) {
			return el("span.byte", {style: {width: 22 * part[1] + "px"}}, part[0]);
		}));
}

function withFd(text, fd) {
	return fd === null ? text : text.replace("(fd at load time)", "(fd\u00a0" + fd + ")");
}

function relocationWire(side, relocation) {
	var index = targetOf(side, relocation);
	return index === undefined ? "fn:" + keyed(relocation.function || "?") : mapKey(side, index);
}

function insnCard(side, relocation) {
	var index = targetOf(side, relocation), fd = index === undefined ? null : sides[side].fds[index];
	var wire = relocationWire(side, relocation);
	return el("article.insn" + (index === undefined ? ".neutral" : ""), {lit: [wire], "data-wire": wire,
		"data-insn": relocation.insn, tabindex: "0", hue: index === undefined ? null : mapHue(side, index)},
		el("header", el("span.number", "insn " + relocation.insn), el("span.kind", relocation.kind),
			code(relocation.symbol)), insnLayout(),
		el("div.versions",
			insnVersion("as compiled", relocation.before, relocation.after, null, relocation.before_text),
			insnVersion("as loaded", relocation.after, relocation.before, fd, withFd(relocation.after_text, fd))));
}

/* What src says in the instructions of this program. */
function sourceKinds(program) {
	var kinds = Object.keys(SOURCES).filter(function (kind) {
		return program.relocations.some(function (relocation) { return relocation.kind === kind; });
	});
	return el("ul.kinds", kinds.map(function (kind) {
		return el("li", el("span.kind", kind), " src is ", el("b", SOURCES[kind][0]), ", ", SOURCES[kind][1]);
	}));
}

function functionChip(name) {
	return el("button.chip.neutral", {type: "button", lit: ["fn:" + keyed(name)], "aria-pressed": "false"}, el("span.name", name), el("span.fd", "sub-program"));
}

function boardChips(side, program) {
	var seen = new Set();
	return program.relocations.map(function (relocation) {
		var wire = relocationWire(side, relocation), index = targetOf(side, relocation), chip;
		if (seen.has(wire))
			return null;
		seen.add(wire);
		chip = index === undefined ? functionChip(relocation.function || "?") : mapChip(side, index);
		chip.dataset.wire = wire;
		return chip;
	});
}

/* The whole program as a ribbon, with a tick for each instruction that waits for the loader. */
function ribbon(side, program) {
	var total = program.instructions || 1;
	return el("div.ribbon", {"aria-hidden": "true"},
		program.functions.slice(1).map(function (part) {
			return el("i.part", {style: {left: 100 * part.start / total + "%"}, title: part.name});
		}),
		program.relocations.map(function (relocation) {
			var index = targetOf(side, relocation);
			return el("i.tick" + (index === undefined ? ".neutral" : ""), {lit: [relocationWire(side, relocation)],
				title: "instruction " + relocation.insn, hue: index === undefined ? null : mapHue(side, index),
				style: {left: 100 * relocation.insn / total + "%"}});
		}));
}

function programHead(program) {
	return el("header", el("h3", code(program.name), el("span.pill", program.type_name || "type unknown")),
		el("p.place", "section ", code(program.section), ", ",
			el("b", {"data-key": "instructions"}, count(program.instructions)),
			program.instructions === 1 ? " instruction, " : " instructions, ",
			el("b", {"data-key": "relocations"}, count(program.relocations.length)),
			program.relocations.length === 1 ? " waits" : " wait", " for the loader"));
}

function wiring(side, index) {
	var program = reports[side].programs[index];
	return el("article.program", {"data-program": program.name}, programHead(program), ribbon(side, program),
		sourceKinds(program),
		program.relocations.length ? board(boardChips(side, program), program.relocations.map(function (relocation) {
			return insnCard(side, relocation);
		})) : nothing("Nothing to fill in: it can be loaded as it was compiled."));
}

function aboutProgram(pair) {
	var side = pair.at[0] === null ? 1 : 0, program = reports[side].programs[pair.at[side]];
	return program.type_name || program.section;
}

function drawPrograms(detail, caption, further) {
	if (!story.programs.length)
		return nothing("There are no programs in this object.");
	return picker("Programs", story.programs, state.program, aboutProgram, function (index) { go({program: index}); },
		[pairDetail(story.programs[state.program], detail, caption),
			further ? further(story.programs[state.program]) : null]);
}

function drawRelocations() {
	return drawPrograms(wiring, "What the kernel is told of this program");
}

/* ---- 6: the verifier ---- */

var GPL = ["GPL", "GPL v2", "GPL and additional rights", "Dual BSD/GPL", "Dual MIT/GPL", "Dual MPL/GPL"];

function licenceFact(licence) {
	return GPL.indexOf(licence) >= 0 ? "“" + licence + "” is one: all helpers are open to it." :
		(licence ? "“" + licence + "” is none" : "There is none") + ": helpers for GPL programs are refused.";
}

function mapsFact(side, program) {
	var used = mapsUsed(side, program);
	if (!used.length)
		return "This program uses no map.";
	return used.slice(0, 6).map(function (index) {
		var map = reports[side].maps[index];
		return map.name + ": keys of " + map.key_size + ", values of " + plural(map.value_size, "byte");
	}).join("; ") + (used.length > 6 ? "; and " + (used.length - 6) + " more." : ".");
}

function checks(side, program) {
	return [
		["It comes to an end", "Every path is followed, at most a million instructions of them; a loop needs a bound.",
			plural(program.instructions, "instruction") + " here."],
		["It reads what it has written", "No register and no byte of the stack, 512 bytes in all, is read before it has a value.", null],
		["It stays inside", "Each access through a pointer is checked against the size of what it points to. What a lookup returns may be NULL and has to be tested.",
			mapsFact(side, program)],
		["It may see its context", "The type of the program says what the first argument is, which of its fields may be read, and which helpers may be called.",
			program.type_name ? "Type " + program.type_name + ", known by: " + program.type_rule + "." :
				"No type by its name: load tries types."],
		["It may call its helpers", "Some helpers are only for programs under a licence compatible with the GPL.",
			licenceFact(reports[side].object.license)],
		["Its sub-programs hold, too", "They are verified with the callers they have; global ones on their own.",
			program.functions.slice(1).map(function (part) { return part.name; }).join(", ") || "It has none."]
	];
}

function loadCall(side, index) {
	var program = reports[side].programs[index];
	return call("BPF_PROG_LOAD", [
		["prog_type", program.type_name ? "BPF_PROG_TYPE_" + program.type_name.toUpperCase() : "by trying"],
		["insn_cnt", program.instructions], ["license", "\"" + reports[side].object.license + "\""],
		["prog_name", "\"" + kernelName(program.name) + "\""]].concat(program.expected_attach_type ?
		[["expected_attach_type", program.expected_attach_type]] : []), null, programFd(side, index));
}

/* One descriptor's way: a zero, a number of this process, an address of the kernel. */
function lives(side, program) {
	var used = mapsUsed(side, program);
	if (!used.length)
		return null;
	return el("section", el("h3", "What becomes of the descriptors"),
		table(["in the file", "", "as the loader hands it over", "", "as the kernel runs it"],
			used.slice(0, 8).map(function (index) {
				return el("tr", {lit: [mapKey(side, index)]}, el("td", code("0")), el("td.soft", "→"),
					el("td", mapChip(side, index)), el("td.soft", "→"),
					el("td", el("span.object", {hue: mapHue(side, index)}, "address of ",
						el("b", reports[side].maps[index].name))));
			})),
		used.length > 8 ? note("and " + (used.length - 8) + " more") : null);
}

function verification(side, index) {
	var program = reports[side].programs[index];
	return el("article.program", {"data-program": program.name}, programHead(program),
		el("p.callline", loadCall(side, index)),
		program.refusal ? el("p.refusal", el("b", "The loader would refuse it: "), program.refusal) : null,
		lives(side, program));
}

/* What is asked is the same for both; what the answer hangs on may be each one's own. */
function facts(lists, at) {
	var texts = lists.map(function (list) { return list[at][2]; });
	if (texts.every(function (text) { return text === texts[0]; }))
		return texts[0] ? el("p.fact", texts[0]) : null;
	return texts.map(function (text, i) {
		return text ? el("p.fact", el("span.letter", LETTERS[i]), text) : null;
	});
}

function checkList(pair) {
	var lists = pair.at.map(function (index, side) {
		return index === null ? null : checks(side, reports[side].programs[index]);
	}).filter(Boolean);
	return el("section", el("h3", "What the verifier wants to be sure of"),
		el("ul.checks", lists[0].map(function (check, at) {
			return el("li", el("h4", check[0]), el("p", check[1]), facts(lists, at));
		})));
}

function drawVerifier() {
	return drawPrograms(verification, "What the kernel is told of this program", checkList);
}

/* ---- 7: attachment ---- */

var CHIPS_SHOWN = 6, FLOWS_SHOWN = 40;
var HOOKS = {
	kprobe: "when the kernel enters this function", kretprobe: "when the kernel returns from this function",
	uprobe: "when a program gets to this place", uretprobe: "when a program returns from this function",
	tracepoint: "each time the kernel passes this tracepoint",
	raw_tracepoint: "each time the kernel passes this tracepoint, with its raw arguments",
	tracing: "there, by a trampoline that the kernel makes"
};
var CALLERS = {
	socket_filter: "for each packet of the socket that user space gives it to",
	xdp: "for each frame that a network interface receives; user space says which interface",
	sched_cls: "for each packet at a queue of an interface; tc says which",
	sched_act: "as an action of a tc filter", perf_event: "each time a perf event fires; user space opens it",
	sk_skb: "for the data of sockets in a map", sk_msg: "for each sendmsg() of sockets in a map",
	sock_ops: "at events of TCP connections in a cgroup", sk_reuseport: "when a socket of a group is chosen",
	struct_ops: "as one of the functions of a table that the kernel calls"
};

function callerOf(program) {
	if (program.slot)
		return "by a tail call through slot " + program.slot.key + (program.slot.map ? " of " + program.slot.map : "");
	if (program.attach_kind !== "none")
		return HOOKS[program.attach_kind] || "there";
	if (/^cgroup/.test(program.type_name || ""))
		return "for the processes of a cgroup; user space says which";
	return CALLERS[program.type_name] || "where user space attaches it";
}

function whoAttaches(program) {
	if (program.slot)
		return "the loader puts it into the slot";
	return program.attach_kind === "none" ? "user space attaches it" : "the loader attaches it";
}

function hook(program) {
	return el("div.hook", el("code.section", program.section),
		program.attach_target ? el("p", program.attach_kind, " ", el("b", {"data-key": "attach_target"}, program.attach_target)) : null,
		el("p.soft", "runs " + callerOf(program)));
}

function attachRow(side, index) {
	var program = reports[side].programs[index], used = mapsUsed(side, program);
	return el("li.flow", {"data-program": program.name}, hook(program), el("span.arrow", {"aria-hidden": "true"}, "→"),
		el("div.runs", el("span.chip", el("span.name", program.name), el("span.fd", "fd " + programFd(side, index))),
			el("p.soft", whoAttaches(program))),
		el("span.arrow", {"aria-hidden": "true"}, used.length ? "→" : ""),
		el("div.uses", used.length ? el("span.soft.verb", "uses") : null, used.slice(0, CHIPS_SHOWN).map(function (map) { return mapChip(side, map); }),
			used.length > CHIPS_SHOWN ? el("span.soft", "and " + (used.length - CHIPS_SHOWN) + " maps more") : null));
}

/* The first of many, and the others on demand. */
function flows(side) {
	var all = reports[side].programs.map(function (program, index) { return index; });
	var list = el("ul.flows", all.slice(0, FLOWS_SHOWN).map(function (index) { return attachRow(side, index); }));
	var rest = all.slice(FLOWS_SHOWN), button;
	if (!rest.length)
		return list;
	button = el("button.more", {type: "button"}, "and " + count(rest.length) + " programs more");
	button.addEventListener("click", function () {
		button.remove();
		append(list, rest.map(function (index) { return attachRow(side, index); }));
		reindex();
	});
	return [list, button];
}

function drawAttachment() {
	return columns(function (side) {
		if (!reports[side].programs.length)
			return nothing("There are no programs, so nothing is attached.");
		return flows(side);
	});
}

/* ---- all ---- */

function hasLegacy() {
	return reports.some(function (report) {
		return report.maps.some(function (map) { return map.reading; });
	});
}

var STEPS = [
	{id: "sections", name: "Sections", title: "The file is a row of labelled boxes", draw: drawSections,
		lead: "The compiler wrote an ELF file. By the names of its sections the loader finds what it needs: code, map definitions, the licence, types. All else is for linkers and debuggers."},
	{id: "dialect", name: "Dialect", title: "How are the map definitions to be read?", draw: drawDialects,
		lead: hasLegacy() ? "SEC(\"maps\") holds bytes without a label, and two projects laid different structs into the same number of bytes. So the loader looks for evidence, the strongest first, and says what decided." :
			"In SEC(\".maps\") the type of each variable is the definition. The loader reads the type from BTF and has nothing to guess."},
	{id: "maps", name: "Maps", title: "A definition, byte by byte", draw: drawMaps,
		lead: "A map is where a program keeps what outlives it. Point at a field to see the bytes, or the type, that it comes from."},
	{id: "descriptors", name: "Descriptors", title: "Each map is made, and gets a number", draw: drawDescriptors,
		lead: "One bpf() call creates one map. Its answer is a file descriptor: the lowest number free in this process. The numbers here are symbolic, counted from 3; a real load opens a few more files in between."},
	{id: "relocations", name: "Relocations", title: "The number goes into the instruction", draw: drawRelocations,
		lead: "The compiler could not know a descriptor, so it left a zero and a note, the relocation: here belongs this map. The loader writes the descriptor there and sets src, so that the kernel takes it for one."},
	{id: "verifier", name: "Verifier", title: "The kernel reads the program before it runs it", draw: drawVerifier,
		lead: "BPF_PROG_LOAD hands over the instructions. The verifier follows every path through them and refuses what it can't prove safe. This page asks no kernel: whether it agrees, bpfload load will tell."},
	{id: "attach", name: "Attach", title: "A loaded program waits for its event", draw: drawAttachment,
		lead: "The name of the section says what calls the program. What it says in full, the loader attaches; what needs a socket, an interface or a cgroup is up to the program that loads."}
];
