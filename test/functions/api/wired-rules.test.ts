// Each rule at each route that it is a rule of: the refusal comes through the route itself, and nothing is stored.
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import type { RouteName } from "../../../shared/contract/routes.ts";
import type { ErrorCode } from "../../../shared/domain/errors.ts";
import {
  type Asked,
  ask,
  everyItem,
  type Person,
  person,
  renewTable,
  startApi,
  type TestApi,
} from "../../support/api.ts";
import {
  approve,
  approvedIn,
  automationIn,
  automationOf,
  draftIn,
  endedRunIn,
  GIVEN,
  idOf,
  incidentEvent,
  incidentIn,
  runIn,
  start,
} from "../../support/library.ts";

let api: TestApi;
beforeAll(async () => {
  api = await startApi();
  return api.stop;
});
beforeEach(() => renewTable(api));
afterEach(() => {
  vi.unstubAllEnvs();
});

const TEAM = "payments";
const ADMIN = person(`team:${TEAM}:admin`);
const RESPONDER = person(`team:${TEAM}:responder`);
const OBSERVER = person(`team:${TEAM}:observer`);
const OF_BOTH = person(`team:${TEAM}:responder`, "team:search:responder");

type Row = {
  route: RouteName;
  rule: string;
  expected: readonly [status: number, code: ErrorCode];
  /** What only this refusal of that code says: others have the same code. */ says: string;
  /** Makes what the rule is about, and the request that it refuses. */ given: () => Promise<Asked>;
};

const OTHER_HOSTS = () => vi.stubEnv("WEBHOOK_HOST_ALLOW", "hooks.example.com");
const REJECT = { concurrency: { limit: 1, onLimit: "reject" } };
const BEARER = { webhookAuth: { type: "bearer", token: "token-of-the-shop" } };
const ELSEWHERE = "http://127.0.0.1:8/restart";
const DAY = { from: "2026-01-01T00:00:00Z", to: "2026-01-02T00:00:00Z" };

async function edit(runbookId: string, body: object = { description: "Restarts two" }): Promise<void> {
  idOf(await ask("update-runbook", { params: { runbookId }, body }));
}
async function deprecated(): Promise<string> {
  const runbookId = await approvedIn(TEAM);
  idOf(await ask("deprecate-runbook", { params: { runbookId }, body: { reason: "Superseded" } }));
  return runbookId;
}
async function pause(scope: string | null): Promise<void> {
  const { status } = await ask("put-controls", { body: { scope, paused: true, reason: "It moves" } });
  expect(status).toBe(200);
}
async function remove(runbookId: string): Promise<void> {
  expect((await ask("delete-runbook", { params: { runbookId } })).status).toBe(204);
}
async function ended(runbookId: string, body: object = {}, as?: Person): Promise<string> {
  const executionId = await start(runbookId, body, as ? { as } : {});
  idOf(await ask("cancel-execution", { params: { executionId } }));
  return executionId;
}

