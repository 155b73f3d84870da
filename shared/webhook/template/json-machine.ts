// An incremental JSON reader. It knows at each point whether a value, a key, a comma or string content may follow.
import { TEMPLATE_LIMITS } from "./limits.ts";
import { type OutputReader, type Problem, problem } from "./machine.ts";

type At = "value" | "item" | "key" | "member" | "colon" | "next" | "string" | "key-string";

/** `open`: the open brackets. `token`: an unfinished number, word or escape. */
type JsonState = { open: string; at: At; token: string };

const EXPECTED: Record<At, string> = {
  value: "a value",
  item: "a value or ]",
  key: "a key in quotes",
  member: "a key in quotes or }",
  colon: "a colon",
  next: "a comma or a closing bracket",
  string: "the end of a string",
  "key-string": "the end of a key",
};

const TOKEN = /^(?:true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)$/;
const WHOLE_ESCAPE = /^\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})$/;
const PART_OF_ESCAPE = /^\\(?:u[0-9a-fA-F]{0,3})?$/;

const isInString = (at: At): boolean => at === "string" || at === "key-string";
const describeExpected = ({ open, at }: JsonState): string =>
  at === "next" && open === "" ? "nothing more" : EXPECTED[at];
const isStop = (state: JsonState | string): state is string => typeof state === "string";

export const jsonReader: OutputReader<JsonState> = {
  start: { open: "", at: "value", token: "" },

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
      state = read;
      offset += Math.max(1, length);
    }
    return state;
  },

  write(state) {
    const { at, token } = state;
    if (isInString(at)) {
      if (token !== "")
        return problem('an expression cannot follow a backslash: write three for a literal "\\"');
      return { state, outputContext: at === "string" ? "json-string" : "json-key" };
    }
    if (token !== "") return problem(`an expression cannot follow ${token} directly`);
    if (at === "value" || at === "item")
      return { state: { ...state, at: "next" }, outputContext: "json-value" };
    if (at === "key" || at === "member") return problem("a key must be in quotes");
    return problem(`an expression is not allowed here: expected ${describeExpected(state)}`);
  },

  crossBoundary: (state) => finishToken(state),

  branchKey: ({ open, at, token }) => `${open} ${isInString(at) ? at + token : ""}`,

  end(state) {
    const last = finishToken(state);
    if ("problem" in last) return last;
    return last.at === "next" && last.open === ""
      ? undefined
      : problem(`the JSON is not complete: expected ${describeExpected(last)}`);
  },
};

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
    if (WHOLE_ESCAPE.test(token)) return { ...state, token: "" };
    return PART_OF_ESCAPE.test(token) ? { ...state, token } : "this is not a JSON escape";
  }
  if (char === "\\") return { ...state, token };
  if (char === '"') return { ...state, at: state.at === "string" ? "next" : "colon" };
  return char < " " ? "a line break or tab inside a JSON string is written \\n or \\t" : state;
}

function readToken(state: JsonState, text: string, offset: number): JsonState | string {
  const char = text[offset] ?? "";
  if (/[-+.\w]/.test(char)) {
    if (state.at === "value" || state.at === "item") return { ...state, token: state.token + char };
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
  const isValueExpected = at === "value" || at === "item";
  const inside = open.at(-1);
  if (/[ \t\r\n]/.test(char)) return state;
  if (char === '"' && isValueExpected) return { ...state, at: "string" };
  if (char === '"' && (at === "key" || at === "member")) return { ...state, at: "key-string" };
  if ((char === "{" || char === "[") && isValueExpected) {
    if (open.length >= TEMPLATE_LIMITS.jsonDepth) return `more than ${TEMPLATE_LIMITS.jsonDepth} levels`;
    return { ...state, open: open + char, at: char === "{" ? "member" : "item" };
  }
  if (char === ":" && at === "colon") return { ...state, at: "value" };
  if (char === "," && at === "next" && inside !== undefined)
    return { ...state, at: inside === "{" ? "key" : "value" };
  const closesObject = char === "}" && inside === "{" && (at === "next" || at === "member");
  const closesArray = char === "]" && inside === "[" && (at === "next" || at === "item");
  if (closesObject || closesArray) return { ...state, open: open.slice(0, -1), at: "next" };
  return `expected ${describeExpected(state)}`;
}
