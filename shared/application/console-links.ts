// Links of an execution to the AWS console: its state machine, and its log lines in Logs Insights.
import { readEnvironment } from "../contract/env.ts";
import { FUNCTION_NAMES, logGroupOf } from "../contract/function-names.ts";
import { SAVED_QUERIES } from "../contract/saved-queries.ts";
import type { Execution } from "../domain/executions/execution.ts";
import type { ConsoleLinks } from "../domain/views.ts";
import { serviceName } from "../logging/logger.ts";
import { consoleUrl, stateMachineArn } from "../step-functions/arns.ts";

/** Milliseconds. What somebody does about a run long after its end has lines too, such as closing break-glass. */
const BEFORE = 60_000;
const AFTER = 2 * 24 * 60 * 60_000;

/** Functions that take up a run: what starts, carries out and ends it, and what is asked about it. */
const LOGGING = [...FUNCTION_NAMES.api, ...FUNCTION_NAMES.workflow, ...FUNCTION_NAMES.events];

type Linked = Pick<Execution, "id" | "createdAt" | "completedAt">;

export const consoleLinksOf = (execution: Linked): ConsoleLinks => ({
  consoleUrl: consoleUrl(execution.id),
  logsUrl: logsUrl(execution),
});

/** The saved query with the execution's id in it, over the time of the execution; null where there is no AWS console. */
function logsUrl({ id, createdAt, completedAt }: Linked): string | null {
  const { CONSOLE_URL } = readEnvironment(["CONSOLE_URL"], process.env);
  if (CONSOLE_URL === "") return null;
  const region = stateMachineArn().split(":")[3] ?? "";
  const detail = write({
    start: new Date(Date.parse(createdAt) - BEFORE).toISOString(),
    end: new Date(Date.parse(completedAt ?? createdAt) + AFTER).toISOString(),
    timeType: "ABSOLUTE",
    tz: "UTC",
    editorString: SAVED_QUERIES["one run or request"].query.replaceAll("…", id),
    source: LOGGING.map((name) => logGroupOf(serviceName, name)),
  });
  // The console reads `$` in its fragment as `%`: these are `?` and `=`.
  return `${CONSOLE_URL}/cloudwatch/home?region=${region}#logsV2:logs-insights$3FqueryDetail$3D${detail}`;
}

/** As the console writes what it keeps in its address: JSURL, here of texts and lists of texts, all of them ASCII. */
function write(values: Readonly<Record<string, string | readonly string[]>>): string {
  const members = Object.entries(values).map(
    ([name, value]) =>
      `${name}~${typeof value === "string" ? writeText(value) : `(~${value.map(writeText).join("~")})`}`,
  );
  return `~(${members.join("~")})`;
}

const writeText = (text: string): string =>
  `'${text.replaceAll(/[^\w.-]/g, (sign) => `*${sign.charCodeAt(0).toString(16).padStart(2, "0")}`)}`;
