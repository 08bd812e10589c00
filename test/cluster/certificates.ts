/**
 * The certificates of one control plane, by openssl: an authority, the API server's, and its
 * clients'.
 */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { run } from "../harness/command.ts";

const CURVE = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"];
const DAYS = "2";

export class Certificates {
  readonly folder: string;

  constructor(folder: string) {
    this.folder = folder;
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  }

  /** The path of a file: "ca.crt", "server.key". */
  path(name: string): string {
    return join(this.folder, name);
  }

  async makeAuthority(): Promise<void> {
    const files = ["-keyout", this.path("ca.key"), "-out", this.path("ca.crt")];
    await run("openssl", ["req", "-x509", ...CURVE, ...files, "-days", DAYS, "-subj", "/CN=lab"]);
    await run("openssl", [
      "ecparam",
      "-genkey",
      "-name",
      "prime256v1",
      "-noout",
      "-out",
      this.path("accounts.key"),
    ]);
  }

  /** The subject in openssl's form: "/O=system:masters/CN=admin". */
  async makeServer(name: string, subject: string): Promise<void> {
    await this.#make(name, subject, "subjectAltName=IP:127.0.0.1\nextendedKeyUsage=serverAuth");
  }

  async makeClient(name: string, subject: string): Promise<void> {
    await this.#make(name, subject, "extendedKeyUsage=clientAuth");
  }

  async #make(name: string, subject: string, extensions: string): Promise<void> {
    const [key, request] = [this.path(`${name}.key`), this.path(`${name}.csr`)];
    await run("openssl", ["req", ...CURVE, "-keyout", key, "-out", request, "-subj", subject]);
    writeFileSync(this.path(`${name}.ext`), extensions);
    const signed = ["-in", request, "-out", this.path(`${name}.crt`), "-days", DAYS];
    const authority = ["-CA", this.path("ca.crt"), "-CAkey", this.path("ca.key")];
    const added = ["-CAcreateserial", "-extfile", this.path(`${name}.ext`)];
    await run("openssl", ["x509", "-req", ...signed, ...authority, ...added]);
  }

  /** Writes a kubeconfig of a client for a server; returns its path. */
  writeKubeconfig(name: string, client: string, server: string): string {
    const text = (file: string) => readFileSync(this.path(file)).toString("base64");
    const config = {
      apiVersion: "v1",
      kind: "Config",
      clusters: [
        { name: "lab", cluster: { server, "certificate-authority-data": text("ca.crt") } },
      ],
      users: [
        {
          name: client,
          user: {
            "client-certificate-data": text(`${client}.crt`),
            "client-key-data": text(`${client}.key`),
          },
        },
      ],
      contexts: [{ name: "lab", context: { cluster: "lab", user: client } }],
      "current-context": "lab",
    };
    const path = this.path(name);
    writeFileSync(path, JSON.stringify(config), { mode: 0o600 });
    return path;
  }
}
