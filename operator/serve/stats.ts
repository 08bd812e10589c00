/** What the table server has done since its start, as plain counts for the metrics. */
import type { TransferKind } from "./transfer.ts";

export interface ServeStats {
  /** By the kind of transfer begun. */
  readonly transfers: Record<TransferKind, number>;
  messagesSent: number;
  bytesSent: number;
  /** Answers received from agents. */
  applied: number;
  /** Messages from agents that were refused. */
  malformed: number;
  /** Agents dropped because they took nothing. */
  stalled: number;
  /** Streams ended because a newer one of the same node came. */
  replaced: number;
  /** Agents that refused what they were sent and asked for everything anew. */
  refusedByAgent: number;
  /** Connections refused, by reason. */
  readonly connectionsRefused: Record<"too-many-connections" | "no-agent", number>;
}

export function newServeStats(): ServeStats {
  return {
    transfers: { delta: 0, full: 0, partial: 0 },
    messagesSent: 0,
    bytesSent: 0,
    applied: 0,
    malformed: 0,
    stalled: 0,
    replaced: 0,
    refusedByAgent: 0,
    connectionsRefused: { "too-many-connections": 0, "no-agent": 0 },
  };
}
