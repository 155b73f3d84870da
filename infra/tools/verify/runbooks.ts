// The runbooks that the stories make, approve and run.
import type { RunbooksClient } from "../../../clients/api-client/client.ts";
import { describe } from "./failures.ts";
import { expectThat, Unexpected } from "./report.ts";
import type { Stage } from "./stage.ts";

type Execution = Awaited<ReturnType<RunbooksClient["getExecution"]>>;

/** Seconds. Long enough to be stopped or called back by then. */
const COMPLETION = { mode: "callback", timeoutSeconds: 600 } as const;

/** Creates a draft. `open`: an answer does not end its runs, a callback does. Returns its id. */
export async function writeRunbook(stage: Stage, name: string, { open = false } = {}): Promise<string> {
  const { id } = await stage.author.createRunbook({
    body: {
      teamId: stage.given.team,
      name: `verify ${stage.mark}: ${name}`,
      description: "Made by verify:aws. It can be deleted.",
      ...targetOf(stage),
      parameters: { type: "object", properties: {} },
      ...(open && { completion: COMPLETION }),
    },
  });
  stage.made.runbooks.push(id);
  return id;
}

/** Without a receiver, webhooks call a page of the deployment itself, which anybody may read. */
const targetOf = ({ given: { receiver }, deployment: { api } }: Stage) =>
  receiver === undefined
    ? { webhookUrl: `${api}/docs`, webhookMethod: "GET" as const }
    : {
        webhookUrl: `${receiver}/verify`,
        webhookMethod: "POST" as const,
        payloadTemplate: '{"run": {{execution.id}}}',
      };

const MORE_PEOPLE =
  "the deployment asks for other, or for more people (fourEyes, approvalsRequired): give their RUNBOOKS_APPROVER_TOKENS";

/** Has version 1 approved by as many people as the deployment asks for, of those whose tokens were given. */
export async function approveRunbook({ approvers }: Stage, runbookId: string): Promise<string> {
  for (const [n, approver] of approvers.entries()) {
    const call = approver.approveRunbook({ runbookId, body: { version: 1 } });
    const { approvalStatus } = await call.catch((error: unknown) => {
      throw new Unexpected(`${describe(error)}; ${MORE_PEOPLE}`);
    });
    if (approvalStatus === "APPROVED") return `approved, by ${n + 1} of ${approvers.length}`;
  }
  throw new Unexpected(`it is still a draft; ${MORE_PEOPLE}`);
}

/** Starts it. Returns the id of the run. */
export async function startRun({ author }: Stage, runbookId: string): Promise<string> {
  const { id } = await author.startExecution({ runbookId, body: { parameters: {} } });
  return id;
}

/** Waits for the run's end, and expects this one. */
export async function expectEnd(
  stage: Stage,
  executionId: string,
  status: Execution["status"],
): Promise<Execution> {
  const { author, given } = stage;
  const run = await author.waitForEnd(executionId, { timeoutMs: given.wait * 1000 });
  expectThat(
    run.status === status,
    `${run.id} ended as ${run.status}: ${run.error?.message ?? "no reason given"}`,
  );
  return run;
}
