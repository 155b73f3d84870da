// Every function of the contract is there, configured alike: runtime, limits, logs, environment, its own role.
import { existsSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { ENTRIES, type Entry } from "../../../infra/aws/bundle/entries.ts";
import { runtimeVariables } from "../../../infra/aws/functions/function.ts";
import { AUTHORIZER_FUNCTION } from "../../../shared/contract/authorizer.ts";
import { ENVIRONMENT, VARIABLES, type Variable } from "../../../shared/contract/env.ts";
import { TIME_LIMITS, WORKFLOW_FUNCTIONS } from "../../../shared/contract/workflow.ts";
import { ROWS } from "../../support/rows.ts";
import { Facts, target } from "../../support/template.ts";

/** The one function that only a REST API with an issuer of the deployment's own has. */
const ownIssuer = { oidcIssuer: "https://id.example.com/", oidcAudience: "runbooks" };
const withAuthorizer = new Facts({ ...ownIssuer, apiKind: "rest" });
const usual = new Facts();
const factsOf = (name: string) => (name === AUTHORIZER_FUNCTION ? withAuthorizer : usual);
const USUAL = ENTRIES.filter(({ kind }) => kind !== "authorizer");
const timeout = (name: string) => Number(factsOf(name).function(name).properties["Timeout"]);
const variables = ({ name }: Pick<Entry, "name">) =>
  (factsOf(name).function(name).properties["Environment"] as { Variables: Record<string, unknown> })
    .Variables;

describe("functions", () => {
  it("are those of the contract and no others", () => {
    expect(usual.functionNames().sort()).toEqual(USUAL.map(({ name }) => name).sort());
    expect(new Set(ENTRIES.map(({ name }) => name)).size).toBe(ENTRIES.length);
  });

  it.each(ROWS)("$name has a file of its own", ({ file }) => {
    expect(existsSync(new URL(`../../../${file}`, import.meta.url))).toBe(true);
  });

  it.each(ENTRIES)("$name runs on Node.js 24 on arm64, its log kept for 90 days", ({ name }) => {
    const { properties } = factsOf(name).function(name);
    expect(properties).toMatchObject({
      Runtime: "nodejs24.x",
      Architectures: ["arm64"],
      Handler: "index.handler",
      LoggingConfig: { LogFormat: "JSON" },
    });
    const { LogGroup } = properties["LoggingConfig"] as { LogGroup: unknown };
    expect(factsOf(name).resources[target(LogGroup)]?.Properties["RetentionInDays"]).toBe(90);
  });

  it("write no traces: neither they, nor the state machine, nor the stage of a REST API, nor any role", () => {
    for (const of of [usual, withAuthorizer]) {
      const all = JSON.stringify(of.resources);
      expect(all).not.toMatch(/xray|"TracingEnabled":true|"Mode":"Active"|TracingConfiguration/);
    }
  });

  it.each(ENTRIES)("$name has the variables of its kind and no others", (entry) => {
    const expected = [...VARIABLES[entry.kind], ...Object.keys(runtimeVariables("runbooks"))];
    expect(Object.keys(variables(entry)).sort()).toEqual(expected.sort());
  });

  it.each(ENTRIES)("$name would accept its environment", (entry) => {
    for (const name of VARIABLES[entry.kind]) expect(accepted(name, variables(entry)[name]), name).toBe(true);
  });

  it("have no room of their own, but deliveries, the sweep and the controls where the deployment reserves it", () => {
    const reserved = (of: Facts) =>
      USUAL.flatMap(({ name }) => {
        const { ReservedConcurrentExecutions: limit } = of.function(name).properties;
        return limit === undefined ? [] : [[name, limit]];
      });
    expect(reserved(usual)).toEqual([]);
    const room = { deliveryConcurrency: "50", sweepConcurrency: "1", controlsConcurrency: "5" };
    expect(Object.fromEntries(reserved(new Facts(room)))).toEqual({
      "deliver-webhook": 50,
      sweep: 1,
      "api-controls": 5,
    });
    expect(reserved(new Facts({ controlsConcurrency: "5" }))).toEqual([["api-controls", 5]]);
  });

  it.each(["api-read", "publish-events"])(
    "of %s link executions to the console of the region, in every partition",
    (name) => {
      const domain = { "Fn::FindInMap": ["Consoles", { Ref: "AWS::Partition" }, "domain"] };
      expect(variables({ name })["CONSOLE_URL"]).toEqual({
        "Fn::Join": ["", ["https://", { Ref: "AWS::Region" }, ".", domain]],
      });
      expect(usual.mappings["Consoles"]).toEqual({
        aws: { domain: "console.aws.amazon.com" },
        "aws-cn": { domain: "console.amazonaws.cn" },
        "aws-us-gov": { domain: "console.amazonaws-us-gov.com" },
      });
    },
  );

  it("hold no value of a secret in their environment, only the names of the service's own keys", () => {
    const reported = ENTRIES.map((entry) => JSON.stringify(variables(entry)));
    expect(reported.filter((text) => text.includes("{{resolve:"))).toEqual([]);
    const { CURSOR_ENCRYPTION_KEY_ARN, FINGERPRINT_KEY_ARN } = variables({ name: "api-read" });
    const secrets = [target(CURSOR_ENCRYPTION_KEY_ARN), target(FINGERPRINT_KEY_ARN)];
    expect(
      usual
        .all("AWS::SecretsManager::Secret")
        .map(([id]) => id)
        .sort(),
    ).toEqual(secrets.sort());
    for (const id of secrets) {
      const { GenerateSecretString } = usual.resources[id]?.Properties ?? {};
      expect(GenerateSecretString).toMatchObject({ PasswordLength: 64 });
    }
  });

  it.each(ENTRIES)("$name has its own role, without policies that AWS manages", ({ name }) => {
    const facts = factsOf(name);
    const roleId = target(facts.function(name).properties["Role"]);
    const users = facts.all("AWS::Lambda::Function").filter(([, { Role }]) => target(Role) === roleId);
    expect(users).toHaveLength(1);
    expect(facts.resources[roleId]?.Properties).not.toHaveProperty("ManagedPolicyArns");
  });

  it("are called by no URL, and only by those that the contract names", () => {
    expect(usual.all("AWS::Lambda::Url")).toEqual([]);
    const callers = usual.all("AWS::Lambda::Permission").map(([, p]) => [target(p["FunctionName"]), p]);
    expect(callers.every(([, p]) => (p as Record<string, unknown>)["SourceArn"])).toBe(true);
    const workflow = Object.values(WORKFLOW_FUNCTIONS).map((name) => factsOf(name).function(name).id);
    expect(callers.filter(([id]) => workflow.includes(String(id)))).toEqual([]);
  });
});

/** A value that CloudFormation fills in is text that the schema cannot judge yet; a literal one must pass it. */
function accepted(name: Variable, value: unknown): boolean {
  return typeof value === "object" ? value !== null : ENVIRONMENT[name].safeParse(value).success;
}

describe("limits of time", () => {
  it("leave each outer one time to see the inner one end", () => {
    expect(timeout(WORKFLOW_FUNCTIONS.DeliverWebhook)).toBe(TIME_LIMITS.deliverLambda);
    expect(TIME_LIMITS.attempt).toBeLessThanOrEqual(TIME_LIMITS.deliverLambda - 15);
    expect(TIME_LIMITS.deliverLambda).toBeLessThanOrEqual(TIME_LIMITS.deliverTask - 15);
    expect(TIME_LIMITS.deliverTask).toBeLessThan(TIME_LIMITS.stateMachine);
    expect(timeout(WORKFLOW_FUNCTIONS.CompleteExecution)).toBeLessThan(TIME_LIMITS.shortTask);
  });

  it("end a route before API Gateway's 30 seconds, and a reconciliation pass before the next one", () => {
    const ofRoutes = ENTRIES.filter(({ routes }) => routes.length > 0);
    for (const { name } of ofRoutes) expect(timeout(name)).toBeLessThan(30);
    expect(timeout("sweep")).toBeLessThan(60);
  });
});
