/** Builds the small programs of the datapath's tests: one directory of objects a generation. */
import { mkdirSync } from "node:fs";
import { arch } from "node:os";
import { join } from "node:path";
import { run } from "../../harness/command.ts";

const SOURCES = join(import.meta.dirname, "programs");
const TRIPLES: Readonly<Record<string, string>> = { x64: "x86_64", arm64: "aarch64" };

/** Words of slots_v1 that a generation counts in, one after another. */
export const WORDS = { podIngress: 0, podEgress: 1, nodeIngress: 2, nodeEgress: 3, sockets: 8 };
export const WORDS_PER_GENERATION = 16;

export interface ObjectOptions {
  readonly generation: number;
  /** The verifier is to refuse tc.bpf.o. */
  readonly refused?: boolean;
}

/** Answers the directory, below the given one. */
export async function buildObjects(
  folder: string,
  { generation, refused = false }: ObjectOptions,
): Promise<string> {
  const out = join(folder, `objects-${generation}${refused ? "-refused" : ""}`);
  mkdirSync(out, { recursive: true });
  const include = `/usr/include/${TRIPLES[arch()] ?? arch()}-linux-gnu`;
  const flags = ["-O2", "-g", "-target", "bpf", "-mcpu=v3", "-isystem", include];
  const defines = [`-DGENERATION=${generation}`, ...(refused ? ["-DREFUSED"] : [])];
  for (const name of ["sock", "tc"]) {
    const source = join(SOURCES, `${name}.bpf.c`);
    await run("clang-19", [...flags, ...defines, "-c", source, "-o", join(out, `${name}.bpf.o`)]);
  }
  return out;
}
