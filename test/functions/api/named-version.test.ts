// A start or a rerun that names a version runs that version, or nothing.
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import * as z from "zod";
import { ask, everyItem, renewTable, startApi, type TestApi } from "../../support/api.ts";
import { approve, approvedIn, idOf, start } from "../../support/library.ts";

let api: TestApi;
beforeAll(async () => {
  api = await startApi();
  return api.stop;
});
beforeEach(() => renewTable(api));

const Ran = z.looseObject({ runbookVersion: z.int() });

/** How each of the two routes asks for a version of a runbook. */
const WAYS = {
  "start-execution": async (runbookId: string, version: number) =>
    ask("start-execution", { params: { runbookId }, body: { version } }),
  "rerun-execution": async (runbookId: string, version: number) => {
    const executionId = await start(runbookId);
    return ask("rerun-execution", { params: { executionId }, body: { version } });
  },
} as const;

describe.each(Object.entries(WAYS))("%s with a version", (_name, asking) => {
  it("runs it while it is the approved one", async () => {
    const answer = await asking(await approvedIn("payments"), 2);
    idOf(answer);
    expect(Ran.parse(answer.body).runbookVersion).toBe(2);
  });

  it("is refused if another version is approved meanwhile, and both are named", async () => {
    const runbookId = await approvedIn("payments");
    await ask("update-runbook", { params: { runbookId }, body: { description: "Restarts two" } });
    await approve(runbookId, 3);
    const { problem } = await asking(runbookId, 2);
    expect(problem).toMatchObject({ code: "version_conflict", status: 409 });
    expect(problem?.detail).toMatch(/\b2\b.*\b4\b/);
  });

  it("is refused for a version that there is not yet", async () => {
    expect((await asking(await approvedIn("payments"), 3)).problem?.code).toBe("version_conflict");
  });

  it("says first that nothing is approved", async () => {
    const runbookId = await approvedIn("payments");
    const refused = async () => {
      await ask("update-runbook", { params: { runbookId }, body: { description: "Restarts two" } });
      return ask("start-execution", { params: { runbookId }, body: { version: 2 } });
    };
    expect((await refused()).problem?.code).toBe("runbook_not_approved");
  });
});

it("a start of a version that an approval replaces at the same time runs the named version, or nothing", async () => {
  const runbookId = await approvedIn("payments");
  await ask("update-runbook", { params: { runbookId }, body: { description: "Restarts two" } });
  const [, started] = await Promise.all([
    approve(runbookId, 3),
    ask("start-execution", { params: { runbookId }, body: { version: 2 } }),
  ]);
  expect(["version_conflict", "runbook_not_approved"]).toContain(started.problem?.code);
  const runs = (await everyItem(api.table)).filter((item) => item["pk"]?.S?.startsWith("execution#"));
  expect(runs).toEqual([]);
});
