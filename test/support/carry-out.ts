// Carries out a run with the functions of the workflow themselves, one after the other, without its waits.
import { DeliverResult } from "../../shared/contract/workflow.ts";
import { CALLBACK_TOKEN_HEADER } from "../../shared/domain/executions/callback.ts";
import type { Scope } from "../../shared/domain/scopes.ts";
import { callFunction } from "./api.ts";
import { approvedIn, start } from "./library.ts";
import { startReceiver } from "./receiver.ts";

/** Up to the run's end, or to where it waits for a callback. */
export async function carryOut(executionId: string): Promise<void> {
  let step = await deliver({ executionId });
  while (step.next === "wait") step = await deliver(step);
  if (step.next !== "await") await callFunction("workflow/complete-execution", step);
}

const deliver = async (input: object) =>
  DeliverResult.parse(await callFunction("workflow/deliver-webhook", input));

/** A run whose receiver has accepted the work, and the token that it may call back with. */
export async function awaitedRunIn(scope: Scope): Promise<{ executionId: string; token: string }> {
  await using receiver = await startReceiver(() => ({ status: 202 }));
  const changes = {
    webhookUrl: `${receiver.url}/work`,
    completion: { mode: "callback", timeoutSeconds: 60 },
  };
  const executionId = await start(await approvedIn(scope, changes));
  await carryOut(executionId);
  const token = receiver.requests[0]?.headers[CALLBACK_TOKEN_HEADER];
  if (typeof token !== "string") throw new Error("The receiver was given no token to call back with");
  return { executionId, token };
}
