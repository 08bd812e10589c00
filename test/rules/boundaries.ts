/** Who may import what, and use what, with the reason: the shape of the project as data. */

/** One thing that only some files may do. */
export interface Boundary {
  /** Said to whoever crosses it. */
  readonly why: string;
  /** Files that it binds; tests are free unless testsToo. */
  readonly binds: RegExp;
  /** Of those, the files that are free. */
  readonly except?: RegExp;
  /** Forbidden: packages and built-ins by name, the project's files by path. */
  readonly imports?: RegExp;
  /** Names of an otherwise forbidden import that are harmless. */
  readonly harmless?: readonly string[];
  /** An import of types alone is let through. */
  readonly typesAreFree?: boolean;
  /** Forbidden names, such as "Math.random". */
  readonly uses?: RegExp;
  /** Forbidden in a string. */
  readonly strings?: RegExp;
  readonly testsToo?: boolean;
}

const PURE = /^(lib\/model|operator\/model|agent\/select|agent\/desired)\//;
const ANY = /./;

export const BOUNDARIES: readonly Boundary[] = [
  {
    why: "only operator/watch knows the Kubernetes client: all else sees the project's own objects",
    binds: ANY,
    except: /^operator\/watch\//,
    imports: /^@kubernetes\/client-node$/,
  },
  {
    why: "only lib/wire knows the wire format: all else sees rows",
    binds: ANY,
    except: /^lib\/wire\//,
    imports: /^protobufjs|^lib\/wire\/gen\//,
    testsToo: true,
  },
  {
    why: "only the two ends of the stream know gRPC",
    binds: ANY,
    except: /^(operator\/serve|agent\/subscribe)\//,
    imports: /^@grpc\/grpc-js$/,
  },
  {
    why: "only native/index.ts loads the addon: it turns errno into errors",
    binds: ANY,
    except: /^native\/index\.ts$/,
    imports: /^node:module$/,
    strings: /leat\.node/,
  },
  {
    why: "only the kernel's stores, the datapath and the wiring touch the kernel",
    binds: ANY,
    except: /^(native|agent\/datapath)\/|^agent\/maps\/(kernel-|fence)|^agent\/(main|agent)\.ts$/,
    imports: /^native\//,
    typesAreFree: true,
  },
  {
    why: "native is thin: it holds no rule and knows nothing of the project",
    binds: /^native\//,
    imports: /^(lib|operator|agent|cli|bpf)\//,
    testsToo: true,
  },
  {
    why: "the agent and the operator meet only in the stream",
    binds: /^agent\//,
    imports: /^operator\//,
    testsToo: true,
  },
  {
    why: "the operator and the agent meet only in the stream",
    binds: /^operator\//,
    imports: /^(agent|native|bpf)\//,
    testsToo: true,
  },
  {
    why: "lib is shared ground: it knows neither end",
    binds: /^lib\//,
    imports: /^(operator|agent|native|cli|bpf)\//,
    testsToo: true,
  },
  {
    why: "the cli talks to the agent's socket and shares the shapes of its answers, no more",
    binds: /^cli\//,
    except: /^cli\/testing\//,
    imports: /^(operator|native|bpf)\/|^agent\/(?!control\/api\.ts$)/,
  },
  {
    why: "the model does no I/O: it can be tested by values alone",
    binds: PURE,
    imports: /^node:(?!assert)|^lib\/(log|lifecycle|backoff)\.ts$|^(pino|prom-client)$/,
    harmless: ["isIP", "isIPv4", "isIPv6", "isDeepStrictEqual"],
    uses: /^(process|console|fetch|setTimeout|setInterval|setImmediate|queueMicrotask)$/,
  },
  {
    why: "the model knows no clock and no chance: the same input gives the same output",
    binds: PURE,
    uses: /^(Date|performance|Math\.random|crypto)$/,
  },
  {
    why: "only a config.ts reads the environment and the arguments: one table of options a process",
    binds: ANY,
    except: /^[a-z]+\/config\.ts$|^cli\/main\.ts$|(^|\/)gen(erate|-abi)\.ts$/,
    uses: /^process\.(env|argv)$/,
  },
  {
    why: "only the reconciler retries, and the two that hold a connection connect again",
    binds: ANY,
    except: /^(agent\/reconcile|agent\/subscribe|operator\/watch)\/|^lib\/backoff\.ts$|\/main\.ts$/,
    imports: /^lib\/backoff\.ts$/,
    typesAreFree: true,
  },
  {
    why: "one logger: lib/log.ts makes it, whoever logs is handed it",
    binds: ANY,
    except: /^lib\/log\.ts$/,
    imports: /^pino$/,
    typesAreFree: true,
  },
  {
    why: "processes log; only the cli prints",
    binds: /^(lib|operator|agent|native)\//,
    uses: /^console$/,
  },
  {
    why: "metrics are declared in metrics.ts, so that their names stand in one place",
    binds: ANY,
    except: /\/metrics\.ts$/,
    imports: /^prom-client$/,
    typesAreFree: true,
  },
  {
    why: "only the cli has commands; the processes have one table of options",
    binds: ANY,
    except: /^cli\//,
    imports: /^commander$/,
  },
  {
    why: "main.ts is wiring: nothing imports it",
    binds: ANY,
    imports: /\/main\.ts$/,
    testsToo: true,
  },
  {
    why: "the product does not need its tests",
    binds: ANY,
    imports: /^test\/|\.test\.ts$|\/testing\/|(^|\/)(fake|faulty)-/,
  },
];
