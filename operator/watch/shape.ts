/**
 * Reads a parsed JSON or YAML value by expected shape. Absent and null are the same, as they are to
 * the API server. What has another type is a ShapeError that names the path to it; values are not
 * judged here.
 */

export type Path = readonly (string | number)[];
export type Fields = { readonly [key: string]: unknown };

const NAME = /^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/;
const NAME_LENGTH_MAX = 253;

/** A value of the wrong type; `path` leads to it from the object's root. */
export class ShapeError extends Error {
  readonly path: Path;
  constructor(path: Path, message: string) {
    super(message);
    this.name = "ShapeError";
    this.path = path;
  }
}

/** "spec.ports[0].port". */
export function pathText(path: Path): string {
  return path
    .map((step, index) =>
      typeof step === "number" ? `[${step}]` : index === 0 ? step : `.${step}`,
    )
    .join("");
}

/** One object's reader: it remembers where it stands, so that an error can say so. */
export class Shape {
  readonly #trail: (string | number)[] = [];

  /** The value as an object. */
  root(value: unknown): Fields {
    if (!isFields(value)) throw new ShapeError([], `must be an object, is ${typeName(value)}`);
    return value;
  }

  text(fields: Fields, key: string): string | undefined {
    const value = fields[key];
    if (value === undefined || value === null) return undefined;
    return typeof value === "string" ? value : this.#fail(key, "text", value);
  }

  /** Text that must be there and not be empty. */
  requiredText(fields: Fields, key: string): string {
    const value = this.text(fields, key);
    if (value !== undefined && value !== "") return value;
    throw new ShapeError([...this.#trail, key], "must be there");
  }

  /** A name as Kubernetes allows it (RFC 1123 subdomain): keys are put together from names. */
  requiredName(fields: Fields, key: string): string {
    const name = this.requiredText(fields, key);
    if (name.length <= NAME_LENGTH_MAX && NAME.test(name)) return name;
    const shown = JSON.stringify(name.slice(0, 40));
    throw new ShapeError([...this.#trail, key], `${shown} is not a name (a-z, 0-9, - and . only)`);
  }

  integer(fields: Fields, key: string): number | undefined {
    const value = fields[key];
    if (value === undefined || value === null) return undefined;
    return Number.isSafeInteger(value)
      ? (value as number)
      : this.#fail(key, "a whole number", value);
  }

  flag(fields: Fields, key: string): boolean | undefined {
    const value = fields[key];
    if (value === undefined || value === null) return undefined;
    return typeof value === "boolean" ? value : this.#fail(key, "true or false", value);
  }

  /** What `read` makes of the object under key; undefined where there is none. */
  child<T>(fields: Fields, key: string, read: (child: Fields) => T): T | undefined {
    const value = fields[key];
    if (value === undefined || value === null) return undefined;
    if (!isFields(value)) return this.#fail(key, "an object", value);
    this.#trail.push(key);
    const result = read(value);
    this.#trail.pop();
    return result;
  }

  /** What `read` makes of the object under key, which must be there. */
  requiredChild<T>(fields: Fields, key: string, read: (child: Fields) => T): T {
    const result = this.child(fields, key, read);
    if (result !== undefined) return result;
    throw new ShapeError([...this.#trail, key], "must be there");
  }

  /** What `read` makes of each object in the list under key. */
  list<T>(fields: Fields, key: string, read: (item: Fields) => T): readonly T[] {
    return this.#items(fields, key, (item, index) => {
      if (!isFields(item)) return this.#fail(index, "an object", item);
      this.#trail.push(index);
      const result = read(item);
      this.#trail.pop();
      return result;
    });
  }

  texts(fields: Fields, key: string): readonly string[] {
    return this.#items(fields, key, (item, index) =>
      typeof item === "string" ? item : this.#fail(index, "text", item),
    );
  }

  #items<T>(fields: Fields, key: string, read: (item: unknown, index: number) => T): readonly T[] {
    const value = fields[key];
    if (value === undefined || value === null || isEmptyList(value)) return NONE;
    if (!Array.isArray(value)) return this.#fail(key, "a list", value);
    this.#trail.push(key);
    const result = value.map(read);
    this.#trail.pop();
    return result;
  }

  #fail(key: string | number, expected: string, value: unknown): never {
    throw new ShapeError([...this.#trail, key], `must be ${expected}, is ${typeName(value)}`);
  }
}

/** One list for all that are empty: there are hundreds of thousands of them. */
const NONE: readonly never[] = Object.freeze([]);

function isEmptyList(value: unknown): boolean {
  return Array.isArray(value) && value.length === 0;
}

function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function typeName(value: unknown): string {
  if (value === null || value === undefined) return "absent";
  if (Array.isArray(value)) return "a list";
  if (typeof value === "object") return "an object";
  if (typeof value === "string") return `the text ${JSON.stringify(value.slice(0, 40))}`;
  return `${value as number | boolean}`.slice(0, 40);
}
