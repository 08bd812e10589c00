/** `leat service` against an agent of fixed answers. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { CliError } from "../errors.ts";
import { fakeAgent, leat, SERVICE } from "../testing/fake-agent.ts";

const LIST = `\
NAMESPACE  NAME  TYPE       CLUSTER-IP  EXTERNAL-IP  PORTS         USED  FLOWS  PROBLEMS
shop       cart  NodePort   fd00:96::7  -            80:30080/TCP  1/2   5      1
default    dns   ClusterIP  10.96.0.10  203.0.113.9  53/UDP        0/0   0
`;

const CART = `Service    shop/cart (NodePort)
Policies   internal Cluster, external Local
Affinity   by client, 10800 s
Sources    all
Refused    spec.externalIPs[0]: 300.1.1.1 is no address
Failure    affinity-unsupported: served without client affinity

Port http 80:30080/TCP: 5 flows, 1 packet, 1.5 KiB
  FRONTEND             KIND
  [fd00:96::7]:80/TCP  ClusterIP
  *:30080/TCP          NodePort   NOT PROGRAMMED
  ENDPOINT              NODE  ZONE  CONDITIONS     CLUSTER LIST   LOCAL LIST
  10.244.1.2:8080       n1    a     ready,serving  used           used
  [fd00:244:2::2]:8080  n2    -     -              no: not ready  no: on another node
`;

const SHOP_YAML = `- namespace: shop
  name: cart
  type: NodePort
  clusterIPs:
    - fd00:96::7
  externalIPs: []
  loadBalancerIPs: []
  ports:
    - name: http
      protocol: TCP
      port: 80
      nodePort: 30080
  endpoints:
    total: 2
    used: 1
  counters:
    flows: 5
    packets: 50
    bytes: 4096
  problems: 1
`;

test("service list prints a line a service", async () => {
  assert.deepEqual(await leat(["service", "list"]), { code: 0, out: LIST, err: "" });
});

test("service list -n keeps one namespace, -o yaml prints data", async () => {
  const { out } = await leat(["service", "list", "-n", "shop", "-o", "yaml"]);
  assert.equal(out, SHOP_YAML);
  assert.equal((await leat(["service", "list", "-n", "none"])).out, "No services.\n");
});

test("service get says of each endpoint whether and why it is used", async () => {
  const asked: string[] = [];
  const service = async (namespace: string, name: string) => {
    asked.push(`${namespace}/${name}`);
    return SERVICE;
  };
  assert.equal((await leat(["service", "get", "shop/cart"], fakeAgent({ service }))).out, CART);
  await leat(["svc", "get", "cart"], fakeAgent({ service }));
  await leat(["svc", "get", "cart", "-n", "shop"], fakeAgent({ service }));
  assert.deepEqual(asked, ["shop/cart", "default/cart", "shop/cart"]);
});

const refuse = () => Promise.reject(new CliError("refused", "no service shop/hat"));

test("a service that is unknown, and a name that names none", async () => {
  const unknown = await leat(["service", "get", "shop/hat"], fakeAgent({ service: refuse }));
  assert.deepEqual(unknown, { code: 1, out: "", err: "leat: no service shop/hat\n" });
  for (const name of ["a/b/c", "a/", "/b"]) {
    const { code, err } = await leat(["service", "get", name]);
    assert.equal(code, 2);
    assert.match(err, /names no service: write NAMESPACE\/NAME/);
  }
});
