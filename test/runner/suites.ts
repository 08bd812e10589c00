/**
 * Which test files belong to which suite, and how they may run. Each *.test.ts of the tree is in
 * exactly one suite (held by test/rules/tidy.test.ts).
 */
import { globSync } from "node:fs";

export interface Suite {
  readonly name: string;
  /** What it covers, for --help. */
  readonly about: string;
  readonly globs: readonly string[];
  /** Files at a time; 0: one a core. */
  readonly jobs: number;
}

/** In the order in which they run: the quickest to fail first. `long` runs only by name. */
export const SUITES: readonly Suite[] = [
  {
    name: "unit",
    about: "pure code, beside the code",
    globs: ["{lib,operator,agent,native,cli,bpf}/**/*.test.ts"],
    jobs: 0,
  },
  {
    name: "rules",
    about: "sizes, imports, fresh generated code, lint, docs",
    globs: ["test/{rules,runner}/**/*.test.ts", "test/*.test.ts"],
    jobs: 0,
  },
  {
    name: "stream",
    about: "operator and agent ends of the stream together",
    globs: ["test/stream/**/*.test.ts"],
    jobs: 1,
  },
  {
    name: "operator",
    about: "the operator against an API server that misbehaves",
    globs: ["test/{operator,fake-apiserver}/**/*.test.ts"],
    jobs: 1,
  },
  {
    name: "bpf",
    about: "the programs in the kernel, packet by packet",
    globs: ["test/bpf/**/*.test.ts"],
    jobs: 1,
  },
  {
    name: "netns",
    about: "whole nodes as network namespaces, real sockets",
    globs: ["test/{netns,harness,demo}/**/*.test.ts"],
    jobs: 1,
  },
  {
    name: "cluster",
    about: "against a real kube-apiserver and etcd",
    globs: ["test/cluster/**/*.test.ts"],
    jobs: 1,
  },
  {
    name: "long",
    about: "the figures of record: minutes of load",
    globs: ["test/long/**/*.test.ts"],
    jobs: 1,
  },
];

/** The suite's test files, relative to root, sorted. */
export function suiteFiles(suite: Suite, root: string): string[] {
  return globSync([...suite.globs], { cwd: root }).toSorted();
}
