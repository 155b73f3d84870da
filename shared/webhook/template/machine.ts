// The kinds of places in a rendered text, and what follows its writing to know which one it is in.

/** Where an expression stands, and so how its value is written. */
export type OutputContext = "json-value" | "json-string" | "json-key" | "url-path" | "url-query" | "text";

/** `offset` is where in the text that was read it goes wrong. */
export type Problem = { problem: string; offset: number };

/** Reads the text of a template piece by piece; states are plain data, and never change in place. */
export type OutputReader<State> = {
  start: State;
  text(state: State, text: string, inBlock: boolean): State | Problem;
  write(state: State): { state: State; outputContext: OutputContext } | Problem;
  /** What a state becomes where a block begins or ends. */
  crossBoundary(state: State): State | Problem;
  /** Branches of one block must end in the same lane: only within it may states differ. */
  branchKey(state: State): string;
  /** What is missing if the text ends here. */
  end(state: State): Problem | undefined;
};

export function isProblem(value: object): value is Problem {
  return "problem" in value;
}

export function problem(message: string, offset = 0): Problem {
  return { problem: message, offset };
}
