# SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
# shellcheck shell=sh disable=SC2034 # keys are for the test that sources this
#
# common.sh - a headless Chromium for tests, by the WebDriver protocol that chromedriver speaks.
#
# Contract: source it after ../tap.sh; open_browser starts both, and they end with the test. The
# browser has a profile of its own in $WORK, asks nobody for anything, and each command has a minute
# before it counts as stalled.

BUILD=${BUILD:-build}
case $BUILD in
/*) ;;
*) BUILD=$TOP/$BUILD ;;
esac

# As the protocol writes them.
LEFT='\ue012' UP='\ue013' RIGHT='\ue014' DOWN='\ue015' HOME_KEY='\ue011' END_KEY='\ue010' ESCAPE='\ue00c'

DRIVER=
SESSION=

close_browser() {
	[ -z "$SESSION" ] || curl -s -m 10 -X DELETE "$SESSION" >/dev/null
	SESSION=
	[ -z "$DRIVER" ] || { kill "$DRIVER" && wait "$DRIVER"; } 2>/dev/null
	DRIVER=
	# The browser's own processes may still write there.
	for try in 1 2 3 4 5 6 7 8 9 10; do
		rm -rf "$WORK" 2>/dev/null && return
		sleep "0.$try"
	done
}

# The driver takes a free port and says which.
driver_port() {
	tries=0
	while [ $tries -lt 600 ]; do
		port=$(sed -n 's/.*started successfully on port \([0-9]*\).*/\1/p' "$WORK/driver")
		[ -z "$port" ] || { echo "$port" && return; }
		sleep 0.1
		tries=$((tries + 1))
	done
}

# send METHOD PATH [JSON] - a command; its value. The path is that of the session's.
send() {
	curl -s -m 60 -X "$1" -H 'Content-Type: application/json' ${3+--data-binary "$3"} "$SESSION$2" >"$WORK/answer" ||
		echo '{"value": "no answer within a minute"}' >"$WORK/answer"
	jq -r '.value' "$WORK/answer"
}

open_browser() {
	trap close_browser EXIT
	mkdir "$WORK/home"
	HOME=$WORK/home chromedriver --port=0 >"$WORK/driver" 2>&1 &
	DRIVER=$!
	port=$(driver_port)
	[ -n "$port" ] || { echo 'Bail out! chromedriver does not start' && exit 1; }
	SESSION=http://127.0.0.1:$port/session
	id=$(send POST '' "$(jq -n --arg profile "$WORK/profile" '{capabilities: {alwaysMatch: {
		"goog:loggingPrefs": {browser: "ALL"}, "goog:chromeOptions": {args: ["--headless", "--no-sandbox",
		"--disable-gpu", "--disable-background-networking", "--disable-component-update", "--no-first-run",
		"--disable-sync", "--disable-dev-shm-usage", "--user-data-dir=\($profile)"]}}}}')" | jq -r '.sessionId?')
	if [ -z "$id" ] || [ "$id" = null ]; then
		SESSION=
		diag "$(cat "$WORK/answer" "$WORK/driver")"
		echo 'Bail out! chromium does not start'
		exit 1
	fi
	SESSION=$SESSION/$id
	send POST /timeouts '{"script": 60000, "pageLoad": 60000}' >/dev/null
}

# cdp COMMAND JSON - of Chromium's own protocol
cdp() {
	send POST /goog/cdp/execute "$(jq -n --arg cmd "$1" --argjson params "$2" '{cmd: $cmd, params: $params}')"
}

# js_with SCRIPT ARGUMENT - what the script returns
js_with() {
	send POST /execute/sync "$(jq -n --arg script "$1" --arg argument "$2" '{script: $script, args: [$argument]}')"
}

js() {
	js_with "$1" ''
}

# js_calm - everything that moves has come to its end.
js_calm() {
	js 'document.getAnimations().forEach(animation => animation.finish())' >/dev/null
}

# visit FILE[#PLACE] - opened anew
visit() {
	send POST /url '{"url": "about:blank"}' >/dev/null
	send POST /url "$(jq -n --arg url "file://$1" '{url: $url}')" >/dev/null
}

resize() {
	cdp Emulation.setDeviceMetricsOverride "{\"width\": $1, \"height\": 900, \"deviceScaleFactor\": 1, \"mobile\": false}" >/dev/null
}

# prefer light|dark
prefer() {
	cdp Emulation.setEmulatedMedia "{\"features\": [{\"name\": \"prefers-color-scheme\", \"value\": \"$1\"}]}" >/dev/null
}

# key KEY - pressed and released
key() {
	send POST /actions "{\"actions\": [{\"type\": \"key\", \"id\": \"keys\", \"actions\": [
		{\"type\": \"keyDown\", \"value\": \"$1\"}, {\"type\": \"keyUp\", \"value\": \"$1\"}]}]}" >/dev/null
}

# element SELECTOR - the protocol's name of it
element() {
	send POST /element "$(jq -n --arg selector "$1" '{using: "css selector", value: $selector}')" | jq -r '.[]?'
}

# in_sight SELECTOR - the page scrolls as far as that takes.
in_sight() {
	js_with 'document.querySelector(arguments[0]).scrollIntoView({block: "center"})' "$1" >/dev/null
}

click() {
	in_sight "$1"
	send POST "/element/$(element "$1")/click" '{}' >/dev/null
}

# point SELECTOR - the mouse goes there.
point() {
	in_sight "$1"
	send POST /actions "$(jq -n --arg id "$(element "$1")" '{actions: [{type: "pointer", id: "mouse", parameters: {pointerType: "mouse"},
		actions: [{type: "pointerMove", duration: 0, x: 0, y: 0, origin: {"element-6066-11e4-a52e-4f735466cecf": $id}}]}]}')" >/dev/null
}

# What the browser has complained about since the last time, as JSON.
complaints() {
	send POST /se/log '{"type": "browser"}' | jq -c '[.[] | select(.level == "SEVERE") | .message]'
}
