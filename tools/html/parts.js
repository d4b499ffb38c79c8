/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * parts.js: the pieces that several steps are made of.
 */
var BYTES_SHOWN = 256;

function code(text, attributes) {
	return el("code", attributes || {}, text);
}

/* What both objects show stands side by side, each under its letter. */
function columns(draw) {
	if (!twin)
		return draw(0);
	return el("div.columns", reports.map(function (report, side) {
		return el("section.side", {"aria-label": LETTERS[side] + ": " + fileName(side)},
			el("p.whose", el("span.letter", LETTERS[side]), " ", code(fileName(side))), draw(side));
	}));
}

function table(titles, rows, attributes) {
	return el("div.scroll", el("table", attributes || {},
		el("thead", el("tr", titles.map(function (title) {
			return el("th" + (title.number ? ".number" : title === "hex" ? ".hex" : ""), {scope: "col"},
				title.number || title);
		}))),
		el("tbody", rows)));
}

function note(text) {
	return el("p.note", text);
}

function nothing(text) {
	return el("p.nothing", text);
}

/* ---- choosing one of many ---- */

/* Up and down walk, as in a list; left and right are the page's. */
function walkList(event) {
	var step = {ArrowUp: -1, ArrowDown: 1}[event.key];
	var buttons = [].slice.call(event.currentTarget.querySelectorAll("button"));
	var next = buttons[buttons.indexOf(document.activeElement) + (step || 0)];
	if (!step)
		return;
	event.preventDefault();
	if (next) {
		next.focus();
		next.click();
	}
}

function pickButton(pair, index, chosen, describe, pick) {
	return el("button.pick" + (pair.same ? "" : ".differs"), {type: "button", "data-index": index,
		"aria-current": index === chosen ? "true" : null, on: {click: function () { pick(index); }}},
		el("span.name", pair.name), el("span.about", describe(pair)),
		pair.same ? null : el("span.mark", {title: "differs"}, "≠"));
}

/* A list of pairs beside the chosen one; without the list where there is nothing to choose. */
function picker(label, pairs, chosen, describe, pick, detail) {
	if (pairs.length < 2)
		return el("div.picked", detail);
	return el("div.picker",
		el("nav.picks", {"aria-label": label, on: {keydown: walkList}},
			el("p.label", label, " ", el("span.amount", count(pairs.length))),
			pairs.map(function (pair, index) {
				return pickButton(pair, index, chosen, describe, pick);
			})),
		el("div.picked", detail));
}

/* ---- bytes ---- */

function byteCell(byte, field, at) {
	var attributes = {title: "byte " + at + (field ? ": " + field.name : "")};
	if (field) {
		attributes.lit = [fieldKey(field.name)];
		attributes.hue = fieldHue(field.name);
	}
	return el("span.byte" + (field ? ".of" : "") + (byte === "00" ? ".zero" : ""), attributes, byte);
}

function fieldAt(fields, at) {
	return fields.find(function (field) { return at >= field.offset && at < field.offset + field.size; });
}

/* The bytes as they stand in the file, in rows as od or xxd would print them. */
function hexdump(hex, fields, start) {
	var bytes = bytesOf(hex), wide = twin ? 8 : 16, rows = [];
	for (var at = 0; at < bytes.length && at < BYTES_SHOWN; at += wide)
		rows.push(el("div.row", el("span.at", String(start + at)),
			bytes.slice(at, at + wide).map(function (byte, i) {
				return byteCell(byte, fieldAt(fields, at + i), start + at + i);
			})));
	return el("div.dump", {role: "group", "aria-label": "the bytes of the definition"}, rows,
		bytes.length > BYTES_SHOWN ? note("and " + plural(bytes.length - BYTES_SHOWN, "byte") + " more") : null);
}

function spaced(hex) {
	var bytes = bytesOf(hex);
	return bytes.slice(0, 8).join(" ") + (bytes.length > 8 ? " …" : "");
}

/* ---- maps ---- */

/* A map as something to point at: its name, its descriptor, its colour. */
function mapChip(side, index, more) {
	var map = reports[side].maps[index];
	return el("button.chip.map", {type: "button", lit: [mapKey(side, index)], hue: mapHue(side, index),
		"aria-pressed": "false", "data-map": map.name},
		el("span.name", map.name), el("span.fd", "fd " + sides[side].fds[index]), more || null);
}

function entryCells(size, kind) {
	var shown = Math.min(size, 16), cells = [];
	for (var i = 0; i < shown; i++)
		cells.push(el("i"));
	if (size > shown)
		cells.push("…");
	return el("span.cells." + kind, {"aria-hidden": "true"}, cells);
}

