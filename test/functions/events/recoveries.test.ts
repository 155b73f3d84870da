// The first success after a failure of the same runbook and key is announced as its recovery: once, however ends arrive.
import "../../support/quiet.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import * as z from "zod";
import { RECOVERED } from "../../../shared/domain/announcement.ts";
import type { AuditEntry } from "../../../shared/domain/audit.ts";
import { claimRecovery, noteFailure } from "../../../shared/store/recoveries.ts";
import { end, recordOf, runbook } from "../../support/audited-ends.ts";
import { beforeEvery, heldAt } from "../../support/borders.ts";
import { type EventsHost, invoke, publishedOn, startEvents } from "../../support/events.ts";

let host: EventsHost;
beforeAll(async () => {
  host = await startEvents();
});
afterAll(() => host.stop());

const Answer = z.object({ batchItemFailures: z.array(z.object({ itemIdentifier: z.string() })) });
/** The stream delivers these entries in one batch. Answers the id of the first that it is to deliver again. */
async function deliver(...entries: AuditEntry[]): Promise<string | undefined> {
  const Records = entries.map(recordOf);
  const answer = await invoke("events/publish-events", { Records }, { timeoutSeconds: 60 });
  return Answer.parse(answer).batchItemFailures[0]?.itemIdentifier;
}

const Recovered = RECOVERED.detail.strict();
/** What was published since the last call: of an end its id, of a recovery its event. */
function published() {
  return publishedOn(host).map((event) =>
    event["detail-type"] === RECOVERED.detailType
      ? Recovered.parse(event["detail"])
      : z.looseObject({ auditId: z.string() }).parse(event["detail"]).auditId,
  );
}
const recoveryBy = (success: AuditEntry, failure: AuditEntry) =>
  expect.objectContaining({
    announcementId: `${success.id}.recovered`,
    auditId: success.id,
    executionId: success.executionId,
    failedExecutionId: failure.executionId,
    failedAt: failure.at,
    status: "SUCCESS",
  });

describe("the first success after a failure", () => {
  it("is announced as a recovery beside the success, the next one is not", async () => {
    const of = runbook();
    const [before, failed, success, next] = (["success", "failure", "success", "success"] as const).map(
      (how) => end(of, how),
    ) as [AuditEntry, AuditEntry, AuditEntry, AuditEntry];
    await deliver(before);
    await deliver(failed);
    await deliver(success);
    await deliver(next);
    expect(published()).toEqual([before.id, failed.id, success.id, recoveryBy(success, failed), next.id]);
  });

  it("recovers from the latest of several failures, all in one batch", async () => {
    const of = runbook();
    const [first, second] = [end(of, "failure"), end(of, "failure")];
    const [success, next] = [end(of, "success"), end(of, "success")];
    const [third, last] = [end(of, "failure"), end(of, "success")];
    expect(await deliver(first, second, success, next, third, last)).toBeUndefined();
    expect(published()).toEqual([
      ...[first.id, second.id, success.id, recoveryBy(success, second), next.id],
      ...[third.id, last.id, recoveryBy(last, third)],
    ]);
  });

  it("counts for its own runbook and its own value of the concurrency key", async () => {
    const [of, other] = [runbook(), runbook()];
    const failed = end(of, "failure", "api");
    const strangers = [end(of, "success", "web"), end(of, "success"), end(other, "success", "api")];
    const success = end(of, "success", "api");
    await deliver(failed, ...strangers, success);
    const ids = strangers.map(({ id }) => id);
    expect(published()).toEqual([failed.id, ...ids, success.id, recoveryBy(success, failed)]);
  });

  it("is no cancelled run, and a cancelled run is no failure", async () => {
    const of = runbook();
    const [cancelled, success] = [end(of, "cancel"), end(of, "success")];
    const [failed, stopped, recovering] = [end(of, "failure"), end(of, "cancel"), end(of, "success")];
    await deliver(cancelled, success, failed, stopped, recovering);
    expect(published()).toEqual([
      ...[cancelled.id, success.id, failed.id, stopped.id],
      ...[recovering.id, recoveryBy(recovering, failed)],
    ]);
  });
});

