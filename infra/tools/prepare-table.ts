// npm run prepare-table -- NAME: makes a restored table ready for the stack, and says what it did. Run again, it
// changes nothing.
import { parseArgs } from "node:util";
import { DescribeTableCommand, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { pauseRestored } from "../../shared/application/pause-restored.ts";
import { newId } from "../../shared/http/new-id.ts";
import { findTableProblem } from "./restore/check-table.ts";
import {
  copyTags,
  describeTable,
  nameEncryption,
  type Preparing,
  setExpiry,
  setProtection,
  setRecovery,
  setStream,
} from "./restore/table-steps.ts";
import { applyToolVariables, readToolEnvironment, ToolError } from "./table/environment.ts";
import { explainFailure, type TableLocation } from "./table/failures.ts";

const USAGE =
  "Usage: AWS_REGION=… npm run -s prepare-table -- TABLE [--tags-of OLD_TABLE] (on a local stack AWS_ENDPOINT_URL_DYNAMODB=… instead of the region)";

/**
 * In this order. The stream is last: its reader announces what it shows, and the pause and whatever a killed run has
 * left to do is nothing to announce. A table with a stream was prepared before, and somebody may have resumed it.
 */
const STEPS: readonly (readonly [what: string, step: (to: Preparing) => Promise<string>])[] = [
  ["pause of all runs", pauseUnlessUsed],
  ["expiry of items", setExpiry],
  ["point-in-time recovery", setRecovery],
  ["deletion protection", setProtection],
  ["encryption", nameEncryption],
  ["tags", copyTags],
  ["stream", setStream],
];

async function pauseUnlessUsed(to: Preparing): Promise<string> {
  if ((await describeTable(to)).StreamSpecification?.StreamEnabled)
    return "left as it is: the table was prepared before";
  const paused = await pauseRestored({ now: new Date(), newId });
  return paused ? "switched on: nothing begins until a platform admin resumes" : "was on";
}

async function prepare(to: Preparing): Promise<void> {
  const problem = findTableProblem(await describeTable(to));
  if (problem) throw new ToolError(problem);
  say("keys and indexes", "as they should be");
  for (const [what, step] of STEPS) say(what, await step(to).catch(nameWhatIsNotThere));
  const { LatestStreamArn } = await describeTable(to);
  process.stdout.write(`Deploy with: -c tableStreamArn=${LatestStreamArn}\n`);
}

/** DynamoDB Local has no backups, and says so in this way. AWS has every operation. */
function nameWhatIsNotThere(error: unknown): string {
  if (error instanceof Error && error.name === "UnknownOperationException") return "not in DynamoDB Local";
  throw error;
}

const say = (what: string, done: string) => process.stdout.write(`${what.padEnd(24)}${done}\n`);

async function readTagsOf(client: DynamoDBClient, table: string | undefined): Promise<string | null> {
  if (table === undefined) return null;
  const { Table } = await client.send(new DescribeTableCommand({ TableName: table }));
  return Table?.TableArn ?? null;
}

function readArguments(): { name: string; tagsOf: string | undefined } {
  try {
    const options = { "tags-of": { type: "string" } } as const;
    const { values, positionals } = parseArgs({ options, allowPositionals: true });
    const [name, ...others] = positionals;
    if (name !== undefined && others.length === 0) return { name, tagsOf: values["tags-of"] };
  } catch {
    // An unknown option: the usage says which there are.
  }
  throw new ToolError(USAGE);
}

/** What the failures of a table that is read do not explain. */
function explain(error: unknown, location: TableLocation): string {
  const { table, endpoint } = location;
  const [name] = error instanceof Error ? [error.name] : [];
  if (name === "ResourceNotFoundException")
    return `There is no such table (${table}, or that of --tags-of) ${endpoint === null ? "in this account and Region: check the names, AWS_REGION and the credentials" : `on ${endpoint}: check the names`}.`;
  if (name === "AccessDeniedException")
    return `These credentials may not prepare the table ${table}: use credentials that allow dynamodb:Describe*, UpdateTable, UpdateTimeToLive, UpdateContinuousBackups, ListTagsOfResource, TagResource, GetItem, PutItem and UpdateItem on it.`;
  return explainFailure(error, location);
}

let location: TableLocation = { table: "", endpoint: null };
try {
  const { name, tagsOf } = readArguments();
  const around = readToolEnvironment({ ...process.env, TABLE_NAME: name });
  location = around;
  applyToolVariables({ ...around.variables, TABLE_NAME: name });
  const client = new DynamoDBClient({});
  await prepare({ client, name, tagsOf: await readTagsOf(client, tagsOf) });
} catch (error) {
  process.stderr.write(`${explain(error, location)}\n`);
  process.exitCode = 1;
}
