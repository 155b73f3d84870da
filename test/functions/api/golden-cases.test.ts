// Golden cases: kept with the definition, checked when it is saved, and compared before a version is approved.
import "../../support/quiet.ts";
import * as fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { caseFacts } from "../../../shared/application/request/case-facts.ts";
import { previewRequest } from "../../../shared/application/request/preview.ts";
import { runCases } from "../../../shared/application/runbooks/run-cases.ts";
import { CASE_FACTS } from "../../../shared/contract/context.ts";
import { Cases } from "../../../shared/domain/runbooks/cases.ts";
import { ask, startApi } from "../../support/api.ts";
import { approve, draftIn } from "../../support/library.ts";
import { definition } from "../../support/seed.ts";

beforeAll(async () => {
  const api = await startApi();
  return () => api.stop();
});

const SECRET = "a-secret-that-nobody-sees";
const DEFINITION = {
  webhookUrl: "http://127.0.0.1:9/{{params.service}}?at={{execution.createdAt}}",
  webhookHeaders: { "X-Run": "{{execution.id}} {{runbook.id}} {{runbook.version}} {{execution.executedBy}}" },
  webhookAuth: { type: "bearer", token: SECRET },
  secrets: { key: SECRET },
  parameters: {
    type: "object",
    properties: { service: { type: "string" }, pin: { type: "string", writeOnly: true } },
    required: ["service", "pin"],
  },
  payloadTemplate:
    '{"service": "{{params.service}}", "pin": "{{params.pin}}", "key": "{{secrets.key}}", "incident": {{#if incident}}"{{incident.title}} {{incident.priority}}"{{else}}null{{/if}}, "team": "{{team.id}}"}',
};
const PARAMETERS = { service: "checkout", pin: "********" };
const BODY = { service: "checkout", pin: "********", key: "********", incident: null, team: "payments" };
const CASE = { name: "Checkout", parameters: PARAMETERS, expect: { body: BODY } };

const errorsOf = ({ problem }: Awaited<ReturnType<typeof ask>>) =>
  problem?.errors?.map(({ pointer, code }) => `${pointer} ${code}`);
const create = (changes: object) =>
  ask("create-runbook", {
    body: { name: "A", description: "A", teamId: "payments", ...DEFINITION, ...changes },
  });

describe("an approval", () => {
  it("needs every case to match what the version would send", async () => {
    const wrong = {
      ...CASE,
      name: "Search",
      expect: { method: "PUT", body: { ...BODY, service: "search" } },
    };
    const params = { runbookId: await draftIn("payments", { ...DEFINITION, cases: [CASE, wrong] }) };
    const refused = await ask("approve-runbook", { params, body: { version: 1 } });
    expect([refused.status, refused.problem?.code]).toEqual([409, "case_failed"]);
    expect(refused.problem?.errors).toEqual([
      {
        pointer: "/cases/1/expect/method",
        code: "case_failed",
        message: "expects PUT, but the request has POST (case Search)",
      },
      {
        pointer: "/cases/1/expect/body/service",
        code: "case_failed",
        message: 'expects "search", but the request has "checkout" (case Search)',
      },
    ]);
    expect(refused.problem?.detail).toContain("1 of 2 cases do not match");
    expect((await ask("get-runbook", { params })).body).toMatchObject({ version: 1, liveVersion: null });

    await ask("update-runbook", { params, body: { cases: [CASE] } });
    const { body } = await ask("approve-runbook", { params, body: { version: 2 } });
    expect(body).toMatchObject({ version: 3, liveVersion: 3, cases: [CASE] });
  });

  it("tells why a case cannot be rendered at all", async () => {
    const params = {
      runbookId: await draftIn("payments", {
        ...DEFINITION,
        webhookHeaders: { "x-note": "{{params.service}}" },
        cases: [{ ...CASE, parameters: { ...PARAMETERS, service: "a\u0001b" } }],
      }),
    };
    const { problem } = await ask("approve-runbook", { params, body: { version: 1 } });
    expect(problem?.code).toBe("case_failed");
    expect(problem?.errors).toEqual([
      { pointer: "/cases/0", code: "case_failed", message: expect.stringContaining("webhookHeaders") },
    ]);
  });

  it("asks nothing of a runbook without cases, and null removes them", async () => {
    const params = {
      runbookId: await draftIn("payments", { cases: [{ name: "A", expect: { method: "PUT" } }] }),
    };
    const { body } = await ask("update-runbook", { params, body: { cases: null } });
    expect(body).not.toHaveProperty("cases");
    await approve(params.runbookId, 2);
  });
});

