// A row of docs/controls.md: what a standard asks, and how it is met here, or why not.

/**
 * `met`: the tests show it. `partly`: the reason says what is missing. `deployment`: AWS, the identity provider or the
 * account does it, by its own settings. `none`: there is no such thing in this service.
 */
export type Verdict = "met" | "partly" | "deployment" | "none";

/** `ids`: of the standard, separated by spaces. `tests`: files that fail when it is no longer so. */
export type ControlRow = {
  ids: string;
  asks: string;
  verdict: Verdict;
  reason: string;
  tests: readonly string[];
};

export const met = (ids: string, asks: string, ...tests: readonly string[]): ControlRow => ({
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
  ...tests: readonly string[]
): ControlRow => ({ ids, asks, verdict: "partly", reason, tests });
export const byDeployment = (
  ids: string,
  asks: string,
  reason: string,
  ...tests: readonly string[]
): ControlRow => ({ ids, asks, verdict: "deployment", reason, tests });
export const none = (ids: string, asks: string, reason: string): ControlRow => ({
  ids,
  asks,
  verdict: "none",
  reason,
  tests: [],
});
