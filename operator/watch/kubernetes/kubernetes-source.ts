/** The Kubernetes API as a source: a reflector a resource, synced once each has listed. */
import { delay } from "../../../lib/backoff.ts";
import type { Source, SourceSink } from "../source.ts";
import { Api } from "./api.ts";
import { kubeConnector } from "./kube-config.ts";
import { Reflector } from "./reflector.ts";
import type { ReflectorObserver, ReflectorSettings } from "./reflector-options.ts";
import { watchedResources } from "./resources.ts";

export interface KubernetesSourceOptions {
  /** A kubeconfig file, or in-cluster. */
  readonly kubeconfig: string;
  readonly proxyName: string | undefined;
  readonly settings: ReflectorSettings;
  readonly observer: ReflectorObserver;
  readonly random: () => number;
}

/** From the request to the answer's head. */
const ANSWER_MS_MOST = 30_000;
/** With the kernel's 10 probes a second apart, a peer that vanished is noticed within 15 s. */
const KEEP_ALIVE_MS = 4000;

export class KubernetesSource implements Source {
  readonly #options: KubernetesSourceOptions;
  readonly #ending = new AbortController();
  readonly #pending = new Set<string>();
  #running: Promise<unknown> = Promise.resolve();

  constructor(options: KubernetesSourceOptions) {
    this.#options = options;
    for (const { name } of watchedResources(options.proxyName)) this.#pending.add(name);
  }

  start(sink: SourceSink): void {
    const { kubeconfig, proxyName, settings, observer, random } = this.#options;
    const connect = kubeConnector(kubeconfig);
    const api = new Api({ connect, answerMsMost: ANSWER_MS_MOST, keepAliveMs: KEEP_ALIVE_MS });
    const now = () => performance.now();
    const reflectors = watchedResources(proxyName).map((resource) => {
      const own = {
        events: sink.events.bind(sink),
        problem: sink.problem.bind(sink),
        listed: () => this.#listed(resource.name, sink),
      };
      return new Reflector({ api, resource, settings, sink: own, observer, delay, random, now });
    });
    this.#running = Promise.all(reflectors.map((reflector) => reflector.run(this.#ending.signal)));
  }

  async stop(): Promise<void> {
    this.#ending.abort();
    await this.#running;
  }

  pending(): readonly string[] {
    return [...this.#pending];
  }

  #listed(name: string, sink: SourceSink): void {
    this.#pending.delete(name);
    if (this.#pending.size === 0) sink.synced();
  }
}
