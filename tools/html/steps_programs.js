/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * steps_programs.js: steps 5 to 7, relocations, the verifier, what programs are attached to.
 */
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

/* By its section's name, or because a map's definition holds it. */
function slotOf(side, program) {
	var found = program.slot;
	reports[side].maps.forEach(function (map) {
		map.slots.forEach(function (slot) {
			if (!found && slot.program === program.name)
				found = {key: slot.key, map: map.name};
		});
	});
	return found;
}

function callerOf(program, slot) {
	if (slot)
		return "by a tail call through slot " + slot.key + (slot.map ? " of " + slot.map : "");
	if (program.attach_kind !== "none")
		return HOOKS[program.attach_kind] || "there";
	if (/^cgroup/.test(program.type_name || ""))
		return "for the processes of a cgroup; user space says which";
	return CALLERS[program.type_name] || "where user space attaches it";
}

function whoAttaches(program, slot) {
	if (slot)
		return "the loader puts it into the slot";
	return program.attach_kind === "none" ? "user space attaches it" : "the loader attaches it";
}

function hook(program, slot) {
	return el("div.hook", el("code.section", program.section),
		program.attach_target ? el("p", program.attach_kind, " ", el("b", {"data-key": "attach_target"}, program.attach_target)) : null,
		el("p.soft", "runs " + callerOf(program, slot)));
}

function attachRow(side, index) {
	var program = reports[side].programs[index], used = mapsUsed(side, program), slot = slotOf(side, program);
	return el("li.flow", {"data-program": program.name}, hook(program, slot), el("span.arrow", {"aria-hidden": "true"}, "→"),
		el("div.runs", el("span.chip", el("span.name", program.name), el("span.fd", "fd " + programFd(side, index))),
			el("p.soft", whoAttaches(program, slot))),
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
