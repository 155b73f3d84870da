// What was exported and is applied changes nothing, and makes the same elsewhere: over a thousand random libraries.
import fc from "fast-check";
import { expect, it } from "vitest";
import type { DefinitionInput } from "../../../shared/domain/runbooks/definition.ts";
import { applyFolder, exportFiles, makeFolder } from "../../support/as-code-folder.ts";
import { type LibraryInMemory, startLibrary } from "../../support/library-in-memory.ts";
import { SEED, times } from "../../support/long-form.ts";

const text = (maxLength: number) =>
  fc
    .oneof(
      fc.string({ unit: "grapheme", minLength: 1, maxLength }),
      fc.string({ unit: "binary", minLength: 1, maxLength }),
      fc.constantFrom(
        "yes",
        "null",
        "~",
        "1e3",
        "0x1",
        "# no",
        "- a",
        "a: b",
        "---",
        "a\nb",
        "a\n\n b \n",
        "…",
        "é",
      ),
    )
    .map((found) => found.trim().slice(0, maxLength))
    .filter((found) => found.trim() === found && found !== "" && found.isWellFormed());
/** Few names, so that several things have the same one. */
const name = fc.oneof(fc.constantFrom("Restart", "restart", "Re start", "con", "../x"), text(100));
const team = fc.constantFrom(null, "payments", "Payments");
const json = fc.jsonValue({ maxDepth: 3 });
const reference = fc.record(
  {
    secretArn: fc.constantFrom(
      "arn:aws:secretsmanager:eu-central-1:123456789012:secret:a-1",
      "arn:aws:secretsmanager:eu-west-1:123456789012:secret:b",
    ),
    secretKey: text(20),
  },
  { requiredKeys: ["secretArn"] },
);
const secretName = fc.stringMatching(/^[A-Za-z][A-Za-z0-9_-]{0,9}$/);

const auth = <S>(secret: fc.Arbitrary<S>) =>
  fc.oneof(
    fc.constant({ type: "none" as const }),
    fc.record({ type: fc.constant("bearer" as const), token: secret }),
    fc.record({
      type: fc.constant("basic" as const),
      username: fc.oneof(text(20), reference),
      password: secret,
    }),
    fc.record(
      {
        type: fc.constant("oauth2" as const),
        tokenUrl: fc.constant("https://id.example.com/token"),
        clientId: text(20),
        clientSecret: secret,
        clientAuthentication: fc.constantFrom("basic" as const, "body" as const),
        tokenParameters: fc.dictionary(text(10), text(10), { maxKeys: 2 }),
      },
      { requiredKeys: ["type", "tokenUrl", "clientId", "clientSecret"] },
    ),
    fc.record({
      type: fc.constant("custom" as const),
      customHeaders: fc.dictionary(secretName, secret, { minKeys: 1, maxKeys: 3 }),
    }),
  );

/** What is left out is often left out. */
const goldenCase = fc.record(
  {
    name: text(100),
    parameters: fc.dictionary(secretName, json, { maxKeys: 3 }),
    incident: fc.record(
      {
        ...{ id: text(50), title: text(50), acknowledgedAt: fc.oneof(fc.constant(null), text(30)) },
        ...{ assignee: json, metadata: json },
      },
      { requiredKeys: [] },
    ),
    expect: fc
      .record(
        {
          ...{ method: fc.constantFrom("POST", "PUT"), url: text(50), body: json },
          headers: fc.dictionary(fc.constantFrom("x-a", "x-b", "x-c"), fc.string({ maxLength: 30 })),
        },
        { requiredKeys: [] },
      )
      .filter((expected) => Object.keys(expected).length > 0),
  },
  { requiredKeys: ["name", "expect"] },
);

const runbook = <S>(secret: fc.Arbitrary<S>) =>
  fc.record(
    {
      name,
      description: text(200),
      teamId: team,
      webhookUrl: fc.constantFrom("https://a.example.com/x?y={{params.z}}", "https://b.example.com"),
      webhookMethod: fc.constantFrom("POST", "PUT", "PATCH", "DELETE", "GET"),
      webhookHeaders: fc.dictionary(secretName, fc.string({ maxLength: 30 }), { maxKeys: 3 }),
      payloadTemplate: fc.oneof(
        fc.constant(""),
        text(300),
        fc.lorem().map((words) => `{\n  "a": "${words}"\n}\n`),
      ),
      payloadFormat: fc.constantFrom("json", "form", "text"),
      timeoutSeconds: fc.integer({ min: 30, max: 900 }),
      retryPolicy: fc.record(
        {
          maxAttempts: fc.integer({ min: 1, max: 10 }),
          backoffRate: fc.double({ min: 1, max: 10, noNaN: true }),
          safeToRepeat: fc.boolean(),
        },
        { requiredKeys: [] },
      ),
      concurrency: fc.record(
        {
          limit: fc.integer({ min: 1, max: 100 }),
          key: text(10),
          onLimit: fc.constantFrom("reject", "queue"),
        },
        { requiredKeys: ["limit"] },
      ),
      completion: fc.record(
        {
          mode: fc.constantFrom("response", "callback"),
          timeoutSeconds: fc.integer({ min: 30, max: 86_400 }),
        },
        { requiredKeys: ["mode"] },
      ),
      successCondition: fc.record(
        {
          statuses: fc.uniqueArray(fc.integer({ min: 200, max: 599 }), { minLength: 1, maxLength: 3 }),
          body: fc.record({
            pointer: fc.constantFrom("", "/ok", "/a~1b"),
            equals: fc.oneof(text(10), fc.boolean(), fc.constant(null), fc.integer()),
          }),
        },
        { requiredKeys: ["statuses"] },
      ),
      cases: fc.array(goldenCase, { minLength: 1, maxLength: 3 }),
      whileDraft: fc.constantFrom("stop", "run_approved"),
      clientCertificate: fc.constant({
        secretArn: "arn:aws:secretsmanager:eu-central-1:111122223333:secret:crt-a1b2c3",
      }),
      signature: fc.record({ header: secretName, encoding: fc.constantFrom("hex", "base64"), secret }),
      webhookAuth: auth(secret),
      secrets: fc.dictionary(secretName, secret, { maxKeys: 3 }),
      parameters: fc.record({
        type: fc.constant("object"),
        properties: fc.dictionary(
          secretName,
          fc.record(
            {
              type: fc.constantFrom("string", "integer"),
              title: text(30),
              examples: fc.array(json, { maxLength: 2 }),
              "x-note": json,
            },
            { requiredKeys: ["type"] },
          ),
          { maxKeys: 3 },
        ),
      }),
    },
    { requiredKeys: ["name", "description", "teamId", "webhookUrl"] },
  );

