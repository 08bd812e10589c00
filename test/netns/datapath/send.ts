/**
 * Sends datagrams at a steady pace until told to stop. In: address, port, SIGTERM. Out: how many
 * were sent.
 */
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { setTimeout as delay } from "node:timers/promises";

const BURST = 10;
const PAUSE_MS = 5;
const PAYLOAD = "x".repeat(100);

const [address = "", port = "9"] = process.argv.slice(2);
const socket = createSocket("udp4");
socket.connect(Number(port), address);
await once(socket, "connect");
const stop = new AbortController();
process.on("SIGTERM", () => stop.abort());
// A port that nobody listens on answers with an error: no datagram is lost by it.
socket.on("error", () => {});
let sent = 0;
console.log("sending");
while (!stop.signal.aborted) {
  for (let i = 0; i < BURST; i++) {
    const refused = await new Promise((resolve) => socket.send(PAYLOAD, resolve));
    if (refused === null) sent++;
  }
  await delay(PAUSE_MS);
}
socket.close();
console.log(JSON.stringify({ sent }));
