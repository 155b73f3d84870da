// The comparison of two versions says how much the later one can do, and holds no secret.
import "../../support/quiet.ts";
import { beforeAll, expect, it } from "vitest";
import { ask, startApi } from "../../support/api.ts";
import { draftIn } from "../../support/library.ts";

beforeAll(async () => {
  const api = await startApi();
  return () => api.stop();
});

const SECRET = "token-that-nobody-may-read";

it("each comparison has the risk of its own two versions", async () => {
  const webhookAuth = { type: "bearer", token: `${SECRET}-1` };
  const params = { runbookId: await draftIn("payments", { webhookAuth }) };
  await ask("update-runbook", { params, body: { description: "Other words" } });
  await ask("update-runbook", { params, body: { timeoutSeconds: 60 } });
  await ask("update-runbook", { params, body: { webhookAuth: { type: "bearer", token: `${SECRET}-2` } } });
  const compare = async (version: string, from: string) => {
    const { body } = await ask("diff-versions", { params: { ...params, version }, query: { from } });
    expect(JSON.stringify(body)).not.toContain(SECRET);
    const { level, reasons } = Object(body).risk;
    return [level, ...reasons.map(({ pointer }: { pointer: string }) => pointer)];
  };
  expect(await compare("1", "1")).toEqual(["low"]);
  expect(await compare("2", "1")).toEqual(["low", "/description"]);
  expect(await compare("3", "1")).toEqual(["medium", "/timeoutSeconds", "/description"]);
  expect(await compare("4", "2")).toEqual(["high", "/webhookAuth/token", "/timeoutSeconds"]);
});
