// By hand: a draft does not run, an approved version does, and Step Functions and the evidence say the same.
import { Webhook } from "standardwebhooks";
import { expectThat, Unexpected } from "../report.ts";
import { approveRunbook, expectEnd, startRun, writeRunbook } from "../runbooks.ts";
import { refusalOf, type Stage } from "../stage.ts";

export async function showMainStory(stage: Stage): Promise<void> {
  const { report, author } = stage;
  report.title("By hand");
  await report.step("the API answers", async () => {
    const { status } = await author.getHealth();
    return { saw: `GET /health says ${status}`, value: status };
  });
  const runbookId = await report.step("a runbook is created", async () => {
    const id = await writeRunbook(stage, "by hand");
    return { saw: `${id}, a draft`, value: id };
  });
  if (runbookId === null) return;
  await report.step("a draft does not run", async () => {
    const { status, code } = await refusalOf(startRun(stage, runbookId));
    expectThat(code === "runbook_not_approved", `refused with ${code}`);
    return { saw: `${status} ${code}`, value: null };
  });
  const approved = await report.step("it is approved", async () => ({
    saw: await approveRunbook(stage, runbookId),
    value: runbookId,
  }));
  if (approved !== null) await showRun(stage, runbookId);
}

async function showRun(stage: Stage, runbookId: string): Promise<void> {
  const { report, account } = stage;
  const run = await report.step("it runs", async () => {
    const ended = await expectEnd(stage, await startRun(stage, runbookId), "SUCCESS");
    const { statusCode, durationMs } = ended.result ?? {};
    return { saw: `${ended.id} is a SUCCESS; answered ${statusCode} in ${durationMs} ms`, value: ended };
  });
  if (run === null) return;
  await report.step("Step Functions shows the run under the same name", async () => {
    const status = await stage.until("SUCCEEDED", async () => {
      const now = await account.statusOf(run.id);
      return now === "RUNNING" ? undefined : now;
    });
    expectThat(status === "SUCCEEDED", status);
    return { saw: `${status}; ${run.consoleUrl ?? "no consoleUrl"}`, value: null };
  });
  await report.step("each step is in the audit", async () => {
    const { items } = await stage.author.listAudit({ runbookId });
    const actions = items.map(({ action }) => action).reverse();
    expectThat(
      actions.includes("runbook.created") && actions.includes("runbook.approved"),
      actions.join(", "),
    );
    return { saw: actions.join(", "), value: null };
  });
  await showSignature(stage, runbookId, run.id);
}

async function showSignature(stage: Stage, runbookId: string, executionId: string): Promise<void> {
  const { report, receiver, author } = stage;
  const name = "the webhook is signed";
  if (!receiver)
    return report.notShown(name, "the API was its receiver; give --receiver to see what arrives");
  await report.step(name, async () => {
    const sent = receiver.requestOf(executionId);
    if (!sent)
      throw new Unexpected("--receiver does not lead to the port --listen: another program answered");
    const { secret } = await author.getSigningSecret({ runbookId });
    new Webhook(secret).verify(sent.body, sent.headers as Record<string, string>);
    return { saw: `webhook-id ${executionId}, signed with the runbook's secret`, value: null };
  });
}
