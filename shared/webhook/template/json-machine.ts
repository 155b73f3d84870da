// An incremental JSON reader. It knows at each point whether a value, a key, a comma or string content may follow.
import { type InnerJson, passEscape, passExpression, passText, QUOTED_EXPRESSION } from "./inner-json.ts";
import { TEMPLATE_LIMITS } from "./limits.ts";
import { type OutputReader, type Problem, problem } from "./machine.ts";

/**
 * `loose`: at the start or end of a block between the members of an object or array. What comes next decides whether
 * the renderer writes a comma here. `loose-comma`: the same, after a written comma.
 */
type At =
  | "value"
  | "item"
  | "key"
  | "member"
  | "colon"
  | "next"
  | "string"
  | "key-string"
  | "loose"
  | "loose-comma";

/** `open`: the open brackets. `token`: an unfinished number, word or escape. `inner`: see `inner-json.ts`. */
type JsonState = { open: string; at: At; token: string; inner: InnerJson };

const EXPECTED: Record<At, string> = {
  value: "a value",
  item: "a value or ]",
  key: "a key in quotes",
  member: "a key in quotes or }",
  colon: "a colon",
  next: "a comma or a closing bracket",
  string: "the end of a string",
  "key-string": "the end of a key",
  loose: "a comma, a value or a closing bracket",
  "loose-comma": "a value",
};

const TOKEN = /^(?:true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)$/;
const WHOLE_ESCAPE = /^\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})$/;
const PART_OF_ESCAPE = /^\\(?:u[0-9a-fA-F]{0,3})?$/;

const isValueExpected = ({ open, at }: JsonState): boolean =>
  at === "value" || at === "item" || (at.startsWith("loose") && open.endsWith("["));
const isKeyExpected = ({ open, at }: JsonState): boolean =>
  at === "key" || at === "member" || (at.startsWith("loose") && open.endsWith("{"));
const isInString = (at: At): boolean => at === "string" || at === "key-string";
function describeExpected({ open, at }: JsonState): string {
  if (at === "next" && open === "") return "nothing more";
  return at.startsWith("loose") && open.endsWith("{")
    ? EXPECTED[at].replace("a value", "a key in quotes")
    : EXPECTED[at];
}
const isStop = (state: JsonState | string): state is string => typeof state === "string";

export const jsonReader: OutputReader<JsonState> = {
  start: { open: "", at: "value", token: "", inner: "" },

  text(start, text) {
    let state = start;
    let offset = 0;
    while (offset < text.length) {
      const length = plainLength(state, text, offset);
      const read =
        length > 0
          ? state
          : isInString(state.at)
            ? readString(state, text, offset)
            : readToken(state, text, offset);
      if (isStop(read)) return problem(read, offset);
      const skipped = text.slice(offset, offset + length);
      state = isInString(read.at) && length > 0 ? { ...read, inner: passText(read.inner, skipped) } : read;
      offset += Math.max(1, length);
    }
    return state;
  },

  write(state) {
    const { at, token } = state;
    if (isInString(at)) {
      if (token !== "")
        return problem('an expression cannot follow a backslash: write three for a literal "\\"');
      const outputContext =
        at === "key-string" ? "json-key" : state.inner === "colon" ? "json-inner" : "json-string";
      return { state: { ...state, inner: passExpression(state.inner) }, outputContext };
    }
    if (token !== "") return problem(`an expression cannot follow ${token} directly`);
    if (isValueExpected(state)) return { state: { ...state, at: "next" }, outputContext: "json-value" };
    if (isKeyExpected(state)) return problem("a key must be in quotes");
    return problem(`an expression is not allowed here: expected ${describeExpected(state)}`);
  },

  crossBoundary(state) {
    const done = finishToken(state);
    return "problem" in done || !isBetweenMembers(done) ? done : { ...done, at: "loose" };
  },

  branchKey: ({ open, at, token }) => `${open} ${isInString(at) ? at + token : ""}`,

  end(state) {
    const last = finishToken(state);
    if ("problem" in last) return last;
    return last.at === "next" && last.open === ""
      ? undefined
      : problem(`the JSON is not complete: expected ${describeExpected(last)}`);
  },
};

/** Whether a member of an object or array could begin here, or has just ended. Never between a key and its value. */
function isBetweenMembers({ open, at }: JsonState): boolean {
  if (open === "" || isInString(at) || at === "colon") return false;
  return at !== "value" || open.endsWith("[");
}

/**
 * Returns the number of characters from `offset` on that do not change the state: string content, white space between
 * tokens.
 */
function plainLength(state: JsonState, text: string, offset: number): number {
  if (state.token !== "") return 0;
  const plain = isInString(state.at) ? /[^"\\\p{Cc}]*/uy : /[ \t\r\n]*/y;
  plain.lastIndex = offset;
  return plain.exec(text)?.[0].length ?? 0;
}

function readString(state: JsonState, text: string, offset: number): JsonState | string {
  const char = text[offset] ?? "";
  const token = state.token + char;
  if (state.token !== "") {
    if (WHOLE_ESCAPE.test(token)) return readInnerEscape({ ...state, token: "" }, token);
    return PART_OF_ESCAPE.test(token) ? { ...state, token } : "this is not a JSON escape";
  }
  if (char === "\\") return { ...state, token };
  if (char === '"') return { ...state, at: state.at === "string" ? "next" : "colon", inner: "" };
  return char < " " ? "a line break or tab inside a JSON string is written \\n or \\t" : state;
}

function readInnerEscape(state: JsonState, sequence: string): JsonState | string {
  if (state.inner === "written" && sequence === '\\"') return QUOTED_EXPRESSION;
  return { ...state, inner: passEscape(state.inner, sequence) };
}

function readToken(state: JsonState, text: string, offset: number): JsonState | string {
  const char = text[offset] ?? "";
  if (/[-+.\w]/.test(char)) {
    if (isValueExpected(state)) return { ...state, token: state.token + char };
    return `expected ${describeExpected(state)}`;
  }
  const done = finishToken(state);
  return "problem" in done ? done.problem : readBracket(done, char);
}

function finishToken(state: JsonState): JsonState | Problem {
  if (state.token === "" || isInString(state.at)) return state;
  if (!TOKEN.test(state.token)) return problem(`${state.token.slice(0, 40)} is not a JSON value`);
  return { ...state, at: "next", token: "" };
}

function readBracket(state: JsonState, char: string): JsonState | string {
  const { open, at } = state;
  const expectsValue = isValueExpected(state);
  const inside = open.at(-1);
  if (/[ \t\r\n]/.test(char)) return state;
  if (char === '"' && expectsValue) return { ...state, at: "string" };
  if (char === '"' && isKeyExpected(state)) return { ...state, at: "key-string" };
  if ((char === "{" || char === "[") && expectsValue) {
    if (open.length >= TEMPLATE_LIMITS.jsonDepth) return `more than ${TEMPLATE_LIMITS.jsonDepth} levels`;
    return { ...state, open: open + char, at: char === "{" ? "member" : "item" };
  }
  if (char === ":" && at === "colon") return { ...state, at: "value" };
  if (char === "," && at === "next" && inside !== undefined)
    return { ...state, at: inside === "{" ? "key" : "value" };
  if (char === "," && at === "loose") return { ...state, at: "loose-comma" };
  const closesObject = char === "}" && inside === "{" && ["next", "member", "loose"].includes(at);
  const closesArray = char === "]" && inside === "[" && ["next", "item", "loose"].includes(at);
  if (closesObject || closesArray) return { ...state, open: open.slice(0, -1), at: "next" };
  return `expected ${describeExpected(state)}`;
}
