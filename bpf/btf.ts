/** Reads the types of a compiled BPF object (its BTF, through bpftool): structs, enums, maps. */
import { execFileSync } from "node:child_process";

export interface BtfMember {
  readonly name: string;
  readonly type_id: number;
  readonly bits_offset: number;
}

export interface BtfType {
  readonly id: number;
  readonly kind: string;
  readonly name: string;
  readonly size?: number;
  readonly type_id?: number;
  readonly nr_elems?: number;
  readonly members?: readonly BtfMember[];
  readonly values?: readonly { readonly name: string; readonly val: number }[];
  readonly vars?: readonly { readonly type_id: number }[];
}

export interface MapShape {
  readonly name: string;
  /** enum bpf_map_type of the kernel. */
  readonly type: number;
  readonly keySize: number;
  readonly valueSize: number;
  readonly maxEntries: number;
  readonly flags: number;
}

export class Btf {
  readonly types: readonly BtfType[];
  readonly #byId = new Map<number, BtfType>();

  /** @param path of an object compiled with -g */
  constructor(path: string) {
    const dump = execFileSync("bpftool", ["btf", "dump", "file", path, "format", "raw", "-j"], {
      maxBuffer: 2 ** 26,
    });
    this.types = (JSON.parse(dump.toString()) as { types: BtfType[] }).types;
    for (const type of this.types) this.#byId.set(type.id, type);
  }

  type(id: number | undefined): BtfType {
    const type = id === undefined ? undefined : this.#byId.get(id);
    if (!type) throw new Error(`no type ${id} in the BTF`);
    return type;
  }

  named(kind: string, name: string): BtfType {
    const type = this.types.find((each) => each.kind === kind && each.name === name);
    if (!type) throw new Error(`no ${kind} ${name} in the BTF`);
    return type;
  }

  /** Behind typedefs and qualifiers. */
  resolve(type: BtfType): BtfType {
    const transparent = ["TYPEDEF", "CONST", "VOLATILE"];
    return transparent.includes(type.kind) ? this.resolve(this.type(type.type_id)) : type;
  }

  /** Bytes. */
  sizeOf(type: BtfType): number {
    const real = this.resolve(type);
    if (real.kind === "ARRAY") return (real.nr_elems ?? 0) * this.sizeOf(this.type(real.type_id));
    if (real.size === undefined) throw new Error(`${real.kind} ${real.name} has no size`);
    return real.size;
  }

  /** The maps that the object declares, in order. */
  maps(): MapShape[] {
    const section = this.types.find((type) => type.kind === "DATASEC" && type.name === ".maps");
    return (section?.vars ?? []).map((entry) => this.#map(this.type(entry.type_id)));
  }

  #map(variable: BtfType): MapShape {
    const members = this.resolve(this.type(variable.type_id)).members ?? [];
    const pointee = (name: string): BtfType | undefined => {
      const member = members.find((each) => each.name === name);
      return member && this.type(this.resolve(this.type(member.type_id)).type_id);
    };
    const figure = (name: string): number => pointee(name)?.nr_elems ?? 0;
    const size = (name: string): number => {
      const type = pointee(name);
      return type ? this.sizeOf(type) : 0;
    };
    return {
      name: variable.name,
      type: figure("type"),
      keySize: size("key"),
      valueSize: size("value"),
      maxEntries: figure("max_entries"),
      flags: figure("map_flags"),
    };
  }
}
