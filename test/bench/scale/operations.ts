// What is asked of a table of any size: each operation once, counted and timed.
import { createExecution } from "../../../shared/application/start/create-execution.ts";
import { listViewableScopes, mayView } from "../../../shared/domain/permissions.ts";
import { takeNextActiveIds } from "../../../shared/store/active-executions.ts";
import { findExecutions, listExecutions } from "../../../shared/store/execution-lists.ts";
import { getExecution } from "../../../shared/store/executions.ts";
import { listRunbooks } from "../../../shared/store/runbook-lists.ts";
import { getRunbook } from "../../../shared/store/runbooks.ts";
import { getApproval, getVersion } from "../../../shared/store/versions.ts";
import { callerIn, contextAt, reload } from "../../support/seed.ts";
import { meter } from "../data-model.ts";
import { inRounds, medianOf, timesOf } from "../figures.ts";
import { TEAM } from "./first-items.ts";
import { executionIdOf, runbookIdOf } from "./rows.ts";

export type Measured = { name: string; calls: number; read: number; write: number; ms: number };
type Page = { limit: number; before?: string | undefined };

const LIMIT = 10;
const observer = callerIn(`team:${TEAM}:observer`);
const auditor = callerIn("platform-auditor");
const BUSY = runbookIdOf(0);

const ofTeam = (page: Page) => listRunbooks(listViewableScopes(observer), {}, page);
const ofAll = (page: Page) => listRunbooks("all", {}, page);
const ofRunbook = (page: Page) => listExecutions(BUSY, { isVisible: mayView(observer) }, page);
const failedOfRunbook = (page: Page) =>
  listExecutions(BUSY, { status: ["FAILED"], isVisible: mayView(observer) }, page);
const executionsOfTeam = (page: Page) =>
  findExecutions(listViewableScopes(observer), {}, mayView(observer), page);
const executions = (page: Page) => findExecutions("all", {}, mayView(auditor), page);
const failed = (page: Page) => findExecutions("all", { status: ["FAILED"] }, mayView(auditor), page);

/** Lists whose first and hundredth page are measured. */
const LISTS: readonly [string, (page: Page) => Promise<{ next: string | null }>][] = [
  ["a team's runbooks", ofTeam],
  ["all runbooks", ofAll],
  ["a runbook's executions", ofRunbook],
  ["a team's executions", executionsOfTeam],
  ["all executions", executions],
  ["all failed executions", failed],
];

/** Where the hundredth page begins. */
async function hundredth(list: (page: Page) => Promise<{ next: string | null }>): Promise<Page> {
  let before: string | undefined;
  for (let page = 1; page < 100; page++) before = (await list({ limit: LIMIT, before })).next ?? undefined;
  if (before === undefined) throw new Error("There is no hundredth page");
  return { limit: LIMIT, before };
}

const request = {
  parameters: { service: "checkout" },
  ...{ ranForTeamId: TEAM, incident: null, automation: null, trigger: {} },
  triggeredBy: "manual",
} as const;

async function operationsOf(size: number): Promise<[string, () => Promise<unknown>][]> {
  const first = { limit: LIMIT };
  const pages = LISTS.map(async ([name, list]): Promise<[string, () => Promise<unknown>][]> => {
    const later = await hundredth(list);
    return [
      [`list ${name}, page 1`, () => list(first)],
      [`list ${name}, page 100`, () => list(later)],
    ];
  });
  return [
    ["get a runbook", () => getRunbook(runbookIdOf(size / 2))],
    ["get an execution's header", () => getExecution(executionIdOf(size / 2))],
    ...(await Promise.all(pages)).flat(),
    ["list a runbook's failed executions, 1 in 100, page 1", () => failedOfRunbook(first)],
    ["take what the reconciler looks at", () => takeNextActiveIds(200)],
    ["start an execution", async () => createExecution(await reload(BUSY), request, contextAt(new Date()))],
  ];
}

/** As a function asks that has read no version yet. */
const forgetting = (work: () => Promise<unknown>) => () => {
  getVersion.forget();
  getApproval.forget();
  return work();
};

/** The client is one for all sizes, and so is its meter. */
let metering: ReturnType<typeof meter> | undefined;

export async function measureAt(size: number): Promise<Measured[]> {
  // Before the meter: the way to the hundredth pages is not counted.
  const operations = await operationsOf(size);
  metering ??= meter();
  const used = await metering;
  const measured: Measured[] = [];
  for (const [name, work] of operations) {
    const { calls, read, rule } = await used(forgetting(work));
    const times = await inRounds(async () => medianOf(await timesOf(5, forgetting(work))));
    measured.push({ name, calls, read, write: rule, ms: medianOf(times) });
  }
  return measured;
}
