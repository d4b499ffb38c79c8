# SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
# shellcheck shell=bash disable=SC2153 # LESSON is the runner's
#
# objects.sh - what the checks of L1 look into.

# shellcheck source=/dev/null
. "$LESSON/common.sh"

# many.o - two programs, global and static maps, a call, a variable without bytes in the file, and one
# that is defined elsewhere. Names begin like others do; the order of symbols is not that of places.
many() {
	object many -fcommon <<-'END'
		struct definition { u32 type, key, value, max; };
		struct definition SEC("maps") zebra = {1, 4, 8, 10}, ant = {2, 4, 8, 20};
		static struct definition SEC("maps") hidden = {1, 8, 8, 30};
		extern struct definition elsewhere;
		u64 counter;
		int common;

		static __attribute__((noinline)) int look(void *map, u32 key)
		{
			return lookup(map, &key) != 0;
		}
		SEC("socket/second") int second(void *skb)
		{
			counter++;
			return look(&ant, 1) + look(&hidden, 2) + look(&elsewhere, common);
		}
		SEC("socket") int first(u32 *skb)
		{
			u32 key = skb[0];

			return lookup(&zebra, &key) != lookup(&ant, &key);
		}
		char _license[] SEC("license") = "GPL", other[] SEC("license.old") = "none";
	END
}

# described.o - the same with descriptions of types, whose sections have relocations of their own.
described() {
	object described -g <<-'END'
		struct definition { u32 type, key, value, max; };
		struct definition SEC("maps") only = {1, 4, 8, 10};
		SEC("xdp") int program(u32 *context)
		{
			return lookup(&only, context) != 0;
		}
	END
}

# broken NAME - a copy of many.o to be broken.
broken() {
	cp many.o "$1.o"
}
