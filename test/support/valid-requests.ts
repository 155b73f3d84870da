// For each route one request that is good: what the generated suites ask for, spoil, and ask for as somebody else.
import type { RouteName } from "../../shared/contract/routes.ts";
import { CALLBACK_TOKEN_HEADER } from "../../shared/domain/executions/callback.ts";
import type { Scope } from "../../shared/domain/scopes.ts";
import type { Asked } from "./api.ts";
import { brokenGlassIn, endedBrokenGlassIn } from "./break-glass.ts";
import { awaitedRunIn } from "./carry-out.ts";
import { freezeWindowIn, neverNow, roomFor } from "./freeze-windows.ts";
import {
  approvedIn,
  automationIn,
  automationOf,
  draftIn,
  endedRunIn,
  eventIn,
  fresh,
  GIVEN,
  incidentEvent,
  incidentIn,
  runIn,
} from "./library.ts";
import { firing, SIGNED_BY_BEARER, sourceIn, sourceOf } from "./sources.ts";

/**
 * Makes what the request is about, in this scope, and the request; a platform admin's would be answered well. A run of
 * a global runbook is for the team `ranFor`.
 */
type Maker = (scope: Scope, ranFor?: Scope) => Promise<Asked>;

const onDraft =
  (more: Omit<Asked, "params"> = {}): Maker =>
  async (scope) => ({ params: { runbookId: await draftIn(scope) }, ...more });
const onApproved =
  (more: Omit<Asked, "params"> = {}): Maker =>
  async (scope) => ({ params: { runbookId: await approvedIn(scope) }, ...more });
/** The new token is as long as a secret must be. */
const onCredential: Maker = async (scope) => {
  const webhookAuth = { type: "bearer", token: "the-first-token" };
  const params = { runbookId: await approvedIn(scope, { webhookAuth }) };
  return { params, body: { version: 2, webhookAuth: { ...webhookAuth, token: "the-second-token" } } };
};
const onVersion: Maker = async (scope) => ({ params: { runbookId: await draftIn(scope), version: "1" } });
const onIncident: Maker = async (scope) => ({ params: { incidentId: await incidentIn(teamOf(scope)) } });

const onAutomation =
  (more: Omit<Asked, "params"> | ((team: string) => Omit<Asked, "params">) = {}): Maker =>
  async (scope) => ({
    params: { automationId: await automationIn(scope) },
    ...(typeof more === "function" ? more(scope ?? "payments") : more),
  });
const onAutomationVersion: Maker = async (scope) => ({
  params: { automationId: await automationIn(scope), version: "1" },
});
const onSource =
  (more: Omit<Asked, "params"> = {}): Maker =>
  async (scope) => ({ params: { sourceId: await sourceIn(scope) }, ...more });
const minutesAgo = (minutes: number) => new Date(Date.now() - minutes * 60_000).toISOString();

/** Incidents have a team always. */
function teamOf(scope: Scope): string {
  if (scope === null) throw new Error("There are no global incidents");
  return scope;
}

