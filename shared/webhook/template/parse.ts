// Wraps Handlebars' parser and uses nothing else of it: returns a syntax tree or one issue.
import { parse } from "@handlebars/parser";
import * as z from "zod";
import type { TemplateIssue } from "./nodes.ts";
import { restoreBraces, scanSource } from "./scan.ts";
import type { Program } from "./syntax-tree.ts";

type Parsed = { program: Program } | { issue: TemplateIssue };

export function parseTemplate(source: unknown): Parsed {
  // The parser returns an object unchanged, as if it were a tree. So only strings may reach it.
  if (typeof source !== "string")
    return { issue: { message: "a template must be a string", line: 1, column: 1 } };
  const scan = scanSource(source);
  if ("issue" in scan) return scan;
  try {
    return { program: parse(scan.text) as Program };
  } catch (error) {
    return { issue: toSyntaxIssue(error, scan.text) };
  }
}

/** The parser's error for a misplaced path or block. */
const Misplaced = z.object({ message: z.string(), lineNumber: z.number(), column: z.number() });
/** The parser's error for an unexpected token. `loc` is the token before it, with columns from 0. */
const Unexpected = z.object({
  hash: z.object({ text: z.string(), loc: z.object({ last_line: z.number(), last_column: z.number() }) }),
});

function toSyntaxIssue(error: unknown, text: string): TemplateIssue {
  const misplaced = Misplaced.safeParse(error).data;
  if (misplaced) {
    const [message = misplaced.message] = misplaced.message.split(" - ");
    return { message, line: misplaced.lineNumber, column: misplaced.column + 1 };
  }
  const { hash } = Unexpected.parse(error);
  const message = unexpectedMessage(restoreBraces(hash.text).trim());
  return { message, ...skipSpace(text, hash.loc.last_line, hash.loc.last_column) };
}

/** Returns the position of the next token. Columns count from 1. */
function skipSpace(text: string, line: number, column: number): { line: number; column: number } {
  const rest = text
    .split("\n")
    .slice(line - 1)
    .join("\n")
    .slice(column);
  const skipped = (/^\s*/.exec(rest)?.[0] ?? "").split("\n");
  const last = skipped.at(-1)?.length ?? 0;
  return { line: line + skipped.length - 1, column: (skipped.length === 1 ? column : 0) + last + 1 };
}

function unexpectedMessage(found: string): string {
  if (found === "") return "the template ends unexpectedly";
  const hint = /^\d+$/.test(found) ? `: an index at the end of a path is written [${found}]` : "";
  return `unexpected ${JSON.stringify(found.slice(0, 40))}${hint}`;
}
