/**
 * rtnetlink by the addon: dumps of a namespace of the test's own, its events, and the loss of some.
 */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { test } from "node:test";
import { netlinkListen, netlinkRequest, netnsCookie } from "../../../native/index.ts";
import { encodeMessage, NLM_F } from "../../../native/netlink-message.ts";
import {
  dumpAddresses,
  dumpLinks,
  dumpNeighbours,
  dumpRoutes,
  type NetEvent,
  parseEvents,
  RTNETLINK_GROUPS,
} from "../../../native/rtnetlink.ts";
import { eventually } from "../../harness/deadline.ts";
import { refusedWith, TEST_LABEL } from "./fixture.ts";
import { isIsolated } from "./isolated.ts";

const GET_LINK = 18;
const PEER = `${TEST_LABEL}-peer`;
const { LINK, ADDRESS4, ADDRESS6, ROUTE4, ROUTE6, NEIGHBOUR, TC } = RTNETLINK_GROUPS;
const EVERYTHING = LINK | ADDRESS4 | ADDRESS6 | ROUTE4 | ROUTE6 | NEIGHBOUR | TC;

function ip(...lines: string[]): void {
  execFileSync("ip", ["-batch", "-"], { input: `${lines.join("\n")}\n`, stdio: "pipe" });
}

/** Runs a script in a process of its own, in this namespace; answers what it printed. */
function script(code: string): string {
  const module = new URL("../../../native/index.ts", import.meta.url).href;
  const head = `
    import { execFileSync } from "node:child_process";
    import * as native from "${module}";
  `;
  const flags = ["--input-type=module", "-e", head + code];
  return execFileSync(process.execPath, flags, { encoding: "utf8" }).trim();
}

