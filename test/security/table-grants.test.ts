// What each route and each other function asks of the table, and what its grants allow: the same, in both directions.
import "../support/quiet.ts";
import { beforeAll, describe, expect, it } from "vitest";
import { PARTITIONS } from "../../shared/contract/partitions.ts";
import { startEvents } from "../support/events.ts";
import { doEverything } from "../support/every-table-call.ts";
import { ROWS, rowStatements } from "../support/rows.ts";
import { onTableCall } from "../support/table-calls.ts";
import { Facts, list } from "../support/template.ts";

/** Rights that are needed where things meet that this test does not bring together. */
const RARE: Readonly<Record<string, readonly string[]>> = {
  // The runbook is read again to say why a delete that met a start was refused.
  "delete-runbook": ["GetItem runbook#*"],
  // Attempts that a process left open are settled before the end.
  "cancel-execution": ["UpdateItem execution#*"],
  "cancel-executions": ["UpdateItem execution#*"],
  "complete-execution": ["UpdateItem execution#*"],
  "on-execution-ended": ["UpdateItem execution#*"],
  // A run that ends during its call kept its place in a limit: delivery gives it to the next in the queue.
  // A further attempt checks that neither a callback nor the outcome of an earlier attempt has arrived.
  "deliver-webhook": [
    "GetItem execution#*",
    "GetItem concurrency#*",
    "UpdateItem concurrency#*",
    "ConditionCheckItem execution#*",
  ],
  // Of an incident that is known already, the latest event is read.
  "test-source": ["GetItem incident-events#*"],
  // An automation that changes while an event is decided is read again.
  "on-incident": ["GetItem automation#*"],
  // The positions are kept where a shard has more runs than one turn looks at; the rest as for the other ends.
  sweep: ["PutItem reconciler", "UpdateItem execution#*"],
};

const facts = new Facts();
const asked = new Map<string, Set<string>>();
beforeAll(async () => {
  const host = await startEvents({ RATE_LIMIT_STARTS_PER_MINUTE: "999" });
  const stop = onTableCall((name, { action, on }) => {
    const key = Object.entries(PARTITIONS).find(([partition]) => partition === on)?.[1];
    const calls = asked.get(name) ?? new Set();
    asked.set(name, calls.add(`${action} ${key ?? on}`));
  });
  try {
    await doEverything();
  } finally {
    stop();
    await host.stop();
  }
}, 300_000);

/** Of a function without routes what its role in the template allows; of a route its part of the role of its class. */
const statementsOf = (name: string) =>
  facts.functionNames().includes(name) ? facts.grants(name) : rowStatements(name);

/** `PutItem execution#*`, `Query index by-team runbooks#*`. */
function allowed(name: string): string[] {
  return statementsOf(name).flatMap(({ Action, Resource, Condition }) =>
    list(Action)
      .filter((action) => /^dynamodb:(\w+Item|Query|Scan)$/.test(action))
      .flatMap((action) => {
        const keys = list(Condition?.["ForAllValues:StringLike"]?.["dynamodb:LeadingKeys"] ?? []).map(String);
        const indexes = list(Resource).flatMap(
          (one) => JSON.stringify(one).match(/\/index\/([^"]+)/)?.[1] ?? [],
        );
        const on = indexes.length > 0 ? indexes.flatMap((i) => keys.map((key) => `index ${i} ${key}`)) : keys;
        return on.map((one) => `${action.slice("dynamodb:".length)} ${one}`);
      }),
  );
}

describe.each(ROWS)("$name", ({ name }) => {
  const used = () => [...(asked.get(name) ?? [])];

  it("may call on the table everything that its code calls", () => {
    const missing = used().filter((call) => !allowed(name).includes(call));
    expect(missing, `grant these to ${name} in infra/aws/grants/table-grants.ts`).toEqual([]);
  });

  it("may do nothing else to the table", () => {
    const rare = RARE[name] ?? [];
    const unused = allowed(name).filter((right) => !used().includes(right) && !rare.includes(right));
    const advice = `${name} never did this: take it out of infra/aws/grants/table-grants.ts, lead it there in test/support/every-table-call.ts, or give the reason in RARE`;
    expect(unused, advice).toEqual([]);
  });
});

it("every rare right is one that its function has", () => {
  const stale = Object.entries(RARE).flatMap(([name, rights]) =>
    rights.filter((right) => !allowed(name).includes(right)).map((right) => `${name}: ${right}`),
  );
  expect(stale).toEqual([]);
});
