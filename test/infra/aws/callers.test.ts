// With gradual updates, whoever calls a function that moves names its alias: in every group of options, by reference or by name.
import { describe, expect, it } from "vitest";
import { WIDGETS_FUNCTION } from "../../../shared/contract/widgets.ts";
import { RECORD_CALLBACK, WORKFLOW_FUNCTIONS } from "../../../shared/contract/workflow.ts";
import { findCircle, referencesOf } from "../../support/references.ts";
import { Facts, target } from "../../support/template.ts";

const ISSUER = { oidcIssuer: "https://id.example.com", oidcAudience: "runbooks" };
const DOMAIN = {
  domainName: "runbooks.bank.example",
  certificateArn: "arn:aws:acm:eu-central-1:111122223333:certificate/one",
};
const GROUPS: Record<string, Record<string, string>> = {
  "no other option": {},
  "every option of the pool, and a customer's key": {
    ssoSamlMetadata: "https://idp.example.com/metadata",
    groupMap: "Admins=platform-admin",
    machineClients: "ci=team:payments:responder",
    mfaRequired: "true",
    customerKeys: "true",
    multiRegionKey: "true",
  },
  "a REST API of its own pool": { ...DOMAIN, apiKind: "rest", routeMetrics: "true" },
  "a REST API of another issuer": { apiKind: "rest", ...ISSUER },
  "a private API of another issuer": { apiKind: "private", vpcEndpointIds: "vpce-0a1b", ...ISSUER },
  "a VPC, partners and backups": {
    vpcId: "vpc-0abc1234",
    subnetIds: "subnet-0abc1234,subnet-0abc1235",
    partnerEventBuses: "aws.partner/pagerduty.com/0123",
    eventSourceAccounts: "111122223333",
    backupPlan: "daily=35",
    deliveryConcurrency: "20",
  },
  "a table that is there, and alarms by mail": {
    tableStreamArn:
      "arn:aws:dynamodb:eu-central-1:111122223333:table/restored/stream/2026-11-27T13:00:00.000",
    alarmEmail: "on-call@example.com",
    noticeEmail: "office@example.com",
  },
};

/** Called as a version each, by the definition of the state machine. */
const TASKS: ReadonlySet<string> = new Set(Object.values(WORKFLOW_FUNCTIONS));
/** Called by the dashboard, which says itself that a widget fails. */
const UNMOVED: ReadonlySet<string> = new Set([WIDGETS_FUNCTION]);
/** What names a function and calls nothing: what it is made of, its alarms, and rights that it has itself. */
const NO_CALLER = /^AWS::(Lambda::(Function|Version|Alias)|CloudWatch::(Alarm|Dashboard)|Logs::\w+)$/;
/** A name in these is no call: it is the function that asks, or all of its versions at once. */
const ASKING =
  /"(lambda:SourceFunctionArn|kms:EncryptionContext:aws:lambda:FunctionArn)":(\[.*?\]\}\]|\{.*?\}|"[^"]*")/g;
/** Lambda names the limits of a function's invocations by the function, and then the alias. */
const BY_BOTH = "AWS::Lambda::EventInvokeConfig";

/** Resources that call this function, or let somebody call it, past its alias. */
function listCallers(facts: Facts, name: string): string[] {
  const { id } = facts.function(name);
  const bare = new RegExp(`(?<![\\w/-])runbooks-${name}(?![\\w:-])`);
  return Object.entries(facts.resources).flatMap(([caller, resource]) => {
    const text = JSON.stringify(resource).replace(ASKING, "");
    const names = referencesOf(resource).has(id) || bare.test(text);
    return names && !NO_CALLER.test(resource.Type) && resource.Type !== BY_BOTH ? [caller] : [];
  });
}

