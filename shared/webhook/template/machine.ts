// Output contexts in a rendered text, and the interface of the readers that determine them.

/**
 * The output context of an expression. It decides how the value is escaped. `json-inner`: after a key of JSON that is
 * itself inside a JSON string.
 */
export type OutputContext =
  | "json-value"
  | "json-string"
  | "json-inner"
  | "json-key"
  | "url-path"
  | "url-query"
  | "form"
  | "text";

/** `offset` is the position of the problem in the text. */
export type Problem = { problem: string; offset: number };

/** Reads the text of a template in pieces. States are plain immutable data. */
export type OutputReader<State> = {
  start: State;
  text(state: State, text: string, inBlock: boolean): State | Problem;
  write(state: State): { state: State; outputContext: OutputContext } | Problem;
  /** Returns the state at the start or end of a block. */
  crossBoundary(state: State): State | Problem;
  /** Returns the key that all branches of a block must share at their end. States with the same key may differ. */
  branchKey(state: State): string;
  /** Returns the problem if the text ends here. */
  end(state: State): Problem | undefined;
};

export function isProblem(value: object): value is Problem {
  return "problem" in value;
}

export function problem(message: string, offset = 0): Problem {
  return { problem: message, offset };
}
