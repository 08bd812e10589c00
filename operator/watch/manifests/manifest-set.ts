/**
 * The objects of all files together. Pure. A key that stands in two files is taken from the first
 * by name; the other file's is told as shadowed, and steps in when the first goes.
 */
import { goneEvent, type ObjectEvent } from "../objects.ts";
import type { ManifestObject } from "./parse-object.ts";

type Id = string;

export class ManifestSet {
  readonly #files = new Map<string, ReadonlyMap<Id, ManifestObject>>();
  /** The files that hold a key, sorted; the first one's object counts. */
  readonly #owners = new Map<Id, readonly string[]>();
  /** By file: the keys of which another file's object counts. */
  readonly #shadowed = new Map<string, Set<Id>>();

  has(file: string): boolean {
    return this.#files.has(file);
  }

  /**
   * Puts the objects in the place of all that the file held; undefined: the file is gone. `touched`
   * gathers the files whose shadows may have changed. Answers what counts now and did not, or does
   * not any more.
   */
  replace(
    file: string,
    objects: readonly ManifestObject[] | undefined,
    touched: Set<string>,
  ): ObjectEvent[] {
    const previous = this.#files.get(file) ?? new Map<Id, ManifestObject>();
    const current = new Map((objects ?? []).map((object) => [objectId(object.event), object]));
    const ids = new Set([...previous.keys(), ...current.keys()]);
    const before = new Map([...ids].map((id) => [id, this.#effective(id)]));
    if (objects === undefined) this.#files.delete(file);
    else this.#files.set(file, current);
    touched.add(file);
    return [...ids].flatMap((id) => {
      this.#own(id, file, current.has(id), touched);
      return changed(before.get(id), this.#effective(id));
    });
  }

  /** What of the file does not count, as sentences. */
  shadows(file: string): string[] {
    return [...(this.#shadowed.get(file) ?? [])].map((id) => {
      const line = this.#files.get(file)?.get(id)?.line;
      return `line ${line}: ${id} is taken from ${this.#owners.get(id)?.[0]}, which has it too`;
    });
  }

  #effective(id: Id): ManifestObject | undefined {
    const [owner] = this.#owners.get(id) ?? [];
    return owner === undefined ? undefined : this.#files.get(owner)?.get(id);
  }

  #own(id: Id, file: string, holds: boolean, touched: Set<string>): void {
    const others = (this.#owners.get(id) ?? []).filter((owner) => owner !== file);
    const owners = holds ? [...others, file].sort(byName) : others;
    if (owners.length > 0) this.#owners.set(id, owners);
    else this.#owners.delete(id);
    this.#shadow(file, id, holds && owners[0] !== file);
    for (const other of others) {
      this.#shadow(other, id, owners[0] !== other);
      touched.add(other);
    }
  }

  #shadow(file: string, id: Id, isShadowed: boolean): void {
    const ids = this.#shadowed.get(file) ?? new Set();
    if (isShadowed) ids.add(id);
    else ids.delete(id);
    if (ids.size > 0) this.#shadowed.set(file, ids);
    else this.#shadowed.delete(file);
  }
}

function objectId(event: ObjectEvent): Id {
  return `${event.kind} ${event.key}`;
}

/** The same parsed object stands for the same text. */
function changed(
  previous: ManifestObject | undefined,
  current: ManifestObject | undefined,
): ObjectEvent[] {
  if (previous?.event === current?.event) return [];
  if (current !== undefined) return [current.event];
  return previous === undefined ? [] : [goneEvent(previous.event.kind, previous.event.key)];
}

function byName(left: string, right: string): number {
  return left < right ? -1 : 1;
}
