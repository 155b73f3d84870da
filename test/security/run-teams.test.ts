// What a team runs on a global runbook is its own: no other team sees it, stops it, repeats it or counts it.
import { beforeAll, describe, expect, it } from "vitest";
import * as z from "zod";
import type { RouteName } from "../../shared/contract/routes.ts";
import { getExecution, getExecutionRecord } from "../../shared/store/executions.ts";
import {
  type Asked,
  ask,
  everyItem,
  PLATFORM_ADMIN,
  person,
  startApi,
  type TestApi,
} from "../support/api.ts";
import { approvedIn, fresh, idOf, incidentIn, start } from "../support/library.ts";
import { aroundSdkCalls, type SdkCall } from "../support/sdk-calls.ts";

let api: TestApi;
beforeAll(async () => {
  api = await startApi();
  return api.stop;
});

const A = "payments";
const B = "search";
const ana = person(`team:${A}:responder`);
const ben = person(`team:${B}:responder`);
const both = person(`team:${A}:responder`, `team:${B}:admin`);
const nobody = person();

const Listed = z.looseObject({
  items: z.array(z.looseObject({ id: z.string() })),
  nextCursor: z.string().nullable(),
});
const Ran = z.looseObject({ id: z.string(), ranForTeamId: z.string().nullable() });

async function idsOf(name: RouteName, asked: Asked): Promise<string[]> {
  return Listed.parse((await ask(name, { ...asked, query: { limit: "100" } })).body).items.map(
    ({ id }) => id,
  );
}

describe("a run of a global runbook", () => {
  it("for team A does not exist for a caller without groups, nor for team B, on any route", async () => {
    const executionId = await start(await approvedIn(null), {}, { as: ana, body: {} });
    const before = await everyItem(api.table);
    for (const as of [nobody, ben]) {
      for (const name of ["get-execution", "cancel-execution", "rerun-execution"] as const) {
        const answer = await ask(name, { as, params: { executionId } });
        expect(answer.problem?.code, `${as.sub}: ${name}`).toBe("not_found");
      }
    }
    expect(await everyItem(api.table)).toEqual(before);
  });

  it.each([
    ["the only team that its caller may run for", ana, {}, A],
    ["that one, though the caller watches another", person(`team:${A}:admin`, `team:${B}:observer`), {}, A],
    ["no team, where a platform admin has none", PLATFORM_ADMIN, {}, null],
    ["the only team of a platform admin", person("platform-admin", `team:${A}:responder`), {}, A],
    [
      "no team, where a platform admin says so",
      person("platform-admin", `team:${A}:admin`),
      { teamId: null },
      null,
    ],
    ["the team that a caller of several names", both, { teamId: B }, B],
    ["any team that a platform admin names", PLATFORM_ADMIN, { teamId: B }, B],
  ])("is for %s", async (_, as, body, team) => {
    const runbookId = await approvedIn(null);
    const answer = await ask("start-execution", { as, params: { runbookId }, body });
    expect(Ran.parse(answer.body)).toMatchObject({ teamId: null, ranForTeamId: team });
    expect((await getExecution(idOf(answer)))?.ranForTeamId).toBe(team);
  });

  it("for an incident is for the incident's team, whoever starts it", async () => {
    const runbookId = await approvedIn(null);
    const incidentId = await incidentIn(B);
    for (const as of [both, PLATFORM_ADMIN, ben]) {
      const answer = await ask("start-execution", { as, params: { runbookId }, body: { incidentId } });
      expect(Ran.parse(answer.body).ranForTeamId).toBe(B);
    }
  });

  it.each([
    ["several teams, and none named", both, {}, 400, ["/teamId"]],
    ["a team that the caller is not in", ana, { teamId: B }, 403, undefined],
    [
      "a team that the caller only watches",
      person(`team:${A}:responder`, `team:${B}:observer`),
      { teamId: B },
      403,
      undefined,
    ],
    ["no team, by somebody who is no platform admin", ana, { teamId: null }, 403, undefined],
    ["a name that no team can have", PLATFORM_ADMIN, { teamId: "global" }, 400, ["/teamId"]],
  ])("is refused for %s, and nothing is stored", async (_, as, body, status, pointers) => {
    const params = { runbookId: await approvedIn(null) };
    const before = await everyItem(api.table);
    const { problem } = await ask("start-execution", { as, params, body });
    expect(problem?.status).toBe(status);
    expect(problem?.errors?.map(({ pointer }) => pointer)).toEqual(pointers);
    expect(await everyItem(api.table)).toEqual(before);
  });

  it("is refused if the named team is not that of the incident", async () => {
    const params = { runbookId: await approvedIn(null) };
    const body = { teamId: A, incidentId: await incidentIn(B) };
    const { problem } = await ask("start-execution", { as: both, params, body });
    expect(problem).toMatchObject({ status: 400, errors: [{ pointer: "/teamId" }] });
  });

  it("under one Idempotency-Key is for one team: another one is another request", async () => {
    const params = { runbookId: await approvedIn(null) };
    const headers = { "idempotency-key": fresh("key") };
    const asked = (teamId: string) => ask("start-execution", { as: both, params, headers, body: { teamId } });
    const id = idOf(await asked(A));
    expect(idOf(await asked(A))).toBe(id);
    expect((await asked(B)).problem?.code).toBe("idempotency_conflict");
  });
});

