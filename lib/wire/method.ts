/**
 * The one method of the stream, for both ends: messages stay bytes, this folder's codecs make
 * values of them.
 */

export const WATCH = {
  path: "/leat.v1.Tables/Watch",
  requestStream: true,
  responseStream: true,
  requestSerialize: (bytes: Buffer): Buffer => bytes,
  requestDeserialize: (bytes: Buffer): Buffer => bytes,
  responseSerialize: (bytes: Buffer): Buffer => bytes,
  responseDeserialize: (bytes: Buffer): Buffer => bytes,
} as const;

/**
 * A silent peer is asked after 10 s and given up 5 s later: without this a half-open connection
 * is never noticed.
 */
export const KEEPALIVE = {
  "grpc.keepalive_time_ms": 10_000,
  "grpc.keepalive_timeout_ms": 5_000,
  "grpc.keepalive_permit_without_calls": 1,
} as const;
