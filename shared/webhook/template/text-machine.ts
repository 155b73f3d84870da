// Reader for texts without structure: header values, and parameter values of automations.
import { type OutputReader, problem } from "./machine.ts";

type NoState = Record<never, never>;

/**
 * Matches characters that HTTP does not allow in a header value without an encoding. Allowed: visible ASCII, space and
 * tab.
 */
export const NOT_IN_HEADER = /[^\t -~]/;
export const HEADER_RULE = "a header value contains only visible ASCII, spaces and tabs, and no line break";

export const valueReader: OutputReader<NoState> = {
  start: {},
  text: (state) => state,
  write: (state) => ({ state, outputContext: "text" }),
  crossBoundary: (state) => state,
  branchKey: () => "",
  end: () => undefined,
};

export const headerReader: OutputReader<NoState> = {
  ...valueReader,
  text(state, text) {
    const bad = NOT_IN_HEADER.exec(text);
    return bad === null ? state : problem(HEADER_RULE, bad.index);
  },
};