/* One entry drawn to scale, and how many there will be. */
function mapShape(map) {
	return el("figure.shape",
		el("div.entry", {lit: [fieldKey("key_size")], hue: fieldHue("key_size")}, entryCells(map.key_size, "key"),
			el("span", "key: ", el("b", {"data-key": "key_size"}, String(map.key_size)), " bytes",
				map.key_type ? [", ", code(map.key_type)] : null)),
		el("span.arrow", {"aria-hidden": "true"}, "→"),
		el("div.entry", {lit: [fieldKey("value_size")], hue: fieldHue("value_size")},
			entryCells(map.value_size, "value"),
			el("span", "value: ", el("b", {"data-key": "value_size"}, String(map.value_size)), " bytes",
				map.value_type ? [", ", code(map.value_type)] : null)),
		el("div.entry.times", {lit: [fieldKey("max_entries")], hue: fieldHue("max_entries")},
			el("span", "× ", el("b", {"data-key": "max_entries"}, String(map.max_entries)), " at most")));
}

/* ---- source as it could have been written ---- */

function sourceLine(field, text) {
	return el("span.line", field ? {lit: [fieldKey(field)]} : {}, text);
}

function legacyValue(map, field) {
	if (field.name === "type")
		return typeConstant(map);
	if (kernelField(field.name) === "map_flags")
		return flagConstants(map);
	return String(field.value);
}

function legacySource(map) {
	var fields = map.reading.fields.filter(function (field) { return field.value; });
	return [sourceLine(null, map.reading.struct + " SEC(\"" + map.section + "\") " + map.name + " = {"),
		fields.map(function (field) {
			return sourceLine(field.name, "\t." + field.name + " = " + legacyValue(map, field) + ",");
		}), sourceLine(null, "};")];
}

function btfValue(map, name) {
	if (name === "type")
		return typeConstant(map);
	if (name === "map_flags")
		return flagConstants(map);
	if (name === "pinning")
		return map.pinning ? map.pinning.kind : "LIBBPF_PIN_NONE";
	return map[name] === undefined ? "?" : String(map[name]);
}

function btfLine(map, member) {
	if (member.name === "key" || member.name === "value")
		return "\t__type(" + member.name + ", " + (map[member.name + "_type"] || "?") + ");";
	if (member.name === "values")
		return "\t__array(values, …);";
	if (/\(\*/.test(member.text))
		return "\t__uint(" + member.name + ", " + btfValue(map, member.name) + ");";
	return "\t" + member.text + ";";
}

function btfSource(map, members) {
	return [sourceLine(null, "struct {"),
		members.map(function (member) { return sourceLine(member.name, btfLine(map, member)); }),
		sourceLine(null, "} " + map.name + " SEC(\"" + map.section + "\");")];
}

function mapSource(side, index) {
	var map = reports[side].maps[index], types = typesOf(side, index), lines = null;
	if (map.reading)
		lines = legacySource(map);
	else if (map.dialect === "btf" && types.length)
		lines = btfSource(map, types);
	return lines ? el("pre.source", {"aria-label": "the definition as C"}, lines) : null;
}

/* ---- what is told of both ---- */

function rowCells(row) {
	return row.values.slice(0, reports.length).map(function (value) {
		return el("td", value === null ? el("span.soft", "–") : code(value));
	});
}

function rowMark(row) {
	if (row.same)
		return el("td.mark.good", "=");
	return row.told ? el("td.mark", "≠ names for dumps") : el("td.mark.bad", "≠ differs");
}

/* The rows of a pair: for each thing what A says, what B says, and whether that is the same. */
function comparison(pair, caption) {
	return el("section.comparison", el("h3", caption),
		table(["", LETTERS[0], LETTERS[1], ""], pair.rows.map(function (row) {
			return el("tr" + (row.same ? "" : row.told ? ".told" : ".differs"),
				{lit: [fieldKey(row.name)], "data-row": row.name},
				el("th", {scope: "row"}, row.name), rowCells(row), rowMark(row));
		})));
}

function onlyIn(pair) {
	return nothing("Only " + LETTERS[pair.at[0] === null ? 1 : 0] + " has it.");
}

/* ---- system calls ---- */

/* The same call for the other object, to mark what differs: parameters are [name, value, key]. */
function callParameter(parameter, others, last) {
	var other = others && others.find(function (one) { return one[0] === parameter[0]; });
	var differs = others && (!other || other[1] !== parameter[1]);
	var kind = !differs ? "" : /^btf_/.test(parameter[0]) ? ".own" : ".differs"; /* types are only told */
	return [el("span.parameter" + kind, parameter[2] ? {lit: [parameter[2]]} : {},
		parameter[0] + "=" + parameter[1]), last ? "" : ", "];
}

function call(command, parameters, others, result) {
	return el("code.call", "bpf(", el("b", command), ", {",
		parameters.map(function (parameter, i) {
			return callParameter(parameter, others, i === parameters.length - 1);
		}), "})", result === null ? null : [" = ", el("span.result", String(result))]);
}
