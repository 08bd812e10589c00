/**
 * Which Services wait for frontends that others have, so that they are tried again when these are
 * given up.
 */

export class Waiters {
  readonly #services = new Map<string, Set<string>>();
  readonly #frontends = new Map<string, readonly string[]>();

  /** The frontends, by key, that the Service waits for from now on. */
  replace(service: string, frontends: readonly string[]): void {
    for (const key of this.#frontends.get(service) ?? []) {
      this.#remove(service, key);
    }
    this.#frontends.delete(service);
    if (frontends.length > 0) {
      this.#frontends.set(service, frontends);
    }
    for (const key of frontends) {
      this.#services.set(key, (this.#services.get(key) ?? new Set()).add(service));
    }
  }

  of(frontend: string): Iterable<string> {
    return this.#services.get(frontend) ?? [];
  }

  #remove(service: string, frontend: string): void {
    const services = this.#services.get(frontend);
    services?.delete(service);
    if (services?.size === 0) {
      this.#services.delete(frontend);
    }
  }
}
