// What automations decided, and the pauses that make events wait.
import { expect } from "vitest";
import * as z from "zod";
import { Decision } from "../../shared/domain/automations/automation-decision.ts";
import { ask } from "./api.ts";

const Page = z.object({ items: z.array(Decision), nextCursor: z.string().nullable() });

/** The decisions of an automation, oldest first. */
export async function decisionsOf(automationId: string): Promise<Decision[]> {
  const items: Decision[] = [];
  let cursor: string | null = null;
  do {
    const query: Record<string, string> = { limit: "100", ...(cursor && { cursor }) };
    const answer = await ask("list-automation-decisions", { params: { automationId }, query });
    const page: z.infer<typeof Page> = Page.parse(answer.body);
    items.push(...page.items);
    cursor = page.nextCursor;
  } while (cursor);
  return items.toReversed();
}

/** What they were: `fired`, or why not. */
export const reasonsOf = async (automationId: string) =>
  (await decisionsOf(automationId)).map(({ reason }) => reason ?? "fired");

export async function setPause(scope: string | null, paused: boolean): Promise<void> {
  const body = { scope, paused, ...(paused && { reason: "Down" }) };
  expect((await ask("put-controls", { body })).status).toBe(200);
}
