// An incremental URL reader. Scheme, host and port are literal. Expressions are allowed in path and query only.
import { SECOND_EQUALS } from "./form-machine.ts";
import { type OutputReader, type Problem, problem } from "./machine.ts";

/**
 * `tail`: literal text that could still turn an expression into `..` or complete an escape. `equals`: whether the pair
 * of the query has its `=`, and whether a block began or ended after it.
 */
type UrlState = {
  part: "authority" | "path" | "query" | "fragment";
  tail: string;
  equals: "none" | "written" | "before-block";
};

const AUTHORITY = /^https?:\/\/[^/?#]+(?=[/?#])/i;
export const LITERAL_ORIGIN = "scheme, host and port must be literal, as in https://host/{{…}}";

export const urlReader: OutputReader<UrlState> = {
  start: { part: "authority", tail: "", equals: "none" },

  text(state, text, inBlock) {
    const bad = /[\s\\\p{Cc}]/u.exec(text);
    if (bad !== null) return problem("a URL must not contain white space or a backslash", bad.index);
    if (state.part !== "authority") return readRest(state, text, 0, inBlock);
    const whole = state.tail + text;
    const origin = AUTHORITY.exec(whole)?.[0];
    if (origin === undefined) return { ...state, tail: whole };
    if (!URL.canParse(origin)) return problem("this is not an http or https address");
    const rest = origin.length - state.tail.length;
    return readRest({ ...state, part: "path", tail: "" }, text, rest, inBlock);
  },

  write(state) {
    const { part, tail } = state;
    if (part === "authority") return problem(LITERAL_ORIGIN);
    if (part === "fragment") return problem("the fragment is never sent: no expression can stand in it");
    if (/%[0-9a-f]?$/i.test(tail)) return problem("an expression cannot complete a percent-escape");
    return { state: { ...state, tail: "-" }, outputContext: part === "path" ? "url-path" : "url-query" };
  },

  crossBoundary(state) {
    if (state.part === "authority") return problem(LITERAL_ORIGIN);
    return state.equals === "written" ? { ...state, equals: "before-block" } : state;
  },

  branchKey: ({ part }) => part,

  end({ part, tail }) {
    if (part === "authority") {
      const complete = /^https?:\/\/[^/?#]/i.test(tail) && URL.canParse(tail);
      return complete ? undefined : problem("this is not an http or https address");
    }
    return part === "path" && isDots(tail) ? problem(DOTS) : undefined;
  },
};

const DOTS = "a path segment cannot be . or ..";

/** Whether the segment is `.`, `..` or an escaped form. URL parsers treat them as path navigation. */
export function isDots(segment: string): boolean {
  return /^(?:\.|%2e){1,2}$/i.test(segment);
}

function readRest(start: UrlState, text: string, from: number, inBlock: boolean): UrlState | Problem {
  let { part, tail, equals } = start;
  for (let i = from; i < text.length; i++) {
    const char = text[i] ?? "";
    const endsSegment = part === "path" && (char === "/" || char === "?" || char === "#");
    if (endsSegment && isDots(tail)) return problem(DOTS, i);
    if (part === "path" && char === "/" && inBlock) {
      return problem("a block cannot add segments to the path", i);
    }
    if (char === "=" && part === "query") {
      if (equals === "before-block") return problem(SECOND_EQUALS, i);
      equals = "written";
    }
    if (char === "&" || (char === "?" && part === "path")) equals = "none";
    if (char === "#") part = "fragment";
    else if (char === "?" && part === "path") part = "query";
    tail = endsSegment ? "" : shorten(tail + char);
  }
  return { part, tail, equals };
}

/** Keeps only the part of the tail that still matters, so that a loop has few states. */
function shorten(tail: string): string {
  if (/^(?:\.|%2e){0,2}(?:%2?)?$/i.test(tail)) return tail.toLowerCase();
  return `-${/%[0-9a-f]?$/i.exec(tail)?.[0] ?? ""}`;
}
