// Asks a person on a terminal, hiding what is secret.
import { createInterface } from "node:readline/promises";
import { Writable } from "node:stream";
import type { Terminal } from "./terminal.ts";

/** A person ended it with Ctrl-C. The message says what goes on. */
export class InterruptedError extends Error {}

export const canAsk = ({ stdin, stderr }: Pick<Terminal, "stdin" | "stderr">) =>
  stdin.isTTY === true && stderr.isTTY === true;

/** Returns the answer, without a line break. `isSecret`: nothing that is typed is shown. @throws InterruptedError */
export async function ask({ stdin, stderr }: Terminal, question: string, isSecret = false): Promise<string> {
  let isShown = true;
  const output = new Writable({
    write: (chunk: Buffer, _, done) => {
      if (isShown) stderr.write(chunk.toString());
      done();
    },
  });
  const lines = createInterface({ input: stdin, output, terminal: true });
  const stop = new AbortController();
  lines.on("SIGINT", () => stop.abort());
  lines.on("close", () => stop.abort());
  try {
    const answer = lines.question(question, { signal: stop.signal });
    isShown = !isSecret;
    return await answer;
  } catch {
    throw new InterruptedError("Nothing was done.");
  } finally {
    lines.close();
    if (isSecret) stderr.write("\n");
  }
}
