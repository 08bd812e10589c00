/**
 * The last good bytes of each manifest file, kept on disk over restarts: only a hint, for a file
 * that is bad when the operator starts. Each is a file with a line of JSON (name, checksum) before
 * the bytes, replaced by rename.
 */
import { createHash, hash } from "node:crypto";
import { mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { errorCode, LeatError } from "../../../lib/errors.ts";
import { TimeSlice } from "../time-slice.ts";

class LastGoodError extends LeatError<"last-good-damaged"> {}

interface Head {
  readonly format: 1;
  readonly file: string;
  readonly sha256: string;
}

const SUFFIX = ".good";
const DRAFT = ".draft";
const HASH_BYTES = 1024 * 1024;
const NEWLINE = 0x0a;

export class LastGood {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  async open(): Promise<void> {
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
  }

  /**
   * The bytes last saved of the file; undefined: none were. Damaged ones are set aside and are an
   * error.
   */
  async load(file: string): Promise<Buffer | undefined> {
    const path = this.#path(file);
    const saved = await readFile(path).catch((error: unknown) => {
      if (errorCode(error) === "ENOENT") return undefined;
      throw error;
    });
    if (saved === undefined) return undefined;
    const end = saved.indexOf(NEWLINE);
    const bytes = saved.subarray(end + 1);
    const head = parseHead(saved.subarray(0, Math.max(end, 0)).toString());
    if (head?.file === file && head.sha256 === (await sha256(bytes))) return bytes;
    await rename(path, `${path}.damaged`);
    throw new LastGoodError("last-good-damaged", `${path} is damaged: set aside`);
  }

  async save(file: string, bytes: Buffer): Promise<void> {
    const head: Head = { format: 1, file, sha256: await sha256(bytes) };
    const path = this.#path(file);
    const draft = `${path}${DRAFT}`;
    const whole = Buffer.concat([Buffer.from(`${JSON.stringify(head)}\n`), bytes]);
    await writeFile(draft, whole, { mode: 0o600 });
    await rename(draft, path);
  }

  async remove(file: string): Promise<void> {
    await rm(this.#path(file), { force: true });
  }

  /** Removes what is kept of any other file, and drafts: to be called while nothing is saved. */
  async retain(files: readonly string[]): Promise<void> {
    const kept = new Set(files.map((file) => this.#name(file)));
    for (const name of await readdir(this.#folder)) {
      const isOurs = name.endsWith(SUFFIX) || name.endsWith(`${SUFFIX}${DRAFT}`);
      if (isOurs && !kept.has(name)) await rm(join(this.#folder, name), { force: true });
    }
  }

  #path(file: string): string {
    return join(this.#folder, this.#name(file));
  }

  /** Names of manifests may be of any length and characters. */
  #name(file: string): string {
    return `${hash("sha256", file).slice(0, 32)}${SUFFIX}`;
  }
}

function parseHead(text: string): Head | undefined {
  try {
    const head = JSON.parse(text) as Partial<Head> | null;
    return head?.format === 1 ? (head as Head) : undefined;
  } catch {
    return undefined;
  }
}

async function sha256(bytes: Buffer): Promise<string> {
  const digest = createHash("sha256");
  const slice = new TimeSlice();
  for (let start = 0; start < bytes.length; start += HASH_BYTES) {
    digest.update(bytes.subarray(start, start + HASH_BYTES));
    await slice.rest();
  }
  return digest.digest("hex");
}
