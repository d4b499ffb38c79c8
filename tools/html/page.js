/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * page.js: steps, keys, what lights up together, colours. The step, and which map or program is
 * looked at, stand behind # in the address: #relocations/3.
 */
var stage = document.getElementById("stage");
var back = document.getElementById("back"), next = document.getElementById("next");
var litIndex = new Map(), litNow = [], held = null;

/* ---- lighting ---- */

function keysOf(element) {
	return (element.dataset.lit || "").split(" ").filter(Boolean);
}

/* Which elements belong to a key; after anything was drawn. */
function reindex() {
	light(null);
	litIndex = new Map();
	stage.querySelectorAll("[data-lit]").forEach(function (element) {
		keysOf(element).forEach(function (key) {
			if (!litIndex.has(key))
				litIndex.set(key, []);
			litIndex.get(key).push(element);
		});
	});
	hold(held);
}

function light(keys) {
	litNow.forEach(function (element) { element.classList.remove("lit"); });
	litNow = [];
	(keys || []).forEach(function (key) { litNow = litNow.concat(litIndex.get(key) || []); });
	litNow.forEach(function (element) { element.classList.add("lit"); });
	stage.classList.toggle("lighting", litNow.length > 0);
}

function lightable(target) {
	return target.closest ? target.closest("#stage [data-lit]") : null;
}

function pointed(event) {
	var element = lightable(event.target);
	light(element ? keysOf(element) : held);
}

function hold(keys) {
	held = keys;
	stage.querySelectorAll("[aria-pressed]").forEach(function (button) {
		button.setAttribute("aria-pressed", String(Boolean(held) && keysOf(button).join() === held.join()));
	});
	light(held);
}

/* A click keeps the light on; a second one lets go. */
function clicked(event) {
	var element = lightable(event.target);
	if (!element)
		return;
	hold(held && held.join() === keysOf(element).join() ? null : keysOf(element));
}

/* ---- drawing ---- */

function railButton(step, index) {
	return el("li", el("button", {type: "button", "data-step": step.id, on: {click: function () { go({step: index}); }}},
		el("span.ball", String(index + 1)), el("span", step.name)));
}

function drawRail() {
	document.getElementById("rail").append(el("ol", STEPS.map(railButton)));
}

function markRail() {
	document.querySelectorAll("#rail button").forEach(function (button, index) {
		button.parentNode.className = index < state.step ? "done" : index === state.step ? "now" : "";
		if (index === state.step)
			button.setAttribute("aria-current", "step");
		else
			button.removeAttribute("aria-current");
	});
}

function label(button, step, before, after) {
	button.hidden = !step;
	button.textContent = step ? before + step.name + after : "";
}

function drawBoards() {
	stage.querySelectorAll(".board").forEach(drawBoard);
	reindex();
}

/* The chosen one is in sight, without the page moving. */
function showChosen() {
	var list = stage.querySelector(".picks"), chosen = list && list.querySelector("[aria-current]");
	if (chosen)
		list.scrollTop = chosen.offsetTop - list.clientHeight / 2;
}

function draw() {
	var step = STEPS[state.step];
	stage.replaceChildren(el("header.head", el("p.label", "Step " + (state.step + 1) + " of " + STEPS.length),
		el("h2", step.title), el("p.lead", step.lead)), append(el("div.body"), [step.draw()]));
	stage.dataset.step = step.id;
	document.getElementById("status").textContent = "Step " + (state.step + 1) + ": " + step.name;
	markRail();
	label(back, STEPS[state.step - 1], "← ", "");
	label(next, STEPS[state.step + 1], "", " →");
	drawBoards();
	showChosen();
}

/* ---- going ---- */

function chosenName() {
	return {maps: "map", relocations: "program", verifier: "program"}[STEPS[state.step].id];
}

function address() {
	var name = chosenName();
	return "#" + STEPS[state.step].id + (name && state[name] ? "/" + state[name] : "");
}

function remember() {
	try {
		history.replaceState(null, "", address());
	} catch (refused) {
		/* a frame without an address: nothing to remember there */
	}
}

/* Drawing anew takes the focus away from what is gone: it goes to what stands in its place. */
function keepFocus(before, stepped) {
	var again;
	if (!before || document.contains(before))
		return;
	again = stepped ? null : stage.querySelector(".picks [aria-current]");
	(again || stage).focus({preventScroll: true});
}

/* A map stays lit from step to step: it is the same map. */
function isOfMap(key) {
	return /^map:/.test(key);
}

