# SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
# What is linked with hammer.c.
PARTS = percpu_user.c lock_user.c together.c
