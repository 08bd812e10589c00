/** A Kubernetes source on a fake API server, and all that the source says. */
import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { KubernetesSource } from "../../operator/watch/kubernetes/kubernetes-source.ts";
import type { ReflectorSettings } from "../../operator/watch/kubernetes/reflector-options.ts";
import type { ObjectEvent } from "../../operator/watch/objects.ts";
import { FakeApiServer, type Fault } from "../fake-apiserver/fake-api-server.ts";
import type { FakeObject } from "../fake-apiserver/store.ts";

const DEADLINE_MS = 30_000;
export const SETTINGS: ReflectorSettings = {
  inactivityMs: 60_000,
  stallMs: 500,
  holdMs: 1500,
  retryMsMost: 300,
  pageSize: 7,
};

export class Scene {
  readonly server = new FakeApiServer();
  readonly held = new Map<string, unknown>();
  readonly gone: string[] = [];
  readonly problems = new Map<string, readonly string[]>();
  readonly failures: string[] = [];
  readonly lists: string[] = [];
  readonly heldDeletions: number[] = [];
  synced = 0;
  readonly #folder: string;
  #source: KubernetesSource | undefined;

  private constructor(folder: string) {
    this.#folder = folder;
  }

  /** A server with some services, cleaned up after the test. */
  static async create(context: TestContext, services = 30): Promise<Scene> {
    const scene = new Scene(await mkdtemp(join(tmpdir(), `leat-reflector-${process.pid}-`)));
    context.after(() => scene.#close());
    for (let index = 0; index < services; index++)
      scene.server.store.put("services", service(index));
    scene.server.store.put("nodes", { metadata: { name: "node-1" } });
    await scene.server.start();
    return scene;
  }

  async start(settings: Partial<ReflectorSettings> = {}): Promise<void> {
    const kubeconfig = join(this.#folder, "kubeconfig");
    await writeFile(kubeconfig, this.server.kubeconfig());
    this.#source = new KubernetesSource({
      kubeconfig,
      proxyName: undefined,
      settings: { ...SETTINGS, ...settings },
      random: Math.random,
      observer: {
        listed: (resource, how) => void this.lists.push(`${resource} ${how}`),
        event: () => {},
        failed: (resource, code) => void this.failures.push(`${resource} ${code}`),
        massDeletionHeld: (_, objects) => void this.heldDeletions.push(objects),
      },
    });
    this.#source.start({
      events: (batch) => batch.forEach((event) => this.#take(event)),
      synced: () => this.synced++,
      problem: (thing, reasons) => void this.problems.set(thing, reasons),
    });
  }

  async converged(): Promise<void> {
    await until("the state is the server's", () => this.synced > 0 && this.#isEqual());
    assert.equal(this.synced, 1);
  }

  #take(event: ObjectEvent): void {
    const key = `${event.kind} ${event.key}`;
    if (event.object === undefined) {
      this.gone.push(key);
      this.held.delete(key);
    } else {
      this.held.set(key, event.object);
    }
  }

  #isEqual(): boolean {
    const services = [...this.server.store.objects("services").values()];
    const wanted = services.map(({ metadata, spec }) => {
      const { clusterIP } = spec as { clusterIP: string };
      return [`Service default/${metadata.name}`, clusterIP] as const;
    });
    const held = [...this.held].filter(([key]) => key.startsWith("Service"));
    return (
      held.length === wanted.length &&
      wanted.every(([key, address]) => {
        const object = this.held.get(key) as { clusterIPs?: string[] } | undefined;
        return object?.clusterIPs?.[0] === address;
      })
    );
  }

  async #close(): Promise<void> {
    await this.#source?.stop();
    await this.server.stop();
    await rm(this.#folder, { recursive: true });
  }
}

export function service(index: number, clusterIP = `10.96.0.${index}`): FakeObject {
  return { metadata: { namespace: "default", name: `web-${index}` }, spec: { clusterIP } };
}

export async function until(what: string, condition: () => boolean): Promise<void> {
  const deadline = Date.now() + DEADLINE_MS;
  while (!condition()) {
    assert.ok(Date.now() < deadline, `not within ${DEADLINE_MS} ms: ${what}`);
    await sleep(10);
  }
}

/** Only requests of that verb for services. */
export function on(verb: "list" | "watch", answer: Parameters<FakeApiServer["fault"]>[0]): Fault {
  return (request, response) =>
    request.verb === verb && request.collection === "services" && answer(request, response);
}
