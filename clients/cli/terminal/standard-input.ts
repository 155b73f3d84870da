// What another program writes to standard input.
import type { Terminal } from "./terminal.ts";

export async function readAll(stdin: Terminal["stdin"]): Promise<string> {
  let text = "";
  for await (const chunk of stdin) text += String(chunk);
  return text;
}