it("a run of a team's runbook is for that team, and no other can be named", async () => {
  const params = { runbookId: await approvedIn(A) };
  for (const body of [{}, { teamId: A }]) {
    const answer = await ask("start-execution", { params, body });
    expect(Ran.parse(answer.body)).toMatchObject({ teamId: A, ranForTeamId: A });
  }
  const { problem } = await ask("start-execution", { as: both, params, body: { teamId: B } });
  expect(problem).toMatchObject({ status: 400, errors: [{ pointer: "/teamId" }] });
});

describe("a rerun", () => {
  it("is for the same team, whichever permitted caller requests it", async () => {
    const executionId = await start(await approvedIn(null), { teamId: A });
    for (const [as, body] of [
      [both, {}],
      [PLATFORM_ADMIN, {}],
      [both, { teamId: A }],
    ] as const) {
      const answer = await ask("rerun-execution", { as, params: { executionId }, body });
      expect(Ran.parse(answer.body)).toMatchObject({ ranForTeamId: A, trigger: { rerunOf: executionId } });
    }
    const elsewhere = await ask("rerun-execution", {
      as: both,
      params: { executionId },
      body: { teamId: B },
    });
    expect(elsewhere.problem).toMatchObject({ status: 400, errors: [{ pointer: "/teamId" }] });
  });

  it("of a run for no team is for the caller's, which a caller of several names", async () => {
    const executionId = await start(await approvedIn(null), { teamId: null });
    const asked = (as: typeof ana, body: object) =>
      ask("rerun-execution", { as, params: { executionId }, body });
    expect(Ran.parse((await asked(ana, {})).body).ranForTeamId).toBe(A);
    expect(Ran.parse((await asked(both, { teamId: B })).body).ranForTeamId).toBe(B);
    expect((await asked(both, {})).problem).toMatchObject({ status: 400, errors: [{ pointer: "/teamId" }] });
  });

  it("copies no secret from one team, or from the platform, to another", async () => {
    const pw = { type: "string", writeOnly: true, minLength: 8 };
    const parameters = { type: "object", properties: { pw } };
    const runbookId = await approvedIn(null, { parameters, payloadTemplate: '{"p":"{{params.pw}}"}' });
    const given = { parameters: { pw: "correct-horse" } };
    const executionId = await start(runbookId, { ...given, teamId: null });
    const { problem } = await ask("rerun-execution", { as: ana, params: { executionId } });
    expect(problem).toMatchObject({ code: "invalid_parameters", errors: [{ pointer: "/parameters/pw" }] });
    const own = await start(runbookId, { ...given, teamId: A });
    const again = idOf(await ask("rerun-execution", { as: ana, params: { executionId: own } }));
    expect(Object.keys((await getExecutionRecord(again))?.input.secrets ?? {})).toEqual(["pw"]);
  });
});

