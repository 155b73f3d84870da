// The form that edits a definition: what it shows is what it sends, and it sends what was changed alone.
import { describe, expect, it } from "vitest";
import { findChanges, readForm } from "../../../clients/console/pages/edit/form.ts";
import { addPair } from "../../../clients/console/pages/edit/pairs.ts";
import { ofChanges, wordsAt } from "../../../clients/console/pages/edit/problems.ts";
import { listNames } from "../../../clients/console/pages/edit/template-names.ts";
import { CONTEXT_FIELDS } from "../../../shared/contract/context.ts";
import { DefinitionChanges, DefinitionView } from "../../../shared/domain/runbooks/definition.ts";
import { HELPERS } from "../../../shared/webhook/template/functions.ts";

const ARN = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:cdn-AbCdEf";
const DEFINITION = DefinitionView.parse({
  name: "Purge the CDN",
  description: "Purges",
  webhookUrl: "https://cdn.example.com/{{params.zone}}",
  webhookMethod: "PUT",
  webhookHeaders: { "x-by": "runbooks" },
  webhookAuth: {
    ...{ type: "oauth2", tokenUrl: "https://id.example.com", clientId: "a", clientSecret: "********" },
    ...{ scope: "s", audience: "b", clientAuthentication: "body", tokenParameters: { resource: "r" } },
  },
  secrets: { key: { secretArn: ARN, secretKey: "k" }, other: "********" },
  signature: { header: "x-sig", encoding: "base64", prefix: "p=", secret: "********" },
  clientCertificate: { secretArn: ARN },
  parameters: { type: "object", properties: { zone: { type: "string" } }, required: ["zone"] },
  payloadTemplate: '{"zone": {{params.zone}}}',
  payloadFormat: "json",
  timeoutSeconds: 60,
  attemptTimeoutSeconds: 10,
  retryPolicy: { maxAttempts: 2, initialDelaySeconds: 0.5, safeToRepeat: false },
  whileDraft: "run_approved",
  concurrency: { limit: 2, key: "zone", onLimit: "queue" },
  completion: { mode: "callback", timeoutSeconds: 90 },
  successCondition: { statuses: [200, 202], body: { pointer: "/ok", equals: null } },
  cases: [{ name: "shop", parameters: { zone: "shop" }, expect: { body: {} } }],
});
const base = readForm(DEFINITION);
const EMPTY = {
  ...base,
  parameters: "{}",
  cases: "",
  limit: "",
  statuses: "",
  bodyEquals: "",
  completion: "response" as const,
};

describe("the form", () => {
  it("sends nothing while nothing is changed, whatever the definition has", () => {
    expect(findChanges(base, base)).toEqual({ changes: {}, problems: [] });
    expect(findChanges({ ...base }, readForm(DEFINITION)).changes).toEqual({});
  });

  it("sends every field as it was, in the words of the API", () => {
    const { changes } = findChanges(base, readForm({ ...DEFINITION, ...(OTHER as object) }));
    expect(changes).toEqual({ ...DEFINITION, ...UNCHANGED });
    expect(DefinitionChanges.safeParse(changes).error).toBeUndefined();
  });

  it("removes what is emptied", () => {
    const { changes } = findChanges(EMPTY, base);
    expect(changes).toMatchObject({
      cases: null,
      concurrency: null,
      successCondition: null,
      completion: null,
    });
    expect(findChanges({ ...base, auth: { ...base.auth, hasSignature: false } }, base).changes).toEqual({
      signature: null,
    });
    expect(findChanges({ ...base, auth: { ...base.auth, clientCertificate: " " } }, base).changes).toEqual({
      clientCertificate: null,
    });
  });

  it("has broken JSON and words for numbers as problems at their fields, and sends none of these", () => {
    const broken = { ...base, parameters: "{", timeoutSeconds: "soon", bodyEquals: "yes" };
    const { problems, changes } = findChanges(broken, base);
    expect(problems.map(({ pointer }) => pointer).sort()).toEqual([
      ...["/parameters", "/successCondition/body/equals", "/timeoutSeconds"],
    ]);
    expect(changes).not.toHaveProperty("parameters");
  });

  it("takes an ARN for a reference to a secret, with the member after #", () => {
    const secrets = [...base.secrets, ...addPair([])].map((pair) =>
      pair.name ? pair : { ...pair, name: "new", value: ARN },
    );
    expect(findChanges({ ...base, secrets }, base).changes.secrets).toEqual({
      ...{ key: { secretArn: ARN, secretKey: "k" }, other: "********", new: { secretArn: ARN } },
    });
  });
});

/** Other values of every field, so that all of them count as changed. */
const OTHER = {
  ...{ name: "-", description: "-", webhookUrl: "https://-", webhookMethod: "POST", webhookHeaders: {} },
  ...{
    webhookAuth: { type: "none" },
    secrets: {},
    signature: undefined,
    clientCertificate: undefined,
    parameters: {},
    payloadTemplate: "",
  },
  ...{
    payloadFormat: "text",
    timeoutSeconds: 30,
    attemptTimeoutSeconds: 1,
    whileDraft: "stop",
    cases: undefined,
  },
  retryPolicy: { maxAttempts: 1, initialDelaySeconds: 1, backoffRate: 1, maxDelaySeconds: 1 },
  ...{ concurrency: undefined, completion: undefined, successCondition: undefined },
} as const;
const UNCHANGED = {};

describe("problems", () => {
  const issues = [
    { pointer: "/changes/webhookAuth/token", message: "is wrong" },
    { pointer: "/parameters/zone", message: "is required" },
  ];

  it("of the changes stand at their fields, others do not", () => {
    expect(ofChanges(issues)).toEqual([{ pointer: "/webhookAuth/token", message: "is wrong" }]);
    expect(wordsAt(ofChanges(issues), "/webhookAuth")).toBe("token: is wrong");
    expect(wordsAt(ofChanges(issues), "/webhookAuth/token")).toBe("is wrong");
    expect(wordsAt(ofChanges(issues), "/webhook")).toBeUndefined();
  });
});

describe("the names that the editor offers", () => {
  const names = listNames(base);
  const of = (kind: string) => names.filter((each) => each.kind === kind).map(({ name }) => name);

  it("are those that a template may use, all of them", () => {
    const fields = Object.entries(CONTEXT_FIELDS).flatMap(([scope, of_]) =>
      Object.keys(of_).map((name) => `${scope}.${name}`),
    );
    const own = ["params.zone", "secrets.key", "secrets.other", "callback.url", "callback.token"];
    expect(of("field").sort()).toEqual([...own, ...fields].sort());
    expect(of("helper").sort()).toEqual(Object.keys(HELPERS).sort());
  });

  it("are none of the parameters while their schema is no JSON", () => {
    expect(listNames({ ...base, parameters: "{" }).filter(({ name }) => name.startsWith("params."))).toEqual(
      [],
    );
  });
});
