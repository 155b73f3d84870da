// Each route, and each function without routes: its file, and what its rows in the tables of grants allow.
import { ENTRIES, type Kind } from "../../infra/aws/bundle/entries.ts";
import { rowOf } from "../../infra/aws/grants/grants.ts";
import { buildStatements, type Resources } from "../../infra/aws/grants/statements.ts";
import { RULES } from "../../shared/contract/events.ts";
import type { Statement } from "./template.ts";

type Row = { name: string; kind: Kind; file: string };

export const ROWS: readonly Row[] = ENTRIES.flatMap(({ name, kind, routes }) =>
  (routes.length > 0 ? routes : [{ name }]).map((row) => ({
    name: row.name,
    kind,
    file: `functions/${kind}/${row.name}.ts`,
  })),
);

/** Names in place of ARNs. */
const NAMED: Resources = {
  stateMachineName: "machine",
  tableArn: "table",
  keyArn: "key",
  ownKeyArns: { CURSOR_ENCRYPTION_KEY: "CURSOR_ENCRYPTION_KEY", FINGERPRINT_KEY: "FINGERPRINT_KEY" },
  stateMachineArn: "machine",
  executionsArn: "executions",
  secretsArn: "secrets",
  functionArn: (name) => name,
  busArn: "bus",
  scheduler: { schedulesArn: "schedules", roleArn: "scheduler-role" },
  queueArns: Object.fromEntries(Object.keys(RULES).map((name) => [name, name])),
};

/** The statements that a row becomes in a role. */
export function rowStatements(name: string): Statement[] {
  return buildStatements(rowOf(name), NAMED).map((statement): Statement => statement.toJSON());
}
