/** The tests of one variant: the same for each kind of node. */
import { after, before, suite, test } from "node:test";
import { mapsSettled } from "../../harness/lab-service.ts";
import { assertLocal, assertRefused } from "./policies.ts";
import { openShop, type Shop } from "./shop.ts";
import { assertTraffic } from "./traffic.ts";
import type { Variant } from "./variants.ts";

/** Two servers on the first node, one on the second, none on the third. */
const SERVERS = [1, 1, 2];

export function trafficTests(variant: Variant): void {
  suite(variant.name, () => {
    let shop: Shop;
    before(async () => {
      shop = await openShop({ ...variant.options, servers: SERVERS });
      await variant.prepare(shop.lab);
      await shop.web.create(shop.servers);
      await shop.lab.start();
      await mapsSettled(shop.lab.nodes, [shop.web]);
    });
    after(async () => {
      shop.lab.keepLogs();
      await shop.lab.close();
    });
    test("a pod beside a server", () => assertTraffic(shop, shop.clients[0]));
    test("a pod of a node without servers", () => assertTraffic(shop, shop.clients[1]));
    test("a server that may be given itself", () => assertTraffic(shop, serverOf(shop)));
    test("a process of a node with servers", () => assertTraffic(shop, shop.hosts[0]));
    test("a process of a node without servers", () => assertTraffic(shop, shop.hosts[1]));
    test("a client from outside", () => assertTraffic(shop, shop.outside));
    test("without endpoints every client is refused", () => assertRefused(shop));
    test("Local policies keep to the node", () => assertLocal(shop));
  });
}

function serverOf(shop: Shop) {
  const [server] = shop.servers;
  if (server === undefined) throw new Error("the shop has no servers");
  return server;
}
