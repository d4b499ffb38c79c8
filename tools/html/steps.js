/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * steps.js: the steps in their order. Each draws itself when it is come to, and not before.
 */
function hasLegacy() {
	return reports.some(function (report) {
		return report.maps.some(function (map) { return map.reading; });
	});
}

var STEPS = [
	{id: "sections", name: "Sections", title: "The file is a row of labelled boxes", draw: drawSections,
		lead: "The compiler wrote an ELF file. By the names of its sections the loader finds what it needs: code, map definitions, the licence, types. All else is for linkers and debuggers."},
	{id: "dialect", name: "Dialect", title: "How are the map definitions to be read?", draw: drawDialects,
		lead: hasLegacy() ? "SEC(\"maps\") holds bytes without a label, and two projects laid different structs into the same number of bytes. So the loader looks for evidence, the strongest first, and says what decided." :
			"In SEC(\".maps\") the type of each variable is the definition. The loader reads the type from BTF and has nothing to guess."},
	{id: "maps", name: "Maps", title: "A definition, byte by byte", draw: drawMaps,
		lead: "A map is where a program keeps what outlives it. Point at a field to see the bytes, or the type, that it comes from."},
	{id: "descriptors", name: "Descriptors", title: "Each map is made, and gets a number", draw: drawDescriptors,
		lead: "One bpf() call creates one map. Its answer is a file descriptor: the lowest number free in this process. The numbers here are symbolic, counted from 3; a real load opens a few more files in between."},
	{id: "relocations", name: "Relocations", title: "The number goes into the instruction", draw: drawRelocations,
		lead: "The compiler could not know a descriptor, so it left a zero and a note, the relocation: here belongs this map. The loader writes the descriptor there and sets src, so that the kernel takes it for one."},
	{id: "verifier", name: "Verifier", title: "The kernel reads the program before it runs it", draw: drawVerifier,
		lead: "BPF_PROG_LOAD hands over the instructions. The verifier follows every path through them and refuses what it can't prove safe. This page asks no kernel: whether it agrees, bpfload load will tell."},
	{id: "attach", name: "Attach", title: "A loaded program waits for its event", draw: drawAttachment,
		lead: "The name of the section says what calls the program. What it says in full, the loader attaches; what needs a socket, an interface or a cgroup is up to the program that loads."}
];
