// Rows of DynamoDB Local's SQLite file for many runbooks and executions, each like one that the store has written.
import { SHARDS, shardOf } from "../../../shared/contract/table.ts";
import { compileRow, type Row, type Template } from "./templates.ts";

/** `templates`: the items of one approved runbook, and an execution that has succeeded and one that has failed. */
export type World = { runbook: readonly Template[]; succeeded: Template; failed: Template };

/** As `typeid` makes them, but numbered: the same at each size. */
const numbered = (prefix: string, number: number) => `${prefix}_01k${String(number).padStart(23, "0")}`;
export const runbookIdOf = (number: number) => numbered("runbook", number);
export const executionIdOf = (number: number) => numbered("execution", number);

/** What a list shows of a runbook, and its latest version; the first runbook has all of its items, so that it can start. */
const isListed = ({ text }: Template) => /^(state|summary|version#00000002)$/.test(text.rangeKey);

function* runbookRows(templates: readonly Template[], size: number): Generator<Row> {
  const all = templates.map((template) => ({ template, fill: compileRow(template) }));
  const listed = all.filter(({ template }) => isListed(template));
  for (let n = 0; n < size; n++) {
    const runbookId = runbookIdOf(n);
    const inStatus = `runbooks#APPROVED#${shardOf(runbookId, SHARDS.runbooks)}`;
    for (const { fill } of n === 0 ? all : listed) yield fill({ runbookId, inStatus });
  }
}

/** Of each hundred executions, of one runbook or of all others, one has failed. */
const FAILED_EVERY = 100;
/** So many more are older and have failed: their hundredth page is full in the smallest table, too. */
const OLD_FAILURES = 2_000;
const FIRST_AT = Date.parse("2026-03-01T00:00:00.000Z");

function* executionRows({ succeeded, failed }: World, size: number): Generator<Row> {
  const fills = { succeeded: compileRow(succeeded), failed: compileRow(failed) };
  const every = size / Math.max(1_000, size / 10);
  const rowOf = (number: number, runbook: number, hasFailed: boolean) => {
    const executionId = executionIdOf(number);
    return fills[hasFailed ? "failed" : "succeeded"]({
      ...{ executionId, runbookId: runbookIdOf(runbook) },
      createdAt: new Date(FIRST_AT + number * 1_000).toISOString(),
      inAll: `executions#${shardOf(executionId, SHARDS.executions)}`,
      unsuccessful: `unsuccessful-executions#${shardOf(executionId, SHARDS.unsuccessfulExecutions)}`,
    });
  };
  for (let n = 0; n < OLD_FAILURES; n++) yield rowOf(n, 1 + (n % (size - 1)), true);
  for (let n = 0; n < size; n++) {
    const ofFirst = n % every === 0;
    const hasFailed = ofFirst ? (n / every) % FAILED_EVERY === 0 : n % FAILED_EVERY === 1;
    yield rowOf(OLD_FAILURES + n, ofFirst ? 0 : n, hasFailed);
  }
}

/** All rows of so many runbooks, and as many executions: a tenth of them, but at least 1,000, of the first runbook. */
export function* rowsOf(world: World, size: number): Generator<Row> {
  yield* executionRows(world, size);
  yield* runbookRows(world.runbook, size);
}
