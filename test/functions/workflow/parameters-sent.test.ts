// Parameters of every kind, from the body of the start to what the receiver gets.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ask, startApi, type TestApi } from "../../support/api.ts";
import { carryOut } from "../../support/carry-out.ts";
import { approvedIn, start } from "../../support/library.ts";
import { type Receiver, startReceiver } from "../../support/receiver.ts";

let api: TestApi;
let receiver: Receiver;
beforeAll(async () => {
  api = await startApi();
  receiver = await startReceiver();
});
afterAll(async () => {
  await receiver.close();
  await api.stop();
});

const hosts = {
  type: "array",
  items: { type: "string", pattern: "^[a-z0-9-]+$" },
  minItems: 1,
  uniqueItems: true,
};
const definition = () => ({
  webhookUrl: `${receiver.url}/`,
  parameters: {
    type: "object",
    properties: {
      zone: {
        type: "string",
        oneOf: [{ const: "eu-1", title: "Frankfurt" }, { const: "us-1" }],
        "x-order": 1,
      },
      hosts,
      replicas: { type: "integer", multipleOf: 2, default: 4 },
    },
    required: ["hosts"],
    dependentRequired: { zone: ["replicas"] },
  },
  payloadTemplate:
    '{"hosts":{{params.hosts}},"zone":{{params.zone}},"replicas":{{params.replicas}},"each":[{{#each params.hosts}}"{{this}}"{{#unless @last}},{{/unless}}{{/each}}]}',
});

describe("an array parameter", () => {
  it("is sent as a list, item by item where the template says so, and null is not given", async () => {
    const runbookId = await approvedIn("payments", definition());
    const parameters = { hosts: ["web-1", "web-2"], zone: null, replicas: null };
    const executionId = await start(runbookId, { parameters });
    await carryOut(executionId);
    expect(JSON.parse(receiver.requests.at(-1)?.body ?? "")).toEqual({
      hosts: ["web-1", "web-2"],
      zone: null,
      replicas: 4,
      each: ["web-1", "web-2"],
    });
    const { body } = await ask("get-execution", { params: { executionId } });
    expect(body).toMatchObject({ status: "SUCCESS", parameters: { hosts: ["web-1", "web-2"], replicas: 4 } });
    expect(body).not.toHaveProperty("parameters.zone");
  });

  it("that is wrong is refused at the start, with a pointer to each item", async () => {
    const runbookId = await approvedIn("payments", definition());
    const { problem } = await ask("start-execution", {
      params: { runbookId },
      body: { parameters: { hosts: ["web 1", 2, "web-3", "web-3"], zone: "eu-2" } },
    });
    expect(problem).toMatchObject({
      code: "invalid_parameters",
      errors: [
        { pointer: "/parameters/zone", message: "must be one of: eu-1, us-1" },
        { pointer: "/parameters/hosts/0", message: "must match the pattern ^[a-z0-9-]+$" },
        { pointer: "/parameters/hosts/1", message: "must be a string" },
        { pointer: "/parameters/hosts/3", message: "is there twice" },
      ],
    });
  });
});

it("a schema is shown as it was written: order, labels and annotations", async () => {
  const runbookId = await approvedIn("payments", definition());
  const { text } = await ask("get-runbook", { params: { runbookId } });
  expect(text).toContain(JSON.stringify(definition().parameters));
});
