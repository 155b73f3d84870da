// Switches and rates through the API: new runs stop at once, refusals say why, and every change is recorded.
import "../../support/quiet.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { setKillSwitch } from "../../../shared/application/set-kill-switch.ts";
import { EMPTY_CHAIN } from "../../../shared/domain/audit.ts";
import { killSwitchHashOf } from "../../../shared/domain/kill-switches.ts";
import {
  getKillSwitch,
  getKillSwitchChainHead,
  listKillSwitchChanges,
} from "../../../shared/store/controls.ts";
import { getExecutionRecord } from "../../../shared/store/executions.ts";
import { ask, type Person, PLATFORM_ADMIN, person, startApi, type TestApi } from "../../support/api.ts";
import { carryOut } from "../../support/carry-out.ts";
import { atEveryCrashPoint, crashingAt } from "../../support/crash-points.ts";
import { approvedIn, draftIn, fresh, start } from "../../support/library.ts";
import { act } from "../../support/seed.ts";

let api: TestApi;
beforeAll(async () => {
  api = await startApi({ env: { RATE_LIMIT_STARTS_PER_MINUTE: "3" } });
});
afterAll(() => api.stop());

const turn = (scope: string | null, paused: boolean, reason?: string, as = PLATFORM_ADMIN) =>
  ask("put-controls", { as, body: { scope, paused, ...(reason && { reason }) } });
const tryStart = (runbookId: string, as = responder("anyone"), headers = {}) =>
  ask("start-execution", { as, params: { runbookId }, body: {}, headers });
/** Each with its own rate. */
const responder = (team: string): Person => ({
  sub: fresh("user"),
  groups: [`team:${team}:responder`],
});

