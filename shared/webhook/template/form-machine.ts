// An incremental reader of application/x-www-form-urlencoded text: pairs of name=value with & between them.
import { type OutputReader, problem } from "./machine.ts";

/**
 * The part since the last `&`. `start` and `amp`: nothing yet. `loose`: nothing but a block, which explains one more
 * `&`. `ended`: a line break after a pair.
 */
type At = "start" | "amp" | "loose" | "pair" | "ended";
/** `equals`: whether the pair has its `=`, and whether a block began or ended after it. `tail`: an unfinished escape. */
type FormState = { at: At; equals: "none" | "written" | "before-block"; tail: string };

/** The message for a pair that would swallow the next one. */
export const SECOND_EQUALS = "a second = in one pair: write & before its name, or %3D for an = in a value";
const NOTHING = "a & with no pair before it";

export const formReader: OutputReader<FormState> = {
  start: { at: "start", equals: "none", tail: "" },

  text(start, text) {
    let state = start;
    for (let offset = 0; offset < text.length; ) {
      const space = spaceAt(text, offset);
      const next = space === "" ? readChar(state, text[offset] ?? "") : readSpace(state, space);
      if (typeof next === "string") return problem(next, offset);
      state = next;
      offset += space.length || 1;
    }
    return state;
  },

  write(state) {
    if (state.tail !== "") return problem("an expression cannot complete a percent-escape");
    if (state.at === "ended") return problem("write & between two pairs");
    return { state: { ...state, at: "pair", tail: "" }, outputContext: "form" };
  },

  crossBoundary(state) {
    if (state.at === "ended") return state;
    if (state.at !== "pair") return { ...state, at: "loose" };
    return state.equals === "none" ? state : { ...state, equals: "before-block" };
  },

  branchKey: () => "",

  end({ at, tail }) {
    if (tail !== "") return problem(ESCAPE);
    return at === "amp" ? problem("a & with no pair after it") : undefined;
  },
};

const ESCAPE = "a % is followed by two hexadecimal digits: write %25 for a % sign";
const LINE_BREAK = "a line break inside a pair: write %0A in a value, and & between two pairs";

function spaceAt(text: string, offset: number): string {
  const space = /[ \t\r\n]*/y;
  space.lastIndex = offset;
  return space.exec(text)?.[0] ?? "";
}

/** Returns the next state, or the problem. */
function readChar(state: FormState, char: string): FormState | string {
  const sequence = state.tail + char;
  if (state.tail !== "" && !/^%[0-9a-f]{1,2}$/i.test(sequence)) return ESCAPE;
  if (!/[!-~]/.test(char)) return "characters beyond ASCII are written as percent-escapes";
  if (char === "&") {
    if (state.at === "start" || state.at === "amp") return NOTHING;
    return { at: "amp", equals: "none", tail: "" };
  }
  if (state.at === "ended") return LINE_BREAK;
  if (char === "=" && state.equals === "before-block") return SECOND_EQUALS;
  const tail = char === "%" || (state.tail !== "" && sequence.length < 3) ? sequence : "";
  return { at: "pair", equals: char === "=" ? "written" : state.equals, tail };
}

/** Space before a pair, and line breaks after it, lay a template out, and are not sent. Other spaces must be escaped. */
function readSpace(state: FormState, space: string): FormState | string {
  if (state.tail !== "") return ESCAPE;
  if (state.at !== "pair") return state;
  return /[\r\n]/.test(space) ? { ...state, at: "ended" } : "a space is written + or %20";
}
