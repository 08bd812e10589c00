/**
 * The objects of the fake API server: one version counter for all, and of each collection what
 * happened since when.
 */

export interface FakeObject {
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly resourceVersion?: string;
    readonly labels?: Readonly<Record<string, string>>;
  };
  readonly [field: string]: unknown;
}

export interface FakeEvent {
  readonly type: "ADDED" | "MODIFIED" | "DELETED" | "BOOKMARK" | "ERROR";
  readonly object: unknown;
  readonly version: number;
}

export type Collection = "services" | "endpointslices" | "nodes";

export class FakeStore {
  #version = 100;
  /** Events up to here are forgotten: a watch from before gets 410. */
  #compacted = 0;
  readonly #objects = new Map<Collection, Map<string, FakeObject>>();
  readonly #events = new Map<Collection, FakeEvent[]>();
  readonly #listeners = new Set<(collection: Collection, event: FakeEvent) => void>();

  get version(): number {
    return this.#version;
  }

  get compacted(): number {
    return this.#compacted;
  }

  objects(collection: Collection): Map<string, FakeObject> {
    const known = this.#objects.get(collection) ?? new Map<string, FakeObject>();
    this.#objects.set(collection, known);
    return known;
  }

  events(collection: Collection): FakeEvent[] {
    const known = this.#events.get(collection) ?? [];
    this.#events.set(collection, known);
    return known;
  }

  put(collection: Collection, object: FakeObject): void {
    const type = this.objects(collection).has(objectName(object)) ? "MODIFIED" : "ADDED";
    const stamped = this.#stamp(object);
    this.objects(collection).set(objectName(object), stamped);
    this.#record(collection, type, stamped);
  }

  /** `name` is "namespace/name" or "name". */
  delete(collection: Collection, name: string): void {
    const object = this.objects(collection).get(name);
    if (object === undefined) throw new Error(`there is no ${name}`);
    this.objects(collection).delete(name);
    this.#record(collection, "DELETED", this.#stamp(object));
  }

  /** Changes the objects behind the watchers' backs, as a restored backup does. */
  replaceSilently(collection: Collection, objects: readonly FakeObject[]): void {
    const entries = objects.map((object) => [objectName(object), this.#stamp(object)] as const);
    this.#objects.set(collection, new Map(entries));
    this.#events.set(collection, []);
  }

  setVersion(version: number): void {
    this.#version = version;
  }

  /** Every watch from before now has expired. */
  compact(): void {
    this.#version++;
    this.#compacted = this.#version;
    this.#events.clear();
  }

  onEvent(listener: (collection: Collection, event: FakeEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #stamp(object: FakeObject): FakeObject {
    this.#version++;
    return { ...object, metadata: { ...object.metadata, resourceVersion: String(this.#version) } };
  }

  #record(collection: Collection, type: FakeEvent["type"], object: FakeObject): void {
    const event = { type, object, version: this.#version };
    this.events(collection).push(event);
    for (const listener of this.#listeners) listener(collection, event);
  }
}

function objectName({ metadata }: FakeObject): string {
  return metadata.namespace === undefined
    ? metadata.name
    : `${metadata.namespace}/${metadata.name}`;
}
