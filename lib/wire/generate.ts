/**
 * Makes lib/wire/gen from proto/leat.proto: `node lib/wire/generate.ts [FOLDER]`. The generator
 * writes types only beside commented code, so it runs twice, and the code is kept without
 * comments.
 */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const PROTO = fileURLToPath(new URL("../../proto/leat.proto", import.meta.url));
const PBJS = fileURLToPath(import.meta.resolve("protobufjs-cli/bin/pbjs"));
const BANNER = "// Made by lib/wire/generate.ts from proto/leat.proto. Do not edit.\n";

/** The text of each generated file, by its name. */
export function generateWire(): Record<"leat.js" | "leat.d.ts", string> {
  const folder = mkdtempSync(join(tmpdir(), "leat-wire-"));
  try {
    const commented = join(folder, "commented.js");
    const plain = join(folder, "plain.js");
    runGenerator(commented, ["--dts"]);
    runGenerator(plain, ["--no-comments"]);
    return {
      "leat.js": BANNER + readFileSync(plain, "utf8"),
      "leat.d.ts": BANNER + readFileSync(commented.replace(/js$/, "d.ts"), "utf8"),
    };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function runGenerator(out: string, extra: readonly string[]): void {
  const wanted = ["--target", "static-module", "--wrap", "esm", "--out", out, ...extra];
  const unwanted = ["create", "verify", "convert", "delimited", "typeurl", "service"];
  const dependency = ["--dependency", "protobufjs/minimal.js"];
  const omitted = unwanted.map((part) => `--no-${part}`);
  execFileSync(process.execPath, [PBJS, ...wanted, ...omitted, ...dependency, PROTO]);
}

if (import.meta.main) {
  const folder = process.argv[2] ?? fileURLToPath(new URL("gen", import.meta.url));
  mkdirSync(folder, { recursive: true });
  for (const [name, text] of Object.entries(generateWire())) {
    writeFileSync(join(folder, name), text);
  }
}
