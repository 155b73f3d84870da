// Pairs about the approval of an automation, and about the end of its runbook, where the deployment asks for approval.
import * as z from "zod";
import { AutomationView } from "../../../shared/domain/automations/automation.ts";
import { type ApiAnswer, ask, callFunction, type Person } from "../api.ts";
import { type Meeting, meeting, wroteAfterOther } from "../interleavings.ts";
import { automationOf, fresh, idOf, incidentEvent } from "../library.ts";
import * as act from "./actors.ts";
import { ADMIN, count, good, SECOND, say } from "./actors.ts";

export const APPROVED_AUTOMATIONS = { APPROVE_AUTOMATIONS: "true" };

const UNSEEN = { parameters: { service: "unseen" } };

async function world(more: object = {}) {
  const team = fresh("t");
  const runbookId = await act.approved({}, team);
  const body = { ...automationOf(runbookId), ...more };
  const id = idOf(await ask("create-automation", { body }));
  return { runbookId, id, event: incidentEvent(team) };
}
async function approvedWorld() {
  const made = await world();
  await approve(made.id, 1);
  return made;
}
async function deletedWorld() {
  const made = await world();
  await act.remove(made.runbookId);
  return made;
}
type World = Awaited<ReturnType<typeof world>>;

const approve = (automationId: string, version: number, as: Person = SECOND) =>
  ask("approve-automation", { params: { automationId }, body: { version }, as });
const change = (automationId: string, body: object) =>
  ask("update-automation", { params: { automationId }, body, as: ADMIN });
const report = ({ event }: World) => act.onQueue("on-incident", event);
const sweep = () => callFunction("events/sweep", {});

const shown = async (automationId: string) =>
  AutomationView.parse((await ask("get-automation", { params: { automationId } })).body);

const Parameters = z.looseObject({ parameters: z.looseObject({ service: z.unknown() }) });
async function servicesOf({ runbookId }: World): Promise<unknown[]> {
  const runs = await act.runsOf(runbookId);
  const read = ({ id: executionId }: { id: string }) => ask("get-execution", { params: { executionId } });
  return (await Promise.all(runs.map(read))).map(({ body }) => Parameters.parse(body).parameters.service);
}
async function timesOf({ runbookId }: World, action: string): Promise<number> {
  return (await act.auditOf(runbookId)).filter((entry) => entry.action === action).length;
}

/** What is shown as approved is what the approver has seen. */
async function unseenIsApproved({ id }: World, changed: ApiAnswer): Promise<string[]> {
  const { approval } = await shown(id);
  return say("what nobody reviewed is approved", good(changed) && approval !== null);
}

const APPROVALS: Meeting[] = [
  meeting({
    name: "approve an automation ∥ change it",
    short: true,
    prepare: () => world(),
    one: ({ id }) => approve(id, 1),
    other: ({ id }) => change(id, UNSEEN),
    contradictions: (made, _, changed) => unseenIsApproved(made, changed),
  }),
  meeting({
    name: "approve an automation ∥ rename it",
    prepare: () => world(),
    one: ({ id }) => approve(id, 1),
    other: ({ id }) => change(id, { name: "Another name" }),
    contradictions: async ({ id }, approved) =>
      say("an approval was answered, and lost", good(approved) && (await shown(id)).approval === null),
  }),
  meeting({
    name: "approve an automation ∥ approve it",
    prepare: () => world(),
    one: ({ id }) => approve(id, 1),
    other: ({ id }) => approve(id, 1, { ...SECOND, sub: "third-admin" }),
    contradictions: async (made, one, other) => [
      ...say("more or less than one has approved", (await timesOf(made, "automation.approved")) !== 1),
      ...say("nobody was answered so", count([one, other], 200) === 0),
    ],
  }),
  meeting({
    name: "approve an automation ∥ the same approval",
    prepare: () => world(),
    one: ({ id }) => approve(id, 1),
    other: ({ id }) => approve(id, 1),
    contradictions: async (made, one, other) => [
      ...say("written twice", (await timesOf(made, "automation.approved")) !== 1),
      ...say("a repeated approval was refused", count([one, other], 200) !== 2),
    ],
  }),
  meeting({
    name: "event ∥ an approved automation is changed",
    short: true,
    prepare: approvedWorld,
    one: report,
    other: ({ id }) => change(id, UNSEEN),
    contradictions: async (made) =>
      say("what nobody reviewed was started", (await servicesOf(made)).includes("unseen")),
  }),
  meeting({
    name: "event ∥ approve its automation",
    short: true,
    prepare: () => world(),
    one: report,
    other: ({ id }) => approve(id, 1),
    contradictions: async (made, _one, approved, calls) => {
      const skipped = (await timesOf(made, "automation.skipped")) > 0;
      const late = good(approved) && wroteAfterOther(calls, "one", /decision/);
      return say("skipped as not approved, after the approval", late && skipped);
    },
  }),
  meeting({
    name: "event ∥ its automation goes live",
    prepare: () => world({ mode: "shadow" }),
    one: report,
    other: ({ id }) => change(id, { mode: "live" }),
    contradictions: async (made) => say("started unapproved", (await servicesOf(made)).length > 0),
  }),
];

/** Once the sweep has gone over it in peace. */
async function endedOnce(made: World): Promise<string[]> {
  await sweep();
  const { status, body } = await ask("get-automation", { params: { automationId: made.id } });
  return [
    ...say("enabled, and its runbook is deleted", status === 200 && AutomationView.parse(body).enabled),
    ...say("disabled twice", (await timesOf(made, "automation.disabled")) > 1),
  ];
}

const DELETIONS: Meeting[] = [
  meeting({
    name: "sweep ∥ sweep, of a deleted runbook's automation",
    prepare: deletedWorld,
    one: sweep,
    other: sweep,
    contradictions: endedOnce,
  }),
  meeting({
    name: "sweep ∥ change of a deleted runbook's automation",
    short: true,
    prepare: deletedWorld,
    one: sweep,
    other: ({ id }) => change(id, { name: "Another name" }),
    contradictions: endedOnce,
  }),
  meeting({
    name: "sweep ∥ a deleted runbook's automation is disabled",
    prepare: deletedWorld,
    one: sweep,
    other: ({ id }) => change(id, { enabled: false }),
    contradictions: endedOnce,
  }),
  meeting({
    name: "sweep ∥ approve a deleted runbook's automation",
    prepare: deletedWorld,
    one: sweep,
    other: ({ id }) => approve(id, 1),
    contradictions: endedOnce,
  }),
  meeting({
    name: "enable an automation ∥ delete its runbook",
    short: true,
    prepare: () => world({ enabled: false }),
    one: ({ id }) => change(id, { enabled: true }),
    other: ({ runbookId }) => act.remove(runbookId),
    contradictions: (made, _, removed) => (good(removed) ? endedOnce(made) : []),
  }),
  meeting({
    name: "delete the runbook ∥ sweep",
    prepare: () => world(),
    one: ({ runbookId }) => act.remove(runbookId),
    other: sweep,
    contradictions: endedOnce,
  }),
];

export const APPROVAL_PAIRS: readonly Meeting[] = [...APPROVALS, ...DELETIONS];
