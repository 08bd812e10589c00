/**
 * Runs a test file's tests in a network namespace of its own: the file starts itself again inside,
 * and the outer run is one test that fails with all that the inner one said. Nothing of the
 * machine's network is touched, and nothing of the inner one is left.
 */
import { spawnSync } from "node:child_process";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

const INNER = "inner";
const TIMEOUT_MS = 120_000;

/**
 * True inside. Outside it registers the one test and answers false: the file then registers none of
 * its own.
 */
export function isIsolated(url: string): boolean {
  if (process.argv.at(-1) === INNER) return true;
  const file = fileURLToPath(url);
  test("in a network namespace of its own", () => {
    const command = ["--net", "sh", "-c", 'ip link set lo up && exec "$@"', "sh"];
    const reporter = "--test-reporter=spec";
    const inner = spawnSync("unshare", [...command, process.execPath, reporter, file, INNER], {
      encoding: "utf8",
      timeout: TIMEOUT_MS,
      env: { PATH: process.env["PATH"] },
    });
    if (inner.status !== 0) throw new Error(`${inner.stdout}\n${inner.stderr}`);
  });
  return false;
}
