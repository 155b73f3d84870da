// Pairs about events: one event twice, two events of one incident, and a change of what the decision was made from.
import { randomUUID } from "node:crypto";
import * as z from "zod";
import { getIncident } from "../../../shared/store/incidents.ts";
import { ask } from "../api.ts";
import { type Meeting, meeting, type SideCall, wroteAfterOther } from "../interleavings.ts";
import { automationOf, fresh, idOf, incidentEvent } from "../library.ts";
import * as act from "./actors.ts";
import { good, say } from "./actors.ts";

/** A runbook with an automation, in their own team. */
async function world(automation: object = {}, changes: object = {}) {
  const team = fresh("t");
  const runbookId = await act.approved(changes, team);
  const automationId = idOf(
    await ask("create-automation", { body: { ...automationOf(runbookId), ...automation } }),
  );
  return { team, runbookId, automationId };
}

type World = Awaited<ReturnType<typeof world>>;

const patch = ({ automationId }: World, body: object) =>
  ask("update-automation", { params: { automationId }, body });
const report = (event: object) => act.onQueue("on-incident", event);

const Details = z.looseObject({ reason: z.string().optional() });

async function decisionsOf({ runbookId }: World): Promise<string[]> {
  const entries = await act.auditOf(runbookId);
  const decisions = entries.filter(({ action }) => /^automation\.(fired|skipped)$/.test(action));
  return decisions.map(({ action, details }) => `${action} ${Details.parse(details).reason ?? ""}`.trim());
}

/** A skip that was written after what stood in the way had gone, and its end been answered. */
async function skippedTooLate(context: World, calls: readonly SideCall[]): Promise<string[]> {
  const skipped = (await decisionsOf(context)).filter((decision) =>
    decision.startsWith("automation.skipped"),
  );
  return wroteAfterOther(calls, "one", /decision/)
    ? skipped.map((decision) => `${decision}, after its reason was gone`)
    : [];
}

const CHANGES = [
  ["new parameters", { parameters: { service: "new-value" } }],
  ["disabled", { enabled: false }],
  ["in shadow mode", { mode: "shadow" }],
] as const;

const DEFINITIONS: Meeting[] = CHANGES.map(([name, body]) =>
  meeting({
    name: `event ∥ its automation is changed: ${name}`,
    prepare: async () => {
      const made = await world();
      return { ...made, event: incidentEvent(made.team) };
    },
    one: ({ event }) => report(event),
    other: (context) => patch(context, body),
    contradictions: async (context, _, other, calls) => {
      const runs = await act.runsOf(context.runbookId);
      const late = wroteAfterOther(calls, "one", /decision/);
      const values = await Promise.all(runs.map(({ id }) => serviceOf(id)));
      return [
        ...say(`${runs.length} runs`, runs.length > 1),
        ...say(`the change is answered ${other.status}`, !good(other)),
        ...say(
          `fired as it was before, after it was ${name}`,
          late && (name === "new parameters" ? values.some((v) => v !== "new-value") : runs.length > 0),
        ),
      ];
    },
  }),
);

const Parameters = z.looseObject({ parameters: z.record(z.string(), z.unknown()) });
const serviceOf = async (executionId: string) =>
  Parameters.parse((await ask("get-execution", { params: { executionId } })).body).parameters["service"];

const SHORT = {
  parameters: {
    ...{ type: "object", required: ["service"] },
    properties: { service: { type: "string", maxLength: 5 } },
  },
};

