/** What of the rows is not programmed as they ask, by Service: cumulative, until it is. */
import type { Failure as AnyFailure } from "../../lib/model/failure.ts";
import type { Refusal, RefusalCode } from "../desired/states.ts";
import type { Taken } from "./plan.ts";
import type { Shortage } from "./taking.ts";

export type FailureCode = RefusalCode | "frontend-taken" | "map-full" | "write-failed";

/** Of a Service, by "namespace/name". */
export interface Failure extends AnyFailure {
  readonly table: "services";
  readonly code: FailureCode;
}

export function refusalFailure(service: string, refusal: Refusal): Failure {
  return { table: "services", key: service, ...refusal };
}

export function takenFailure(service: string, { frontend, key, by }: Taken): Failure {
  const { kind, address, port, protocol } = frontend;
  const what = `${kind} ${address} port ${port}/${protocol}`;
  const message = `${what}, wanted by ${key}, is served by ${by}`;
  return { table: "services", key: service, code: "frontend-taken", message };
}

export function shortageFailure(service: string, shortage: Shortage): Failure {
  const { table, wanted, free, capacity } = shortage;
  const message =
    `${table} is full: ${wanted} of its ${capacity} elements are wanted, ` +
    `${free} may be taken; the Service keeps what it had`;
  return { table: "services", key: service, code: "map-full", message };
}

export function writeFailure(service: string, message: string): Failure {
  return { table: "services", key: service, code: "write-failed", message };
}
