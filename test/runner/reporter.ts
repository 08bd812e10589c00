/**
 * A reporter of node:test that writes one JSON line a finished test (TestLine), for the runner to
 * read. A parent that failed only since a subtest did is left out: its subtest is reported.
 */
import { inspect } from "node:util";
import type { TestEvent } from "node:test/reporters";

export interface TestLine {
  /** The names of the suites and tests it stands in, then its own. */
  readonly name: string;
  readonly outcome: "passed" | "failed" | "skipped";
  /** Of a failure: the error in full. */
  readonly error: string;
}

async function* report(events: AsyncIterable<TestEvent>): AsyncGenerator<string> {
  const path: string[] = [];
  for await (const event of events) {
    if (event.type === "test:start") {
      path.length = event.data.nesting;
      path.push(event.data.name);
    } else if (event.type === "test:pass" || event.type === "test:fail") {
      const line = lineOf(event, path.slice(0, event.data.nesting));
      if (line !== undefined) yield `${JSON.stringify(line)}\n`;
    }
  }
}

function lineOf(
  event: Extract<TestEvent, { type: "test:pass" | "test:fail" }>,
  parents: readonly string[],
): TestLine | undefined {
  const { data } = event;
  const name = [...parents, data.name].join(" > ");
  if (event.type === "test:fail") {
    const { error } = event.data.details;
    if ("failureType" in error && error.failureType === "subtestsFailed") return undefined;
    return { name, outcome: "failed", error: inspect(error.cause ?? error, { depth: 6 }) };
  }
  if (isSet(data.skip) || isSet(data.todo)) return { name, outcome: "skipped", error: "" };
  return data.details.type === "suite" ? undefined : { name, outcome: "passed", error: "" };
}

function isSet(mark: string | boolean | undefined): boolean {
  return mark !== undefined && mark !== false;
}

export default report;
