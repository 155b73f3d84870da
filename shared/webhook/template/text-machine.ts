// Reads texts that have no inner structure: header values, and values of automations.
import { type OutputReader, problem } from "./machine.ts";

type NoState = Record<never, never>;

/** What HTTP lets stand in a header value without an encoding: visible ASCII, space and tab. */
export const NOT_IN_HEADER = /[^\t -~]/;
export const HEADER_RULE = "a header value holds visible ASCII, spaces and tabs only, and no line break";

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
