// Many executions in one request: each has the result that it would have had alone, and a repeat starts none twice.
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import * as z from "zod";
import { getExecution } from "../../../shared/store/executions.ts";
import { type Asked, ask, everyItem, person, renewTable, startApi, type TestApi } from "../../support/api.ts";
import { crashingAt } from "../../support/crash-points.ts";
import { approvedIn, endedRunIn, fresh, idOf, runIn, start } from "../../support/library.ts";
import { newId } from "../../support/seed.ts";

let api: TestApi;
beforeAll(async () => {
  api = await startApi();
  return api.stop;
});
beforeEach(() => renewTable(api));

type Name = "cancel-executions" | "rerun-executions";
const Row = z.looseObject({
  executionId: z.string(),
  status: z.int(),
  execution: z.looseObject({ id: z.string(), status: z.string(), trigger: z.looseObject({}) }).nullable(),
  problem: z.looseObject({ code: z.string(), detail: z.string(), requestId: z.string() }).nullable(),
});
async function rowsOf(name: Name, executionIds: string[], asked: Asked = {}) {
  const { body, problem } = await ask(name, { body: { executionIds }, ...asked });
  expect(problem).toBeNull();
  return z.looseObject({ items: z.array(Row) }).parse(body).items;
}
const outcomes = (rows: z.infer<typeof Row>[]) =>
  rows.map(({ executionId, status, execution, problem }) => [
    executionId,
    status,
    execution?.status ?? problem?.code,
  ]);
const runs = async () =>
  (await everyItem(api.table)).filter(
    ({ sk, pk }) => pk?.S?.startsWith("execution#") && sk?.S === "execution",
  );

const RESPONDER = person("team:payments:responder");
const BOTH = person("team:payments:responder", "team:search:observer");

describe("POST /executions/cancel", () => {
  it("answers for each execution in order what its own route would, and cancels what may be cancelled", async () => {
    const [pending, ended] = [await runIn("payments"), await endedRunIn("payments")];
    const [seen, foreign, unknown] = [await runIn("search"), await runIn("billing"), newId("execution")];
    const ids = [ended, pending, seen, foreign, unknown];
    expect(outcomes(await rowsOf("cancel-executions", ids, { as: BOTH }))).toEqual([
      [ended, 409, "execution_finished"],
      [pending, 200, "CANCELLED"],
      [seen, 403, "not_permitted"],
      [foreign, 404, "not_found"],
      [unknown, 404, "not_found"],
    ]);
    const stored = await Promise.all([pending, seen, foreign].map(getExecution));
    expect(stored.map((execution) => execution?.status)).toEqual(["CANCELLED", "PENDING", "PENDING"]);
  });

  it("says of a foreign execution what it says of none", async () => {
    const ids = [await runIn("billing"), newId("execution")];
    const rows = await rowsOf("cancel-executions", ids, { as: RESPONDER });
    const [foreign, unknown] = rows.map(({ executionId: _id, ...row }) => row);
    expect(foreign).toEqual(unknown);
  });

  it("carries the reason into each execution", async () => {
    const executionIds = [await runIn("payments"), await runIn("payments")];
    await ask("cancel-executions", { body: { executionIds, reason: "The wrong region" } });
    for (const id of executionIds)
      expect((await getExecution(id))?.error?.message).toContain("The wrong region");
  });

  it("cancels a hundred in one request", async () => {
    const runbookId = await approvedIn("payments");
    const ids = [];
    for (let n = 0; n < 100; n++) ids.push(await start(runbookId));
    const rows = await rowsOf("cancel-executions", ids);
    expect(outcomes(rows)).toEqual(ids.map((id) => [id, 200, "CANCELLED"]));
  });
});

describe("POST /executions/rerun", () => {
  it("starts each execution again, and answers for what cannot be run", async () => {
    const [first, second] = [await endedRunIn("payments"), await endedRunIn("payments")];
    const withdrawn = await endedRunIn("payments");
    const { runbookId = "" } = (await getExecution(withdrawn)) ?? {};
    await ask("deprecate-runbook", { params: { runbookId }, body: { reason: "Old" } });
    const rows = await rowsOf("rerun-executions", [first, withdrawn, second], { as: RESPONDER });
    expect(outcomes(rows)).toEqual([
      [first, 202, "PENDING"],
      [withdrawn, 409, "runbook_not_approved"],
      [second, 202, "PENDING"],
    ]);
    expect(rows.map(({ execution }) => execution?.trigger)).toEqual([
      { rerunOf: first },
      undefined,
      { rerunOf: second },
    ]);
  });

  it("under one key starts each once, however often and wherever it was interrupted", async () => {
    const ids = [await endedRunIn("payments"), await endedRunIn("payments"), await endedRunIn("payments")];
    for (let write = 1; write <= 4; write++) {
      for (const when of ["before", "after"] as const) {
        const asked = { headers: { "idempotency-key": fresh("key") } };
        const before = (await runs()).length;
        await crashingAt({ write, when }, () =>
          ask("rerun-executions", { body: { executionIds: ids }, ...asked }),
        );
        const rows = await rowsOf("rerun-executions", ids, asked);
        expect(rows.map(({ status }) => status)).toEqual([202, 202, 202]);
        expect(await runs(), `crashed ${when} write ${write}`).toHaveLength(before + 3);
        const again = await rowsOf("rerun-executions", ids, asked);
        expect(again.map(({ execution }) => execution?.id)).toEqual(
          rows.map(({ execution }) => execution?.id),
        );
      }
    }
  });

  it("under one key takes no other list of executions, not even for those that are not in the first", async () => {
    const [first, second] = [await endedRunIn("payments"), await endedRunIn("payments")];
    const headers = { "idempotency-key": fresh("key") };
    await rowsOf("rerun-executions", [first], { headers });
    const before = await everyItem(api.table);
    const { problem } = await ask("rerun-executions", { headers, body: { executionIds: [second] } });
    expect(problem?.code).toBe("idempotency_conflict");
    expect(await everyItem(api.table)).toEqual(before);
  });

  it("takes no secret to another team", async () => {
    const executionId = await runIn(null, {}, "payments");
    const rows = await rowsOf("rerun-executions", [executionId], { as: person("team:search:admin") });
    expect(outcomes(rows)).toEqual([[executionId, 404, "not_found"]]);
  });
});

describe.each(["cancel-executions", "rerun-executions"] as const)("%s", (name) => {
  it.each([
    ["none", []],
    ["more than a hundred", Array.from({ length: 101 }, () => newId("execution"))],
  ])("refuses %s", async (_, executionIds) => {
    const { problem } = await ask(name, { body: { executionIds } });
    expect(problem?.errors?.map(({ pointer }) => pointer)).toEqual(["/executionIds"]);
  });

  it("refuses an execution that is named twice, and an id that is none, at its place", async () => {
    const id = newId("execution");
    const { problem } = await ask(name, { body: { executionIds: [id, newId("runbook"), id] } });
    expect(problem?.errors?.map(({ pointer }) => pointer).sort()).toEqual([
      "/executionIds/1",
      "/executionIds/2",
    ]);
  });

  it.each(["team:payments:observer", "platform-auditor"])("is not for %s", async (group) => {
    const executionIds = [await runIn("payments")];
    const { problem } = await ask(name, { as: person(group), body: { executionIds } });
    expect(problem?.code).toBe("not_permitted");
    expect(idOf(await ask("get-execution", { params: { executionId: executionIds[0] ?? "" } }))).toBe(
      executionIds[0],
    );
  });
});
