/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Words that change under a reader: each is read or written exactly once, whole. */
#pragma once

#define word_read(pointer)	   (*(const volatile typeof(*(pointer)) *)(pointer))
#define word_write(pointer, value) (*(volatile typeof(*(pointer)) *)(pointer) = (value))

/* The compiler may not move a read across it. */
#define reads_end() asm volatile("" ::: "memory")