const DEFINITIONS: readonly Row[] = [
  {
    route: "create-runbook",
    rule: "a responder creates none",
    expected: [403, "not_permitted"],
    says: "needs the group",
    given: async () => ({ as: RESPONDER, body: { ...GIVEN, teamId: TEAM } }),
  },
  {
    route: "approve-runbook",
    rule: "the definition is checked again: its address is not allowed any more",
    expected: [400, "egress_denied"],
    says: "is not among the hosts that this deployment may call",
    given: async () => {
      const params = { runbookId: await draftIn(TEAM) };
      OTHER_HOSTS();
      return { params, body: { version: 1 } };
    },
  },
  {
    route: "approve-runbook",
    rule: "another version is there than was reviewed",
    expected: [409, "version_conflict"],
    says: "Version 1 was reviewed",
    given: async () => {
      const runbookId = await draftIn(TEAM);
      await edit(runbookId);
      return { params: { runbookId }, body: { version: 1 } };
    },
  },
  {
    route: "approve-runbook",
    rule: "four eyes",
    expected: [403, "not_permitted"],
    says: "somebody else must approve it",
    given: async () => {
      vi.stubEnv("FOUR_EYES", "true");
      return { params: { runbookId: await draftIn(TEAM) }, body: { version: 1 } };
    },
  },
  {
    route: "approve-runbook",
    rule: "an admin of the team is no platform admin",
    expected: [403, "not_permitted"],
    says: "approving or deprecating it needs the group platform-admin.",
    given: async () => ({ as: ADMIN, params: { runbookId: await draftIn(TEAM) }, body: { version: 1 } }),
  },
  {
    route: "update-runbook",
    rule: "a stored secret goes to no other origin",
    expected: [400, "malformed_request"],
    says: "a credential stays bound to its host",
    given: async () => ({
      params: { runbookId: await draftIn(TEAM, BEARER) },
      body: { webhookUrl: ELSEWHERE },
    }),
  },
  {
    route: "update-runbook",
    rule: "the address is not allowed any more",
    expected: [400, "egress_denied"],
    says: "is not among the hosts that this deployment may call",
    given: async () => {
      const params = { runbookId: await draftIn(TEAM) };
      OTHER_HOSTS();
      return { params, body: { description: "Restarts two" } };
    },
  },
  {
    route: "update-runbook",
    rule: "what is deprecated does not change",
    expected: [409, "invalid_transition"],
    says: "DEPRECATED",
    given: async () => ({ params: { runbookId: await deprecated() }, body: { description: "Again" } }),
  },
  {
    route: "rollback-runbook",
    rule: "only a platform admin restores what is deprecated",
    expected: [403, "not_permitted"],
    says: "Restoring a deprecated runbook needs the group platform-admin.",
    given: async () => ({ as: ADMIN, params: { runbookId: await deprecated() }, body: { toVersion: 1 } }),
  },
  {
    route: "rollback-runbook",
    rule: "a stored secret goes to no other origin",
    expected: [400, "malformed_request"],
    says: "a credential stays bound to its host",
    given: async () => {
      const runbookId = await draftIn(TEAM, BEARER);
      await edit(runbookId, { webhookUrl: ELSEWHERE, ...BEARER });
      return { params: { runbookId }, body: { toVersion: 1 } };
    },
  },
  {
    route: "rollback-runbook",
    rule: "the definition is checked again: its address is not allowed any more",
    expected: [400, "egress_denied"],
    says: "is not among the hosts that this deployment may call",
    given: async () => {
      const runbookId = await draftIn(TEAM);
      await edit(runbookId);
      OTHER_HOSTS();
      return { params: { runbookId }, body: { toVersion: 1 } };
    },
  },
  {
    route: "deprecate-runbook",
    rule: "a draft is not deprecated",
    expected: [409, "invalid_transition"],
    says: "DRAFT",
    given: async () => ({ params: { runbookId: await draftIn(TEAM) }, body: {} }),
  },
  {
    route: "delete-runbook",
    rule: "an execution is active",
    expected: [409, "active_executions"],
    says: "1 execution is PENDING or RUNNING",
    given: async () => {
      const runbookId = await approvedIn(TEAM);
      await start(runbookId);
      return { params: { runbookId } };
    },
  },
  {
    route: "preview-runbook",
    rule: "an incident of another team is not seen",
    expected: [404, "not_found"],
    says: "There is no such incident",
    given: async () => ({
      as: RESPONDER,
      params: { runbookId: await approvedIn(TEAM) },
      body: { incidentId: await incidentIn("search") },
    }),
  },
  {
    route: "preview-runbook",
    rule: "a team's runbook is not for another team's incident",
    expected: [403, "not_permitted"],
    says: "A team's runbook runs only for incidents of its own team.",
    given: async () => ({
      as: OF_BOTH,
      params: { runbookId: await approvedIn(TEAM) },
      body: { incidentId: await incidentIn("search") },
    }),
  },
];