describe("put-controls", () => {
  it("pauses a team: starts are refused with who, since when and why, until it is resumed", async () => {
    const team = fresh("team");
    const runbookId = await approvedIn(team);
    const other = await approvedIn(fresh("team"));
    const paused = await turn(team, true, "Receiver is being moved");
    expect(paused.body).toMatchObject({ scope: team, paused: true, changedBy: PLATFORM_ADMIN.sub });
    const refused = await tryStart(runbookId, responder(team));
    expect(refused.problem?.code).toBe("paused");
    for (const part of ["Receiver is being moved", PLATFORM_ADMIN.sub, team]) {
      expect(refused.problem?.detail).toContain(part);
    }
    expect((await tryStart(other, PLATFORM_ADMIN)).status).toBe(202);
    await turn(team, false);
    expect((await tryStart(runbookId, responder(team))).status).toBe(202);
  });

  it("pauses everything, global runbooks too, and lets a run that is PENDING fail as paused without a call", async () => {
    const team = fresh("team");
    const [ofTeam, global] = [await approvedIn(team), await approvedIn(null)];
    const pending = await start(global, {}, { as: responder(team) });
    await turn(null, true, "Bad night");
    try {
      for (const runbookId of [ofTeam, global]) {
        expect((await tryStart(runbookId, responder(team))).problem?.detail).toContain("Bad night");
      }
      await carryOut(pending);
      expect(await getExecutionRecord(pending)).toMatchObject({
        execution: {
          ...{ status: "FAILED", startedAt: null },
          error: { code: "paused", message: expect.stringContaining("Bad night") },
        },
        attempts: [],
      });
    } finally {
      await turn(null, false);
    }
  });

  it("pauses a team: starts of a global runbook for that team are refused, and for others are not", async () => {
    const [team, other] = [fresh("team"), fresh("team")];
    const global = await approvedIn(null);
    const pending = await start(global, {}, { as: responder(team) });
    await turn(team, true, "Receiver is being moved");
    const refused = await tryStart(global, responder(team));
    expect(refused.problem).toMatchObject({
      code: "paused",
      detail: expect.stringContaining("Receiver is being moved"),
    });
    await carryOut(pending);
    expect(await getExecutionRecord(pending)).toMatchObject({
      execution: {
        ...{ status: "FAILED", startedAt: null },
        error: { code: "paused", message: expect.stringContaining(team) },
      },
      attempts: [],
    });
    expect((await tryStart(global, responder(other))).status).toBe(202);
    await turn(team, false);
    expect((await tryStart(global, responder(team))).status).toBe(202);
  });

  it("pause ∥ start, in rounds: once the pause has been answered, nothing starts any more", async () => {
    const team = fresh("team");
    const runbookId = await approvedIn(team);
    for (let round = 0; round < 5; round++) {
      const starts = [1, 2, 3].map(() => tryStart(runbookId, responder(team)));
      await turn(team, true, `Round ${round}`);
      expect((await tryStart(runbookId, responder(team))).status).toBe(409);
      for (const { status } of await Promise.all(starts)) expect([202, 409]).toContain(status);
      await turn(team, false);
    }
  });

  it("asks for a reason to pause, for a scope, and for a platform admin", async () => {
    const wrong = await ask("put-controls", { body: { scope: null, paused: true } });
    expect(wrong.problem).toMatchObject({ code: "malformed_request", errors: [{ pointer: "/reason" }] });
    const noScope = await ask("put-controls", { body: { paused: false } });
    expect(noScope.problem?.errors?.map((e) => e.pointer)).toEqual(["/scope"]);
    const refused = await turn("payments", true, "Mine", person("team:payments:admin"));
    expect(refused.problem?.code).toBe("not_permitted");
  });

  it("keeps every change in one chain of hashes; a request for the current state is no change", async () => {
    const team = fresh("team");
    const before = (await getKillSwitchChainHead()).auditSequence;
    await turn(team, true, "One");
    await turn(team, true, "One");
    await turn(team, true, "Another");
    await turn(team, false);
    await turn(team, false);
    const turns = await listKillSwitchChanges(before);
    expect(turns.map(({ action, reason }) => [action, reason])).toEqual([
      ["kill_switch.paused", "One"],
      ["kill_switch.paused", "Another"],
      ["kill_switch.resumed", null],
    ]);
    let previous = EMPTY_CHAIN.auditHash;
    for (const { hash, ...change } of await listKillSwitchChanges(0, 1000)) {
      expect(change.previousHash).toBe(previous);
      expect(hash).toBe(killSwitchHashOf(change));
      previous = hash;
    }
    expect((await getKillSwitchChainHead()).auditHash).toBe(previous);
  });

  it("crashed at every write: the switch, its copies and its entry are changed together, or not at all", async () => {
    const points = await atEveryCrashPoint(async (point) => {
      const team = fresh("team");
      const runbookId = await approvedIn(team);
      const { auditSequence } = await getKillSwitchChainHead();
      const crashed = await crashingAt(point, () =>
        setKillSwitch({ scope: team, paused: true, reason: "Crash" }, () => act()),
      );
      const { paused } = await getKillSwitch(team);
      expect((await tryStart(runbookId, responder(team))).status).toBe(paused ? 409 : 202);
      expect((await getKillSwitchChainHead()).auditSequence).toBe(auditSequence + (paused ? 1 : 0));
      return crashed;
    });
    expect(points).toBe(2);
  });
});

describe("get-controls", () => {
  it("shows everybody the global switch, and a team's only to who may see the team", async () => {
    const [mine, foreign] = [fresh("team"), fresh("team")];
    await turn(mine, true, "Mine");
    await turn(foreign, true, "Theirs");
    const { body } = await ask("get-controls", { as: person(`team:${mine}:observer`) });
    expect(body).toMatchObject({
      global: { scope: null, paused: false },
      teams: [{ scope: mine, reason: "Mine" }],
    });
    const all = (await ask("get-controls")).text;
    for (const team of [mine, foreign]) expect(all).toContain(team);
  });
});

