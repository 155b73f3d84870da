// The rules of docs/how-to/notify.md choose what the page says, of events that the service really publishes.
import "../support/quiet.ts";
import { compileFunction } from "node:vm";
import { App, Stack } from "aws-cdk-lib";
import { Template } from "aws-cdk-lib/assertions";
import { afterAll, beforeAll, expect, it } from "vitest";
import * as z from "zod";
import { OUTGOING_EVENTS } from "../../shared/contract/event-schemas.ts";
import type { AuditEntry } from "../../shared/domain/audit.ts";
import { checkEventPattern } from "../../shared/domain/event-pattern/check.ts";
import { matchesEventPattern } from "../../shared/domain/event-pattern/match.ts";
import type { JsonObject } from "../../shared/domain/json.ts";
import { approveRunbook, deprecateRunbook } from "../../shared/domain/runbooks/approval-changes.ts";
import { announceExpiry } from "../../shared/domain/runbooks/expiry-announcement.ts";
import { createRunbook } from "../../shared/domain/runbooks/runbook-changes.ts";
import { end, recordOf, runbook } from "../support/audited-ends.ts";
import { type EventsHost, invoke, publishedOn, startEvents } from "../support/events.ts";
import { fencesIn } from "../support/fences.ts";
import { act, after, definition, newId, review } from "../support/seed.ts";

const FENCES = fencesIn("docs/how-to/notify.md");
const PATTERNS = FENCES.filter(({ language }) => language === "json").map(
  ({ text }): JsonObject => JSON.parse(text),
);

let host: EventsHost;
let events: JsonObject[];
beforeAll(async () => {
  host = await startEvents();
  const entries = [...lifeOf("payments"), ...lifeOf("search"), ...globalEnds()];
  await invoke("events/publish-events", { Records: entries.map(recordOf) }, { timeoutSeconds: 60 });
  events = publishedOn(host);
});
afterAll(() => host.stop());

/** The same for each team: a pattern that asks for too little chooses another team's too. */
function lifeOf(teamId: string): AuditEntry[] {
  const created = createRunbook(newId("runbook"), teamId, definition(), act());
  const draft = after(created);
  const approved = approveRunbook(draft, review(1), act("boss"));
  const running = after(approved);
  const soon = announceExpiry(running, "expires_soon", act("system:reconciler"));
  const expired = announceExpiry(after(soon), "expired", act("system:reconciler"));
  const deprecated = deprecateRunbook(after(expired), null, act("boss"));
  const automationId = newId("automation");
  return [
    ...[created.audit, approved.audit, soon.audit, expired.audit],
    end(running, "failure", undefined, { attempts: 1 }),
    end(running, "success", undefined, { attempts: 3 }),
    end(running, "cancel", undefined, { attempts: 2 }),
    end(running, "cancel", undefined, { automationId }),
    deprecated.audit,
  ];
}

function globalEnds(): AuditEntry[] {
  const of = runbook(null, "Fail over");
  return ["payments", "search"].map((ranForTeamId) =>
    end(of, "failure", undefined, { ranForTeamId, automationId: newId("automation"), attempts: 3 }),
  );
}

const Detail = z.looseObject({ teamId: z.string().nullable(), ranForTeamId: z.string().nullish() });
const chosenBy = (pattern: JsonObject) => events.filter((event) => matchesEventPattern(pattern, event));
/** `payments: Failed`, `global for payments: Failed`. */
function told(event: JsonObject): string {
  const { teamId, ranForTeamId } = Detail.parse(event["detail"]);
  const what = String(event["detail-type"]).replace(/Runbook (Execution )?/, "");
  return `${teamId ?? `global for ${ranForTeamId}`}: ${what}`;
}

it("each pattern is one that EventBridge takes", () => {
  expect(PATTERNS.flatMap((pattern) => checkEventPattern(pattern))).toEqual([]);
});

it("each pattern chooses these events, and no others", () => {
  expect(events).toHaveLength(2 * 10 + 2);
  expect(PATTERNS.map((pattern) => chosenBy(pattern).map(told))).toEqual([
    ["payments: Failed", "payments: Recovered", "global for payments: Failed"],
    ["payments: Approved", "payments: Deprecated"],
    [
      ...["payments: Approval Expires Soon", "payments: Approval Expired"],
      ...["search: Approval Expires Soon", "search: Approval Expired"],
    ],
    [
      ...["payments: Cancelled", "search: Cancelled"],
      ...["global for payments: Failed", "global for search: Failed"],
    ],
    ["payments: Succeeded", "search: Succeeded"],
  ]);
});

it("each kind of event that a pattern names is published", () => {
  const named = PATTERNS.flatMap((pattern) => z.array(z.string()).parse(pattern["detail-type"]));
  const known = new Set<string>(OUTGOING_EVENTS.map(({ detailType }) => detailType));
  expect(named.filter((name) => !known.has(name))).toEqual([]);
});

it("each field that a target takes is in every event that the rule chooses", () => {
  const taken = FENCES.flatMap(({ text }) =>
    [...text.matchAll(/"\$\.detail\.(\w+)"/g)].map(([, at = ""]) => at),
  );
  expect(new Set(taken)).toEqual(new Set(["runbookName", "executedBy", "link"]));
  const [first = {}] = PATTERNS;
  for (const event of chosenBy(first)) for (const name of taken) expect(event["detail"]).toHaveProperty(name);
});

it("the rule of the commands and the one of CDK have the first pattern", { timeout: 60_000 }, async () => {
  const commands = FENCES.flatMap(({ text }) => [...text.matchAll(/--event-pattern '([^']+)'/g)]);
  expect(commands.map(([, pattern = ""]) => JSON.parse(pattern))).toEqual([PATTERNS[0]]);
  const template = await synthesize(FENCES.find(({ language }) => language === "ts")?.text ?? "");
  template.hasResourceProperties("AWS::Events::Rule", {
    EventPattern: PATTERNS[0],
    EventBusName: "runbooks",
  });
  const rules = Object.values(template.findResources("AWS::Events::Rule"));
  const Targets = z.array(z.looseObject({ DeadLetterConfig: z.object({ Arn: z.unknown() }) }));
  expect(rules.map((rule) => Targets.parse(rule["Properties"].Targets).length)).toEqual([3]);
});

/** Runs the example with what it imports, and a stack. */
async function synthesize(example: string): Promise<Template> {
  const stack = new Stack(new App(), "Subscriber");
  const given = new Map<string, unknown>([["stack", stack]]);
  for (const [, names = "", from = ""] of example.matchAll(/^import \{ (.*) \} from "(.*)";$/gm)) {
    const loaded: Record<string, unknown> = await import(from);
    for (const name of names.split(", ")) {
      const [exported = "", local = exported] = name.split(" as ");
      given.set(local, loaded[exported]);
    }
  }
  const body = example.replaceAll(/^import .*$/gm, "");
  compileFunction(body, [...given.keys()])(...given.values());
  return Template.fromStack(stack);
}
