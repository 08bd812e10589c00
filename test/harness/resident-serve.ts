/** The servers of a place: HTTP, and echo over TCP and UDP, on all addresses of both families. */
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { createServer as createHttpServer } from "node:http";
import { createServer, type Socket } from "node:net";
import { answerLine } from "./answer.ts";

/** Ports of 0 are not served. */
export interface Serving {
  readonly name: string;
  readonly http: number;
  readonly echo: number;
}

const RECEIVE_BUFFER_BYTES = 4 << 20;

/** Resolves when every port is open. */
export async function serve(serving: Serving): Promise<void> {
  const { name, http, echo } = serving;
  if (http !== 0) await serveHttp(name, http);
  if (echo !== 0) await Promise.all([serveEchoTcp(name, echo), serveEchoUdp(name, echo)]);
}

async function serveHttp(name: string, port: number): Promise<void> {
  const server = createHttpServer((request, response) => {
    const { remoteAddress = "", remotePort = 0 } = request.socket;
    const body = answerLine({
      server: name,
      sequence: 0,
      client: remoteAddress,
      clientPort: remotePort,
    });
    response.end(body);
  });
  server.keepAliveTimeout = 600_000;
  server.listen({ port, host: "::", backlog: 4096 });
  await once(server, "listening");
}

async function serveEchoTcp(name: string, port: number): Promise<void> {
  const server = createServer({ noDelay: true, allowHalfOpen: true }, (socket) =>
    echoLines(name, socket),
  );
  server.listen({ port, host: "::", backlog: 4096 });
  await once(server, "listening");
}

function echoLines(name: string, socket: Socket): void {
  const client = socket.remoteAddress ?? "";
  const clientPort = socket.remotePort ?? 0;
  let rest = "";
  socket.setEncoding("latin1");
  socket.on("error", () => socket.destroy());
  socket.on("end", () => socket.end());
  socket.on("data", (text: string) => {
    const lines = (rest + text).split("\n");
    rest = lines.pop() ?? "";
    const answers = lines.map((line) =>
      answerLine({ server: name, sequence: Number.parseInt(line, 10), client, clientPort }),
    );
    if (answers.length > 0) socket.write(answers.join(""));
  });
}

async function serveEchoUdp(name: string, port: number): Promise<void> {
  const socket = createSocket({ type: "udp6", recvBufferSize: RECEIVE_BUFFER_BYTES });
  socket.on("error", () => {});
  socket.on("message", (message, from) => {
    const sequence = Number.parseInt(message.toString("latin1"), 10);
    const answer = answerLine({
      server: name,
      sequence,
      client: from.address,
      clientPort: from.port,
    });
    socket.send(answer.padEnd(message.length, " "), from.port, from.address);
  });
  socket.bind(port, "::");
  await once(socket, "listening");
}
