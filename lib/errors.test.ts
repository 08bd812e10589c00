/** Codes, causes and texts of errors. */
import assert from "node:assert/strict";
import { test } from "node:test";

import { errorCode, errorText, LeatError } from "./errors.ts";

class MapError extends LeatError<"map-full" | "map-gone"> {}

test("an error carries its code, its class's name and its cause", () => {
  const cause = new Error("ENOSPC");
  const error = new MapError("map-full", "services4_v1 is full", { cause });
  assert.equal(error.code, "map-full");
  assert.equal(error.name, "MapError");
  assert.equal(error.cause, cause);
  assert.ok(error instanceof LeatError);
});

test("the text of an error ends in its causes", () => {
  const deep = new Error("write failed", { cause: new Error("no space", { cause: "ENOSPC" }) });
  assert.equal(errorText(deep), "write failed: no space: ENOSPC");
  assert.equal(errorText("thrown text"), "thrown text");
  assert.equal(errorText(undefined), "undefined");
});

test("codes are read off any error that has one", () => {
  assert.equal(errorCode(new MapError("map-gone", "gone")), "map-gone");
  assert.equal(errorCode(Object.assign(new Error("no file"), { code: "ENOENT" })), "ENOENT");
  assert.equal(errorCode(Object.assign(new Error("status"), { code: 14 })), undefined);
  assert.equal(errorCode(new Error("none")), undefined);
  assert.equal(errorCode(null), undefined);
});