const automation = fc.record(
  {
    name,
    pattern: fc.dictionary(
      text(10),
      fc.oneof(
        fc.array(fc.oneof(text(10), fc.integer(), fc.boolean()), { minLength: 1, maxLength: 3 }),
        fc.record({ title: fc.array(fc.record({ prefix: text(10) }), { minLength: 1, maxLength: 2 }) }),
      ),
      { minKeys: 1, maxKeys: 3 },
    ),
    parameters: fc.dictionary(secretName, fc.oneof(text(20), fc.integer(), fc.boolean()), { maxKeys: 3 }),
    enabled: fc.boolean(),
    oncePerIncident: fc.boolean(),
    cooldown: fc.option(
      fc.record({
        seconds: fc.integer({ min: 1, max: 1000 }),
        key: fc.option(fc.constant("{{incident.metadata.service}}")),
        from: fc.constantFrom("start", "end"),
      }),
    ),
    mode: fc.constantFrom("live", "shadow"),
    runbook: fc.nat(9),
  },
  { requiredKeys: ["name", "pattern", "runbook"] },
);

const LIMIT_MS = times(120_000, 900_000);

type Named = { name: string };
type Random = { runbooks: Named[]; automations: (Named & { runbook: number })[] };
const library = <S>(secret: fc.Arbitrary<S>): fc.Arbitrary<Random> =>
  fc.record({
    runbooks: fc.array(runbook(secret), { maxLength: 5 }),
    automations: fc.array(automation, { maxLength: 4 }),
  });

async function fill({ runbooks, automations }: Random): Promise<LibraryInMemory> {
  const made = startLibrary();
  for (const body of runbooks) await made.client.createRunbook({ body: body as DefinitionInput });
  made.approveAll();
  const all = [...made.runbooks.values()];
  for (const { runbook: chosen, ...body } of automations) {
    const of = all[chosen % Math.max(1, all.length)];
    if (!of) continue;
    const fields = { ...body, runbookId: of.id, teamId: of.value["teamId"] ?? null };
    await made.client.createAutomation({
      body: fields as Parameters<typeof made.client.createAutomation>[0]["body"],
    });
  }
  made.writes.length = 0;
  return made;
}

it(
  "apply after export writes nothing, also with --prune",
  async () => {
    const secret = fc.oneof(reference, fc.constant("a literal secret"));
    const check = async (random: Random) => {
      const service = await fill(random);
      using folder = makeFolder(await exportFiles(service.client));
      const { done, waiting, failure } = await applyFolder(service.client, folder, { prune: true });
      expect({ done, waiting, failure, writes: service.writes }).toEqual({
        done: [],
        waiting: [],
        failure: null,
        writes: [],
      });
      // No secret in clear is in a file.
      expect(Object.values(folder.read()).join("")).not.toContain("a literal secret");
    };
    await fc.assert(fc.asyncProperty(library(secret), check), { seed: SEED, numRuns: times(50, 1000) });
  },
  LIMIT_MS,
);

it(
  "what was exported and is applied to an empty service is exported from there as the same files",
  async () => {
    const check = async (random: Random) => {
      const service = await fill(withNamesOnce(random));
      const other = startLibrary();
      using folder = makeFolder(await exportFiles(service.client));
      const first = await applyFolder(other.client, folder);
      expect([first.failure, first.left]).toEqual([null, []]);
      // Automations wait until their runbooks are approved.
      expect(first.waiting).toHaveLength(service.automations.size);
      other.approveAll();
      expect((await applyFolder(other.client, folder)).waiting).toEqual([]);
      using copy = makeFolder(await exportFiles(other.client));
      expect(copy.read()).toEqual(folder.read());
    };
    await fc.assert(fc.asyncProperty(library(reference), check), { seed: SEED, numRuns: times(50, 1000) });
  },
  LIMIT_MS,
);

/** Ids of equal names would be those of the other service. */
function withNamesOnce({ runbooks, automations }: Random): Random {
  const once = <T extends { name: string }>(things: T[]) =>
    things.map((thing, at) => ({ ...thing, name: `${thing.name.slice(0, 90).trim()} ${at}` }));
  return { runbooks: once(runbooks), automations: once(automations) };
}
