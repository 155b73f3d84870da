// The largest request and the largest kept answer, both full of characters that JSON doubles: all of it is recorded.
import "../../support/quiet.ts";
import { beforeAll, expect, it } from "vitest";
import { getExecutionRecord } from "../../../shared/store/executions.ts";
import { callFunction, startApi } from "../../support/api.ts";
import { approvedIn, start } from "../../support/library.ts";
import { startReceiver } from "../../support/receiver.ts";

beforeAll(async () => {
  const api = await startApi();
  return () => api.stop();
});

it.each([20, 31])(
  "%d times 8 KB of quotes: sent once for each attempt, with its evidence",
  async (copies) => {
    await using receiver = await startReceiver(() => ({ status: 503, body: '"'.repeat(16_000) }));
    const runbookId = await approvedIn("payments", {
      webhookUrl: receiver.url,
      parameters: { type: "object", properties: { q: { type: "string", maxLength: 4096 } } },
      payloadTemplate: JSON.stringify({ q: Array.from({ length: copies }, () => "{{params.q}}") }),
      retryPolicy: { maxAttempts: 2, initialDelaySeconds: 1, backoffRate: 1, maxDelaySeconds: 1 },
    });
    const executionId = await start(runbookId, { parameters: { q: '"'.repeat(4000) } });
    const first = await callFunction("workflow/deliver-webhook", { executionId });
    expect(first).toMatchObject({ next: "wait", attempt: 2 });
    expect(await callFunction("workflow/deliver-webhook", first)).toMatchObject({ next: "fail" });
    expect(receiver.requests).toHaveLength(2);
    const record = await getExecutionRecord(executionId);
    expect(record?.attempts.map(({ outcome }) => outcome)).toEqual(["refused", "refused"]);
    expect(record?.request?.body).toBe(receiver.requests[0]?.body);
  },
);
