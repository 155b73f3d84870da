// What an update does: which calls and runs move step by step, and what takes it back.
import { describe, expect, it } from "vitest";
import { ENTRIES } from "../../../infra/aws/bundle/entries.ts";
import { WIDGETS_FUNCTION } from "../../../shared/contract/widgets.ts";
import { WORKFLOW_FUNCTIONS } from "../../../shared/contract/workflow.ts";
import { findCircle, referencesOf } from "../../support/references.ts";
import { Facts, list, target } from "../../support/template.ts";
import { aliasOf, groupOf, isOf, ofType, only, preferenceOf } from "../../support/updated-stack.ts";

const ISSUER = { oidcIssuer: "https://id.example.com", oidcAudience: "runbooks" };
const atOnce = new Facts();
const moved = new Facts({ gradualUpdates: "at-once" });
const canary = new Facts({ gradualUpdates: "canary" });
const linear = new Facts({ gradualUpdates: "linear" });
/** With the authorizer, which an HTTP API has not, and without the trigger of the pool. */
const rest = new Facts({ gradualUpdates: "canary", apiKind: "rest", ...ISSUER });

const TASKS: readonly string[] = Object.values(WORKFLOW_FUNCTIONS);
const NAMES = ENTRIES.map(({ name }) => name).filter((n) => !TASKS.includes(n) && n !== WIDGETS_FUNCTION);
const MACHINE = "AWS::StepFunctions::StateMachine";

describe("an update", () => {
  it("is all at once unless the deployment says otherwise: no versions, no aliases", () => {
    for (const type of ["Lambda::Version", "Lambda::Alias", "CodeDeploy::DeploymentGroup"])
      expect(ofType(atOnce, `AWS::${type}`), type).toEqual([]);
    for (const type of ["Version", "Alias"]) expect(ofType(atOnce, `${MACHINE}${type}`), type).toEqual([]);
  });

  it("moves the alias of each function but the workflow's tasks and the widgets, and none else", () => {
    for (const facts of [moved, canary, rest]) {
      const aliases = ofType(facts, "AWS::Lambda::Alias").map(([, { Properties }]) =>
        target(Properties["FunctionName"]),
      );
      const built = facts.functionNames().filter((name) => NAMES.includes(name));
      expect(aliases.sort()).toEqual(built.map((name) => facts.function(name).id).sort());
    }
  });

  it.each([
    ["canary", canary, "CodeDeployDefault.LambdaCanary10Percent10Minutes", ["CANARY", 10, 10]],
    ["linear", linear, "CodeDeployDefault.LambdaLinear10PercentEvery3Minutes", ["LINEAR", 10, 3]],
  ] as const)("that is %s goes by that plan, for every alias and for runs", (_, facts, plan, ofRuns) => {
    const aliases = ofType(facts, "AWS::Lambda::Alias");
    const plans = aliases.map(([, alias]) => groupOf(facts, alias.UpdatePolicy)["DeploymentConfigName"]);
    expect(plans).toEqual(aliases.map(() => plan));
    const { Type, Percentage, Interval } = preferenceOf(facts);
    expect([Type, Percentage, Interval]).toEqual(ofRuns);
  });

  it("that is urgent moves all aliases at once, whatever the alarms say", () => {
    expect(ofType(moved, "AWS::CodeDeploy::DeploymentGroup")).toEqual([]);
    expect(ofType(moved, "AWS::Lambda::Alias").every(([, alias]) => alias.UpdatePolicy === undefined)).toBe(
      true,
    );
    expect(preferenceOf(moved)).toMatchObject({ Type: "ALL_AT_ONCE" });
    expect(preferenceOf(moved)).not.toHaveProperty("Alarms");
    const names = (facts: Facts) => ofType(facts, "AWS::Lambda::Alias").map(([id]) => id);
    expect(names(moved)).toEqual(names(canary));
  });

  it("changes nothing of a function that stays the same but for how many may run at once", () => {
    const versions = (facts: Facts) => ofType(facts, "AWS::Lambda::Version").map(([id]) => id);
    const narrowed = new Facts({
      gradualUpdates: "canary",
      deliveryConcurrency: "20",
      sweepConcurrency: "1",
      controlsConcurrency: "5",
    });
    expect(versions(narrowed)).toEqual(versions(canary));
    expect(narrowed.function("sweep").properties["ReservedConcurrentExecutions"]).toBe(1);
  });

  it.each([
    ["authorize-call", { oidcScopes: "call" }],
    ["api-read", { oidcTokenType: "at+jwt" }],
    ["deliver-webhook", { vpcId: "vpc-0abc1234", subnetIds: "subnet-0abc1234" }],
    ["sweep", { customerKeys: "true" }],
  ])("publishes a version of %s for what it is told last: %o", (name, told) => {
    const versionOf = (facts: Facts) =>
      ofType(facts, "AWS::Lambda::Version").find(([, { Properties }]) =>
        isOf(Properties, facts.function(name).id),
      )?.[0];
    const changed = new Facts({ gradualUpdates: "canary", apiKind: "rest", ...ISSUER, ...told });
    expect(versionOf(rest)).toBeDefined();
    expect(versionOf(changed)).not.toBe(versionOf(rest));
  });

  it("waits for nothing that waits for it", () => {
    for (const facts of [atOnce, moved, canary, rest]) expect(findCircle(facts.resources)).toEqual([]);
  });

  it("leaves the mappings of queues and of the stream where they are, so nothing is read again", () => {
    const mappings = (facts: Facts) => ofType(facts, "AWS::Lambda::EventSourceMapping").map(([id]) => id);
    expect(mappings(canary)).toEqual(mappings(atOnce));
  });

  it("step by step leaves room below CloudFormation's 500 resources for what the other options add", () => {
    expect(Object.keys(canary.resources).length).toBeLessThanOrEqual(400);
  });
});

