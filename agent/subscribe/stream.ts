/**
 * One stream to the operator: bytes in, bytes out, over a connection of its own. grpc-js would
 * share connections and their back-off between channels, buffer for retries and obey http_proxy;
 * all of that is turned off.
 */
import type { ClientDuplexStream } from "@grpc/grpc-js";
import { Client, credentials } from "@grpc/grpc-js";

import { MESSAGE_BYTES_MOST } from "../../lib/wire/limits.ts";
import { KEEPALIVE, WATCH } from "../../lib/wire/method.ts";

const CHANNEL_OPTIONS = {
  ...KEEPALIVE,
  "grpc.max_receive_message_length": MESSAGE_BYTES_MOST,
  "grpc.max_send_message_length": MESSAGE_BYTES_MOST,
  "grpc.use_local_subchannel_pool": 1,
  "grpc.enable_retries": 0,
  "grpc.enable_http_proxy": 0,
  "grpc.service_config_disable_resolution": 1,
  "grpc.enable_channelz": 0,
};

export class OperatorStream {
  readonly #client: Client;
  readonly #call: ClientDuplexStream<Buffer, Buffer>;
  #closed = false;

  /** The address is of lib/stream-address.ts. */
  constructor(address: string) {
    const target = address.startsWith("unix:") ? address : `dns:${address}`;
    this.#client = new Client(target, credentials.createInsecure(), CHANNEL_OPTIONS);
    const { path, requestSerialize, responseDeserialize } = WATCH;
    this.#call = this.#client.makeBidiStreamRequest(path, requestSerialize, responseDeserialize);
    this.#call.on("error", () => this.close());
  }

  /**
   * Messages in order; no further one is read while one is being handled. Throws a grpc-js
   * ServiceError.
   */
  async *messages(): AsyncGenerator<Buffer, void> {
    for await (const message of this.#call) {
      yield message as Buffer;
    }
  }

  /** Nothing where the stream is closed: its successor says all of it again. */
  send(message: Buffer): void {
    if (!this.#closed) {
      this.#call.write(message);
    }
  }

  /** Cuts the stream and its connection. */
  close(): void {
    this.#closed = true;
    this.#call.cancel();
    this.#client.close();
  }
}
