/**
 * A unix socket for its owner alone. A directory that is missing is made 0700; the socket is 0600
 * from its first
 * moment. A socket that a dead agent left is replaced; one on which an agent answers is refused by
 * name.
 */
import { chmodSync, lstatSync, mkdirSync, rmSync } from "node:fs";
import type { Server } from "node:net";
import { connect } from "node:net";
import { dirname } from "node:path";
import { errorCode } from "../../lib/errors.ts";
import { SocketError } from "./errors.ts";

/** Resolves when the server listens on the path; throws SocketError, or what the system says. */
export async function listenPrivately(server: Server, path: string): Promise<void> {
  prepareDirectory(dirname(path));
  await removeStale(path);
  const listening = new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.once("listening", () => {
      server.off("error", reject);
      resolve();
    });
  });
  const mask = process.umask(0o177);
  try {
    server.listen(path);
  } finally {
    process.umask(mask);
  }
  await listening;
  chmodSync(path, 0o600);
}

function prepareDirectory(directory: string): void {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  if ((lstatSync(directory).mode & 0o022) !== 0) {
    const message = `${directory} may be written by others than its owner: no socket is made in it`;
    throw new SocketError("unsafe-directory", message);
  }
}

async function removeStale(path: string): Promise<void> {
  const stat = lstatSync(path, { throwIfNoEntry: false });
  if (stat === undefined) {
    return;
  }
  if (!stat.isSocket()) {
    throw new SocketError("no-socket", `${path} exists and is no socket`);
  }
  if (await isAnswered(path)) {
    throw new SocketError("in-use", `another agent of this node listens on ${path}`);
  }
  rmSync(path, { force: true });
}

/** Whether somebody listens: a refusal is the sign of a dead owner. */
function isAnswered(path: string): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const socket = connect(path);
    socket.once("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", (error) => {
      const code = errorCode(error);
      if (code === "ECONNREFUSED" || code === "ENOENT") {
        resolve(false);
      } else {
        reject(error);
      }
    });
  });
}
