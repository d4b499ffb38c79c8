# SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
#
# json.awk - the records of tests/bench/run as one JSON object, for machines.
#
# Times are microseconds. "ratio" is to libbpf in "user_space" and "growth", to bare system
# calls in "whole_load", which is {"skip": REASON} where it could not run, as is "events": there
# times are nanoseconds an event.

$1 == "header" {
	head = head sprintf("\"%s\": \"%s\", ", $2, $3)
}

$2 == "object" {
	count = sprintf("\"maps\": %d, \"programs\": %d, \"insns\": %d, \"relocs\": %d, ", $4, $5, $6, $7)
}

$2 == "time" {
	rows[$1] = rows[$1] (rows[$1] == "" ? "" : ",") \
		sprintf("\n    {\"object\": \"%s\", \"loader\": \"%s\", %s\"median\": %s, \"minimum\": %s, \"ratio\": %s}",
			$3, $4, $1 == "kernel" ? "" : count, $5, $6, $7)
}

$2 == "skip" {
	skipped[$1] = $4
}

$2 == "events" {
	rows[$1] = rows[$1] (rows[$1] == "" ? "" : ",") \
		sprintf("\n    {\"contest\": \"%s\", \"reader\": \"%s\", \"wakeup\": %d, \"ns\": %s, \"ratio_to_libbpf\": %s, \"ratio_to_wakeup_100\": %s}",
			$3, $4, $5, $6, $7, $8)
}

$2 == "use" {
	rows[$1] = rows[$1] (rows[$1] == "" ? "" : ",") \
		sprintf("\n    {\"object\": \"%s\", \"loader\": \"%s\", \"vmhwm_kb\": %d, \"rssanon_kb\": %d, \"first_load\": %d, \"file_bytes\": %d}",
			$3, $4, $5, $6, $7, $8)
}

function list(part) {
	return (part in skipped) ? "{\"skip\": \"" skipped[part] "\"}" : "[" rows[part] "\n  ]"
}

END {
	printf "{%s\n", substr(head, 1, length(head) - 1)
	printf "  \"user_space\": %s,\n", list("user")
	printf "  \"whole_load\": %s,\n", list("kernel")
	printf "  \"growth\": %s,\n", list("growth")
	printf "  \"memory\": %s,\n", list("memory")
	printf "  \"events\": %s,\n", list("events")
	print "  \"aims\": {\"small_us\": 10, \"big_us\": 600, \"growth_last_by_first\": 1, \"lathist_ratio_to_bare\": 1.1}}"
}
