/** What the addon's tests share: the compiled programs, and a BPF file system to pin on. */
import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { closeFd, type LoadedObject, NativeError } from "../../../native/index.ts";
import { run } from "../../harness/command.ts";
import { LABEL_PREFIX, RUN_FOLDER } from "../../harness/residue.ts";
import { assertNoResidue, tearDown } from "../../harness/teardown.ts";
import { compileProgram } from "../compile.ts";

const SOURCE = join(import.meta.dirname, "programs", "probe.bpf.c");

/** Names what a test makes on the machine: what a killed one leaves is swept away by it. */
export const TEST_LABEL = `${LABEL_PREFIX}${process.pid}-0`;

export interface Fixture {
  readonly folder: string;
  /** The object that loads. */
  readonly object: string;
  /** The object that the verifier refuses. */
  readonly refused: string;
  /** A BPF file system. */
  readonly bpffs: string;
  close(): Promise<void>;
}

export async function makeFixture(): Promise<Fixture> {
  const folder = join(RUN_FOLDER, TEST_LABEL);
  const bpffs = join(folder, "bpffs");
  mkdirSync(bpffs, { recursive: true });
  const object = join(folder, "probe.bpf.o");
  const refused = join(folder, "refused.bpf.o");
  await compileProgram(SOURCE, object);
  await compileProgram(SOURCE, refused, ["REFUSED"]);
  await run("mount", ["-t", "bpf", "bpf", bpffs]);
  const close = async (): Promise<void> => {
    await tearDown(TEST_LABEL);
    assertNoResidue(TEST_LABEL);
  };
  return { folder, object, refused, bpffs, close };
}

export function closeObject({ programs, maps }: LoadedObject): void {
  for (const fd of [...Object.values(programs), ...Object.values(maps)]) closeFd(fd);
}

/** The call is refused with that errno's name, and the error says which operation it was. */
export function refusedWith(code: string, operation: string, call: () => unknown): void {
  assert.throws(call, (error: unknown) => {
    assert.ok(error instanceof NativeError, String(error));
    assert.equal(error.code, code);
    assert.equal(error.operation, operation);
    assert.ok(error.errno > 0);
    assert.match(error.message, new RegExp(`^${operation}: ${code}`));
    return true;
  });
}

export function required(descriptors: Readonly<Record<string, number>>, name: string): number {
  const fd = descriptors[name];
  assert.ok(fd !== undefined, `no ${name}`);
  return fd;
}

/** Numbers as little-endian words of 8 bytes. */
export function words(...values: number[]): Uint8Array {
  return new Uint8Array(BigUint64Array.from(values, BigInt).buffer);
}

/** Numbers as little-endian words of 4 bytes. */
export function halves(...values: number[]): Uint8Array {
  return new Uint8Array(Uint32Array.from(values).buffer);
}
