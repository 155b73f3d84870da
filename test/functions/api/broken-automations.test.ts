// What a changed definition breaks: answers name each enabled automation whose parameters do not fit it any more.
import "../../support/quiet.ts";
import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import * as z from "zod";
import { Warning } from "../../../shared/domain/runbooks/warnings.ts";
import { type ApiAnswer, ask, person, startApi, type TestApi } from "../../support/api.ts";
import { draftIn, idOf } from "../../support/library.ts";
import { aroundSdkCalls } from "../../support/sdk-calls.ts";

let api: TestApi;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api.stop());

let team: string;
beforeEach(() => {
  team = `team-${randomUUID()}`;
});

type Properties = Record<string, object>;
const BEFORE: Properties = {
  service: { type: "string" },
  region: { type: "string" },
  count: { type: "integer" },
};
const schemaOf = (properties: Properties, required: string[] = []) => ({
  type: "object",
  properties,
  required,
});
const template = (properties: Properties) =>
  `{${Object.keys(properties)
    .map((name) => `"${name}": {{params.${name}}}`)
    .join(", ")}}`;
const definitionOf = (properties: Properties, required: string[] = []) => ({
  parameters: schemaOf(properties, required),
  payloadTemplate: template(properties),
});

const Answer = z.looseObject({ version: z.int(), warnings: z.array(Warning) });
const brokenIn = ({ status, text, body }: ApiAnswer) => {
  expect(status, text).toBe(200);
  return Answer.parse(body).warnings.filter(({ code }) => code === "automation_broken");
};
const update = (runbookId: string, body: object) => ask("update-runbook", { params: { runbookId }, body });
const approve = (runbookId: string, version: number) =>
  ask("approve-runbook", { params: { runbookId }, body: { version } });

const PARAMETERS = { service: "{{detail.incident.id}}", region: "eu-west-1", count: 3 };

/** Live at version 2, with one enabled automation that gives every parameter. */
async function world(more: object = {}) {
  const runbookId = await draftIn(team, definitionOf(BEFORE));
  await approve(runbookId, 1);
  const given = {
    runbookId,
    name: "Restart on P1",
    pattern: { source: ["oncall.incidents"] },
    parameters: PARAMETERS,
  };
  const automationId = idOf(await ask("create-automation", { body: { ...given, ...more } }));
  return { runbookId, automationId };
}

const { region: _region, ...WITHOUT_REGION } = BEFORE;
const UNKNOWN = ["/parameters/region", "is not a known parameter"] as const;

const CASES: readonly [string, object, readonly (readonly [string, string])[]][] = [
  ["drops a parameter that it fills", definitionOf(WITHOUT_REGION), [UNKNOWN]],
  ["renames one", definitionOf({ ...WITHOUT_REGION, place: { type: "string" } }), [UNKNOWN]],
  [
    "renames one and requires it",
    definitionOf({ ...WITHOUT_REGION, place: { type: "string" } }, ["place"]),
    [["/parameters/place", "is required"], UNKNOWN],
  ],
  [
    "drops one that it fills from the event",
    definitionOf({ region: { type: "string" }, count: { type: "integer" } }),
    [["/parameters/service", "is not a known parameter"]],
  ],
  [
    "gives one another type",
    definitionOf({ ...BEFORE, count: { type: "string" } }),
    [["/parameters/count", "must be a string"]],
  ],
  [
    "narrows the values of one",
    definitionOf({ ...BEFORE, region: { type: "string", enum: ["us-east-1"] } }),
    [["/parameters/region", "must be one of: us-east-1"]],
  ],
  [
    "makes one secret",
    definitionOf({ ...BEFORE, region: { type: "string", writeOnly: true } }),
    [
      [
        "/parameters/region",
        "is a secret, which an automation cannot keep: give the runbook the secret in its webhookAuth",
      ],
    ],
  ],
];

