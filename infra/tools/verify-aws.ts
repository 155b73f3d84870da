// npm run verify:aws: plays what the service is for against a deployment, and reports what it saw, a row for each step.
import { readArguments, USAGE } from "./verify/arguments.ts";
import { cleanUp } from "./verify/clean-up.ts";
import { findDeployment } from "./verify/deployment.ts";
import { explainStart, StartError } from "./verify/failures.ts";
import { showNotShown } from "./verify/not-shown.ts";
import { Report } from "./verify/report.ts";
import { setTheStage } from "./verify/stage.ts";
import { showCallbacks } from "./verify/story/callbacks.ts";
import { showEvents } from "./verify/story/events.ts";
import { showMainStory } from "./verify/story/main-story.ts";

/** Exit code if the verification could not begin. Exit code 1 means that something was not as expected. */
const NOT_BEGUN = 2;

async function verify(argv: readonly string[]): Promise<number> {
  const given = readArguments(argv, process.env);
  const deployment = await findDeployment(given);
  const report = new Report((line) => process.stdout.write(`${line}\n`));
  const stage = await setTheStage(given, deployment, report);
  // What was made is removed after Ctrl-C too, and when nobody reads the report any more.
  process.stdout.on("error", () => undefined);
  process.once("SIGINT", () => report.interrupt());
  try {
    await showMainStory(stage);
    await showCallbacks(stage);
    await showEvents(stage);
  } finally {
    await cleanUp(stage);
    await stage.close();
  }
  showNotShown(report, deployment);
  return report.finish();
}

try {
  const argv = process.argv.slice(2);
  if (argv.includes("--help")) process.stdout.write(`${USAGE}\n`);
  else process.exitCode = await verify(argv);
} catch (error) {
  const { message } = error instanceof StartError ? error : explainStart(error);
  process.stderr.write(`${message}\n`);
  process.exitCode = NOT_BEGUN;
}
