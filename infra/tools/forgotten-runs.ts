// npm run forgotten-runs -- --since TIME: names the runs that Step Functions knows and the table does not, as after a
// restore. Exit code 1 if there are any.
import { parseArgs } from "node:util";
import { SFNServiceException } from "@aws-sdk/client-sfn";
import * as z from "zod";
import { findForgottenRuns } from "../../shared/application/forgotten-runs.ts";
import { applyToolVariables, readToolEnvironment, ToolError } from "./table/environment.ts";
import { explainFailure, type TableLocation } from "./table/failures.ts";

const USAGE =
  "Usage: TABLE_NAME=… STATE_MACHINE_ARN=… AWS_REGION=… npm run -s forgotten-runs -- --since 2026-11-27T13:00:00Z (the time that the table was restored to)";
/** Exit code if they could not be compared. Exit code 1 means that there are forgotten runs. */
const UNREADABLE = 2;

const Since = z.iso.datetime({ offset: true }).transform((text) => new Date(text));
const MachineArn = z.string().regex(/^arn:aws[a-z-]*:states:[^:]+:\d{12}:stateMachine:\S+$/);

function readSince(): Date {
  try {
    const { values } = parseArgs({ options: { since: { type: "string" } } });
    return Since.parse(values.since);
  } catch {
    throw new ToolError(USAGE);
  }
}

async function compare(since: Date): Promise<number> {
  let count = 0;
  for await (const { id, status, startedAt, endedAt } of findForgottenRuns(since)) {
    count++;
    process.stdout.write(
      `${id} ${status} started ${startedAt}, ${endedAt ? `ended ${endedAt}` : "under way"}\n`,
    );
  }
  process.stdout.write(`${count === 0 ? "No run is" : `${count} runs are`} forgotten by the table.\n`);
  return count === 0 ? 0 : 1;
}

/** What the table's failures do not explain. */
function explain(error: unknown, location: TableLocation): string {
  return error instanceof SFNServiceException
    ? `Step Functions did not list the runs (${error.name}): check STATE_MACHINE_ARN, AWS_REGION, and that these credentials allow states:ListExecutions.`
    : explainFailure(error, location);
}

let location: TableLocation = { table: "", endpoint: null };
try {
  const since = readSince();
  const around = readToolEnvironment(process.env);
  location = around;
  if (!MachineArn.safeParse(process.env["STATE_MACHINE_ARN"]).success)
    throw new ToolError("STATE_MACHINE_ARN must be the stack's output StateMachineArn.");
  applyToolVariables(around.variables);
  process.exitCode = await compare(since);
} catch (error) {
  process.stderr.write(`${explain(error, location)}\n`);
  process.exitCode = UNREADABLE;
}
