// The messages that docs/troubleshooting.md explains are those that the commands print.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { ROOT, readDocument } from "../../infra/docs/documents.ts";
import { codeFiles } from "./project-files.ts";

const PAGE = readDocument("docs/troubleshooting.md");
const section = (name: string) =>
  new RegExp(`<!-- (?:generated: )?${name} -->\\n([\\s\\S]*?)<!-- end: ${name} -->`).exec(PAGE)?.[1] ?? "";
const messages = [...section("terminal").matchAll(/^\| `(.+?)` \| /gm)].map(([, message = ""]) => message);
const sources = codeFiles("infra/local", "infra/tools").map((file) => readFileSync(join(ROOT, file), "utf8"));

/** The fixed parts between variable ones, in one file, one after the other. */
function isPrinted(message: string): boolean {
  const parts = message
    .split("…")
    .map((part) => part.trim())
    .filter((part) => part.length > 3);
  return sources.some((source) => {
    let from = 0;
    return parts.every((part) => {
      const at = source.indexOf(part, from);
      from = at + part.length;
      return at >= 0;
    });
  });
}

describe("the messages of the terminal", () => {
  it("are explained, many of them", () => {
    expect(messages.length).toBeGreaterThan(15);
  });

  it.each(messages)("%s is printed by a command", (message) => {
    expect(isPrinted(message)).toBe(true);
  });
});
