// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include <linux/types.h>
#include "include/maps.h"
#include "abi/settings.h"
const volatile struct settings settings;
char _license[] SEC("license")
= "Dual BSD/GPL";
