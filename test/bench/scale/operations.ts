// What is asked of a table of any size: each operation once, counted and timed.
import { createExecution } from "../../../shared/application/start/create-execution.ts";
import { listViewableScopes, mayView } from "../../../shared/domain/permissions.ts";
import { takeNextActiveIds } from "../../../shared/store/active-executions.ts";
import { listExecutions } from "../../../shared/store/execution-lists.ts";
import { getExecution } from "../../../shared/store/executions.ts";
import { listRunbooks } from "../../../shared/store/runbook-lists.ts";
import { getRunbook } from "../../../shared/store/runbooks.ts";
import { getApproval, getVersion } from "../../../shared/store/versions.ts";
import { callerIn, contextAt, reload } from "../../support/seed.ts";
import { meter } from "../data-model.ts";
import { inRounds, medianOf, timesOf } from "../figures.ts";
import { executionIdOf, runbookIdOf } from "./rows.ts";
import { TEAM } from "./world.ts";

export type Measured = { name: string; calls: number; read: number; write: number; ms: number };
type Page = { limit: number; before?: string | undefined };

const LIMIT = 10;
const observer = callerIn(`team:${TEAM}:observer`);
const BUSY = runbookIdOf(0);

const ofTeam = (page: Page) => listRunbooks(listViewableScopes(observer), {}, page);
const ofAll = (page: Page) => listRunbooks("all", {}, page);
const ofRunbook = (page: Page) => listExecutions(BUSY, { isVisible: mayView(observer) }, page);
const failed = (page: Page) =>
  listExecutions(BUSY, { status: ["FAILED"], isVisible: mayView(observer) }, page);

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
  const [team, all, executions] = [
    await hundredth(ofTeam),
    await hundredth(ofAll),
    await hundredth(ofRunbook),
  ];
  return [
    ["get a runbook", () => getRunbook(runbookIdOf(size / 2))],
    ["get an execution's header", () => getExecution(executionIdOf(size / 2))],
    ["list a team's runbooks, page 1", () => ofTeam(first)],
    ["list a team's runbooks, page 100", () => ofTeam(team)],
    ["list all runbooks, page 1", () => ofAll(first)],
    ["list all runbooks, page 100", () => ofAll(all)],
    ["list a runbook's executions, page 1", () => ofRunbook(first)],
    ["list a runbook's executions, page 100", () => ofRunbook(executions)],
    ["list its failed executions, 1 in 100, page 1", () => failed(first)],
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
