// The step back to an earlier definition.
import { client } from "../../data/client.ts";
import { ifUnchanged } from "./runbook.ts";
import type { Step } from "./steps.ts";

export const rollbackTo = (version: number): Step => ({
  label: `Go back to version ${version}`,
  kind: "",
  meaning:
    "Its definition becomes the current draft, as a new version. What runs meanwhile is decided by the version in service.",
  words: "Why",
  needsWords: false,
  done: `Version ${version} is the draft again`,
  take: (runbook, words) =>
    client.rollbackRunbook({
      runbookId: runbook.id,
      headers: ifUnchanged(runbook),
      body: { toVersion: version, ...(words !== "" && { changeNote: words }) },
    }),
});
