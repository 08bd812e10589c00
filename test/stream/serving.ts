/**
 * Both ends of the stream for tests: a table server on a socket of its own, table clients that
 * record what they are given, and an operator that says what it is told to. All of it ends with
 * the test.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { Server, ServerCredentials } from "@grpc/grpc-js";

import type { SyncEvent, TableClientOptions } from "../../agent/subscribe/table-client.ts";
import { createTableClient, type TableClient } from "../../agent/subscribe/table-client.ts";
import type { History } from "../../lib/history.ts";
import { createLogger } from "../../lib/log.ts";
import type { Change } from "../../lib/model/change.ts";
import { WATCH } from "../../lib/wire/method.ts";
import type { Call } from "../../operator/serve/reader.ts";
import type { TableServer, TableServerOptions } from "../../operator/serve/table-server.ts";
import { createTableServer } from "../../operator/serve/table-server.ts";
import { eventually } from "../harness/deadline.ts";

/** What ends what was begun in it: a test, or a run of a property. */
export interface Scope {
  after(end: () => unknown): void;
}

/** A scope that is ended by hand, last begun first. */
export class Run implements Scope {
  readonly #ends: (() => unknown)[] = [];

  after(end: () => unknown): void {
    this.#ends.push(end);
  }

  async end(): Promise<void> {
    for (const end of this.#ends.toReversed()) {
      await end();
    }
  }
}

/** A folder of the test's own. */
export function scratch(t: Scope): string {
  const folder = mkdtempSync(join(tmpdir(), `leat-${process.pid}-`));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

export interface Serving {
  readonly server: TableServer;
  readonly address: string;
  /** Log lines so far. */
  readonly lines: string[];
  /** Commits and publishes; returns the revision. */
  commit(...changes: Change[]): number;
}

/** Serves the history at the address: a new unix socket where none is given. */
export async function serve(
  t: Scope,
  history: History,
  options: Pick<TableServerOptions, "limits"> & { readonly address?: string } = {},
): Promise<Serving> {
  const lines: string[] = [];
  const log = createLogger({ name: "operator", write: (line) => lines.push(line) });
  const server = createTableServer({ history, log, ...options });
  const wanted = options.address ?? `unix:${join(scratch(t), "operator.sock")}`;
  const address = await server.start(wanted);
  t.after(() => server.stop());
  const commit = (...changes: Change[]) => {
    const revision = history.commit(changes);
    server.published();
    return revision;
  };
  return { server, address, lines, commit };
}

export interface Following {
  readonly client: TableClient;
  /** What was handed on so far, newest last. */
  readonly syncs: SyncEvent[];
  readonly lines: string[];
  /** Waits until the client has applied the revision of the epoch. */
  reached(history: History): Promise<SyncEvent>;
}

type FollowOptions = Partial<Omit<TableClientOptions, "address" | "log">>;

/** A table client that comes back at once when its stream ends. */
export function follow(t: Scope, address: string, options: FollowOptions = {}): Following {
  const syncs: SyncEvent[] = [];
  const lines: string[] = [];
  const client = createTableClient({
    node: "node-1",
    version: "0.1.0",
    random: Math.random,
    delay: () => new Promise((resolve) => void setTimeout(resolve, 5)),
    ...options,
    address,
    log: createLogger({ name: "agent", write: (line) => lines.push(line) }),
    onSync: async (sync) => {
      const failures = (await options.onSync?.(sync)) ?? [];
      syncs.push(sync);
      return failures;
    },
  });
  client.start();
  t.after(() => client.stop());
  const reached = (history: History) =>
    eventually({ what: `revision ${history.revision} of ${history.epoch}` }, () => {
      const { epoch, revision } = client.status();
      const [last] = syncs.slice(-1);
      const there = epoch === history.epoch && revision === history.revision;
      return there && last?.revision === revision ? last : undefined;
    });
  return { client, syncs, lines, reached };
}

/** An operator that answers each stream as it is told. Returns its address. */
export async function pretend(
  t: Scope,
  answer: (call: Call, stream: number) => void,
): Promise<string> {
  const server = new Server({ "grpc.max_send_message_length": -1 });
  let streams = 0;
  server.addService({ Watch: WATCH }, { Watch: (call: Call) => answer(call, streams++) });
  const address = `unix:${join(scratch(t), "pretended.sock")}`;
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.bindAsync(address, ServerCredentials.createInsecure(), (error) =>
    error === null ? resolve() : reject(error),
  );
  await promise;
  t.after(() => server.forceShutdown());
  return address;
}
