// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Never loaded. It holds one object of every shared struct and enum, so that all of them are in its
 * BTF for gen-abi.ts, and it is compiled with -Wpadded: a hole in a struct is an error.
 */
#include <linux/types.h>
#include "abi/backend.h"
#include "abi/device.h"
#include "abi/flow.h"
#include "abi/locals.h"
#include "abi/reason.h"
#include "abi/service.h"
#include "abi/settings.h"
#include "abi/socket.h"

#define ANCHOR(kind, name) kind name abi_##name

ANCHOR(enum, backend_flags);
ANCHOR(struct, backend4);
ANCHOR(struct, backend6);
ANCHOR(enum, device_kind);
ANCHOR(struct, device);
ANCHOR(struct, flow4_key);
ANCHOR(struct, flow6_key);
ANCHOR(enum, flow_kind);
ANCHOR(enum, flow_turn);
ANCHOR(enum, flow_seen);
ANCHOR(struct, flow4);
ANCHOR(struct, flow6);
ANCHOR(enum, local_flags);
ANCHOR(struct, local4_key);
ANCHOR(struct, local6_key);
ANCHOR(enum, drop_reason);
ANCHOR(enum, frontend_kind);
ANCHOR(struct, service4_key);
ANCHOR(struct, service6_key);
ANCHOR(enum, service_word);
ANCHOR(enum, extent_layout);
ANCHOR(enum, extent_flags);
ANCHOR(struct, service_counters);
ANCHOR(enum, settings_flags);
ANCHOR(enum, settings_limits);
ANCHOR(struct, settings);
ANCHOR(struct, peer4);
ANCHOR(struct, peer6);
ANCHOR(enum, dialog_side);
ANCHOR(struct, dialog4_key);
ANCHOR(struct, dialog6_key);
ANCHOR(struct, dialog4);
ANCHOR(struct, dialog6);