describe("saving", () => {
  it("refuses a case that expects nothing, and what else is wrong with the cases, at once", async () => {
    const { problem } = await create({
      payloadFormat: "text",
      payloadTemplate: "{{params.service}}",
      cases: [
        { name: "A", parameters: { ...PARAMETERS, unknown: "x" }, expect: {} },
        { name: "A", parameters: "none", expect: { body: { a: 1 } } },
        { name: " ", parameters: { service: "checkout" }, expect: { method: "POST" } },
        "no case",
      ],
    });
    const found = (problem?.errors ?? []).map(({ pointer }) => pointer);
    expect(problem?.code).toBe("malformed_request");
    expect(found.sort()).toEqual([
      "/cases/0/expect",
      "/cases/0/parameters/unknown",
      "/cases/1/expect/body",
      "/cases/1/name",
      "/cases/1/parameters",
      "/cases/2/name",
      "/cases/2/parameters/pin",
      "/cases/3",
    ]);
  });

  it("refuses all that is wrong with the cases at once, each at its pointer", async () => {
    const answer = await create({
      payloadFormat: "text",
      payloadTemplate: "{{params.service}}",
      cases: [
        { name: "A", parameters: { service: 1, unknown: "x", pin: "in-clear-text" }, expect: { body: "x" } },
        { name: "A", parameters: PARAMETERS, expect: { body: { a: 1 } } },
        { name: "B", expect: { method: "POST" } },
      ],
    });
    expect([answer.status, answer.problem?.code]).toEqual([400, "malformed_request"]);
    expect(errorsOf(answer)?.sort()).toEqual([
      "/cases/0/parameters/pin invalid_parameters",
      "/cases/0/parameters/service invalid_parameters",
      "/cases/0/parameters/unknown invalid_parameters",
      "/cases/1/expect/body invalid_value",
      "/cases/1/name invalid_value",
      "/cases/2/parameters/pin invalid_parameters",
      "/cases/2/parameters/service invalid_parameters",
    ]);
    expect(JSON.stringify(answer.problem)).not.toContain("in-clear-text");
  });

  it("refuses a schema that a case no longer fits", async () => {
    const params = { runbookId: await draftIn("payments", { ...DEFINITION, cases: [CASE] }) };
    const parameters = { type: "object", properties: { service: { type: "string", enum: ["search"] } } };
    const body = { parameters, payloadTemplate: '{"service": "{{params.service}}"}' };
    expect(errorsOf(await ask("update-runbook", { params, body }))).toEqual([
      "/cases/0/parameters/pin invalid_parameters",
      "/cases/0/parameters/service invalid_parameters",
    ]);
  });
});

describe("what a case sees", () => {
  it("is fixed, and a preview shows it if it is asked as a case", async () => {
    const params = { runbookId: await draftIn("payments", DEFINITION) };
    const body = { parameters: PARAMETERS, asCase: true };
    const { body: shown } = await ask("preview-runbook", { params, body });
    const { id, runbookId, runbookVersion, createdAt, executedBy } = CASE_FACTS;
    expect(shown).toMatchObject({
      url: `http://127.0.0.1:9/checkout?at=${encodeURIComponent(createdAt)}`,
      headers: {
        "x-run": `${id} ${runbookId} ${runbookVersion} ${executedBy}`,
        authorization: "********",
      },
    });
    const { method, url, headers, body: sent } = Object(shown);
    const expected = { method, url, headers: { "X-Run": headers["x-run"] }, body: sent };
    await ask("update-runbook", { params, body: { cases: [{ ...CASE, expect: expected }] } });
    await approve(params.runbookId, 2);
    const usual = await ask("preview-runbook", { params, body: { parameters: PARAMETERS } });
    expect(Object(usual.body).url).not.toBe(url);
  });

  it("has the incident of the case, with null for what it leaves out", async () => {
    const incident = { title: "Checkout is slow" };
    const expected = { body: { ...BODY, incident: "Checkout is slow " } };
    const given = {
      ...DEFINITION,
      payloadTemplate: DEFINITION.payloadTemplate.replace(
        "{{incident.priority}}",
        '{{default incident.assignee ""}}',
      ),
    };
    const cases = [{ ...CASE, incident, expect: expected }];
    await approve(await draftIn("payments", { ...given, cases }), 1);
  });
});

const word = fc.stringMatching(/^[a-z"\\ é]{0,12}$/);

it("a case that is taken from the preview matches, and none of another payload does", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.record({ service: word, title: word, literal: fc.stringMatching(/^[a-z ]{0,8}$/) }),
      fc.constantFrom("json" as const, "form" as const, "text" as const),
      async ({ service, title, literal }, payloadFormat) => {
        const payload = {
          json: `{"a": "{{params.service}}", "b": "{{incident.title}}", "c": "${literal}"}`,
          form: `a={{params.service}}&b={{incident.title}}&c=${literal.replaceAll(" ", "+")}`,
          text: `{{params.service}} {{incident.title}} ${literal}`,
        }[payloadFormat];
        const made = definition({
          payloadTemplate: payload,
          payloadFormat,
          webhookUrl: "http://127.0.0.1:9/",
        });
        const [parameters, incident] = [{ service }, { title }];
        const shown = previewRequest(made, caseFacts(made, "payments", incident), parameters);
        const cases = Cases.parse([{ name: "A", parameters, incident, expect: shown }]);
        expect(await runCases({ ...made, cases }, "payments")).toEqual([
          { name: "A", request: shown, matches: true, differences: [] },
        ]);
        const changed = payload.replace("{{incident.title}}", "x{{incident.title}}");
        const [result] = await runCases({ ...made, payloadTemplate: changed, cases }, "payments");
        expect(result?.matches).toBe(false);
        expect(result?.differences[0]?.pointer).toMatch(/^\/cases\/0\/expect\/body/);
      },
    ),
    { numRuns: 100 },
  );
});
