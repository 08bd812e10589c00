/** What a server of the lab answers: one line that names it and whom it saw. Pure. */

export interface Answer {
  /** The server's name. */
  readonly server: string;
  /** The number that the client sent. */
  readonly sequence: number;
  /** The client as the server saw it; an IPv4-mapped address is shown as IPv4. */
  readonly client: string;
  readonly clientPort: number;
}

/** Echo over TCP and UDP. */
export const ECHO_PORT = 7000;
export const HTTP_PORT = 8080;

export function answerLine(answer: Answer): string {
  const client = plainAddress(answer.client);
  return `${answer.server} ${answer.sequence} ${client} ${answer.clientPort}\n`;
}

/** Throws where a line is no answer. */
export function parseAnswer(line: string): Answer {
  const match = /^(\S+) (\d+) (\S+) (\d+)\s*$/.exec(line);
  if (match === null) throw new Error(`no answer of a lab server: ${JSON.stringify(line)}`);
  const [, server = "", sequence, client = "", clientPort] = match;
  return { server, sequence: Number(sequence), client, clientPort: Number(clientPort) };
}

/** "::ffff:10.0.0.1" as "10.0.0.1"; any other address as it is. */
export function plainAddress(address: string): string {
  return address.startsWith("::ffff:") ? address.slice("::ffff:".length) : address;
}
