/** Set-up names what is missing and why it will not do, and does nothing where all is there. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { test } from "node:test";
import { firstDifference, type Modules } from "../../setup/modules.ts";
import { ROOT } from "./tree.ts";

function run(command: string, ...rest: readonly string[]): { code: number | null; text: string } {
  const { status, stdout, stderr } = spawnSync(command, rest, { cwd: ROOT, encoding: "utf8" });
  return { code: status, text: stdout + stderr };
}

test("bare make prints every target with a line", () => {
  const { code, text } = run("make");
  assert.equal(code, 0, text);
  for (const name of ["demo", "test", "setup", "bench-sync"]) {
    assert.match(text, new RegExp(`^ +make ${name} {2,}\\w`, "m"));
  }
});

test("where all is there, set-up says nothing", () => {
  assert.deepEqual(run("setup/setup.sh", "--with-tests"), { code: 0, text: "" });
});

test("packages are missing where their command or file is", () => {
  const entries = "no-such-command=first /no/such/file=second sh=dash /etc/passwd=base-passwd";
  const { text } = run("bash", "-c", `. setup/packages.sh; missing_packages ${entries}`);
  assert.equal(text, "first\nsecond\n");
});

test("a user who is not root is told", () => {
  const { code, text } = run(
    "setpriv",
    "--reuid=65534",
    "--clear-groups",
    "bash",
    "setup/kernel.sh",
  );
  assert.equal(code, 1);
  assert.match(text, /^setup: not root: /);
});

test("each right that is missing is named, with what the kernel said", () => {
  const rights = ["--bounding-set=-all", "--inh-caps=-all"];
  const { code, text } = run("setpriv", ...rights, "bash", "setup/kernel.sh");
  assert.equal(code, 1);
  assert.match(
    text,
    /will not do: no mount namespaces: CAP_SYS_ADMIN is needed \(.*not permitted\)/,
  );
  assert.match(text, /^setup: also: no BPF maps: CAP_BPF/m);
});

test("a module that is not what the lock says is named", () => {
  const wanted: Modules = {
    "": {},
    a: { version: "1.0.0", integrity: "x" },
    elsewhere: { version: "1.0.0", optional: true, os: ["plan9"] },
    here: { version: "1.0.0", optional: true, os: ["linux"], libc: ["glibc"] },
  };
  const { a, here, elsewhere } = { a: {}, here: {}, elsewhere: {}, ...wanted };
  assert.equal(firstDifference(wanted, { a, here }), undefined);
  assert.equal(firstDifference(wanted, { a, here, elsewhere }), undefined);
  assert.equal(firstDifference(wanted, { a }), "here is missing");
  assert.equal(firstDifference(wanted, { a, here, more: {} }), "more is not in the lock");
  const older = { ...a, version: "0.9.0" };
  assert.equal(firstDifference(wanted, { a: older, here }), "a is 0.9.0, not 1.0.0");
  assert.match(firstDifference(wanted, { a: { ...a, integrity: "y" }, here }) ?? "", /^a is/);
});
