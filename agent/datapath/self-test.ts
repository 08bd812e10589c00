/**
 * The rehearsal of a new generation before it serves: its tc programs, on maps of their own that
 * hold one service a family and protocol, are run on golden packets in the kernel, and whole
 * packets are compared. A request must come out at the backend, its reply as from the frontend, and
 * a packet to nobody as it went in.
 */
import type { Family } from "../../lib/model/rows.ts";
import { progTestRun } from "../../native/index.ts";
import { BackendFlags, ExtentFlags } from "../maps/abi.gen.ts";
import { writeCell } from "../maps/cell.ts";
import { encodeExtent } from "../maps/extent.ts";
import { encodeFrontendKey, encodeFrontendValue, serviceStore } from "../maps/frontend.ts";
import { createKernelStores } from "../maps/kernel-stores.ts";
import type { Stores } from "../maps/store.ts";
import { pack } from "../maps/words.ts";
import { DatapathError } from "./errors.ts";
import { type Ends, type GoldenPacket, type GoldenProtocol, goldenFrame } from "./golden.ts";
import { closeLoaded, type Loaded, loadPrivately } from "./load.ts";

const OBJECT = "tc.bpf.o";
/** The verdict for what goes on through the stack, and for what was sent past it. */
const VERDICT_NEXT = -1;
const VERDICT_REDIRECT = 7;
const GENERATION = 1;
const HOPS = 64;

interface GoldenService {
  readonly family: Family;
  readonly protocol: GoldenProtocol;
  readonly client: string;
  readonly frontend: string;
  readonly backend: string;
  /** Of its state; its cell, owner and extent follow from it. */
  readonly state: number;
}

const ADDRESSES = {
  4: { client: "198.51.100.7", frontend: "192.0.2.10", backend: "203.0.113.20" },
  6: { client: "2001:db8:7::7", frontend: "2001:db8:10::10", backend: "2001:db8:20::20" },
} as const;
const CLIENT_PORT = 40_000;
const FRONTEND_PORT = 5300;
const BACKEND_PORT = 8053;
const EXTENT_WORDS = 16;

const SERVICES: readonly GoldenService[] = ([4, 6] as const).flatMap((family) =>
  (["UDP", "TCP"] as const).map((protocol, index) => ({
    family,
    protocol,
    ...ADDRESSES[family],
    state: family * 2 + index,
  })),
);

/**
 * DatapathError "self-test-failed" names the program and the packet, "load-failed" as from loading.
 */
export async function selfTest(objects: string, settings: Uint8Array): Promise<void> {
  const loaded = await loadPrivately(objects, OBJECT, settings);
  try {
    const stores = createKernelStores((name) => required(loaded.maps, name));
    for (const service of SERVICES) fill(stores, service);
    for (const service of SERVICES) rehearse(loaded, stores, service);
    stores.close();
  } finally {
    closeLoaded(loaded);
  }
}

function required(descriptors: ReadonlyMap<string, number>, name: string): number {
  const fd = descriptors.get(name);
  if (fd === undefined) throw new DatapathError("load-failed", `${OBJECT} has no ${name}`);
  return fd;
}

/** One frontend with one backend, which is usable. */
function fill(stores: Stores, { family, protocol, frontend, backend, state }: GoldenService): void {
  const base = state * EXTENT_WORDS;
  writeCell(stores, family, state, {
    address: backend,
    port: BACKEND_PORT,
    generation: GENERATION,
    flags: BackendFlags.BACKEND_F_USABLE,
  });
  const words = encodeExtent({
    flags: ExtentFlags.EXTENT_F_HAS_ENDPOINTS,
    affinitySeconds: 0,
    state,
    owner: state,
    cluster: [{ cell: state, generation: GENERATION }],
    local: [],
    kept: [],
  });
  for (const [index, word] of words.entries()) stores.slots.store(base + index, word);
  stores.counters.reset(state, state);
  stores.states.store(state, pack(GENERATION, base));
  const key = encodeFrontendKey({ family, address: frontend, port: FRONTEND_PORT, protocol });
  serviceStore(stores, family).insert(key, encodeFrontendValue(key, "ClusterIP", state));
}

function rehearse(loaded: Loaded, stores: Stores, service: GoldenService): void {
  const { client, frontend, backend, state, protocol } = service;
  const asked: Ends = {
    source: client,
    sourcePort: CLIENT_PORT,
    destination: frontend,
    destinationPort: FRONTEND_PORT,
  };
  const served: Ends = { ...asked, destination: backend, destinationPort: BACKEND_PORT };
  const whole = (ends: Ends): GoldenPacket => ({ ...ends, protocol, hopLimit: HOPS });
  const run = { loaded, service };
  expect({ ...run, program: "tc_pod_ingress", sent: whole(asked), wanted: whole(served) });
  expect({
    ...run,
    program: "tc_pod_egress",
    sent: whole(swapped(served)),
    wanted: whole(swapped(asked)),
  });
  const nobodys = whole({ ...asked, destinationPort: FRONTEND_PORT + 1 });
  expect({ ...run, program: "tc_node_ingress", sent: nobodys, wanted: nobodys });
  const { flows, packets } = stores.counters.read(state);
  if (flows !== 1n || packets !== 2n) {
    const counted = `${flows} flows and ${packets} packets instead of 1 and 2`;
    throw new DatapathError("self-test-failed", `${nameOf(service)}: counted ${counted}`);
  }
}

function swapped(ends: Ends): Ends {
  return {
    source: ends.destination,
    sourcePort: ends.destinationPort,
    destination: ends.source,
    destinationPort: ends.sourcePort,
  };
}

function nameOf({ family, protocol }: GoldenService): string {
  return `${protocol} over IPv${family}`;
}

interface Expectation {
  readonly loaded: Loaded;
  readonly service: GoldenService;
  readonly program: string;
  readonly sent: GoldenPacket;
  readonly wanted: GoldenPacket;
}

/** A program that sends a packet past the stack has routed it, and so lowers its hop limit. */
function expect({ loaded, service, program, sent, wanted }: Expectation): void {
  const progFd = required(loaded.programs, program);
  const { retval, data } = progTestRun({ progFd, data: goldenFrame(sent) });
  const isRedirected = retval === VERDICT_REDIRECT;
  const hopLimit = isRedirected ? wanted.hopLimit - 1 : wanted.hopLimit;
  const frame = goldenFrame({ ...wanted, hopLimit });
  if ((isRedirected || retval === VERDICT_NEXT) && Buffer.compare(data, frame) === 0) return;
  const answered = `answered ${retval} with ${Buffer.from(data).toString("hex")}`;
  throw new DatapathError(
    "self-test-failed",
    `${program} on ${nameOf(service)}: ${answered} ` +
      `instead of ${Buffer.from(frame).toString("hex")}`,
  );
}
