// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
struct bpf_map_def SEC("maps") in_header = { BPF_MAP_TYPE_ARRAY, 4, 4, 1 };