describe("a definition that breaks an automation", () => {
  it.each(CASES)(
    "because it %s is answered with it, when it is saved and when it is approved",
    async (_what, changes, issues) => {
      const { runbookId, automationId } = await world();
      const warning = {
        pointer: "/parameters",
        code: "automation_broken",
        automation: {
          ...{ id: automationId, name: "Restart on P1" },
          issues: expect.arrayContaining(issues.map(([pointer, message]) => ({ pointer, message }))),
        },
      };
      const saved = brokenIn(await update(runbookId, changes));
      expect(saved).toMatchObject([warning]);
      expect(saved[0]?.automation?.issues).toHaveLength(issues.length);
      for (const part of ["Restart on P1", automationId, ...issues.map(([pointer]) => pointer)])
        expect(saved[0]?.message).toContain(part);
      expect(brokenIn(await approve(runbookId, 3))).toEqual(saved);
    },
  );

  it("is shown in its review and in the preview of the unsaved change, and not kept in its version", async () => {
    const { runbookId, automationId } = await world();
    const changes = definitionOf(WITHOUT_REGION);
    const body = { changes, parameters: { service: "a", count: 1 } };
    const preview = await ask("preview-runbook", { params: { runbookId }, body });
    expect(Object(preview.body).warnings).toContainEqual(
      expect.objectContaining({ automation: expect.objectContaining({ id: automationId }) }),
    );
    await update(runbookId, changes);
    expect(brokenIn(await ask("get-review", { params: { runbookId } }))).toHaveLength(1);
    expect(brokenIn(await ask("get-runbook", { params: { runbookId } }))).toEqual([]);
    const fixed = await ask("update-automation", { params: { automationId }, body: { enabled: false } });
    expect(fixed.status).toBe(200);
    expect(brokenIn(await ask("get-review", { params: { runbookId } }))).toEqual([]);
  });

  it("by a rollback is answered too, and one that fits again is not", async () => {
    const { runbookId } = await world();
    await update(runbookId, definitionOf(WITHOUT_REGION));
    const rollback = (toVersion: number) =>
      ask("rollback-runbook", { params: { runbookId }, body: { toVersion } });
    expect(brokenIn(await rollback(1))).toEqual([]);
    expect(brokenIn(await rollback(3))).toHaveLength(1);
  });

  it("names one in shadow mode as well, and none that is disabled or deleted", async () => {
    const { runbookId } = await world({ mode: "shadow", name: "Shadow" });
    const other = { runbookId, pattern: { source: ["oncall.incidents"] }, parameters: PARAMETERS };
    await ask("create-automation", { body: { ...other, name: "Off", enabled: false } });
    const gone = idOf(await ask("create-automation", { body: { ...other, name: "Gone" } }));
    await ask("delete-automation", { params: { automationId: gone } });
    const broken = brokenIn(await update(runbookId, definitionOf(WITHOUT_REGION)));
    expect(broken.map(({ automation }) => automation?.name)).toEqual(["Shadow"]);
  });

  it("of a global runbook names those of every team to who may see them", async () => {
    const runbookId = await draftIn(null, definitionOf(BEFORE));
    await approve(runbookId, 1);
    const given = { pattern: { source: ["oncall.incidents"] }, parameters: PARAMETERS };
    for (const name of ["ours", "theirs"])
      await ask("create-automation", { body: { ...given, runbookId, name, teamId: `${team}-${name}` } });
    await update(runbookId, definitionOf(WITHOUT_REGION));
    const seenBy = async (as: ReturnType<typeof person>) =>
      brokenIn(await ask("get-review", { params: { runbookId }, as })).map(
        ({ automation }) => automation?.name,
      );
    expect((await seenBy(person("platform-admin"))).toSorted()).toEqual(["ours", "theirs"]);
    expect(await seenBy(person(`team:${team}-ours:observer`))).toEqual(["ours"]);
    expect(await seenBy(person("team:others:admin"))).toEqual([]);
  });
});

it("costs a save one query and one read of the automations", async () => {
  const { runbookId } = await world();
  const names: string[] = [];
  const stop = aroundSdkCalls(({ name, input }, send) => {
    if (name === "BatchGetItem" || input["IndexName"] === "by-runbook") names.push(name);
    return send();
  });
  await update(runbookId, definitionOf(WITHOUT_REGION)).finally(stop);
  expect(names).toEqual(["Query", "BatchGetItem"]);
});

it("a runbook's new automation that would be broken is refused, and so is switching on one that is", async () => {
  const { runbookId, automationId } = await world({ enabled: false });
  await update(runbookId, definitionOf(WITHOUT_REGION));
  await approve(runbookId, 3);
  const on = await ask("update-automation", { params: { automationId }, body: { enabled: true } });
  expect(on.problem).toMatchObject({
    code: "invalid_parameters",
    errors: [{ pointer: "/parameters/region" }],
  });
  const { service, count } = PARAMETERS;
  const fixed = { enabled: true, parameters: { service, count } };
  expect((await ask("update-automation", { params: { automationId }, body: fixed })).status).toBe(200);
});
