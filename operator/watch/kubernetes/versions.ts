/**
 * Order of resourceVersions: they are decimal numbers that grow (Kubernetes promises it since 1.35,
 * and did so before).
 */

/** Below 0: left is older; 0: the same, or of no known order. */
export function compareVersions(left: string, right: string): number {
  if (!isNumber(left) || !isNumber(right)) return 0;
  if (left.length !== right.length) return left.length - right.length;
  return left < right ? -1 : left > right ? 1 : 0;
}

function isNumber(version: string): boolean {
  return /^[1-9][0-9]{0,19}$/.test(version);
}
