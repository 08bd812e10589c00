/** Generated code is what its generator makes now: `make generate` writes it anew. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { renderAbi } from "../../bpf/gen-abi.ts";
import { generateWire } from "../../lib/wire/generate.ts";
import { ROOT } from "./tree.ts";

const ADVICE = "it is not what its generator makes: run `make generate`";

/** Fails unless the committed text is the fresh one; the message stays short. */
function assertFresh(path: string, fresh: string): void {
  assert.ok(readFileSync(join(ROOT, path), "utf8") === fresh, `${path}: ${ADVICE}`);
}

function assertFreshAndSeen(path: string, fresh: string): void {
  assertFresh(path, fresh);
  assert.throws(() => assertFresh(path, `${fresh}\n`), { message: /make generate/ });
}

test("the stream's messages are made from proto/leat.proto", () => {
  for (const [name, text] of Object.entries(generateWire())) {
    assertFreshAndSeen(`lib/wire/gen/${name}`, text);
  }
});

test("the maps' codecs are made from the BTF of the BPF objects", () => {
  assertFreshAndSeen("agent/maps/abi.gen.ts", renderAbi());
});