if (isIsolated(import.meta.url)) {
  test("a request that is cut short, lies about its length or has no end is refused", () => {
    const whole = encodeMessage(GET_LINK, NLM_F.DUMP, new Uint8Array(16));
    for (const size of [0, 15, 31]) {
      refusedWith("EINVAL", "netlinkRequest", () => netlinkRequest(whole.subarray(0, size)));
    }
    const endless = encodeMessage(GET_LINK, 0, new Uint8Array(16));
    refusedWith("EINVAL", "netlinkRequest", () => netlinkRequest(endless));
    const unknown = encodeMessage(9999, NLM_F.ACK, new Uint8Array(16));
    refusedWith("EOPNOTSUPP", "netlinkRequest", () => netlinkRequest(unknown));
  });

  test("devices tell their kind, their master and where their peer is", () => {
    ip(`netns add ${PEER}`);
    try {
      ip(
        "link add br0 type bridge",
        "link add inside type veth peer name inside2",
        `link add away type veth peer name eth0 netns ${PEER}`,
        "link set away master br0 up",
      );
      const links = new Map(dumpLinks().map((link) => [link.name, link]));
      assert.equal(links.get("lo")?.loopback, true);
      assert.equal(links.get("br0")?.kind, "bridge");
      const away = links.get("away");
      assert.equal(away?.kind, "veth");
      assert.equal(away?.master, links.get("br0")?.ifindex);
      assert.equal(typeof away?.linkNetnsid, "number");
      assert.equal(away?.up, true);
      assert.equal(away?.mac.length, 6);
      const inside = links.get("inside");
      assert.equal(inside?.linkNetnsid, undefined);
      assert.equal(inside?.peer, links.get("inside2")?.ifindex);
      ip("link del away", "link del inside", "link del br0");
    } finally {
      ip(`netns del ${PEER}`);
    }
  });

  test("addresses, routes and neighbours of both families", () => {
    ip(
      "link add eth0 type veth peer name wire",
      "addr add 192.0.2.1/24 dev eth0",
      "addr add 2001:db8::1/64 dev eth0 nodad",
      "link set eth0 up",
      "link set wire up",
      "route add default via 192.0.2.254",
      "route add 198.51.100.7/32 dev eth0",
      "route add 2001:db8:7::7/128 dev eth0",
      "route add 203.0.113.0/24 nexthop via 192.0.2.2 nexthop via 192.0.2.3",
      "neigh add 192.0.2.9 lladdr 02:00:00:00:00:09 dev eth0",
    );
    const ifindex = dumpLinks().find(({ name }) => name === "eth0")?.ifindex;
    const own = dumpAddresses().filter((address) => address.ifindex === ifindex);
    const global = own.filter(({ scope }) => scope === 0).map(({ address }) => address.join("."));
    assert.deepEqual(global, ["192.0.2.1", "32.1.13.184.0.0.0.0.0.0.0.0.0.0.0.1"]);

    const routes = dumpRoutes();
    const towards = (prefix: number, ...bytes: number[]) =>
      routes.find(
        (route) =>
          route.prefix === prefix && bytes.every((byte, i) => route.destination[i] === byte),
      );
    assert.deepEqual(towards(0)?.hops, [{ ifindex, gateway: true }]);
    assert.deepEqual(towards(32, 198, 51, 100, 7)?.hops, [{ ifindex, gateway: false }]);
    assert.deepEqual(towards(128, 0x20, 1)?.hops, [{ ifindex, gateway: false }]);
    assert.equal(towards(24, 203, 0, 113)?.hops.length, 2);
    assert.ok(routes.every(({ table }) => table === 254));

    const neighbour = dumpNeighbours().find(({ address }) => address.join(".") === "192.0.2.9");
    assert.deepEqual(neighbour?.mac, Uint8Array.of(2, 0, 0, 0, 0, 9));
    ip("link del eth0");
  });

  test("events come in order, until the subscription is closed", async () => {
    const seen: NetEvent[] = [];
    const subscription = netlinkListen(EVERYTHING, (messages) => {
      if (messages !== "resync") seen.push(...parseEvents(messages));
    });
    ip(
      "link add one type veth peer name two",
      "addr add 192.0.2.1/24 dev one",
      "link set one up",
      "link del one",
    );
    const names = await eventually({ what: "the device's end" }, () => {
      const steps = seen.flatMap((event) =>
        event.kind === "link" && event.link.name === "one" ? [event.gone] : [],
      );
      return steps.includes(true) && steps;
    });
    assert.equal(names[0], false);
    assert.ok(seen.some((event) => event.kind === "address" && !event.gone));
    assert.ok(seen.some((event) => event.kind === "route"));
    subscription.close();
    subscription.close();
    const count = seen.length;
    ip("link add one type veth peer name two", "link del one");
    await new Promise((resolve) => setTimeout(resolve, 50));
    assert.equal(seen.length, count);
  });

  test("events that were lost are told as such", async () => {
    let resyncs = 0;
    const subscription = netlinkListen(LINK | ADDRESS4, (messages) => {
      if (messages === "resync") resyncs++;
    });
    // The event loop stands still while more is told than the socket's buffer holds.
    const flood = Array.from({ length: 4000 }, (_, i) => `link set lo mtu ${60_000 + (i % 2)}`);
    for (let i = 0; i < 4; i++) ip(...flood);
    await eventually({ what: "the loss is told" }, () => resyncs > 0);
    subscription.close();
  });

  test("a callback that throws is the process's error, not lost", () => {
    const printed = script(`
      process.on("uncaughtException", (error) => console.log(error.message));
      const subscription = native.netlinkListen(1, () => {
        subscription.close();
        throw new Error("from the callback");
      });
      execFileSync("ip", ["link", "set", "lo", "mtu", "60000"]);
      execFileSync("ip", ["link", "set", "lo", "mtu", "65536"]);
    `);
    assert.equal(printed, "from the callback");
  });

  test("the namespace has a cookie of its own", () => {
    assert.equal(script("console.log(String(native.netnsCookie()));"), String(netnsCookie()));
    assert.ok(netnsCookie() > 1n);
  });
}
