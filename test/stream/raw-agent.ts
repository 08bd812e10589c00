/**
 * An agent that does what it is told, spoken in HTTP/2 frames: it reads only when asked to
 * (grpc-js reads ahead), and sends any bytes.
 */
import { connect as connectHttp2 } from "node:http2";
import type { ClientHttp2Session, ClientHttp2Stream } from "node:http2";
import { connect } from "node:net";
import type { TestContext } from "node:test";

import { status } from "@grpc/grpc-js";

import { parseStreamAddress } from "../../lib/stream-address.ts";
import { decodeWord } from "../../lib/wire/decode.ts";
import { encodeApplied, encodeOpen } from "../../lib/wire/encode.ts";
import { WATCH } from "../../lib/wire/method.ts";
import type { Open, Sync, Word } from "../../lib/wire/words.ts";
import { eventually, within } from "../harness/deadline.ts";

/** Compression flag and length, before each message. */
const HEADER_BYTES = 5;

export interface StreamEnd {
  readonly code: number;
  readonly details: string;
}

export class RawAgent {
  readonly words: Word[] = [];
  readonly #session: ClientHttp2Session;
  readonly #stream: ClientHttp2Stream;
  readonly #ended = Promise.withResolvers<StreamEnd>();
  #unread = Buffer.alloc(0);

  /** Reads nothing until read(). */
  constructor(t: TestContext, address: string) {
    const parsed = parseStreamAddress(address);
    if (parsed === undefined) {
      throw new Error(`no address: ${address}`);
    }
    const socket =
      parsed.kind === "unix" ? connect(parsed.path) : connect(parsed.port, parsed.host);
    this.#session = connectHttp2("http://leat", { createConnection: () => socket });
    this.#session.on("error", () => undefined);
    this.#stream = this.#session.request({
      ":method": "POST",
      ":path": WATCH.path,
      "content-type": "application/grpc",
      te: "trailers",
    });
    for (const event of ["response", "trailers"]) {
      this.#stream.on(event, (headers: Record<string, string>) => this.#note(headers));
    }
    this.#stream.on("error", () => undefined);
    const lost = { code: status.UNAVAILABLE, details: "the connection was lost" };
    this.#stream.on("close", () => this.#ended.resolve(lost));
    t.after(() => this.close());
  }

  open(open: Partial<Open> = {}): this {
    const nothing = { epoch: "", revision: 0, buckets: undefined, refused: "" };
    return this.send(encodeOpen({ node: "node-1", version: "raw", ...nothing, ...open }));
  }

  send(message: Buffer): this {
    const header = Buffer.alloc(HEADER_BYTES);
    header.writeUInt32BE(message.length, 1);
    this.#stream.write(header);
    this.#stream.write(message);
    return this;
  }

  /** Reads from now on. */
  read(): this {
    this.#stream.on("data", (bytes: Buffer) => this.#take(bytes));
    return this;
  }

  applied({ revision, contentHash }: Omit<Sync, "kind">): void {
    this.send(encodeApplied({ revision, contentHash, failures: [] }));
  }

  close(): void {
    this.#session.destroy();
  }

  get syncs(): Sync[] {
    return this.words.filter((word) => word.kind === "sync");
  }

  /** Rows and keys of deleted rows that came. */
  get rows(): number {
    const counts = this.words.map((word) => {
      if (word.kind === "set") {
        return word.rows.length;
      }
      return word.kind === "delete" ? word.keys.length : 0;
    });
    return counts.reduce((sum, count) => sum + count, 0);
  }

  async synced(revision: number): Promise<Sync> {
    return await eventually({ what: `a Sync of revision ${revision}` }, () =>
      this.syncs.find((sync) => sync.revision === revision),
    );
  }

  /** How the stream ends. */
  async end(): Promise<StreamEnd> {
    return await within({ what: "the end of the stream" }, this.#ended.promise);
  }

  #note(headers: Record<string, string>): void {
    const code = headers["grpc-status"];
    if (code !== undefined) {
      const details = decodeURI(headers["grpc-message"] ?? "");
      this.#ended.resolve({ code: Number(code), details });
    }
  }

  #take(bytes: Buffer): void {
    this.#unread = Buffer.concat([this.#unread, bytes]);
    while (this.#unread.length >= HEADER_BYTES) {
      const end = HEADER_BYTES + this.#unread.readUInt32BE(1);
      if (this.#unread.length < end) {
        return;
      }
      this.words.push(decodeWord(this.#unread.subarray(HEADER_BYTES, end)));
      this.#unread = this.#unread.subarray(end);
    }
  }
}