describe("an end that the stream delivers again", () => {
  it("is announced with the same recovery, even after another failure and another recovery's failure", async () => {
    const of = runbook();
    const [failed, success, later] = [end(of, "failure"), end(of, "success"), end(of, "failure")];
    await deliver(failed, success);
    const first = published();
    await deliver(later);
    published();
    await deliver(success);
    expect(published()).toEqual(first.slice(1));
  });

  it("as a failure starts nothing over: what has recovered stays recovered", async () => {
    const of = runbook();
    const [failed, success, next] = [end(of, "failure"), end(of, "success"), end(of, "success")];
    await deliver(failed, success);
    await deliver(failed);
    await deliver(next);
    expect(published().at(-1)).toEqual(next.id);
  });

  it("because the bus refused its events keeps its recovery, whatever came in between", async () => {
    const of = runbook();
    const [failed, success] = [end(of, "failure"), end(of, "success")];
    const [failedAgain, next] = [end(of, "failure"), end(of, "success")];
    await deliver(failed);
    const bus = process.env["EVENT_BUS_NAME"];
    process.env["EVENT_BUS_NAME"] = "no-such-bus";
    expect(await deliver(success)).toBe(success.id);
    expect(await deliver(failedAgain)).toBe(failedAgain.id);
    if (bus === undefined) delete process.env["EVENT_BUS_NAME"];
    else process.env["EVENT_BUS_NAME"] = bus;
    published();
    await deliver(success, failedAgain, next);
    expect(published()).toEqual([
      ...[success.id, recoveryBy(success, failed)],
      ...[failedAgain.id, next.id, recoveryBy(next, failedAgain)],
    ]);
  });
});

describe("ends that arrive in another order than they came", () => {
  it("a success from before the failure does not recover, the next one does", async () => {
    const of = runbook();
    const [before, failed, after] = [end(of, "success"), end(of, "failure"), end(of, "success")];
    await deliver(failed);
    await deliver(before);
    await deliver(after);
    expect(published()).toEqual([failed.id, before.id, after.id, recoveryBy(after, failed)]);
  });

  it("a failure from before a recovery is not recovered from a second time", async () => {
    const of = runbook();
    const [late, failed] = [end(of, "failure"), end(of, "failure")];
    const [success, next] = [end(of, "success"), end(of, "success")];
    await deliver(failed, success);
    await deliver(late);
    await deliver(next);
    expect(published()).toEqual([failed.id, success.id, recoveryBy(success, failed), late.id, next.id]);
  });

  it("a failure that arrives after its success is recovered by the next success", async () => {
    const of = runbook();
    const [failed, success, next] = [end(of, "failure"), end(of, "success"), end(of, "success")];
    await deliver(success);
    await deliver(failed);
    await deliver(next);
    expect(published()).toEqual([success.id, failed.id, next.id, recoveryBy(next, failed)]);
  });

  it("a failure that came after the success waits for a success of its own", async () => {
    const of = runbook();
    const [failed, success] = [end(of, "failure"), end(of, "success")];
    const [failedAgain, next] = [end(of, "failure"), end(of, "success")];
    await deliver(failed);
    await deliver(failedAgain);
    await deliver(success);
    await deliver(next);
    expect(published()).toEqual([
      ...[failed.id, failedAgain.id, success.id],
      ...[next.id, recoveryBy(next, failedAgain)],
    ]);
  });
});

const atTheClaim = (command: string, items: readonly string[]) =>
  command.startsWith("Update") && items.includes("recovery");

describe("two functions at once", () => {
  it("announce one recovery: the success that claims it first has it", async () => {
    const of = runbook();
    const [failed, first, second] = [end(of, "failure"), end(of, "success"), end(of, "success")];
    await noteFailure(failed);
    const claims: unknown[] = [];
    const held = heldAt(
      atTheClaim,
      () => claimRecovery(first),
      async () => claims.push(await claimRecovery(second)),
    );
    expect(await held).toBeNull();
    const failure = { failedExecutionId: failed.executionId, failedAt: failed.at };
    expect(claims).toEqual([failure]);
    expect(await claimRecovery(second)).toEqual(failure);
    expect(await claimRecovery(first)).toBeNull();
  });

  it("let a success that meets a newer failure recover from nothing: it is from before that failure", async () => {
    const of = runbook();
    const [failed, success] = [end(of, "failure"), end(of, "success")];
    const newer = end(of, "failure");
    await noteFailure(failed);
    const held = heldAt(
      atTheClaim,
      () => claimRecovery(success),
      () => noteFailure(newer),
    );
    expect(await held).toBeNull();
    expect(await claimRecovery(end(of, "success"))).toEqual({
      failedExecutionId: newer.executionId,
      failedAt: newer.at,
    });
  });
});

describe("a table that does not answer", () => {
  it("leaves the end in the stream, after everything before it was announced", async () => {
    const of = runbook();
    const [cancelled, failed, after] = [end(of, "cancel"), end(of, "failure"), end(of, "success")];
    const answerAgain = beforeEvery(
      (_command, items) => items.includes("recovery"),
      () => Promise.reject(new Error("The table does not answer")),
    );
    const stopped = await deliver(cancelled, failed, after);
    answerAgain();
    expect(stopped).toBe(failed.id);
    expect(published()).toEqual([cancelled.id]);
    expect(await deliver(failed, after)).toBeUndefined();
    expect(published()).toEqual([failed.id, after.id, recoveryBy(after, failed)]);
  });
});
