/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * flame_graph.js: what moves in a flame graph; flame_graph_page.c puts it into each.
 *
 * The boxes are there already, with their places; data-s, -v and -d are start and width in
 * microseconds and the layer from the bottom. The first line of a box's title is its whole name.
 * #zoom=NUMBER&search=TEXT behind the address brings a view back.
 */
(function () {
	"use strict";
	var LETTER = 7.25;
	var graph = document.querySelector("svg.graph");
	var status = document.getElementById("status");
	var field = document.getElementById("search"); /* the page has one, the SVG has not */
	var hint = field ? "" : "Click or Enter: zoom. Arrow keys: walk. /: search. Escape: back.";
	var boxes = [].map.call(graph.querySelectorAll("svg.f"), function (element, index) {
		var number = function (name) { return Number(element.getAttribute(name)); };
		var title = element.querySelector("title").textContent;
		return {element: element, index: index, start: number("data-s"), value: number("data-v"),
			depth: number("data-d"), title: title, name: title.split("\n")[0]};
	});
	var zoomed = boxes[0], current = boxes[0], query = "", typing = false;

	function say(text) {
		status.textContent = text || hint;
	}

	function contains(outer, inner) {
		return outer.depth <= inner.depth && outer.start <= inner.start &&
			inner.start + inner.value <= outer.start + outer.value;
	}

	/* The name as far as the box has room for it. */
	function label(box, pixels) {
		var text = box.element.querySelector("text");
		var room = Math.floor((pixels - 6) / LETTER);
		if (!text) {
			text = document.createElementNS("http://www.w3.org/2000/svg", "text");
			text.setAttribute("x", 3);
			text.setAttribute("y", 13);
			box.element.appendChild(text);
		}
		text.textContent = room < 3 ? "" : box.name.length <= room ? box.name :
			box.name.slice(0, room - 2) + "..";
	}

	/* Above the zoomed box everything is stretched; below it stands what carries it. */
	function draw() {
		var width = graph.getBoundingClientRect().width;
		boxes.forEach(function (box) {
			var above = contains(zoomed, box), below = !above && contains(box, zoomed);
			var share = above ? box.value / zoomed.value : 1;
			var style = box.element.style;
			box.shown = below || (above && share * width > 0.2);
			style.display = box.shown ? "" : "none";
			if (!box.shown)
				return;
			box.element.setAttribute("x", above ?
				100 * (box.start - zoomed.start) / zoomed.value + "%" : 0);
			box.element.setAttribute("width", 100 * share + "%");
			box.element.classList.toggle("below", below);
			label(box, share * width);
		});
	}

	function remember() {
		var parts = [];
		if (zoomed !== boxes[0])
			parts.push("zoom=" + zoomed.index);
		if (query)
			parts.push("search=" + encodeURIComponent(query));
		try {
			history.replaceState(null, "", "#" + parts.join("&"));
		} catch (refused) {
			/* a page of a frame: nothing to remember there */
		}
	}

	function describe(box) {
		say(box.title.replace("\n", ": "));
	}

	function zoom(box) {
		zoomed = box;
		draw();
		remember();
		describe(box);
	}

	/* Boxes come from left to right and bottom up: one within a hit is not counted again. */
	function search(text) {
		var wanted = text.toLowerCase(), matched = 0, count = 0, end = 0;
		query = text;
		boxes.forEach(function (box) {
			var hit = wanted !== "" && box.name.toLowerCase().indexOf(wanted) >= 0;
			box.element.classList.toggle("hit", hit);
			count += hit;
			if (hit && box.start >= end) {
				matched += box.value;
				end = box.start + box.value;
			}
		});
		remember();
		say(query || typing ? "Search: " + query + (typing ? "_" : "") + (query ? "  found in " +
			count + " boxes, " + (100 * matched / boxes[0].value).toFixed(2) + " % of the time" :
			"") : "");
	}

	function focus(box) {
		if (!box)
			return;
		current.element.setAttribute("tabindex", -1);
		current = box;
		box.element.setAttribute("tabindex", 0);
		box.element.focus();
		describe(box);
	}

	function widest(best, box) {
		return !best || box.value > best.value ? box : best;
	}

	var walks = {
		ArrowUp: function (box) {
			return box.shown && box.depth === current.depth + 1 && contains(current, box);
		},
		ArrowDown: function (box) {
			return box.depth === current.depth - 1 && contains(box, current);
		},
		ArrowLeft: function (box) {
			return box.shown && box.depth === current.depth && box.start < current.start;
		},
		ArrowRight: function (box) {
			return box.shown && box.depth === current.depth && box.start > current.start;
		}
	};

	function walk(key) {
		var found = boxes.filter(walks[key]);
		focus(key === "ArrowUp" ? found.reduce(widest, null) :
			key === "ArrowLeft" ? found[found.length - 1] : found[0]);
	}

	function back() {
		if (query) {
			search("");
			if (field)
				field.value = "";
		} else {
			zoom(boxes[0]);
		}
	}

	function startSearch() {
		if (field) {
			field.focus();
		} else {
			typing = true;
			search("");
		}
	}

	/* The SVG has no field to type in. */
	function typed(event) {
		if (event.key === "Enter" || event.key === "Escape") {
			typing = false;
			search(event.key === "Enter" ? query : "");
		} else if (event.key === "Backspace") {
			search(query.slice(0, -1));
		} else if (event.key.length === 1) {
			search(query + event.key);
		} else {
			return;
		}
		event.preventDefault();
	}

	function pressed(event) {
		if (event.ctrlKey || event.metaKey || event.altKey)
			return;
		if (typing)
			return typed(event);
		if (event.key === "Escape")
			return back();
		if (event.target === field)
			return;
		if (event.key === "/")
			startSearch();
		else if (!graph.contains(event.target) && event.target !== document.documentElement &&
			 event.target !== document.body)
			return;
		else if (walks[event.key])
			walk(event.key);
		else if (event.key === "Home")
			focus(boxes[0]);
		else if (event.key === "Enter" || event.key === " ")
			zoom(current);
		else
			return;
		event.preventDefault();
	}

	function listen(box) {
		box.element.setAttribute("role", "button");
		box.element.setAttribute("aria-label", box.title);
		box.element.addEventListener("click", function () {
			focus(box);
			zoom(box);
		});
		box.element.addEventListener("mouseenter", function () { describe(box); });
	}

	function start() {
		var wanted = new URLSearchParams(location.hash.slice(1));
		var box = boxes[Number(wanted.get("zoom"))] || boxes[0];
		if (wanted.get("search")) {
			search(wanted.get("search"));
			if (field)
				field.value = query;
		} else {
			say("");
		}
		zoomed = box;
		draw();
		remember();
	}

	document.documentElement.classList.add("can-script");
	if (!boxes.length)
		return;
	boxes.forEach(listen);
	document.addEventListener("keydown", pressed);
	window.addEventListener("resize", draw);
	window.addEventListener("hashchange", start);
	if (field) {
		field.addEventListener("input", function () { search(field.value); });
		document.getElementById("reset").addEventListener("click", function () {
			search("");
			field.value = "";
			zoom(boxes[0]);
		});
	}
	start();
})();
