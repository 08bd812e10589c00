/** What the datapath refuses, by code; the message names the thing. */
import { LeatError } from "../../lib/errors.ts";

export type DatapathErrorCode =
  /** The BPF file system's directory is absent, of another kind, or open to others. */
  | "bpffs-unfit"
  /** The cgroup directory is absent or no cgroup2. */
  | "cgroup-unfit"
  /** A pinned map has another layout or size than this version and its settings need. */
  | "pin-mismatch"
  /** A path under the pin directory holds something that is no map. */
  | "pin-foreign"
  /** libbpf or the verifier refused an object. */
  | "load-failed"
  /** The new programs answered a golden packet otherwise than they should. */
  | "self-test-failed"
  /** A hook could not be set; those set before it have their earlier programs again. */
  | "attach-failed"
  /** Asked for something before the first facts of the cluster came. */
  | "not-started";

export class DatapathError extends LeatError<DatapathErrorCode> {}