function go(change) {
	var before = stage.contains(document.activeElement) ? document.activeElement : null;
	var stepped = change.step !== undefined && change.step !== state.step;
	Object.assign(state, change);
	if (held)
		held = held.every(isOfMap) ? held : null;
	draw();
	remember();
	if (stepped)
		window.scrollTo(0, 0);
	keepFocus(before, stepped);
}

function goBy(steps) {
	var step = Math.min(STEPS.length - 1, Math.max(0, state.step + steps));
	if (step !== state.step)
		go({step: step});
}

function within(number, list) {
	return number >= 0 && number < list.length ? number : 0;
}

function fromAddress() {
	var parts = location.hash.slice(1).split("/"), name;
	state.step = Math.max(0, STEPS.findIndex(function (step) { return step.id === parts[0]; }));
	name = chosenName();
	if (name)
		state[name] = within(Number(parts[1]) || 0, story[name + "s"]);
	draw();
}

/* ---- keys ---- */

var KEYS = {
	ArrowRight: function () { goBy(1); },
	ArrowLeft: function () { goBy(-1); },
	Home: function () { goBy(-STEPS.length); },
	End: function () { goBy(STEPS.length); },
	Escape: function () { hold(null); }
};

function isControl(target) {
	return Boolean(target.closest && target.closest("button, a, input, select, textarea, summary"));
}

function digitPressed(key) {
	var step = Number(key) - 1;
	if (!/^[1-9]$/.test(key) || step >= STEPS.length)
		return false;
	go({step: step});
	return true;
}

/* Space and Enter on something that has a light of its own. */
function pressedOn(event) {
	var element = event.target.matches && event.target.matches("[data-lit][tabindex]") ? event.target : null;
	if (!element || (event.key !== "Enter" && event.key !== " "))
		return false;
	clicked(event);
	return true;
}

function spacePressed(event) {
	if (event.key !== " " || isControl(event.target))
		return false;
	goBy(event.shiftKey ? -1 : 1);
	return true;
}

function pressed(event) {
	if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented)
		return;
	if (Object.prototype.hasOwnProperty.call(KEYS, event.key))
		KEYS[event.key]();
	else if (!pressedOn(event) && !spacePressed(event) && !digitPressed(event.key))
		return;
	event.preventDefault();
}

/* ---- colours ---- */

var THEMES = ["auto", "light", "dark"];
var THEME_NAMES = {auto: "as the system has them", light: "light", dark: "dark"};

function recall() {
	try {
		return localStorage.getItem("bpfload-theme");
	} catch (refused) {
		return null;
	}
}

function setTheme(theme) {
	var button = document.getElementById("theme");
	document.documentElement.dataset.theme = theme;
	button.textContent = "◐ " + theme[0].toUpperCase() + theme.slice(1);
	button.setAttribute("aria-label", "Colours: " + THEME_NAMES[theme]);
	try {
		localStorage.setItem("bpfload-theme", theme);
	} catch (refused) {
		/* kept for as long as the page is open */
	}
}

function nextTheme() {
	setTheme(THEMES[(THEMES.indexOf(document.documentElement.dataset.theme) + 1) % THEMES.length]);
}

/* ---- the start ---- */

function drawNames() {
	var verdict = document.getElementById("verdict");
	append(document.getElementById("objects"), reports.map(function (report, side) {
		return el("span.file", twin ? el("span.letter", LETTERS[side]) : null, code(fileName(side)));
	}));
	if (!story.verdict)
		return verdict.remove();
	verdict.className += story.verdict.same ? " same" : " differs";
	append(verdict, [el("b", story.verdict.same ? "=" : "≠"), " ", story.verdict.text]);
}

function start() {
	var wanted = recall();
	document.documentElement.classList.add("can-script", twin ? "twin" : "single");
	setTheme(THEMES.indexOf(wanted) >= 0 ? wanted : "auto");
	drawNames();
	drawRail();
	back.addEventListener("click", function () { goBy(-1); });
	next.addEventListener("click", function () { goBy(1); });
	document.getElementById("theme").addEventListener("click", nextTheme);
	stage.addEventListener("mouseover", pointed);
	stage.addEventListener("mouseleave", function () { light(held); });
	stage.addEventListener("focusin", pointed);
	stage.addEventListener("focusout", function () { light(held); });
	stage.addEventListener("click", clicked);
	document.addEventListener("keydown", pressed);
	window.addEventListener("hashchange", fromAddress);
	window.addEventListener("resize", drawBoards);
	fromAddress();
}

start();
