// A refusal names everything that is wrong, at whichever stage, each with its own pointer and code.
import { beforeAll, describe, expect, it } from "vitest";
import { type ApiAnswer, ask, everyItem, person, startApi, type TestApi } from "../../support/api.ts";
import { automation } from "../../support/events.ts";
import { approvedIn, automationOf, draftIn, GIVEN } from "../../support/library.ts";

let api: TestApi;
beforeAll(async () => {
  api = await startApi({ env: { WEBHOOK_EGRESS_ALLOW: "127.0.0.0/8" } });
  return api.stop;
});

/** Pointer and code of each issue. */
const issues = ({ problem }: ApiAnswer) =>
  Object.fromEntries((problem?.errors ?? []).map(({ pointer, code }) => [pointer, code]));

const WRONG = {
  name: 7,
  description: undefined,
  colour: "red",
  timeoutSeconds: 1,
  webhookMethod: "FETCH",
  webhookUrl: "https://169.254.169.254/latest",
  payloadTemplate: '{"service":"{{params.nothing}}"}',
  parameters: { type: "object", properties: { service: { type: "string", minLength: -1 } } },
};

describe("create-runbook", () => {
  it("reports the problems of schema, address, template and parameters at once", async () => {
    const stored = await everyItem(api.table);
    const answer = await ask("create-runbook", {
      body: { ...GIVEN, teamId: "payments", ...WRONG, payloadTemplate: '{"service":{{#if}}}' },
    });
    expect(answer.problem?.code).toBe("malformed_request");
    expect(answer.problem?.detail).toBe(
      "The request is not valid: name must be a string; description is required; webhookMethod must be one of: POST, PUT, PATCH, DELETE, GET; and 5 more.",
    );
    expect(issues(answer)).toEqual({
      "/name": "wrong_type",
      "/description": "required",
      "/colour": "unknown_field",
      "/timeoutSeconds": "out_of_range",
      "/webhookMethod": "invalid_value",
      "/webhookUrl": "egress_denied",
      "/payloadTemplate": "invalid_template",
      "/parameters/properties/service/minLength": "invalid_parameters",
    });
    expect(await everyItem(api.table)).toEqual(stored);
  });

  it("checks names in templates against the given parameters, once they are valid", async () => {
    const body = { ...GIVEN, ...WRONG, parameters: GIVEN.parameters, teamId: "payments" };
    expect(issues(await ask("create-runbook", { body }))).toMatchObject({
      "/payloadTemplate": "invalid_template",
      "/webhookUrl": "egress_denied",
      "/name": "wrong_type",
    });
    const unsure = { ...body, parameters: "none" };
    const reported = issues(await ask("create-runbook", { body: unsure }));
    expect(reported).toMatchObject({ "/parameters": "wrong_type", "/webhookUrl": "egress_denied" });
    expect(Object.keys(reported)).not.toContain("/payloadTemplate");
  });

  it("gives issues of one kind the code of the answer", async () => {
    const body = { ...GIVEN, teamId: "payments", webhookUrl: "https://169.254.169.254/" };
    const answer = await ask("create-runbook", { body });
    expect(answer.problem?.code).toBe("egress_denied");
    expect(issues(answer)).toEqual({ "/webhookUrl": "egress_denied" });
  });
});

describe("the detail of a 400", () => {
  it.each<[string, object, string]>([
    ["no body at all", {}, "The request is not valid: the body is required."],
    [
      "one thing",
      { body: { ...GIVEN, teamId: "payments", name: "" } },
      "The request is not valid: name must have at least 1 character.",
    ],
    [
      "a query field",
      { body: { ...GIVEN, teamId: "payments" }, query: { dryRun: "true" } },
      "The request is not valid: query/dryRun is not a known field.",
    ],
  ])("says what is wrong, of %s", async (_, asked, detail) => {
    expect((await ask("create-runbook", asked)).problem?.detail).toBe(detail);
  });
});

describe("update-runbook", () => {
  it("reports all problems at once, only of the fields that it changes", async () => {
    const runbookId = await draftIn("payments");
    const { parameters: _kept, ...changes } = WRONG;
    const answer = await ask("update-runbook", { params: { runbookId }, body: changes });
    expect(issues(answer)).toEqual({
      "/name": "wrong_type",
      "/colour": "unknown_field",
      "/timeoutSeconds": "out_of_range",
      "/webhookMethod": "invalid_value",
      "/webhookUrl": "egress_denied",
      "/payloadTemplate": "invalid_template",
    });
  });
});