const STARTS: readonly Row[] = [
  {
    route: "put-controls",
    rule: "an admin of the team does not pause it",
    expected: [403, "not_permitted"],
    says: "needs the group",
    given: async () => ({ as: ADMIN, body: { scope: TEAM, paused: true, reason: "It moves" } }),
  },
  {
    route: "start-execution",
    rule: "the rate of one caller",
    expected: [429, "too_many_requests"],
    says: "You may start 1 run",
    given: async () => {
      const runbookId = await approvedIn(TEAM);
      vi.stubEnv("RATE_LIMIT_STARTS_PER_MINUTE", "1");
      await start(runbookId, {}, { as: RESPONDER });
      return { as: RESPONDER, params: { runbookId } };
    },
  },
  {
    route: "start-execution",
    rule: "its team is paused",
    expected: [409, "paused"],
    says: "It moves",
    given: async () => {
      const params = { runbookId: await approvedIn(TEAM) };
      await pause(TEAM);
      return { params };
    },
  },
  {
    route: "start-execution",
    rule: "everything is paused",
    expected: [409, "paused"],
    says: "It moves",
    given: async () => {
      const params = { runbookId: await approvedIn(TEAM) };
      await pause(null);
      return { params };
    },
  },
  {
    route: "start-execution",
    rule: "the team that a global runbook is run for is paused",
    expected: [409, "paused"],
    says: "It moves",
    given: async () => {
      const params = { runbookId: await approvedIn(null) };
      await pause(TEAM);
      return { params, body: { teamId: TEAM } };
    },
  },
  {
    route: "start-execution",
    rule: "an incident of another team is not seen",
    expected: [404, "not_found"],
    says: "There is no such incident",
    given: async () => ({
      as: RESPONDER,
      params: { runbookId: await approvedIn(TEAM) },
      body: { incidentId: await incidentIn("search") },
    }),
  },
  {
    route: "start-execution",
    rule: "a team's runbook is not for another team's incident",
    expected: [403, "not_permitted"],
    says: "A team's runbook runs only for incidents of its own team.",
    given: async () => ({
      as: OF_BOTH,
      params: { runbookId: await approvedIn(TEAM) },
      body: { incidentId: await incidentIn("search") },
    }),
  },
  {
    route: "start-execution",
    rule: "the limit of executions at once",
    expected: [409, "active_executions"],
    says: "At most 1 run of this runbook",
    given: async () => {
      const runbookId = await approvedIn(TEAM, REJECT);
      await start(runbookId);
      return { params: { runbookId } };
    },
  },
  {
    route: "start-execution",
    rule: "another version is live than is named",
    expected: [409, "version_conflict"],
    says: "is the live one",
    given: async () => ({ params: { runbookId: await approvedIn(TEAM) }, body: { version: 1 } }),
  },
  {
    route: "start-execution",
    rule: "nothing is approved",
    expected: [409, "runbook_not_approved"],
    says: "No version has been approved yet. Ask a platform admin",
    given: async () => ({ params: { runbookId: await draftIn(TEAM) } }),
  },
  {
    route: "start-execution",
    rule: "what is deprecated does not run",
    expected: [409, "runbook_not_approved"],
    says: "A platform admin can restore it with a rollback. Reason: Superseded",
    given: async () => ({ params: { runbookId: await deprecated() } }),
  },
  {
    route: "start-execution",
    rule: "the address is not allowed any more",
    expected: [400, "egress_denied"],
    says: "is not among the hosts that this deployment may call",
    given: async () => {
      const params = { runbookId: await approvedIn(TEAM) };
      OTHER_HOSTS();
      return { params };
    },
  },
  {
    route: "start-execution",
    rule: "an observer does not run",
    expected: [403, "not_permitted"],
    says: "running or cancelling it needs the group team:",
    given: async () => ({ as: OBSERVER, params: { runbookId: await approvedIn(TEAM) } }),
  },
  {
    route: "start-execution",
    rule: "the runbook is deleted",
    expected: [404, "not_found"],
    says: "There is no such runbook",
    given: async () => {
      const runbookId = await approvedIn(TEAM);
      await remove(runbookId);
      return { params: { runbookId } };
    },
  },
];