const REASONS: Meeting[] = [
  meeting({
    name: "event with parameters that do not fit ∥ the automation is corrected",
    short: true,
    prepare: async () => {
      const made = await world({ parameters: { service: "{{detail.incident.title}}" } }, SHORT);
      return { ...made, event: incidentEvent(made.team) };
    },
    one: ({ event }) => report(event),
    other: (context) => patch(context, { parameters: { service: "ok" } }),
    contradictions: (context, _one, _other, calls) => skippedTooLate(context, calls),
  }),
  meeting({
    name: "event of an incident that fired before ∥ oncePerIncident is lifted",
    prepare: async () => {
      const made = await world();
      const incident = fresh("INC");
      await report(incidentEvent(made.team, incident));
      return { ...made, event: incidentEvent(made.team, incident) };
    },
    one: ({ event }) => report(event),
    other: (context) => patch(context, { oncePerIncident: false }),
    contradictions: (context, _one, _other, calls) => skippedTooLate(context, calls),
  }),
  meeting({
    name: "event for a draft ∥ its approval",
    short: true,
    prepare: async () => {
      const made = await world();
      await act.update(made.runbookId, { description: "changed" });
      return { ...made, event: incidentEvent(made.team) };
    },
    one: ({ event }) => report(event),
    other: ({ runbookId }) => act.approve(runbookId, 3),
    contradictions: (context, _one, _other, calls) => skippedTooLate(context, calls),
  }),
  meeting({
    name: "event, with a run in the way ∥ the end of that run",
    short: true,
    prepare: async () => {
      const limit = { concurrency: { limit: 1, onLimit: "reject" } };
      const made = await world({ oncePerIncident: false }, limit);
      const inTheWay = idOf(await act.start(made.runbookId));
      await act.deliver(inTheWay);
      return { ...made, inTheWay, event: incidentEvent(made.team) };
    },
    one: ({ event }) => report(event),
    other: ({ inTheWay }) => act.finish(inTheWay),
    contradictions: (context, _one, _other, calls) => skippedTooLate(context, calls),
  }),
  meeting({
    name: "event ∥ delete of the runbook",
    prepare: async () => {
      const made = await world();
      return { ...made, event: incidentEvent(made.team) };
    },
    one: ({ event }) => report(event),
    other: ({ runbookId }) => act.remove(runbookId),
    contradictions: async (context, _, other) =>
      say("fired, and deleted", good(other) && (await decisionsOf(context)).includes("automation.fired")),
  }),
];

const limits = [undefined, { limit: 1, onLimit: "reject" }, { limit: 1, onLimit: "queue" }] as const;
const named = (limit: (typeof limits)[number]) => (limit ? `limit 1, ${limit.onLimit}` : "no limit");

const TWICE: Meeting[] = limits.flatMap((concurrency) => [
  meeting({
    name: `one event ∥ the same event: ${named(concurrency)}`,
    prepare: async () => {
      const made = await world({ oncePerIncident: false }, concurrency ? { concurrency } : {});
      return { ...made, event: incidentEvent(made.team) };
    },
    one: ({ event }) => report(event),
    other: ({ event }) => report(event),
    contradictions: async (context) => {
      const runs = await act.runsOf(context.runbookId);
      const decisions = await decisionsOf(context);
      return [
        ...say(`${runs.length} runs of one event`, runs.length !== 1),
        ...say(`decided ${decisions}`, String(decisions) !== "automation.fired"),
      ];
    },
  }),
  meeting({
    name: `one request of a workflow ∥ the same request: ${named(concurrency)}`,
    short: concurrency?.onLimit === "reject",
    prepare: async () => {
      const runbookId = await act.approved(concurrency ? { concurrency } : {});
      return { runbookId, event: requestOf(runbookId) };
    },
    one: ({ event }) => act.onQueue("on-execution-requested", event),
    other: ({ event }) => act.onQueue("on-execution-requested", event),
    contradictions: async ({ runbookId }) => {
      const runs = await act.runsOf(runbookId);
      const rejected = (await act.auditOf(runbookId)).filter(({ action }) => action === "execution.rejected");
      return [
        ...say(`${runs.length} runs of one request`, runs.length !== 1),
        ...say("the request that was done is also rejected", rejected.length > 0),
      ];
    },
  }),
]);

