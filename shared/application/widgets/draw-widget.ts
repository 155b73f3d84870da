// Draws one widget from what is stored. It reads what every operator of the account may know, and changes nothing.
import { readEnvironment } from "../../contract/env.ts";
import type { Drawing, WidgetName } from "../../contract/widgets.ts";
import { ACTIVE_STATUSES, type Execution } from "../../domain/executions/execution.ts";
import { consoleUrl } from "../../step-functions/arns.ts";
import { listAttempts } from "../../store/attempts.ts";
import { findExecutions } from "../../store/execution-lists.ts";
import { listAwaitingReview } from "../../store/review-requests.ts";
import { drawFailing, rankFailing } from "../../widgets/failing.ts";
import { frame } from "../../widgets/frame.ts";
import type { Html } from "../../widgets/html.ts";
import { drawRuns, type Run } from "../../widgets/runs.ts";
import { drawWaiting } from "../../widgets/waiting.ts";

type Range = Pick<Drawing, "from" | "to">;

/** Rows that a person looks through, and failures that are counted at each look. */
const MOST = { waiting: 10, active: 10, ended: 10, failures: 300 } as const;

const DRAWN: Record<WidgetName, (range: Range, now: Date) => Promise<Html>> = {
  "waiting-for-review": drawWaitingDrafts,
  "in-flight-and-ended": drawRecentRuns,
  "failing-most": drawFailingRunbooks,
};

/** Returns the widget's HTML. */
export const drawWidget = async ({ widget, theme, ...range }: Drawing, now: Date): Promise<string> =>
  frame(theme, await DRAWN[widget](range, now));

async function drawWaitingDrafts(_range: Range, now: Date): Promise<Html> {
  const { items, next } = await listAwaitingReview("all", {}, { limit: MOST.waiting });
  const waiting = items.flatMap(({ id, name, teamId, version, reviewRequested: asked }) =>
    asked === null
      ? []
      : [{ name, teamId, version, risk: asked.risk, since: asked.at, link: pageOf(`runbooks/${id}/review`) }],
  );
  return drawWaiting(waiting, next !== null, now);
}

async function drawRecentRuns(range: Range, now: Date): Promise<Html> {
  const [active, ended] = await Promise.all([
    findExecutions("all", { status: ACTIVE_STATUSES }, everyone, { limit: MOST.active }),
    findExecutions("all", {}, ({ completedAt }) => completedAt !== null, { limit: MOST.ended, ...range }),
  ]);
  const runs = await Promise.all([...active.items, ...ended.items].map(readRun));
  return drawRuns(runs, active.next !== null, now);
}

const readRun = async (execution: Execution): Promise<Run> => ({
  ...execution,
  attempts: await listAttempts(execution.id),
  link: pageOf(`executions/${execution.id}`),
  machine: consoleUrl(execution.id),
});

async function drawFailingRunbooks(range: Range, now: Date): Promise<Html> {
  const page = { limit: MOST.failures, ...range };
  const { items, next } = await findExecutions("all", { status: ["FAILED"] }, everyone, page);
  const failing = rankFailing(items).map((each) => ({ ...each, link: pageOf(`runbooks/${each.runbookId}`) }));
  return drawFailing(failing, items.length, next !== null, now);
}

/** A widget knows no person: who may open the dashboard sees the names of all teams' runbooks and runs. */
const everyone = () => true;

/** Returns a page of the console; null: the deployment has told no address. */
function pageOf(path: string): string | null {
  const { PUBLIC_API_URL: api } = readEnvironment(["PUBLIC_API_URL"], process.env);
  return api === "" ? null : `${api}/console/${path}`;
}
