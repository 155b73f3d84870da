// Scans a source before the parser: refuses oversized input cheaply, and separates JSON braces from Handlebars'.
import { TEMPLATE_LIMITS } from "./limits.ts";
import type { TemplateIssue } from "./nodes.ts";

/**
 * `{"n":{{n}}}` ends in `}}}`, which the parser reads as the end of `{{{`. `{"n":{{{n}}}}` and `{{{#if}}` have the same
 * problem. Such a JSON brace is replaced for the parser by one of these characters, and restored afterwards. Both are
 * control characters that templates may not contain. They are as wide as a brace, so columns stay correct.
 */
const OPEN_BRACE = "\u0002";
const CLOSE_BRACE = "\u0001";

export function restoreBraces(text: string): string {
  return text.replaceAll(CLOSE_BRACE, "}").replaceAll(OPEN_BRACE, "{");
}

type Scan = { text: string } | { issue: TemplateIssue };

export function scanSource(source: string): Scan {
  const bytes = Buffer.byteLength(source);
  if (bytes > TEMPLATE_LIMITS.sourceBytes) {
    return scanIssue(source, 0, `the template is longer than ${TEMPLATE_LIMITS.sourceBytes} bytes`);
  }
  const control = findControl(source);
  if (control >= 0) return scanIssue(source, control, "the template contains a control character");
  // Counted on the raw text, so that no quoting can hide an expression.
  if (source.split("{{").length - 1 > TEMPLATE_LIMITS.expressions) {
    return scanIssue(source, 0, `the template has more than ${TEMPLATE_LIMITS.expressions} expressions`);
  }
  return replaceBraces(source);
}

function replaceBraces(source: string): Scan {
  let text = "";
  let done = 0;
  let expressions = 0;
  for (let open = findOpen(source, 0); open >= 0; open = findOpen(source, done)) {
    if (source.startsWith("{{{{", open)) {
      return scanIssue(
        source,
        open,
        "four braces in a row would be a raw block, which is not available: put a space between them",
      );
    }
    const jsonFirst = /^\{\{\{~?[#^/!]/.test(source.slice(open, open + 5));
    const start = jsonFirst ? open + 1 : open;
    const end = findClose(source, start);
    if (end < 0) return scanIssue(source, start, "the expression is not closed");
    const length = isComment(source, start) ? 0 : end - start;
    expressions += length;
    const tooLong = lengthProblem(length, expressions);
    if (tooLong !== undefined) return scanIssue(source, start, tooLong);
    // The parser takes milliseconds for a hundred nested calls, so they are refused before it. One more than the limit
    // is left to the check, which knows what is a call.
    if (length > 0 && callDepthOf(source.slice(start, end)) > TEMPLATE_LIMITS.callDepth + 1) {
      return scanIssue(source, start, CALLS_TOO_DEEP);
    }
    const jsonLast = source[end] === "}";
    text += source.slice(done, open) + (jsonFirst ? OPEN_BRACE : "") + source.slice(start, end);
    text += jsonLast ? CLOSE_BRACE : "";
    done = jsonLast ? end + 1 : end;
  }
  return { text: text + source.slice(done) };
}

/** The message for helper calls that are nested too deeply. */
export const CALLS_TOO_DEEP = `calls can be nested at most ${TEMPLATE_LIMITS.callDepth} deep`;

/** Returns how deep parentheses are nested in an expression. */
function callDepthOf(expression: string): number {
  let depth = 0;
  let deepest = 0;
  for (const at of positionsOutsideQuotes(expression, 0)) {
    if (expression[at] === "(") deepest = Math.max(deepest, ++depth);
    if (expression[at] === ")") depth--;
  }
  return deepest;
}

function lengthProblem(length: number, together: number): string | undefined {
  const { expressionCharacters, allExpressionsCharacters } = TEMPLATE_LIMITS;
  if (length > expressionCharacters)
    return `the expression is longer than ${expressionCharacters} characters`;
  if (together <= allExpressionsCharacters) return undefined;
  return `all expressions together are longer than ${allExpressionsCharacters} characters`;
}

/** Returns the next `{{` that opens an expression. `\{{` is text; `\\{{` is a backslash and an expression. */
function findOpen(source: string, from: number): number {
  for (let at = source.indexOf("{{", from); at >= 0; at = source.indexOf("{{", at + 2)) {
    const before = source.slice(Math.max(from, at - 2), at);
    if (!before.endsWith("\\") || before === "\\\\") return at;
  }
  return -1;
}

const isComment = (source: string, open: number): boolean => /^\{\{~?!/.test(source.slice(open, open + 4));

/** Returns the end of the expression that opens at `open`, or -1 if it is not closed. */
function findClose(source: string, open: number): number {
  if (isComment(source, open)) {
    const bang = source.indexOf("!", open) + 1;
    const close = source.startsWith("--", bang) ? /--~?\}\}/g : /\}\}/g;
    close.lastIndex = bang;
    return close.exec(source) === null ? -1 : close.lastIndex;
  }
  for (const at of positionsOutsideQuotes(source, open + 2)) {
    if (!source.startsWith("}}", at)) continue;
    const triple = source.startsWith("{{{", open) && source[at + 2] === "}";
    return at + (triple ? 3 : 2);
  }
  return -1;
}

const QUOTES: Readonly<Record<string, string>> = { '"': '"', "'": "'", "[": "]" };

/** Yields the positions that are in no quoted text and in no name in brackets. */
function* positionsOutsideQuotes(source: string, from: number): Generator<number> {
  for (let at = from; at < source.length; at++) {
    const closing = QUOTES[source[at] ?? ""];
    if (closing === undefined) yield at;
    else at = findQuoteEnd(source, at + 1, closing);
  }
}

function findQuoteEnd(source: string, from: number, closing: string): number {
  let at = from;
  while (at < source.length && source[at] !== closing) at += source.startsWith(`\\${closing}`, at) ? 2 : 1;
  return at;
}

function findControl(source: string): number {
  for (let at = 0; at < source.length; at++) {
    const code = source.charCodeAt(at);
    if (code < 0x20 && code !== 0x09 && code !== 0x0a && code !== 0x0d) return at;
  }
  return -1;
}

function scanIssue(source: string, at: number, message: string): Scan {
  const lines = source.slice(0, at).split("\n");
  return { issue: { message, line: lines.length, column: (lines.at(-1)?.length ?? 0) + 1 } };
}