describe("lists of a global runbook's runs", () => {
  /** Three runs of each team and of none, in turns, all for incidents of team A or for none. */
  async function busy() {
    const runbookId = await approvedIn(null);
    const runs: Record<"a" | "b" | "none", string[]> = { a: [], b: [], none: [] };
    for (let n = 0; n < 3; n++) {
      runs.b.unshift(await start(runbookId, { teamId: B }));
      runs.a.unshift(await start(runbookId, { teamId: A }));
      runs.none.unshift(await start(runbookId, { teamId: null }));
      runs.b.unshift(await start(runbookId, { teamId: B }));
    }
    return { runbookId, runs };
  }

  it("hold only what the caller may see, in the runbook, its runs and its audit alike", async () => {
    const { runbookId, runs } = await busy();
    const seen = { a: [...runs.a, ...runs.none], b: [...runs.b, ...runs.none], none: runs.none };
    for (const [as, ids] of [
      [ana, seen.a],
      [ben, seen.b],
      [nobody, seen.none],
    ] as const) {
      const newest = [...ids].sort().reverse();
      const params = { runbookId };
      expect(await idsOf("list-executions", { as, params })).toEqual(newest);
      const { body } = await ask("get-runbook", { as, params });
      const recent = z.looseObject({ executions: z.array(z.looseObject({ id: z.string() })) }).parse(body);
      expect(recent.executions.map(({ id }) => id)).toEqual(newest.slice(0, 10));
      const audit = await ask("list-audit", { as, params, query: { limit: "100" } });
      const reported = z.looseObject({
        items: z.array(z.looseObject({ executionId: z.string().nullable() })),
      });
      const about = reported.parse(audit.body).items.flatMap(({ executionId }) => executionId ?? []);
      expect(about).toEqual(newest);
    }
    expect(await idsOf("list-executions", { params: { runbookId } })).toHaveLength(12);
  });

  it("have the same pages, and as many, as if the others' runs were not there", async () => {
    const { runbookId, runs } = await busy();
    const params = { runbookId };
    for (const name of ["list-executions", "list-audit"] as const) {
      const pages = await pagesOf(name, { as: person(`team:${A}:observer`), params });
      const kept = name === "list-executions" ? 6 : 8;
      expect(pages.map((page) => page.length)).toEqual(Array.from({ length: kept / 2 }, () => 2));
      expect(new Set(pages.flat()).size).toBe(kept);
    }
    expect(await pagesOf("list-executions", { as: nobody, params })).toEqual([
      runs.none.slice(0, 2),
      runs.none.slice(2),
    ]);
  });

  it("of an incident leave out what another team ran for it before it changed hands", async () => {
    const runbookId = await approvedIn(null);
    const incidentId = await incidentIn(B);
    await start(runbookId, { incidentId });
    await incidentIn(A, incidentId);
    const mine = await start(runbookId, { incidentId });
    expect(await idsOf("list-incident-executions", { as: ana, params: { incidentId } })).toEqual([mine]);
    expect(await idsOf("list-incident-executions", { params: { incidentId } })).toHaveLength(2);
  });
});

describe("a limit of a global runbook", () => {
  const limited = (onLimit: "reject" | "queue") => approvedIn(null, { concurrency: { limit: 1, onLimit } });

  it("that is reached by another team's run says so without naming it", async () => {
    const runbookId = await limited("reject");
    const first = await start(runbookId, { teamId: A });
    const asked = (as: typeof ana) => ask("start-execution", { as, params: { runbookId }, body: {} });
    const [own, other] = [await asked(ana), await asked(ben)];
    expect([own.problem?.code, other.problem?.code]).toEqual(["active_executions", "active_executions"]);
    expect(own.problem?.detail).toContain(first);
    expect(other.problem?.detail).not.toContain("execution_");
    expect(other.problem?.detail).toContain("other runs are active");
  });

  it("makes a run wait, and names of those before it only what its reader may see", async () => {
    const runbookId = await limited("queue");
    const first = await start(runbookId, { teamId: A });
    const waiting = await ask("start-execution", { as: ben, params: { runbookId }, body: {} });
    const queue = (body: unknown) =>
      z
        .looseObject({ queue: z.looseObject({ position: z.int(), waitingFor: z.array(z.string()) }) })
        .parse(body).queue;
    expect(queue(waiting.body)).toEqual({ position: 1, waitingFor: [] });
    const seenBy = async (as: typeof ana) =>
      queue((await ask("get-execution", { as, params: { executionId: idOf(waiting) } })).body).waitingFor;
    expect(await seenBy(ben)).toEqual([]);
    expect(await seenBy(both)).toEqual([first]);
    expect(await seenBy(PLATFORM_ADMIN)).toEqual([first]);
  });

  it("is started although the runs before it cannot be read for the answer, which then names none", async () => {
    const runbookId = await limited("queue");
    const first = await start(runbookId, { teamId: A });
    const stop = aroundSdkCalls((call, send) =>
      isReadOf(first)(call) ? Promise.reject(new Error("No")) : send(),
    );
    const waiting = await ask("start-execution", { as: ana, params: { runbookId }, body: {} }).finally(stop);
    expect(waiting).toMatchObject({ status: 202, body: { queue: { position: 1, waitingFor: [] } } });
    expect(await getExecution(idOf(waiting))).toMatchObject({ status: "PENDING" });
  });
});

const isReadOf =
  (id: string) =>
  ({ name, input }: SdkCall): boolean =>
    name === "GetItem" && JSON.stringify(input["Key"]).includes(id);

/** The ids of all pages, two rows at a time. */
async function pagesOf(name: "list-executions" | "list-audit", asked: Asked): Promise<string[][]> {
  const pages: string[][] = [];
  let cursor: string | null = null;
  do {
    const query = { limit: "2", ...(cursor !== null && { cursor }) };
    const page = Listed.parse((await ask(name, { ...asked, query })).body);
    pages.push(page.items.map(({ id }) => id));
    cursor = page.nextCursor;
  } while (cursor !== null);
  return pages;
}
