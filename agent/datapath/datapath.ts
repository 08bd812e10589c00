/**
 * The node's datapath: maps opened or made, programs loaded when anything of them changed and
 * swapped in place, hooks kept on the devices that pods and the node have, facts about the node
 * kept in maps. One thing at a time, in the order asked for; closing detaches nothing.
 */
import { errorCode, errorText } from "../../lib/errors.ts";
import type { Logger } from "../../lib/log.ts";
import { closeFd, netnsCookie } from "../../native/index.ts";
import { createKernelStores, type KernelStores } from "../maps/kernel-stores.ts";
import type { Attachments } from "./attachments.ts";
import { openPinDirectories, type PinDirectories, requireCgroup } from "./bpffs.ts";
import type { Capacities, MapName } from "./capacities.ts";
import type { HookMethod } from "./device-hooks.ts";
import { DatapathError } from "./errors.ts";
import { Follower } from "./follower.ts";
import { type Generation, generationName } from "./generation.ts";
import { dropOtherMethod, type HookSetOptions, openAttachments } from "./hook-set.ts";
import { objectPaths } from "./load.ts";
import { openMaps, type PinnedMaps } from "./maps.ts";
import { NodeMaps, type NodeMapUse } from "./node-maps.ts";
import { NodeView } from "./node-view.ts";
import { Programs } from "./programs.ts";
import { rememberedFacts, rememberFacts } from "./remembered-facts.ts";
import { selfTest } from "./self-test.ts";
import { type DatapathFacts, type Delivery, SNAT_PORTS, settingsBytes } from "./settings.ts";
import { type DatapathStatus, deviceView, hookView } from "./status.ts";

export interface DatapathOptions {
  /** Directory on a BPF file system, this node's own. */
  readonly bpffs: string;
  /** cgroup2 directory whose processes' sockets are balanced. */
  readonly cgroup: string;
  /** Directory of the compiled objects. */
  readonly objects: string;
  readonly capacities: Capacities;
  readonly hooks: HookMethod | "auto";
  readonly delivery: Delivery;
  /** Pattern of the pods' devices; "" or undefined: they are found. */
  readonly podDevices?: string;
  /** Source ports of SNAT, both inclusive. */
  readonly snatPorts?: { readonly first: number; readonly last: number };
  /** How often all hooks are looked at, in milliseconds. */
  readonly verifyMs?: number;
  /** Tries new programs before they serve; the rehearsal with golden packets where not given. */
  readonly rehearse?: typeof selfTest;
  readonly log: Logger;
}

const VERIFY_MS = 10_000;
const RETRY_MS = 60_000;

export function createDatapath(options: DatapathOptions): NodeDatapath {
  return new NodeDatapath(options);
}

/** What openStores found or made. */
interface Opened {
  readonly directories: PinDirectories;
  readonly maps: PinnedMaps;
  readonly stores: KernelStores;
  readonly programs: Programs;
  readonly view: NodeView;
  readonly follower: Follower;
}

