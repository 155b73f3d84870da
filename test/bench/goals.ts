// What was measured before issue 11 began, and the goals of issues 11 and 13.
type Goal = { of: RegExp; before: string; goal: string };

/** `of`: the names of the figures that a goal is for. */
const GOALS: readonly Goal[] = [
  { of: /^a run that succeeds at once: requests/, before: "19.1", goal: "≤ 11" },
  { of: /^a run that succeeds at once: write units/, before: "33", goal: "≤ 20" },
  { of: /^a run that succeeds at once: states/, before: "7", goal: "≤ 4" },
  { of: /^CPU to load api-.*, first /, before: "1.51–1.67", goal: "≤ 1.1" },
  { of: /^CPU to load api-.*, then /, before: "", goal: "≤ 0.1" },
  { of: /^CPU to load (?!api-)/, before: "1.50", goal: "≤ 1.2" },
  { of: /^bytes to load /, before: "1.5–2.1", goal: "≤ 1.4" },
  { of: /^CPU of an invocation, read: /, before: "1.37–1.88", goal: "≤ 1.2" },
  { of: /^CPU of an invocation, write: /, before: "1.85–2.43", goal: "≤ 1.5" },
  { of: /^runs that end in a second/, before: "18–20", goal: "≥ 40" },
  { of: /^CPU time of Node for each run/, before: "31", goal: "≤ 18" },
  { of: /^CPU time of Java for each run/, before: "47", goal: "≤ 25" },
  { of: /^start of a run to the receiver's socket, p50/, before: "79–99", goal: "≤ 50" },
  { of: /^1,000 incidents published twice, until each has reached/, before: "111–145", goal: "≤ 45" },
  { of: /^POST \/runbooks, 16 at once/, before: "64", goal: "≥ 100" },
  { of: /^GET \/runbooks\/\{runbookId\}, 16 at once/, before: "184", goal: "≥ 300" },
  { of: /^PATCH \/runbooks\/\{runbookId\}, 16 at once/, before: "66", goal: "≥ 100" },
  { of: /^runbooks --help$/, before: "", goal: "≤ 150 ms" },
];

export const goalOf = (name: string): Goal | undefined => GOALS.find(({ of }) => of.test(name));