describe("an invocation that nobody waits for", () => {
  const limitsIn = (facts: Facts) => only(facts, "AWS::Lambda::EventInvokeConfig").Properties;

  it("is given up as soon by the alias as by the function", () => {
    const { Qualifier, ...limits } = limitsIn(canary);
    const { Qualifier: latest, ...before } = limitsIn(atOnce);
    expect(limits).toEqual(before);
    expect(latest).toBe("$LATEST");
    expect(referencesOf(Qualifier)).toContain(aliasOf(canary, "sweep").id);
  });
});

describe("an execution", () => {
  const substitutions = only(canary, MACHINE).Properties["DefinitionSubstitutions"] as object;
  const tasks = Object.entries(substitutions).filter(([hole]) => hole in WORKFLOW_FUNCTIONS);

  it("calls the versions that its definition was deployed with", () => {
    const called = tasks.map(([hole, arn]) => {
      const version = canary.resources[target(arn)];
      expect(version?.Type).toBe("AWS::Lambda::Version");
      return [hole, target(version?.Properties["FunctionName"])];
    });
    expect(Object.fromEntries(called)).toEqual(
      Object.fromEntries(
        Object.entries(WORKFLOW_FUNCTIONS).map(([hole, name]) => [hole, canary.function(name).id]),
      ),
    );
  });

  it("starts by the alias of the state machine, which leads to versions of its definition", () => {
    const { Environment } = canary.function("api-run").properties as {
      Environment: { Variables: Record<string, unknown> };
    };
    expect(JSON.stringify(Environment.Variables["STATE_MACHINE_ARN"])).toContain(
      ":stateMachine:runbooks-execution:live",
    );
    expect(JSON.stringify(canary.outputs["StateMachineArn"])).toMatch(/runbooks-execution"/);
    const version = canary.resources[target(preferenceOf(canary)["StateMachineVersionArn"])];
    expect(version?.Properties["StateMachineRevisionId"]).toEqual({
      "Fn::GetAtt": [only(canary, MACHINE).id, "StateMachineRevisionId"],
    });
  });

  it("finds its versions to its end: no update deletes them, nor one that is taken back", () => {
    for (const [, arn] of tasks) expect(canary.resources[target(arn)]?.DeletionPolicy).toBe("Retain");
  });

  it("is in no way of the next try: its versions differ by the update's label, and only those", () => {
    const versions = (facts: Facts) => ofType(facts, "AWS::Lambda::Version").map(([id]) => id);
    const labelled = new Facts({ gradualUpdates: "canary", updateLabel: "second" });
    const same = versions(canary).filter((id) => versions(labelled).includes(id));
    expect(versions(labelled)).toHaveLength(versions(canary).length);
    expect(
      versions(canary)
        .filter((id) => !same.includes(id))
        .sort(),
    ).toEqual(tasks.map(([, arn]) => target(arn)).sort());
  });

  it("may call earlier versions, and what it called before there were any", () => {
    const calls = canary
      .statements(target(only(canary, MACHINE).Properties["RoleArn"]))
      .filter(({ Action }) => list(Action).includes("lambda:InvokeFunction"))
      .flatMap(({ Resource }) => list(Resource));
    const functions = calls.flatMap((one) => /:function:(.*)"/.exec(JSON.stringify(one))?.[1] ?? target(one));
    expect(functions.sort()).toEqual(
      TASKS.flatMap((name) => [`runbooks-${name}:*`, canary.function(name).id]).sort(),
    );
  });
});

describe("what a version's role may do", () => {
  it("is what the function's may, where a right names the function", () => {
    const vpc = { vpcId: "vpc-0abc1234", subnetIds: "subnet-0abc1234,subnet-0abc1235" };
    const facts = new Facts({ gradualUpdates: "canary", customerKeys: "true", ...vpc });
    const conditions = JSON.stringify(
      facts.grants("deliver-webhook").flatMap(({ Condition }) => (Condition ? [Condition] : [])),
    );
    for (const key of ["lambda:SourceFunctionArn", "kms:EncryptionContext:aws:lambda:FunctionArn"]) {
      const named = conditions.slice(conditions.indexOf(key)).slice(0, 600);
      expect(named).toContain(":function:runbooks-deliver-webhook:*");
    }
  });
});
