/** The lab's end of a resident: starts it in a place and puts questions to it. */
import type { Question, Reply } from "./ask.ts";
import { within } from "./deadline.ts";
import { onJsonLines } from "./json-lines.ts";
import { type Place, type PlacedProcess, startIn } from "./place.ts";
import type { Request, Response } from "./resident.ts";
import type { Serving } from "./resident-serve.ts";

const PROGRAM = new URL("resident.ts", import.meta.url).pathname;

/** What the system said where a question got no answer: ECONNREFUSED, ETIMEDOUT, ... */
class AskError extends Error {
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

interface Waiting {
  readonly resolve: (reply: Reply) => void;
  readonly reject: (error: Error) => void;
}

export class Resident {
  readonly place: Place;
  readonly process: PlacedProcess;
  readonly #waiting = new Map<number, Waiting>();
  #ready: () => void = () => {};
  readonly #becameReady = new Promise<void>((resolve) => {
    this.#ready = resolve;
  });
  #lastId = 0;

  constructor(place: Place, process: PlacedProcess) {
    this.place = place;
    this.process = process;
    const { stdout, stdin } = process.child;
    if (stdout === null || stdin === null) throw new Error("a resident needs pipes");
    stdin.on("error", () => {});
    onJsonLines(stdout, (response) => this.#take(response as Response));
    process.child.once("exit", () => this.#fail());
  }

  static async start(place: Place, serving: Serving): Promise<Resident> {
    const command = [process.execPath, PROGRAM, JSON.stringify(serving)];
    const started = startIn(place, { name: "resident", command, output: "pipe" });
    const resident = new Resident(place, started);
    await within({ what: `the servers of ${place.name} are open` }, resident.ready());
    return resident;
  }

  async ready(): Promise<void> {
    const ended = this.process.exited.then(() => {
      throw new Error(`${this.process.name} ended early: ${this.process.logTail()}`);
    });
    ended.catch(() => {});
    await Promise.race([this.#becameReady, ended]);
  }

  /** Rejects with AskError. */
  ask(question: Question): Promise<Reply> {
    const id = ++this.#lastId;
    const request: Request = { ...question, id };
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.process.child.stdin?.write(`${JSON.stringify(request)}\n`);
    });
  }

  /** The code of the error that a question ends in; throws where it was answered. */
  async refusal(question: Question): Promise<string> {
    try {
      const reply = await this.ask(question);
      throw new Error(`answered by ${reply.server}`);
    } catch (error) {
      if (error instanceof AskError) return error.code;
      throw error;
    }
  }

  #take(response: Response): void {
    if ("ready" in response) {
      this.#ready();
      return;
    }
    const waiting = this.#waiting.get(response.id);
    this.#waiting.delete(response.id);
    if ("reply" in response) waiting?.resolve(response.reply);
    else waiting?.reject(new AskError(response.code, `${this.place.name}: ${response.message}`));
  }

  #fail(): void {
    for (const { reject } of this.#waiting.values()) {
      reject(new AskError("ENDED", `${this.process.name} ended`));
    }
    this.#waiting.clear();
  }
}
