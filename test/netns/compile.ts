/** Compiles the small BPF programs of tests. */
import { arch } from "node:os";
import { run } from "../harness/command.ts";

const TRIPLES: Readonly<Record<string, string>> = { x64: "x86_64", arm64: "aarch64" };

/** Makes an object of one C file; `defines` are names with values ("GENERATION=1"). */
export async function compileProgram(
  source: string,
  object: string,
  defines: readonly string[] = [],
): Promise<void> {
  const include = `/usr/include/${TRIPLES[arch()] ?? arch()}-linux-gnu`;
  const flags = ["-O2", "-g", "-target", "bpf", "-mcpu=v3", "-isystem", include];
  const named = defines.map((define) => `-D${define}`);
  await run("clang-19", [...flags, ...named, "-c", source, "-o", object]);
}