describe.each(Object.entries(GROUPS))("with %s", (_what, options) => {
  const facts = new Facts({ ...options, gradualUpdates: "canary" });
  const names = facts.functionNames().filter((name) => !UNMOVED.has(name));
  const roles = Object.entries(facts.resources).filter(([, { Type }]) => Type === "AWS::IAM::Policy");

  it("every call of a function goes to what moves", () => {
    const callers = names.map((name) => [name, TASKS.has(name) ? [] : listCallers(facts, name)]);
    expect(callers).toEqual(names.map((name) => [name, []]));
  });

  it("the workflow's tasks are called as versions, by the state machine alone", () => {
    for (const name of TASKS) {
      const callers = listCallers(facts, name).map((id) => facts.resources[id]?.Type);
      // Runs that began before there were versions call the function itself.
      expect(callers).toEqual(["AWS::IAM::Policy"]);
    }
  });

  it("functions call another one by its alias, and may call nothing else of it", () => {
    const { Environment } = facts.function("api-public").properties as {
      Environment: { Variables: Record<string, unknown> };
    };
    expect(Environment.Variables["RECORD_CALLBACK_FUNCTION"]).toBe(`runbooks-${RECORD_CALLBACK}:live`);
    const named = roles.flatMap(
      ([, policy]) =>
        JSON.stringify(policy)
          .replace(ASKING, "")
          .match(/:function:runbooks-[\w-]+(?::[\w*]+)?"/g) ?? [],
    );
    expect(new Set(named)).toEqual(
      new Set([
        `:function:runbooks-${RECORD_CALLBACK}:live"`,
        ...[...TASKS].map((name) => `:function:runbooks-${name}:*"`),
      ]),
    );
  });

  it("nobody else may call a function: each permission is for an alias, and there are few", () => {
    const permissions = facts.all("AWS::Lambda::Permission").map(([, p]) => target(p["FunctionName"]));
    const types = new Set(permissions.map((id) => facts.resources[id]?.Type));
    expect([...types]).toEqual(["AWS::Lambda::Alias"]);
    // A function's policy has room for 20 KB: about fifty.
    const most = Math.max(...permissions.map((id) => permissions.filter((other) => other === id).length));
    expect(most).toBeLessThanOrEqual(2);
  });

  it("nothing waits for what waits for it", () => {
    expect(findCircle(facts.resources)).toEqual([]);
  });

  it("stays below CloudFormation's 500 resources", () => {
    expect(Object.keys(facts.resources).length).toBeLessThanOrEqual(450);
  });
});

describe("a REST API", () => {
  const deploymentOf = (options: Record<string, string>) =>
    new Facts({ apiKind: "rest", ...ISSUER, ...options })
      .all("AWS::ApiGateway::Deployment")
      .map(([id]) => id);

  it("is deployed anew when callers name something else", () => {
    expect(deploymentOf({ gradualUpdates: "canary" })).not.toEqual(deploymentOf({}));
  });

  it("calls aliases once it may call them", () => {
    const facts = new Facts({ apiKind: "rest", gradualUpdates: "canary", ...ISSUER });
    const [stage] = Object.values(facts.resources).filter(({ Type }) => Type === "AWS::ApiGateway::Stage");
    const permissions = facts
      .all("AWS::Lambda::Permission")
      .filter(([, { Principal }]) => Principal === "apigateway.amazonaws.com");
    expect(stage?.DependsOn).toEqual(expect.arrayContaining(permissions.map(([id]) => id)));
  });
});

describe("an HTTP API", () => {
  it("calls an alias once it may call it", () => {
    const facts = new Facts({ gradualUpdates: "canary" });
    for (const [id, { IntegrationUri }] of facts.all("AWS::ApiGatewayV2::Integration")) {
      const alias = target(IntegrationUri);
      const permissions = facts
        .all("AWS::Lambda::Permission")
        .filter(([, { FunctionName }]) => target(FunctionName) === alias);
      expect(facts.resources[id]?.DependsOn).toEqual(expect.arrayContaining(permissions.map(([one]) => one)));
    }
  });
});