const RERUNS: readonly Row[] = [
  {
    route: "rerun-execution",
    rule: "the rate of one caller",
    expected: [429, "too_many_requests"],
    says: "You may start 1 run",
    given: async () => {
      const runbookId = await approvedIn(TEAM);
      vi.stubEnv("RATE_LIMIT_STARTS_PER_MINUTE", "1");
      const executionId = await ended(runbookId, {}, RESPONDER);
      return { as: RESPONDER, params: { executionId } };
    },
  },
  {
    route: "rerun-execution",
    rule: "its team is paused",
    expected: [409, "paused"],
    says: "It moves",
    given: async () => {
      const params = { executionId: await endedRunIn(TEAM) };
      await pause(TEAM);
      return { params };
    },
  },
  {
    route: "rerun-execution",
    rule: "everything is paused",
    expected: [409, "paused"],
    says: "It moves",
    given: async () => {
      const params = { executionId: await endedRunIn(TEAM) };
      await pause(null);
      return { params };
    },
  },
  {
    route: "rerun-execution",
    rule: "the team that a global runbook was run for is paused",
    expected: [409, "paused"],
    says: "It moves",
    given: async () => {
      const params = { executionId: await endedRunIn(null, TEAM) };
      await pause(TEAM);
      return { params };
    },
  },
  {
    route: "rerun-execution",
    rule: "its incident has gone over to another team",
    expected: [404, "not_found"],
    says: "There is no such incident",
    given: async () => {
      const incidentId = await incidentIn(TEAM);
      const executionId = await ended(await approvedIn(TEAM), { incidentId });
      await incidentIn("search", incidentId);
      return { as: RESPONDER, params: { executionId } };
    },
  },
  {
    route: "rerun-execution",
    rule: "the limit of executions at once",
    expected: [409, "active_executions"],
    says: "At most 1 run of this runbook",
    given: async () => ({ params: { executionId: await runIn(TEAM, REJECT) } }),
  },
  {
    route: "rerun-execution",
    rule: "another version is live than is named",
    expected: [409, "version_conflict"],
    says: "is the live one",
    given: async () => {
      const runbookId = await approvedIn(TEAM);
      const executionId = await ended(runbookId);
      await edit(runbookId);
      await approve(runbookId, 3);
      return { params: { executionId }, body: { version: 2 } };
    },
  },
  {
    route: "rerun-execution",
    rule: "nothing is approved any more",
    expected: [409, "runbook_not_approved"],
    says: "Version 2 was approved last. Ask a platform admin",
    given: async () => {
      const runbookId = await approvedIn(TEAM);
      const executionId = await ended(runbookId);
      await edit(runbookId);
      return { params: { executionId } };
    },
  },
  {
    route: "rerun-execution",
    rule: "the address is not allowed any more",
    expected: [400, "egress_denied"],
    says: "is not among the hosts that this deployment may call",
    given: async () => {
      const params = { executionId: await endedRunIn(TEAM) };
      OTHER_HOSTS();
      return { params };
    },
  },
  {
    route: "rerun-execution",
    rule: "an observer does not run",
    expected: [403, "not_permitted"],
    says: "running or cancelling it needs the group team:",
    given: async () => ({ as: OBSERVER, params: { executionId: await endedRunIn(TEAM) } }),
  },
  {
    route: "rerun-execution",
    rule: "the runbook is deleted",
    expected: [404, "not_found"],
    says: "There is no such runbook",
    given: async () => {
      const runbookId = await approvedIn(TEAM);
      const executionId = await ended(runbookId);
      await remove(runbookId);
      return { params: { executionId } };
    },
  },
  {
    route: "cancel-execution",
    rule: "what has ended is not cancelled",
    expected: [409, "execution_finished"],
    says: "CANCELLED",
    given: async () => ({ params: { executionId: await endedRunIn(TEAM) } }),
  },
];

const onAutomation =
  (as: Person, more: Omit<Asked, "as" | "params"> = {}) =>
  async () => ({
    as,
    params: { automationId: await automationIn(TEAM) },
    ...more,
  });

