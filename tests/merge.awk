# SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
#
# merge.awk - the TAP of one test as a part of another's.
#
#   awk -f merge.awk -v name=NAME -v status=STATUS -v first=N NAME.tap
#
# STATUS is empty where a VM has ended before the test.
#
# Contract: prints the test lines with numbers from N on and NAME before the description; SKIP
# and TODO stay. Diagnostics stay, all else becomes one. What prove would hold against the test
# itself (no plan, a wrong one, a status other than 0, the end by its time limit) becomes a line
# `not ok`. The last line is `next M`, where M is the number after all these.

BEGIN { count = failed = 0; plan = "" }

/^(not )?ok( |$)/ {
	good = sub(/^not ok */, "") ? "not ok" : "ok"
	sub(/^ok */, "")
	sub(/^[0-9]+ */, "")
	sub(/^- */, "")
	count++
	if (good == "not ok" && !/# *TODO/)
		failed++
	result(good, $0)
	next
}
/^1\.\.0/ {
	plan = 0
	sub(/^1\.\.0 */, "")
	print "ok " first++ " - " name " " $0
	next
}
/^1\.\.[0-9]+/ { plan = substr($1, 4) + 0; next }
/^Bail out!/ { result("not ok", $0); failed++; plan = count; next }
/^#/ { print; next }
{ print "# " $0 }

function result(verdict, description)
{
	print verdict " " first++ " - " name ": " description
}

END {
	if (status == "")
		result("not ok", "the VM ended before it")
	else if (status == 124 || status == 137)
		result("not ok", "it took too long and was ended")
	else if (plan == "")
		result("not ok", "it ended without a plan, status " status)
	else if (plan != count)
		result("not ok", "it planned " plan " tests and ran " count)
	else if (status != 0 && !failed)
		result("not ok", "it ended with status " status)
	print "next " first
}
