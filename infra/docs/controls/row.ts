// A row of docs/controls.md: what a standard asks, and how it is met here, or why not.

/**
 * `met`: the tests show it. `partly`: the reason says what is missing. `deployment`: AWS, the identity provider or the
 * account does it, by its own settings. `none`: there is no such thing in this service.
 */
export type Verdict = "met" | "partly" | "deployment" | "none";

/** A file that fails when it is no longer so. `title`: of the test in it; null: the whole file has to do with it. */
export type Proof = { file: string; title: string | null };

/** `ids`: of the standard, separated by spaces. */
export type ControlRow = {
  ids: string;
  asks: string;
  verdict: Verdict;
  reason: string;
  tests: readonly Proof[];
};

/** The title as it is written in the file. */
export const at = (file: string, title: string): Proof => ({ file, title });
const whole = (file: string): Proof => ({ file, title: null });

export const met = (ids: string, asks: string, ...tests: readonly Proof[]): ControlRow => ({
  ids,
  asks,
  verdict: "met",
  reason: "",
  tests,
});
export const partly = (
  ids: string,
  asks: string,
  reason: string,
  ...files: readonly string[]
): ControlRow => ({ ids, asks, verdict: "partly", reason, tests: files.map(whole) });
export const byDeployment = (
  ids: string,
  asks: string,
  reason: string,
  ...files: readonly string[]
): ControlRow => ({ ids, asks, verdict: "deployment", reason, tests: files.map(whole) });
export const none = (ids: string, asks: string, reason: string): ControlRow => ({
  ids,
  asks,
  verdict: "none",
  reason,
  tests: [],
});
