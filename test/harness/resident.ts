/**
 * The process that lives in each place of the lab: it serves, and it asks what it is told to. In:
 * what to serve as JSON in the first argument, then questions as JSON lines. Out: a line when it is
 * ready, then replies.
 */
import { ask, type Question, type Reply } from "./ask.ts";
import { onJsonLines } from "./json-lines.ts";
import { type Serving, serve } from "./resident-serve.ts";

export interface Request extends Question {
  readonly id: number;
}

export type Response =
  | { readonly ready: true }
  | { readonly id: number; readonly reply: Reply }
  | { readonly id: number; readonly code: string; readonly message: string };

function say(response: Response): void {
  process.stdout.write(`${JSON.stringify(response)}\n`);
}

async function answer(request: Request): Promise<void> {
  try {
    say({ id: request.id, reply: await ask(request) });
  } catch (error) {
    const { code = "", message } = error as NodeJS.ErrnoException;
    say({ id: request.id, code, message });
  }
}

await serve(JSON.parse(process.argv[2] ?? "{}") as Serving);
say({ ready: true });
onJsonLines(process.stdin, (request) => void answer(request as Request));
process.stdin.on("end", () => process.exit(0));
