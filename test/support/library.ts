// A small library to ask about, made through the API itself: runbooks, runs and incidents of a scope.
import { randomUUID } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import * as z from "zod";
import type { Scope } from "../../shared/domain/scopes.ts";
import { type ApiAnswer, type Asked, ask, callFunction, PLATFORM_ADMIN } from "./api.ts";

/** A valid definition, in the form that a caller sends. */
export const GIVEN = {
  name: "Restart a service",
  description: "Restarts one service of the shop",
  webhookUrl: "http://127.0.0.1:9/restart",
  parameters: { type: "object", properties: { service: { type: "string", default: "checkout" } } },
  payloadTemplate: '{"service":"{{params.service}}"}',
} as const;

const Named = z.looseObject({ id: z.string() });

/** The answer's id; fails with the answer where it is not a good one. */
export function idOf({ body, problem }: ApiAnswer): string {
  if (problem) throw new Error(JSON.stringify(problem));
  return Named.parse(body).id;
}

/** A draft at version 1. */
export async function draftIn(scope: Scope, changes: object = {}, as = PLATFORM_ADMIN): Promise<string> {
  return idOf(await ask("create-runbook", { as, body: { ...GIVEN, teamId: scope, ...changes } }));
}

/** Approved at version 2. */
export async function approvedIn(scope: Scope, changes: object = {}): Promise<string> {
  const runbookId = await draftIn(scope, changes);
  await approve(runbookId, 1);
  return runbookId;
}

export async function approve(runbookId: string, version: number): Promise<void> {
  idOf(await ask("approve-runbook", { params: { runbookId }, body: { version } }));
}

/** A PENDING run; the idle machine leaves it so. Of a global runbook it is run for `ranFor`, or for no team. */
export async function runIn(scope: Scope, changes: object = {}, ranFor: Scope = null): Promise<string> {
  return start(await approvedIn(scope, changes), scope === null ? { teamId: ranFor } : {});
}

export async function start(runbookId: string, body: object = {}, asked: Asked = {}): Promise<string> {
  return idOf(await ask("start-execution", { params: { runbookId }, body, ...asked }));
}

/** A run that has ended. */
export async function endedRunIn(scope: Scope, ranFor: Scope = null): Promise<string> {
  const executionId = await runIn(scope, {}, ranFor);
  idOf(await ask("cancel-execution", { params: { executionId } }));
  return executionId;
}

/** A name that nothing else has. */
export const fresh = (prefix: string) => `${prefix}-${randomUUID().slice(0, 8)}`;

/** What creates an automation of a runbook, enabled from the first. */
export const automationOf = (runbookId: string) => ({
  name: "Restart when checkout is slow",
  runbookId,
  pattern: { "detail-type": ["Incident Created"] },
  parameters: { service: "checkout" },
});

export async function automationIn(scope: Scope): Promise<string> {
  return idOf(await ask("create-automation", { body: automationOf(await approvedIn(scope)) }));
}

/** An event as an incident system publishes it. */
export function incidentEvent(teamId: string, id = fresh("INC")) {
  const time = new Date().toISOString();
  const incident = { id, title: "Checkout is slow", status: "open", priority: "P2", teamId, createdAt: time };
  return {
    id: randomUUID(),
    source: "oncall.incidents",
    "detail-type": "Incident Created",
    time,
    detail: { incident },
  };
}

/** An incident of a team, reported as its system reports it: by an event. */
export async function incidentIn(teamId: string, id = fresh("INC")): Promise<string> {
  await eventIn(teamId, id);
  return id;
}

/** Returns the id of an event about an incident of the team. */
export async function eventIn(
  teamId: string,
  incidentId = fresh("INC"),
  type = "Incident Created",
): Promise<string> {
  const event = { ...incidentEvent(teamId, incidentId), "detail-type": type };
  const failed = await callFunction("events/on-incident", { Records: [messageOf(event)] });
  if (!isDeepStrictEqual(failed, { batchItemFailures: [] })) throw new Error("The report was not taken");
  return event.id;
}

/** A message as SQS hands it to a function. */
function messageOf(event: object) {
  const now = String(Date.now());
  return {
    messageId: randomUUID(),
    receiptHandle: randomUUID(),
    body: JSON.stringify(event),
    attributes: {
      ApproximateReceiveCount: "1",
      SentTimestamp: now,
      SenderId: "events.amazonaws.com",
      ApproximateFirstReceiveTimestamp: now,
    },
    messageAttributes: {},
    md5OfBody: "",
    eventSource: "aws:sqs",
    eventSourceARN: "arn:aws:sqs:eu-central-1:000000000000:incidents",
    awsRegion: "eu-central-1",
  };
}
