/**
 * Where the operator serves its tables: "unix:/PATH", or "HOST:PORT" with an IPv6 host in
 * brackets.
 */

export type StreamAddress =
  | { readonly kind: "unix"; readonly path: string }
  | { readonly kind: "tcp"; readonly host: string; readonly port: number };

/** Linux takes 107 bytes of a socket's path. */
const UNIX_PATH_BYTES_MOST = 107;

/** Undefined where the text is no such address. Port 0 lets the listener choose one. */
export function parseStreamAddress(text: string): StreamAddress | undefined {
  if (text.startsWith("unix:")) {
    const path = text.slice("unix:".length);
    const fits = path.startsWith("/") && Buffer.byteLength(path) <= UNIX_PATH_BYTES_MOST;
    return fits ? { kind: "unix", path } : undefined;
  }
  const [, bracketed, name, digits] =
    /^(?:\[([0-9a-fA-F:.]+)\]|([^:[\]/\s]+)):(\d{1,5})$/.exec(text) ?? [];
  const host = bracketed ?? name;
  const port = Number(digits);
  return host === undefined || port > 65_535 ? undefined : { kind: "tcp", host, port };
}

/** The text that parses to the address. */
export function streamAddressText(address: StreamAddress): string {
  if (address.kind === "unix") {
    return `unix:${address.path}`;
  }
  const host = address.host.includes(":") ? `[${address.host}]` : address.host;
  return `${host}:${address.port}`;
}
