// npm run erase: erases a person, or the content of a run or an incident, for good. Without --yes it only says what it
// would change. Exit code 1 if it refuses.
import { parseArgs } from "node:util";
import * as z from "zod";
import { type ErasurePlan, erase, planErasure } from "../../shared/application/erasure/erase.ts";
import { newId } from "../../shared/http/new-id.ts";
import { applyToolVariables, readToolEnvironment, ToolError } from "./table/environment.ts";
import { explainFailure, type TableLocation } from "./table/failures.ts";

const USAGE = `Usage: TABLE_NAME=… AWS_REGION=… npm run -s erase -- (--person SUBJECT | --execution ID | --incident ID | --executions-before DAY)
         [--yes --by WHO --reason WHY] (on a local stack AWS_ENDPOINT_URL_DYNAMODB=… instead of the region)

  --person SUBJECT  the token's sub, as executedBy and actor show it: becomes a mark; the names beside it go
  --execution ID    parameters, request, answers and reports of a run, and what people wrote about it
  --incident ID     title, assignee and metadata of an incident, its events, and the content of all runs for it
  --executions-before DAY
                    the same as --execution, of all runs that ended before this day, as 2026-01-31, in UTC
  --yes             erase; without it the command only says what it would change
  --by WHO          who erases, for the audit: a name or an id
  --reason WHY      why, for the audit, which everybody can read: a ticket, and never the person`;
/** Exit code if the table could not be read or written, or the arguments are wrong. 1: it is refused. */
const UNREADABLE = 2;

const FLAGS = {
  person: { type: "string" },
  execution: { type: "string" },
  incident: { type: "string" },
  "executions-before": { type: "string" },
  by: { type: "string" },
  reason: { type: "string" },
  yes: { type: "boolean" },
} as const;
/** Flag → what it erases. */
const TARGETS = [
  ["person", "person"],
  ["execution", "execution"],
  ["incident", "incident"],
  ["executions-before", "executions"],
] as const;
const Day = z.iso.date();

type Asked = Parameters<typeof planErasure>[0];
type Order = { asked: Asked; given: { by: string; reason: string } | null };

function readArguments(): Order {
  const { values } = parse();
  const [asked, ...others] = TARGETS.flatMap(([flag, what]) =>
    values[flag] ? [{ what, target: values[flag] }] : [],
  );
  if (!asked || others.length > 0) throw new ToolError(USAGE);
  if (asked.what === "executions" && !Day.safeParse(asked.target).success)
    throw new ToolError("--executions-before takes a day, as 2026-01-31.");
  if (!values.yes) return { asked, given: null };
  const { by = "", reason = "" } = values;
  if (!/^[\x21-\x7e]{1,200}$/.test(by) || reason.trim() === "" || reason.length > 500)
    throw new ToolError(
      "--yes needs --by, who erases, without spaces, and --reason, why: up to 500 characters.",
    );
  if (asked.what === "person" && `${by} ${reason}`.includes(asked.target))
    throw new ToolError(
      "--by and --reason stay in the audit: name a ticket, and not the person who is erased.",
    );
  return { asked, given: { by, reason: reason.trim() } };
}

function parse() {
  try {
    return parseArgs({ options: FLAGS });
  } catch {
    throw new ToolError(USAGE);
  }
}

async function run({ asked, given }: Order): Promise<number> {
  const name = `${asked.what === "executions" ? "executions before" : asked.what} ${asked.target}`;
  const done = given
    ? await erase(asked, {
        actor: { id: `operator:${given.by}`, name: null },
        reason: given.reason,
        context: { now: new Date(), newId },
      })
    : { ...(await planErasure(asked)), mark: null };
  if (!done.isFound) throw new ToolError(`Nothing in the table is of the ${name}: check the id.`);
  for (const blocker of done.blockers) say(`refused    ${blocker}`);
  for (const [kind, count] of [...done.changes].sort()) say(`${kind.padEnd(20)} ${count}`);
  for (const item of done.mentions) say(`mentioned  ${item}`);
  if (done.mentions.length > 0) say(MENTIONED);
  say(verdictOf(done, given !== null));
  return done.blockers.length > 0 ? 1 : 0;
}

const MENTIONED =
  "These items hold the subject or a name in words, or in what systems sent. They stay: look at them, and erase their run or incident if you must.";

function verdictOf(
  { blockers, changes, mark, open }: ErasurePlan & { mark: string | null },
  isOrder: boolean,
) {
  if (blockers.length > 0) return "Nothing was changed.";
  if (mark !== null) return `Erased: ${mark} stands in its place. Keep this line with the ticket.`;
  if (open) return "An erasure of this was begun and is not done: run it again with --yes.";
  if (changes.size === 0) return "Nothing is left to erase.";
  return isOrder ? "Nothing was changed." : "These items would be changed. Add --yes --by WHO --reason WHY.";
}

const say = (line: string) => process.stdout.write(`${line}\n`);

/** What the failures of a table that is read do not explain. */
function explain(error: unknown, location: TableLocation): string {
  if (!(error instanceof Error)) return explainFailure(error, location);
  if (error.name === "AccessDeniedException" || Object(error.cause)["name"] === "AccessDeniedException")
    return `These credentials may not erase in the table ${location.table}: use credentials that allow dynamodb:Scan, Query, GetItem, PutItem, UpdateItem and DeleteItem on it.`;
  return "code" in error && error.code === "unavailable" && error.name === "ServiceError"
    ? error.message
    : explainFailure(error, location);
}

let location: TableLocation = { table: "", endpoint: null };
try {
  const order = readArguments();
  const around = readToolEnvironment(process.env);
  location = around;
  applyToolVariables(around.variables);
  process.exitCode = await run(order);
} catch (error) {
  process.stderr.write(`${explain(error, location)}\n`);
  process.exitCode = UNREADABLE;
}
