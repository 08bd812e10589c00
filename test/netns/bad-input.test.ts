/** What is wrong is named, the rest works, and nothing that worked is lost. */
import assert from "node:assert/strict";
import { after, before, suite, test } from "node:test";
import { clusterIPs, FAMILIES } from "../harness/addresses.ts";
import { eventually } from "../harness/deadline.ts";
import { LabService, mapsSettled } from "../harness/lab-service.ts";
import { serviceObject } from "../harness/manifests.ts";
import { ECHO, openShop, type Shop } from "./scenarios/shop.ts";

const { nodePort: _, ...PORT } = ECHO;

async function problemsName(shop: Shop, ...texts: readonly string[]): Promise<void> {
  let last = "";
  await eventually({ what: `/problems names ${texts.join(" and ")}` }, async () => {
    last = (await shop.lab.operator.get("/problems")).body;
    return texts.every((text) => last.includes(text));
  }).catch((error: unknown) => {
    throw new Error(`${(error as Error).message}: ${last}`, { cause: error });
  });
}

async function assertServed(shop: Shop): Promise<void> {
  const [client] = shop.clients;
  for (const family of FAMILIES) {
    const address = shop.web.spec.clusterIPs[family];
    const { server } = await client.ask({ by: "tcp", address, port: ECHO.port });
    assert.match(server, /^web-/);
  }
}

suite("bad input", () => {
  let shop: Shop;
  before(async () => {
    const agentFlags = { "capacity-frontends": "32" };
    shop = await openShop({ servers: [1, 2], nodes: 2, agentFlags });
    await shop.web.create(shop.servers);
    await shop.lab.start();
    await mapsSettled(shop.lab.nodes, [shop.web]);
  });
  after(async () => {
    shop.lab.keepLogs();
    await shop.lab.close();
  });

  test("a manifest that is no YAML is named with its line, the last good state stays", async () => {
    const { lab } = shop;
    lab.manifests.putText("broken.yaml", "apiVersion: v1\nkind: Service\nmetadata: [oops\n");
    await problemsName(shop, "broken.yaml");
    await assertServed(shop);
    const name = "service.shop.web.json";
    lab.manifests.putText(name, '{"apiVersion":"v1","kind":"Service","metadata":');
    await problemsName(shop, name);
    await mapsSettled(lab.nodes, [shop.web]);
    await assertServed(shop);
    lab.manifests.put(serviceObject(shop.web.spec));
    lab.manifests.removeFile("broken.yaml");
    await eventually({ what: "no problems are left" }, async () => {
      const { body } = await lab.operator.get("/problems");
      return !body.includes("broken.yaml") && !body.includes(name);
    });
  });

  test("a Service with a bad address is named, and its good address is served", async () => {
    const { lab } = shop;
    const spec = { name: "odd", clusterIPs: clusterIPs(40), ports: [PORT] };
    const odd = new LabService(lab.manifests, spec);
    await odd.create(shop.servers);
    const object = serviceObject({ ...spec, spec: { externalIPs: ["10.0.0.300", "203.0.113.7"] } });
    lab.manifests.put(object);
    await problemsName(shop, "odd", "10.0.0.300");
    const good = { "203.0.113.7:7/TCP": odd.expected()["10.96.0.40:7/TCP"] ?? [] };
    await mapsSettled(lab.nodes, [shop.web, odd, { expected: () => good }]);
    await odd.remove();
    await mapsSettled(lab.nodes, [shop.web]);
  });

  test("a full map refuses the Service by name, and takes it when there is room", async () => {
    const { lab, servers } = shop;
    const many = Array.from({ length: 30 }, (_unused, index) => {
      const spec = { name: `many-${index}`, clusterIPs: clusterIPs(index + 50), ports: [PORT] };
      return new LabService(lab.manifests, spec);
    });
    for (const service of many) await service.create(servers);
    const { agent } = lab.node(1);
    const status = await agent.reaches("names what has no room", ({ failures }) =>
      failures.some(({ code }) => code === "map-full"),
    );
    for (const { key } of status.failures) assert.match(key, /many-/);
    await assertServed(shop);
    for (const service of many.slice(3)) await service.remove();
    await mapsSettled(lab.nodes, [shop.web, ...many.slice(0, 3)], 90_000);
    await agent.reaches("names nothing any more", ({ failures }) => failures.length === 0);
    await Promise.all(many.slice(0, 3).map((service) => service.remove()));
    await mapsSettled(lab.nodes, [shop.web]);
  });
});
