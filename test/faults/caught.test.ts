// Failures that no other test brings about, each at the border where it is caught.
import { beforeAll, expect, it } from "vitest";
import { stopStateMachineExecution } from "../../shared/step-functions/executions.ts";
import { parseVersion } from "../../shared/store/versions.ts";
import { finalizeOutput } from "../../shared/webhook/template/finish.ts";
import { callFunction, startApi } from "../support/api.ts";
import { newId } from "../support/seed.ts";

beforeAll(async () => {
  const api = await startApi();
  return api.stop;
});

it("a state machine that is not there is stopped", async () => {
  await expect(
    stopStateMachineExecution(newId("execution"), "Cancelled through the API"),
  ).resolves.toBeUndefined();
});

it("a task that is handed what is no payload fails, and does not repeat it", async () => {
  const failed = callFunction("workflow/deliver-webhook", { executionId: "my-secret" });
  await expect(failed).rejects.toThrow(/^deliver-webhook failed; its log says why$/);
});

it("text that is no JSON once it is rendered is refused, and not repeated", () => {
  expect(() => finalizeOutput('{"token": my-secret}', "json", [])).toThrow(/^The rendered text is not JSON$/);
});

it("a version that lies in no form that versions have is none", () => {
  expect(parseVersion({ pk: "RUNBOOK#x", sk: "VERSION#1", version: "one" })).toBeNull();
});
