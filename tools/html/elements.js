/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * elements.js: makes elements. Names in objects are anybody's, so text is only ever set as text;
 * what would steer the line that it stands in (control characters, changes of direction) is
 * spelled out.
 */
var SVG = "http://www.w3.org/2000/svg";

function clean(text) {
	return String(text).replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g,
		function (c) { return "\\u" + c.charCodeAt(0).toString(16).padStart(4, "0"); });
}

function append(parent, children) {
	children.forEach(function (child) {
		if (Array.isArray(child))
			append(parent, child);
		else if (child !== null && child !== undefined && child !== false)
			parent.append(child.nodeType ? child : clean(child));
	});
	return parent;
}

/* `lit` is a list of keys: elements with one in common light up together. `hue` colours it. */
function setAttribute(element, name, value) {
	if (value === null || value === undefined || value === false)
		return;
	if (name === "on")
		Object.keys(value).forEach(function (type) { element.addEventListener(type, value[type]); });
	else if (name === "lit")
		element.dataset.lit = value.filter(Boolean).join(" ");
	else if (name === "hue")
		element.style.setProperty("--h", value);
	else if (name === "style")
		Object.keys(value).forEach(function (key) { element.style.setProperty(key, value[key]); });
	else
		element.setAttribute(name, value === true ? "" : clean(value));
}

/* el("td.hex", {title: "…"}, children…): attributes may be left out. */
function el(what, attributes) {
	var names = what.split("."), rest = [].slice.call(arguments, 1);
	var element = document.createElement(names[0]);
	if (names.length > 1)
		element.className = names.slice(1).join(" ");
	if (rest.length && rest[0] && rest[0].constructor === Object) {
		attributes = rest.shift();
		Object.keys(attributes).forEach(function (name) { setAttribute(element, name, attributes[name]); });
	}
	return append(element, rest);
}

function svg(name, attributes) {
	var element = document.createElementNS(SVG, name);
	Object.keys(attributes).forEach(function (key) { setAttribute(element, key, attributes[key]); });
	return append(element, [].slice.call(arguments, 2));
}

/* 1234567 as 1 234 567, with spaces that do not break. */
function count(number) {
	return String(number).replace(/\B(?=(\d{3})+(?!\d))/g, "\u202f");
}

function plural(number, word) {
	return count(number) + "\u00a0" + word + (number === 1 ? "" : "s");
}

/* "01000000" as ["01", "00", "00", "00"] */
function bytesOf(hex) {
	return (hex || "").match(/../g) || [];
}

/* A name as part of a key: keys are separated by spaces. */
function keyed(name) {
	return encodeURIComponent(name);
}
