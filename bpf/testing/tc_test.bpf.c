// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* The programs of tc as they are, with the clock and the random numbers that a test sets. */
#include "../tc.bpf.c"