describe("the rate of starts", () => {
  it("[L7] lets a caller start as many as the limit at once, then answers 429 with Retry-After; others continue", async () => {
    const runbookId = await approvedIn("payments");
    const me = responder("payments");
    const answers = await Promise.all(Array.from({ length: 12 }, () => tryStart(runbookId, me)));
    expect(answers.filter(({ status }) => status === 202)).toHaveLength(3);
    for (const { problem, headers } of answers.filter(({ status }) => status !== 202)) {
      expect(problem?.code).toBe("too_many_requests");
      expect(Number(headers["retry-after"])).toBeGreaterThan(0);
      expect(Number(headers["retry-after"])).toBeLessThanOrEqual(60);
    }
    expect((await tryStart(runbookId, responder("payments"))).status).toBe(202);
  });

  it("is not used up by repeats under the same Idempotency-Key, nor by refused starts", async () => {
    const runbookId = await approvedIn("payments");
    const draft = await draftIn("payments");
    const me = responder("payments");
    const headers = { "idempotency-key": fresh("key") };
    for (let n = 0; n < 10; n++) expect((await tryStart(runbookId, me, headers)).status).toBe(202);
    for (let n = 0; n < 10; n++) expect((await tryStart(draft, me)).status).toBe(409);
    for (let n = 0; n < 2; n++) expect((await tryStart(runbookId, me)).status).toBe(202);
    expect((await tryStart(runbookId, me)).status).toBe(429);
  });
});

describe("concurrency and completion of a definition", () => {
  const parameters = {
    type: "object",
    properties: {
      host: { type: "string" },
      password: { type: "string", writeOnly: true },
      zones: { type: "array", items: { type: "string" } },
    },
  };
  const payloadTemplate = '{"host":"{{params.host}}","password":"{{params.password}}"}';

  it.each([
    ["no parameter", "cluster", "must be the name of a parameter"],
    ["a secret one", "password", "must not be a secret parameter (writeOnly)"],
    ["a list", "zones", "must not be an array: the limit applies to each value of one parameter"],
  ])("refuse a key that names %s, at its pointer", async (_what, key, message) => {
    const body = {
      name: "n",
      description: "d",
      webhookUrl: "http://127.0.0.1:9/",
      parameters,
      payloadTemplate,
    };
    const { problem } = await ask("create-runbook", { body: { ...body, concurrency: { limit: 1, key } } });
    expect(problem).toMatchObject({
      code: "malformed_request",
      errors: [{ pointer: "/concurrency/key", message }],
    });
  });

  it("name every limit that does not hold", async () => {
    const body = {
      concurrency: { limit: 0, onLimit: "wait" },
      completion: { mode: "callback", timeoutSeconds: 5 },
    };
    const { problem } = await ask("create-runbook", {
      body: {
        ...body,
        name: "n",
        description: "d",
        webhookUrl: "http://127.0.0.1:9/",
        payloadTemplate: "{}",
      },
    });
    expect(problem?.errors?.map((e) => e.pointer).sort()).toEqual([
      "/completion/timeoutSeconds",
      "/concurrency/limit",
      "/concurrency/onLimit",
    ]);
  });

  it("are kept, differ in a diff, and go with null", async () => {
    const params = { runbookId: await draftIn("payments") };
    await ask("update-runbook", { params, body: { concurrency: { limit: 2 } } });
    const set = await ask("update-runbook", { params, body: { completion: { mode: "callback" } } });
    expect(set.body).toMatchObject({
      concurrency: { limit: 2, onLimit: "reject" },
      completion: { mode: "callback", timeoutSeconds: 3600 },
    });
    const diff = await ask("diff-versions", { params: { ...params, version: "3" }, query: { from: "1" } });
    expect(diff.body).toMatchObject({
      differences: [
        { field: "concurrency", change: "added" },
        { field: "completion", change: "added" },
      ],
    });
    const gone = await ask("update-runbook", { params, body: { concurrency: null, completion: null } });
    expect(gone.body).not.toHaveProperty("concurrency");
    expect(gone.body).not.toHaveProperty("completion");
    const same = await ask("diff-versions", { params: { ...params, version: "4" }, query: { from: "1" } });
    expect(same.body).toMatchObject({ differences: [] });
  });
});
