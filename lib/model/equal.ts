/**
 * Equality of rows by value. Rows are plain data: texts, numbers, booleans, lists and records of
 * them.
 */
import type { Rows, TableName } from "./rows.ts";

/**
 * Whether both rows say the same; an absent field equals one that is undefined, order in lists
 * counts.
 */
export function rowsEqual<T extends TableName>(left: Rows[T], right: Rows[T]): boolean {
  return valuesEqual(left, right);
}

function valuesEqual(left: unknown, right: unknown): boolean {
  if (left === right) {
    return true;
  }
  if (!isObject(left) || !isObject(right)) {
    return false;
  }
  if (Array.isArray(left) || Array.isArray(right)) {
    return Array.isArray(left) && Array.isArray(right) && listsEqual(left, right);
  }
  return covers(left, right) && covers(right, left);
}

function covers(left: Record<string, unknown>, right: Record<string, unknown>): boolean {
  for (const field in left) {
    if (!valuesEqual(left[field], right[field])) {
      return false;
    }
  }
  return true;
}

function listsEqual(left: readonly unknown[], right: readonly unknown[]): boolean {
  return (
    left.length === right.length && left.every((value, index) => valuesEqual(value, right[index]))
  );
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