const requestOf = (runbookId: string) => ({
  ...{ version: "0", id: randomUUID(), "detail-type": "Runbook Execution Requested" },
  ...{ source: "oncall.workflows", time: new Date().toISOString() },
  detail: { runbookId, parameters: { service: "api" }, requestId: randomUUID() },
});

const CLAIMS: Meeting[] = [
  meeting({
    name: "event ∥ another event within the cooldown",
    prepare: async () => {
      const made = await world({
        oncePerIncident: false,
        cooldown: { seconds: 600, key: null, from: "start" },
      });
      return { ...made, first: incidentEvent(made.team), second: incidentEvent(made.team) };
    },
    one: ({ first }) => report(first),
    other: ({ second }) => report(second),
    contradictions: firedOnceOfTwo,
  }),
  meeting({
    name: "event ∥ another event of the same incident",
    prepare: async () => {
      const made = await world();
      const incident = fresh("INC");
      return {
        ...made,
        first: incidentEvent(made.team, incident),
        second: incidentEvent(made.team, incident),
      };
    },
    one: ({ first }) => report(first),
    other: ({ second }) => report(second),
    contradictions: firedOnceOfTwo,
  }),
];

async function firedOnceOfTwo(context: World): Promise<string[]> {
  const runs = await act.runsOf(context.runbookId);
  const decisions = await decisionsOf(context);
  return [
    ...say(`${runs.length} runs`, runs.length !== 1),
    ...say(`${decisions.length} decisions of two events`, decisions.length !== 2),
  ];
}

const REPORTS: Meeting[] = [
  meeting({
    name: "a newer report ∥ an older one",
    prepare: async () => {
      const made = await world();
      const incident = fresh("INC");
      return {
        ...made,
        incident,
        newer: reportOf(made.team, incident, "resolved", 1),
        older: reportOf(made.team, incident, "open", 60),
      };
    },
    one: ({ newer }) => report(newer),
    other: ({ older }) => report(older),
    contradictions: async ({ incident }) => {
      const status = (await getIncident(incident))?.status;
      return say(`the incident is ${status}`, status !== "resolved");
    },
  }),
];

function reportOf(team: string, incident: string, status: string, secondsAgo: number): object {
  const event = incidentEvent(team, incident);
  const updatedAt = new Date(Date.now() - secondsAgo * 1000).toISOString();
  return { ...event, detail: { incident: { ...event.detail.incident, status, updatedAt } } };
}

const EDITS: Meeting[] = [
  meeting({
    name: "update an automation ∥ update it",
    prepare: () => world(),
    one: (context) => patch(context, { name: "A name" }),
    other: (context) => patch(context, { cooldown: { seconds: 77 } }),
    contradictions: async ({ automationId }, one, other) => {
      const { body } = await ask("get-automation", { params: { automationId } });
      const shown = z
        .looseObject({
          name: z.string(),
          cooldown: z.looseObject({ seconds: z.int() }).nullable(),
          version: z.int(),
        })
        .parse(body);
      return [
        ...say("a change was answered, and lost", good(one) && shown.name !== "A name"),
        ...say("a change was answered, and lost", good(other) && shown.cooldown?.seconds !== 77),
        ...say(`version ${shown.version}`, shown.version !== 1 + act.count([one, other], 200)),
      ];
    },
  }),
  meeting({
    name: "update an automation ∥ delete it",
    prepare: () => world(),
    one: (context) => patch(context, { name: "A name" }),
    other: ({ automationId }) => ask("delete-automation", { params: { automationId } }),
    contradictions: async ({ automationId }, _, other) => {
      const { status } = await ask("get-automation", { params: { automationId } });
      return say(`deleted: ${other.status}, read: ${status}`, good(other) !== (status === 404));
    },
  }),
];

export const EVENT_PAIRS: readonly Meeting[] = [
  ...DEFINITIONS,
  ...REASONS,
  ...TWICE,
  ...CLAIMS,
  ...REPORTS,
  ...EDITS,
];