describe("create-automation", () => {
  it("reports problems of pattern and parameters at once", async () => {
    const good = automationOf(await approvedIn("payments"));
    const body = { ...good, pattern: { detail: "open" }, parameters: { service: 7, other: 1 } };
    const reported = issues(await ask("create-automation", { body }));
    expect(reported).toMatchObject({ "/pattern/detail": "invalid_pattern" });
    expect(Object.entries(reported).filter(([at]) => at.startsWith("/parameters"))).toEqual(
      expect.arrayContaining([["/parameters/other", "invalid_parameters"]]),
    );
  });

  it("reports them together with the schema's problems", async () => {
    const good = automationOf(await approvedIn("payments"));
    const stored = await everyItem(api.table);
    const body = { ...good, ...WRONG_SETTINGS, name: 7, colour: "red", cooldown: { seconds: -1 } };
    const answer = await ask("create-automation", { body });
    expect(answer.problem?.code).toBe("malformed_request");
    expect(issues(answer)).toEqual({ ...AGAINST_SETTINGS, "/cooldown/seconds": "out_of_range" });
    expect(await everyItem(api.table)).toEqual(stored);
  });

  it("reveals nothing about a runbook that the caller does not see", async () => {
    const good = automationOf(await approvedIn("payments"));
    const body = { ...good, ...WRONG_SETTINGS, name: 7, colour: "red" };
    const reported = issues(await ask("create-automation", { body, as: person("team:search:admin") }));
    expect(reported).toEqual({ "/name": "wrong_type", "/colour": "unknown_field", ...AGAINST_PATTERN });
  });
});

const WRONG_SETTINGS = {
  pattern: { detail: "open" },
  parameters: { service: "{{detail.nothing}}", other: 1 },
};
const AGAINST_PATTERN = { "/pattern/detail": "invalid_pattern" };
const AGAINST_SETTINGS = {
  "/name": "wrong_type",
  "/colour": "unknown_field",
  ...AGAINST_PATTERN,
  "/parameters/service": "invalid_parameters",
  "/parameters/other": "invalid_parameters",
};

describe("update-automation", () => {
  it("reports all problems at once, only of the fields that it changes", async () => {
    const { id: automationId } = await automation(await approvedIn("payments"));
    const stored = await everyItem(api.table);
    const body = { ...WRONG_SETTINGS, name: 7, colour: "red" };
    const answer = await ask("update-automation", { params: { automationId }, body });
    expect(answer.problem?.code).toBe("malformed_request");
    expect(issues(answer)).toEqual(AGAINST_SETTINGS);
    expect(await everyItem(api.table)).toEqual(stored);
    const partly = await ask("update-automation", { params: { automationId }, body: { name: 7 } });
    expect(issues(partly)).toEqual({ "/name": "wrong_type" });
  });

  it("hides an automation from callers who may not see it, whatever they send", async () => {
    const { id: automationId } = await automation(await approvedIn("payments"));
    const asked = { params: { automationId }, body: { name: 7 }, as: person("team:search:admin") };
    expect((await ask("update-automation", asked)).problem?.code).toBe("not_found");
  });
});

/** Its one parameter has to be given. */
const NEEDING = {
  parameters: { type: "object", properties: { service: { type: "string" } }, required: ["service"] },
};

describe.each(["preview-runbook", "start-execution"] as const)("%s", (name) => {
  const wrong = { parameters: { service: 7, other: 1 }, incidentId: "", colour: "red" };

  it("reports the schema's problems with the body, and the runbook's with the parameters", async () => {
    const runbookId = await approvedIn("payments", NEEDING);
    const stored = await everyItem(api.table);
    const answer = await ask(name, { params: { runbookId }, body: wrong });
    expect(answer.problem?.code).toBe("malformed_request");
    expect(issues(answer)).toEqual({
      "/incidentId": "invalid_value",
      "/colour": "unknown_field",
      "/parameters/service": "invalid_parameters",
      "/parameters/other": "invalid_parameters",
    });
    expect(await everyItem(api.table)).toEqual(stored);
    const missing = await ask(name, { params: { runbookId }, body: { colour: "red" } });
    expect(issues(missing)).toEqual({
      "/colour": "unknown_field",
      "/parameters/service": "invalid_parameters",
    });
  });

  it("hides a runbook from callers who may not see it, whatever they send", async () => {
    const asked = { params: { runbookId: await approvedIn("payments") }, body: wrong };
    const answer = await ask(name, { ...asked, as: person("team:search:admin") });
    expect(answer.problem?.code).toBe("not_found");
  });
});

describe("preview-runbook", () => {
  it("holds the parameters against the version that the body names, if it names one", async () => {
    const runbookId = await approvedIn("payments", NEEDING);
    const params = { runbookId };
    await ask("update-runbook", {
      params,
      body: { parameters: { type: "object", properties: {} }, payloadTemplate: "{}" },
    });
    const of = async (version: unknown) =>
      Object.keys(issues(await ask("preview-runbook", { params, body: { version, colour: "red" } }))).sort();
    expect(await of(1)).toEqual(["/colour", "/parameters/service"]);
    expect(await of(undefined)).toEqual(["/colour"]);
    expect(await of(99)).toEqual(["/colour"]);
    expect(await of("1")).toEqual(["/colour", "/version"]);
  });
});