const MAKERS: Record<string, Maker> = {
  "create-runbook": async (scope) => ({ body: { ...GIVEN, teamId: scope } }),
  "list-runbooks": async (scope) => {
    await draftIn(scope);
    return {};
  },
  "get-runbook": onDraft(),
  "update-runbook": onDraft({ body: { description: "Restarts one service, gently" } }),
  "delete-runbook": onDraft(),
  "approve-runbook": onDraft({ body: { version: 1 } }),
  "get-review": onDraft(),
  "request-review": onDraft({ body: { version: 1, note: "Please look" } }),
  "request-changes": onDraft({ body: { version: 1, note: "Which service?" } }),
  "rotate-credential": onCredential,
  "deprecate-runbook": onApproved({ body: { reason: "There is a better one" } }),
  "withdraw-runbook": onApproved({ body: { reason: "It restarts the wrong service" } }),
  "rollback-runbook": onDraft({ body: { toVersion: 1 } }),
  "list-versions": onDraft(),
  "get-version": onVersion,
  "diff-versions": onVersion,
  "preview-runbook": onDraft({ body: { parameters: { service: "search" } } }),
  "get-signing-secret": onDraft(),
  "rotate-signing-secret": onDraft(),
  "list-audit": onDraft(),
  "start-execution": async (scope) => ({
    params: { runbookId: await approvedIn(scope) },
    body: { parameters: { service: "search" } },
    headers: { "idempotency-key": fresh("key") },
  }),
  "list-executions": onApproved(),
  "find-executions": async (scope, ranFor) => {
    await runIn(scope, {}, ranFor);
    return {};
  },
  "get-execution": async (scope, ranFor) => ({
    params: { executionId: await runIn(scope, {}, ranFor) },
  }),
  "cancel-execution": async (scope, ranFor) => ({
    params: { executionId: await runIn(scope, {}, ranFor) },
    body: { reason: "Started by mistake" },
  }),
  "rerun-execution": async (scope, ranFor) => ({
    params: { executionId: await endedRunIn(scope, ranFor) },
  }),
  "cancel-executions": async (scope, ranFor) => ({
    body: { executionIds: [await runIn(scope, {}, ranFor)], reason: "Started by mistake" },
  }),
  "rerun-executions": async (scope, ranFor) => ({
    body: { executionIds: [await endedRunIn(scope, ranFor)] },
    headers: { "idempotency-key": fresh("key") },
  }),
  "find-audit": async (scope) => {
    await draftIn(scope);
    return {};
  },
  "list-incidents": async (scope) => {
    await incidentIn(scope ?? "payments");
    return {};
  },
  "list-rejections": async () => ({}),
  "find-decisions": async () => ({}),
  "explain-event": async (scope) => ({ params: { eventId: await eventIn(teamOf(scope)) } }),
  "get-incident": onIncident,
  "list-incident-executions": onIncident,
  "list-incident-runbooks": onIncident,
  "create-automation": async (scope) => ({
    body: { ...automationOf(await approvedIn(scope)), teamId: scope },
  }),
  "list-automations": async (scope) => {
    await automationIn(scope);
    return {};
  },
  "get-automation": onAutomation(),
  "update-automation": onAutomation({ body: { enabled: false } }),
  "approve-automation": onAutomation({ body: { version: 1 } }),
  "delete-automation": onAutomation(),
  "list-automation-versions": onAutomation(),
  "get-automation-version": onAutomationVersion,
  "diff-automation-versions": onAutomationVersion,
  "list-automation-decisions": onAutomation(),
  "list-automation-audit": onAutomation(),
  "test-automation": onAutomation((team) => ({ body: { event: incidentEvent(team) } })),
  "backtest-automation": onAutomation((teamId) => ({
    body: { from: minutesAgo(10), to: minutesAgo(0), teamId },
  })),
  "catch-up-automation": onAutomation(() => ({ body: { from: minutesAgo(10), to: minutesAgo(0) } })),
  "create-source": async (scope) => ({ body: sourceOf(scope) }),
  "list-sources": async (scope) => {
    await sourceIn(scope);
    return {};
  },
  "get-source": onSource(),
  "update-source": onSource({ body: { enabled: false } }),
  "delete-source": onSource(),
  "list-source-audit": onSource(),
  "test-source": onSource({ body: { message: firing() } }),
  "take-message": onSource({ body: firing(), ...SIGNED_BY_BEARER }),
  "callback-execution": async (scope) => {
    const { executionId, token } = await awaitedRunIn(scope);
    const headers = { [CALLBACK_TOKEN_HEADER]: token };
    return { params: { executionId }, headers, body: { status: "SUCCESS", message: "Restarted" } };
  },
  "get-controls": async () => ({}),
  // The switch of the whole service would stop the runs of everything else that is tested.
  "put-controls": async (scope) => ({
    body: { scope, paused: scope !== null, reason: "The shop is moving" },
  }),
  "list-break-glass": async (scope, ranFor) => {
    await brokenGlassIn(scope, ranFor);
    return {};
  },
  "close-break-glass": async (scope, ranFor) => ({
    params: { executionId: await endedBrokenGlassIn(scope, ranFor) },
    body: { note: "It was right" },
  }),
  "create-freeze-window": async (scope) => ({ body: await roomFor(neverNow(scope)) }),
  "list-freeze-windows": async () => ({}),
  "delete-freeze-window": async (scope) => ({ params: { freezeWindowId: await freezeWindowIn(scope) } }),
  "get-me": async () => ({}),
  "get-openapi": async () => ({}),
  "get-health": async () => ({}),
};

/** The good request of a route; a route without one fails every suite that is generated from the contract. */
export function makerOf(name: RouteName): Maker {
  const maker = MAKERS[name];
  if (maker) return maker;
  throw new Error(
    `The route ${name} has no good request yet: add one under "${name}" in test/support/valid-requests.ts.`,
  );
}

export const ROUTES_WITH_REQUESTS = Object.keys(MAKERS);
