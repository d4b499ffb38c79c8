/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * steps_file.js: steps 1 and 2, the file and how its map definitions are read.
 */
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