const AUTOMATIONS: readonly Row[] = [
  {
    route: "create-automation",
    rule: "an observer manages none",
    expected: [403, "not_permitted"],
    says: "needs the group",
    given: async () => ({ as: OBSERVER, body: automationOf(await approvedIn(TEAM)) }),
  },
  {
    route: "create-automation",
    rule: "its runbook is not approved",
    expected: [409, "runbook_not_approved"],
    says: "approved",
    given: async () => ({ body: automationOf(await draftIn(TEAM)) }),
  },
  {
    route: "update-automation",
    rule: "an observer manages none",
    expected: [403, "not_permitted"],
    says: "You may see this automation, but changing it needs the group team:",
    given: onAutomation(OBSERVER, { body: { enabled: false } }),
  },
  {
    route: "update-automation",
    rule: "a responder manages none",
    expected: [403, "not_permitted"],
    says: "You may see this automation, but changing it needs the group team:",
    given: onAutomation(RESPONDER, { body: { enabled: false } }),
  },
  {
    route: "update-automation",
    rule: "its runbook was deleted",
    expected: [409, "invalid_transition"],
    says: "The runbook of this automation was deleted",
    given: async () => {
      const runbookId = await approvedIn(TEAM);
      const body = { ...automationOf(runbookId), enabled: false };
      const params = { automationId: idOf(await ask("create-automation", { body })) };
      await ask("delete-runbook", { params: { runbookId } });
      return { params, body: { enabled: true } };
    },
  },
  {
    route: "approve-automation",
    rule: "an admin of the team approves none",
    expected: [403, "not_permitted"],
    says: "approving or deprecating it needs the group platform-admin",
    given: onAutomation(person(`team:${TEAM}:admin`), { body: { version: 1 } }),
  },
  {
    route: "approve-automation",
    rule: "another version was reviewed",
    expected: [409, "version_conflict"],
    says: "Version 2 was reviewed, but the automation is at version 1",
    given: async () => ({ params: { automationId: await automationIn(TEAM) }, body: { version: 2 } }),
  },
  {
    route: "delete-automation",
    rule: "an observer manages none",
    expected: [403, "not_permitted"],
    says: "You may see this automation, but changing it needs the group team:",
    given: onAutomation(OBSERVER),
  },
  {
    route: "test-automation",
    rule: "an observer does not run",
    expected: [403, "not_permitted"],
    says: "running or cancelling it needs the group team:",
    given: onAutomation(OBSERVER, { body: { event: incidentEvent(TEAM) } }),
  },
  {
    route: "test-automation",
    rule: "an incident of another team is not seen",
    expected: [404, "not_found"],
    says: "There is no such incident",
    given: async () => ({
      as: RESPONDER,
      params: { automationId: await automationIn(TEAM) },
      body: { incidentId: await incidentIn("search") },
    }),
  },
  {
    route: "backtest-automation",
    rule: "an observer does not run",
    expected: [403, "not_permitted"],
    says: "running or cancelling it needs the group team:",
    given: onAutomation(OBSERVER, { body: DAY }),
  },
  {
    route: "backtest-automation",
    rule: "of a global one, a team that is not seen",
    expected: [404, "not_found"],
    says: "There is no such team",
    given: async () => ({
      as: RESPONDER,
      params: { automationId: await automationIn(null) },
      body: { ...DAY, teamId: "search" },
    }),
  },
  {
    route: "catch-up-automation",
    rule: "an observer does not run",
    expected: [403, "not_permitted"],
    says: "running or cancelling it needs the group team:",
    given: onAutomation(OBSERVER, { body: DAY }),
  },
  {
    route: "catch-up-automation",
    rule: "a disabled one catches up nothing",
    expected: [409, "invalid_transition"],
    says: "enable it, then catch up",
    given: async () => {
      const automationId = await automationIn(TEAM);
      await ask("update-automation", { params: { automationId }, body: { enabled: false } });
      return { params: { automationId }, body: DAY };
    },
  },
];

const RULES = {
  definitions: DEFINITIONS,
  starts: STARTS,
  "what has run": RERUNS,
  automations: AUTOMATIONS,
};

describe.each(Object.entries(RULES))("a rule of %s, through its route", (_, rows) => {
  it.each(rows)(
    "$route, $rule: $expected, and nothing is stored",
    async ({ route, expected, says, given }) => {
      const asked = await given();
      const before = await everyItem(api.table);
      const { status, problem } = await ask(route, asked);
      expect([status, problem?.code]).toEqual(expected);
      expect([problem?.detail, ...(problem?.errors ?? []).map(({ message }) => message)].join(" ")).toContain(
        says,
      );
      expect(await everyItem(api.table)).toEqual(before);
    },
  );
});
