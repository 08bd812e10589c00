/** Builds the small programs of the datapath's tests: one directory of objects a generation. */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { compileProgram } from "../compile.ts";

const SOURCES = join(import.meta.dirname, "programs");

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
  const defines = [`GENERATION=${generation}`, ...(refused ? ["REFUSED"] : [])];
  for (const name of ["sock", "tc"]) {
    await compileProgram(join(SOURCES, `${name}.bpf.c`), join(out, `${name}.bpf.o`), defines);
  }
  return out;
}
