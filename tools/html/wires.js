/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * wires.js: lines from a map to each instruction that its descriptor goes into.
 *
 * A board holds sources on the left, each with data-wire, and targets on the right with the same
 * word. Sources stand as near to their first target as the ones above them allow.
 */
function boardSources(board) {
	return [].slice.call(board.querySelectorAll(".sources [data-wire]"));
}

function boardTargets(board) {
	var targets = new Map();
	board.querySelectorAll(".targets [data-wire]").forEach(function (target) {
		var wire = target.dataset.wire;
		targets.set(wire, (targets.get(wire) || []).concat(target));
	});
	return targets;
}

/* All is measured before anything is moved: moving one moves those below it as far. */
function placeSources(sources, targets) {
	var moved = 0, margins;
	sources.forEach(function (source) { source.style.marginTop = "0"; });
	margins = sources.map(function (source) {
		var first = (targets.get(source.dataset.wire) || [])[0];
		var wanted = first ? first.getBoundingClientRect().top : 0;
		var margin = Math.max(0, wanted - source.getBoundingClientRect().top - moved);
		moved += margin;
		return margin;
	});
	sources.forEach(function (source, i) { source.style.marginTop = margins[i] + "px"; });
}

function wirePath(from, to) {
	var bend = Math.max(16, (to.x - from.x) / 2);
	return "M" + from.x + " " + from.y + "C" + (from.x + bend) + " " + from.y + " " +
		(to.x - bend - 6) + " " + to.y + " " + (to.x - 6) + " " + to.y;
}

function wire(source, target, origin) {
	var a = source.getBoundingClientRect(), b = target.getBoundingClientRect();
	var from = {x: a.right - origin.left, y: a.top + a.height / 2 - origin.top};
	var to = {x: b.left - origin.left, y: b.top + Math.min(b.height / 2, 18) - origin.top};
	return svg("g", {"class": source.classList.contains("neutral") ? "wire neutral" : "wire",
		lit: [source.dataset.lit], hue: source.style.getPropertyValue("--h")},
		svg("path", {d: wirePath(from, to)}),
		svg("polygon", {points: [to.x, to.y, to.x - 8, to.y - 4.5, to.x - 8, to.y + 4.5].join(" ")}));
}

function drawBoard(board) {
	var layer = board.querySelector("svg.wires"), sources = boardSources(board), targets = boardTargets(board);
	var origin;
	placeSources(sources, targets);
	origin = board.getBoundingClientRect();
	layer.replaceChildren.apply(layer, sources.reduce(function (wires, source) {
		return wires.concat((targets.get(source.dataset.wire) || []).map(function (target) {
			return wire(source, target, origin);
		}));
	}, []));
}

/* An empty board; the lines come when it stands on the page and has a size. */
function board(sources, targets) {
	return el("div.board", svg("svg", {"class": "wires", "aria-hidden": "true"}),
		el("div.sources", sources), el("div.targets", targets));
}
