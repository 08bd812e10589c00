/** The scanner against JSON.parse: any list, cut anywhere. */
import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { JsonScanner, ScanError } from "./json-scanner.ts";

function scan(pieces: readonly (string | Uint8Array)[]) {
  const items: unknown[] = [];
  const values: unknown[] = [];
  const lines: number[] = [];
  const scanner = new JsonScanner({
    item: (text, line) => {
      items.push(JSON.parse(text));
      lines.push(line);
    },
    value: (text, line) => {
      values.push(JSON.parse(text));
      lines.push(line);
    },
  });
  for (const piece of pieces) {
    scanner.write(typeof piece === "string" ? Buffer.from(piece) : piece);
  }
  scanner.end();
  return { items, values, lines };
}

function failure(text: string): string | undefined {
  try {
    scan([text]);
    return undefined;
  } catch (error) {
    assert.ok(error instanceof ScanError, String(error));
    return error.code;
  }
}

test("a list gives its items one by one and then itself without them", () => {
  const list = '{"kind":"L","metadata":{"resourceVersion":"7"},"items": [ {"a":1} ,\n{"b":[{}]}]}';
  assert.deepEqual(scan([list]), {
    items: [{ a: 1 }, { b: [{}] }],
    values: [{ kind: "L", metadata: { resourceVersion: "7" }, items: [] }],
    lines: [1, 2, 1],
  });
});

test("items null, items below the top, and a text that looks like the member are no items", () => {
  for (const text of [
    '{"items":null}',
    '{"a":{"items":[{"b":1}]}}',
    '{"a":"\\"items\\":","b":[{}]}',
  ]) {
    assert.deepEqual(scan([text]), { items: [], values: [JSON.parse(text)], lines: [1] });
  }
});

test("values that follow one another, as a watch has them", () => {
  assert.deepEqual(scan(['{"a":1}\n{"b":"}"}\n\n{"c":"\\\\"}']).values, [
    { a: 1 },
    { b: "}" },
    { c: "\\" },
  ]);
});

test("what is cut off, no object or not JSON is an error", () => {
  const cases: Record<string, string | undefined> = {
    "": undefined,
    '{"items":[{"a":1}': "truncated",
    '{"items":[{"a":1}]': "truncated",
    '{"a": "b': "truncated",
    "<html><body>busy</body></html>": "not-json",
    "[]": "not-json",
    '"x"': "not-json",
    '{"items":[1]}': "not-json",
    "{}}": "not-json",
  };
  for (const [text, code] of Object.entries(cases)) assert.equal(failure(text), code, text);
});

test("a value without end is refused before it fills the memory", () => {
  const scanner = new JsonScanner({ item: () => {}, value: () => {} });
  scanner.write(Buffer.from('{"items":[{"a":"'));
  const piece = Buffer.alloc(1024 * 1024, "x");
  assert.throws(
    () => {
      for (let count = 0; count < 9; count++) scanner.write(piece);
    },
    { code: "too-large" },
  );
});

test("property: any list cut into any pieces gives what JSON.parse gives", () => {
  const list = fc.record({
    kind: fc.string(),
    items: fc.array(fc.dictionary(fc.string(), fc.jsonValue())),
  });
  fc.assert(
    fc.property(
      list,
      fc.array(fc.nat(40), { minLength: 1 }),
      fc.boolean(),
      (value, cuts, isWide) => {
        const bytes = Buffer.from(JSON.stringify(value, undefined, isWide ? 2 : 0));
        const pieces: Buffer[] = [];
        for (let start = 0, turn = 0; start < bytes.length; turn++) {
          const end = start + 1 + (cuts[turn % cuts.length] ?? 0);
          pieces.push(bytes.subarray(start, end));
          start = end;
        }
        const { items, values } = scan(pieces);
        const expected = JSON.parse(bytes.toString()) as { items: unknown[] };
        assert.deepEqual(items, expected.items);
        assert.deepEqual(values, [{ ...expected, items: [] }]);
      },
    ),
    { numRuns: 500 },
  );
});