export class NodeDatapath {
  readonly #options: DatapathOptions;
  #opened: Opened | undefined;
  #attachments: Attachments | undefined;
  #facts: DatapathFacts | undefined;
  #failure = "";
  #failedAt = 0;
  #replacements = 0;
  #replacementFailures = 0;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(options: DatapathOptions) {
    this.#options = options;
  }

  /**
   * Opens the pinned maps, or makes them; programs that are in use are kept on the node's devices
   * from now on. DatapathError: "pin-mismatch" and others; then nothing was touched.
   */
  async openStores(): Promise<KernelStores> {
    const { bpffs, cgroup, objects, capacities, rehearse = selfTest } = this.#options;
    const directories = openPinDirectories(bpffs);
    requireCgroup(cgroup);
    const maps = await openMaps({
      directory: directories.maps,
      capacities,
      objects: objectPaths(objects),
    });
    const stores = createKernelStores((name) => fdOf(maps, name));
    const programs = new Programs({ objects, directories, maps, rehearse });
    programs.restore();
    const view = new NodeView(
      new NodeMaps(maps, () => stores.fence()),
      this.#options.podDevices ?? "",
    );
    const follower = this.#createFollower(view);
    this.#opened = { directories, maps, stores, programs, view, follower };
    if (programs.current !== undefined) await this.#goOn(follower, directories.facts);
    return stores;
  }

  /** Every pinned map, with its descriptor; empty before openStores. */
  get maps(): PinnedMaps {
    return this.#opened?.maps ?? new Map();
  }

  /** Puts the programs in place, or takes over those that are. What fails is told by problem(). */
  start(facts: DatapathFacts): Promise<void> {
    return this.#inTurn(async () => {
      await this.#bring(facts);
      if (this.#attachments !== undefined && this.problem() === "") {
        dropOtherMethod(this.#attachments.method, this.#hookSet());
      }
    });
  }

  /** New facts: programs are replaced where they depend on them. */
  update(facts: DatapathFacts): Promise<void> {
    return this.#inTurn(() => this.#bring(facts));
  }

  /** Loads all programs anew and swaps them in. The answer's problem is "" where that was done. */
  replace(): Promise<{ readonly replaced: boolean; readonly problem: string }> {
    return this.#inTurn(async () => {
      await this.#replacePrograms();
      return { replaced: this.#failure === "", problem: this.#failure };
    });
  }

  /** undefined: no device of this number is known. */
  deviceName(ifindex: number): string | undefined {
    return this.#opened?.view.devices.find((device) => device.ifindex === ifindex)?.name;
  }

  /** Of the maps of the node's addresses and devices; [] before openStores. */
  mapUses(): NodeMapUse[] {
    return this.#opened?.view.mapUses() ?? [];
  }

  /** Why not all programs are those wanted, wherever they belong; "" where they are. */
  problem(): string {
    const hooks = this.#attachments?.status() ?? [];
    const refused = hooks
      .filter(({ problem }) => problem !== "")
      .map(({ hook, target, problem }) => `${hook} on ${target}: ${problem}`);
    return [...(this.#failure === "" ? [] : [this.#failure]), ...refused].join("; ");
  }

  status(): DatapathStatus {
    const current = this.#opened?.programs.current;
    const view = this.#opened?.view;
    const problem = this.problem();
    const isWaiting = this.#facts === undefined;
    return {
      state: isWaiting ? "waiting" : problem === "" ? "serving" : "degraded",
      problem,
      notes: view?.notes ?? [],
      generation: current === undefined ? "" : generationName(current),
      replacements: this.#replacements,
      replacementFailures: this.#replacementFailures,
      resyncs: this.#opened?.follower.resyncs ?? 0,
      nodeMapWrites: view?.mapWrites ?? 0,
      hooks: (this.#attachments?.status() ?? []).map((hook) => hookView(hook, current)),
      devices: (view?.devices ?? []).map(deviceView),
    };
  }

  /** Lets go of all descriptors; maps, programs and hooks stay. */
  async close(): Promise<void> {
    await this.#turn;
    await this.#opened?.follower.close();
    this.#attachments?.close();
    this.#opened?.programs.close();
    this.#opened?.stores.close();
    for (const { fd } of this.maps.values()) closeFd(fd);
    this.#opened = undefined;
  }

  #createFollower(view: NodeView): Follower {
    const { verifyMs = VERIFY_MS, log } = this.#options;
    return new Follower({
      view,
      verifyMs,
      log,
      onDevices: (devices) => {
        this.#attachments?.setDevices(devices);
        this.#attach();
      },
      onDoubt: (ifindex) => {
        this.#attachments?.doubt(ifindex);
        if (ifindex === undefined) this.#retry();
      },
    });
  }

  /** Keeps the programs in use on the node's devices by the facts that they were made for. */
  async #goOn(follower: Follower, path: string): Promise<void> {
    try {
      const facts = rememberedFacts(path);
      if (facts !== undefined) await follower.follow(facts);
    } catch (error) {
      if (!isOperating(error)) throw error;
      this.#options.log.error(
        { error },
        "the node is not followed before the operator's facts come",
      );
    }
  }

  /** Everything as the facts want it: the node's maps first, then programs, then hooks. */
  async #bring(facts: DatapathFacts): Promise<void> {
    const { programs, follower, directories } = this.#require();
    this.#facts = facts;
    await follower.follow(facts);
    if (programs.isWanted(this.#settings())) this.#failure = "";
    else await this.#replacePrograms();
    if (this.#failure === "") rememberFacts(directories.facts, facts);
  }

  /** Hooks what is not hooked, with the programs in use. */
  #attach(): void {
    const current = this.#require().programs.current;
    if (current === undefined) return;
    const changed = this.#attachmentsFor(current).apply(current);
    if (changed > 0) this.#options.log.info({ changed }, "hooks set");
  }

  async #replacePrograms(): Promise<void> {
    const { programs } = this.#require();
    const { log } = this.#options;
    try {
      const next = await programs.replace(this.#settings(), (next) => this.#attachmentsFor(next));
      this.#failure = "";
      this.#replacements++;
      log.info({ generation: generationName(next) }, "programs replaced");
    } catch (error) {
      if (!isOperating(error)) throw error;
      this.#failure = errorText(error);
      this.#failedAt = Date.now();
      this.#replacementFailures++;
      log.error({ error }, "the programs were not replaced: those before serve on");
      this.#attach();
    }
  }

  #attachmentsFor(generation: Generation): Attachments {
    if (this.#attachments !== undefined) return this.#attachments;
    const attachments = openAttachments(this.#hookSet(), generation);
    attachments.setDevices(this.#require().view.devices);
    this.#attachments = attachments;
    return attachments;
  }

  #hookSet(): HookSetOptions {
    const { directories, view } = this.#require();
    const { cgroup, hooks } = this.#options;
    return { cgroup, hooks, directories, ifindexes: view.devices.map(({ ifindex }) => ifindex) };
  }

  /** Tries again what failed a while ago. */
  #retry(): void {
    const facts = this.#facts;
    if (this.#failure === "" || facts === undefined || Date.now() - this.#failedAt < RETRY_MS)
      return;
    this.#failedAt = Date.now();
    this.update(facts).catch((error: unknown) => {
      this.#options.log.error({ error }, "the programs could not be put in place");
    });
  }

  #settings(): Uint8Array {
    if (this.#facts === undefined) {
      throw new DatapathError("not-started", "no facts of the node and the cluster have come yet");
    }
    const { delivery, snatPorts = SNAT_PORTS } = this.#options;
    return settingsBytes({ ...this.#facts, netnsCookie: netnsCookie(), delivery, snatPorts });
  }

  #require(): Opened {
    if (this.#opened === undefined) throw new DatapathError("not-started", "no maps are open");
    return this.#opened;
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#turn.then(work);
    this.#turn = turn.catch(() => undefined);
    return turn;
  }
}

/**
 * The kernel, the file system or Leat refused something; what else is thrown is a mistake in the
 * code.
 */
function isOperating(error: unknown): boolean {
  const code = errorCode(error);
  return code !== undefined && !code.startsWith("ERR_");
}

function fdOf(maps: PinnedMaps, name: string): number {
  const map = maps.get(name as MapName);
  if (map === undefined) throw new RangeError(`no map ${name}`);
  return map.fd;
}
