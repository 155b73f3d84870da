// A child process that runs one part of npm run bench, so that what a part sets or loads is not the next one's.
import { HostError, messageOf } from "../../infra/local/platform/errors.ts";
import type { Figure, Outcome } from "./figures.ts";
import { PART_NAMES, PARTS } from "./parts.ts";

// Before any module makes its logger: the figures are what is to be read.
process.env["POWERTOOLS_LOG_LEVEL"] = "SILENT";

async function run(word: string | undefined): Promise<Outcome> {
  const name = PART_NAMES.find((each) => each === word);
  if (name === undefined) throw new Error(`No part ${word}`);
  const measured: Outcome | readonly Figure[] = await (await PARTS[name].load())();
  return "figures" in measured ? measured : { figures: [...measured], blocks: [] };
}

/** A problem of this machine is one line; a defect of a benchmark keeps its stack. */
const problemOf = (error: unknown) =>
  error instanceof HostError || !(error instanceof Error) ? messageOf(error) : (error.stack ?? error.message);

const answer = await run(process.argv[2]).then(
  (outcome) => ({ outcome }),
  (error: unknown) => ({ problem: problemOf(error) }),
);
process.send?.(answer, () => process.exit());
