// Who may do what, read from the synthesized roles and not from the data that they are built from.
import { describe, expect, it } from "vitest";
import * as z from "zod";
import { GRANTED_NAMES } from "../../../infra/aws/grants/grants.ts";
import { functionOfClass } from "../../../shared/contract/function-names.ts";
import { LIST_KINDS } from "../../../shared/contract/lists.ts";
import type { Route } from "../../../shared/contract/route.ts";
import { classOf } from "../../../shared/contract/route-classes.ts";
import { ALL_ROUTES } from "../../../shared/contract/routes.ts";
import { ROWS } from "../../support/rows.ts";
import { Facts, list, type Statement, target } from "../../support/template.ts";

const facts = new Facts();
const names = facts.functionNames();
const actions = (statement: Statement) => list(statement.Action);
const allows = (name: string, action: string) =>
  facts.grants(name).filter((statement) => actions(statement).includes(action));
const holders = (action: string) => names.filter((name) => allows(name, action).length > 0).sort();
const purposes = (name: string, action: string) =>
  allows(name, action).flatMap(
    ({ Condition }) => Condition?.["StringEquals"]?.["kms:EncryptionContext:purpose"],
  );
const byHolder = (action: string) =>
  Object.fromEntries(holders(action).map((name) => [name, purposes(name, action)]));

/** AWS offers these for no narrower resource. */
const UNLIMITED = [
  /^scheduler:ListSchedules$/,
  /^logs:\w*(LogDelivery|LogDeliveries|ResourcePolic(y|ies)|DescribeLogGroups)$/,
];

describe("the grants", () => {
  it("are of all routes and all other functions, and of nothing else", () => {
    expect([...GRANTED_NAMES].sort()).toEqual(ROWS.map(({ name }) => name).sort());
  });
});

describe("every role", () => {
  const roles = facts.all("AWS::IAM::Role").map(([id]) => id);

  it("names its actions: no * and no whole service", () => {
    const all = roles.flatMap((id) => facts.statements(id).flatMap(actions));
    expect(all.length).toBeGreaterThan(100);
    expect(all.filter((action) => action.includes("*"))).toEqual([]);
  });

  it("names its resources, but for traces and log delivery", () => {
    const everywhere = roles
      .flatMap((id) => facts.statements(id))
      .filter(({ Resource }) => list(Resource).includes("*"))
      .flatMap(actions);
    expect(everywhere.filter((action) => !UNLIMITED.some((known) => known.test(action)))).toEqual([]);
  });

  it("has no permissions but in policies that these tests read", () => {
    for (const [, role] of facts.all("AWS::IAM::Role")) {
      expect(role).not.toHaveProperty("Policies");
      expect(role).not.toHaveProperty("ManagedPolicyArns");
    }
    expect(facts.all("AWS::IAM::ManagedPolicy")).toEqual([]);
  });

  it("writes to the log of its own function only", () => {
    for (const name of names) {
      const { LoggingConfig } = facts.function(name).properties as { LoggingConfig: { LogGroup: unknown } };
      const logs = allows(name, "logs:PutLogEvents").flatMap(({ Resource }) => list(Resource));
      expect(logs.map(target)).toEqual([target(LoggingConfig.LogGroup)]);
    }
  });
});

describe("the table", () => {
  it("is scanned, and its items are deleted, by nobody", () => {
    for (const action of [
      "Scan",
      "DeleteItem",
      "BatchWriteItem",
      "PartiQLDelete",
      "DeleteTable",
      "UpdateTable",
    ]) {
      expect(holders(`dynamodb:${action}`), action).toEqual([]);
    }
  });

  it.each(["api-read", "api-public"])("is not written by %s", (name) => {
    for (const action of ["PutItem", "UpdateItem", "ConditionCheckItem"]) {
      expect(allows(name, `dynamodb:${action}`)).toEqual([]);
    }
  });

  const keysOf = (name: string, action: string) =>
    allows(name, `dynamodb:${action}`).flatMap(({ Condition }) =>
      list(Condition?.["ForAllValues:StringLike"]?.["dynamodb:LeadingKeys"]),
    );
  const holdersOn = (action: string, key: string) =>
    names.filter((name) => keysOf(name, action).includes(key)).sort();

  it("is reached only by keys that a condition names, for every action", () => {
    const onTable = names.flatMap((name) =>
      facts
        .grants(name)
        .filter((s) => actions(s).some((a) => /^dynamodb:\w+Item$|^dynamodb:Query$/.test(a)))
        .filter(({ Resource }) => !JSON.stringify(Resource).includes("/index/"))
        .map(({ Condition }) => list(Condition?.["ForAllValues:StringLike"]?.["dynamodb:LeadingKeys"])),
    );
    expect(onTable.length).toBeGreaterThan(40);
    for (const keys of onTable) {
      expect(keys).not.toEqual([]);
      for (const key of keys) expect(key).toMatch(/^[a-z-]+(#[a-z-]+)*(#\*)?$/);
    }
  });

  it("shows callers without a token the run that they call back, and nothing else", () => {
    const touched = ["GetItem", "Query"].map((action) => keysOf("api-public", action));
    expect(touched).toEqual([[], ["execution#*"]]);
  });

  it("accepts approvals from the class that approves only, controls from theirs, and versions only from classes that change a definition", () => {
    expect(holdersOn("PutItem", "approval#*")).toEqual(["api-approve"]);
    expect(holdersOn("UpdateItem", "paused-scopes#*")).toEqual(["api-controls"]);
    // The audit of sources is in the chain of the controls.
    expect(holdersOn("PutItem", "kill-switches")).toEqual(["api-approve", "api-controls"]);
    expect(holdersOn("PutItem", "version#*")).toEqual(["api-approve", "api-manage"]);
    expect(holdersOn("PutItem", "signing-secret#*")).toEqual(["api-manage", "api-signing"]);
  });

  it("has versions, approvals, signing secrets and audit entries that nobody may update", () => {
    for (const key of ["version#*", "approval#*", "signing-secret#*"]) {
      expect(holdersOn("UpdateItem", key), key).toEqual([]);
    }
    const updated = names.flatMap((name) => keysOf(name, "UpdateItem"));
    expect(updated.filter((key) => String(key).startsWith("audit"))).toEqual([]);
  });

  it("accepts no runbook audit from a function that carries out, starts or ends runs", () => {
    for (const name of ["api-run", "complete-execution"]) {
      expect(keysOf(name, "PutItem"), name).not.toContain("audit#runbook#*");
    }
    const narrow = {
      "deliver-webhook": [
        ...["audit#execution#*", "callback-masks#*", "concurrency#*", "delivery-slots#*"],
        "execution#*",
      ],
      "record-callback": ["execution#*"],
      "await-callback": ["execution#*"],
      "api-public": [],
    };
    for (const [name, partitions] of Object.entries(narrow)) {
      const writes = ["PutItem", "UpdateItem"].flatMap((action) => keysOf(name, action));
      expect([...new Set(writes)].sort(), name).toEqual(partitions);
    }
  });

  it("is changed by no function that a receiver reaches: it calls the one that masks, and may decrypt nothing", () => {
    expect(allows("api-public", "dynamodb:UpdateItem")).toEqual([]);
    expect(allows("api-public", "kms:Decrypt")).toEqual([]);
    expect(holders("lambda:InvokeFunction")).toEqual(["api-public"]);
    expect(JSON.stringify(allows("api-public", "lambda:InvokeFunction"))).toContain("-record-callback");
  });

  it("is named in full, and each index by its name", () => {
    const resources = names
      .flatMap((name) => allows(name, "dynamodb:Query"))
      .flatMap(({ Resource }) => list(Resource));
    const indexes = resources.filter((resource) => JSON.stringify(resource).includes("/index/"));
    const known = new Set(indexes.map((index) => JSON.stringify(index).match(/\/index\/([^"]+)/)?.[1]));
    const listed = Object.values(LIST_KINDS).map(({ index }) => index);
    expect([...known].sort()).toEqual([...new Set<string>(listed)].sort());
  });
});

describe("secrets", () => {
  it("are opened by the delivery; signing secrets also where managers read and rotate them", () => {
    expect(byHolder("kms:Decrypt")).toEqual({
      "api-intake": ["source"],
      "api-signing": ["signing-secret"],
      "deliver-webhook": ["webhook-auth", "signing-secret", "parameter", "callback-masks"],
      "record-callback": ["callback-masks"],
    });
  });

  it("are encrypted where they come in, each for its own purpose", () => {
    expect(byHolder("kms:Encrypt")).toEqual({
      "api-approve": ["webhook-auth", "source"],
      "api-manage": ["webhook-auth", "signing-secret"],
      "api-run": ["parameter"],
      "api-signing": ["signing-secret"],
      "deliver-webhook": ["callback-masks"],
      "on-execution-requested": ["parameter"],
      "on-incident": ["parameter"],
    });
  });

  it("are touched under the service's own encryption context only", () => {
    const statements = names.flatMap((name) =>
      ["kms:Encrypt", "kms:Decrypt"].flatMap((a) => allows(name, a)),
    );
    for (const { Condition } of statements) {
      expect(Condition?.["StringEquals"]?.["kms:EncryptionContext:service"]).toBe("runbooks");
    }
  });

  it("of Secrets Manager are read by the delivery, where a team's tag is on them", () => {
    expect(holders("secretsmanager:DescribeSecret")).toEqual(["deliver-webhook"]);
    for (const action of ["secretsmanager:GetSecretValue", "secretsmanager:DescribeSecret"]) {
      const conditions = allows("deliver-webhook", action).map(({ Condition }) => Condition);
      expect(conditions).toEqual([{ Null: { "aws:ResourceTag/runbooks:team": "false" } }]);
    }
  });
});

describe("the service's own keys", () => {
  const classesWhere = (fits: (route: Route) => boolean) => {
    const routes = ALL_ROUTES.filter(([, route]) => fits(route));
    return [...new Set(routes.map(([, route]) => functionOfClass(classOf(route))))].sort();
  };
  /** Who may read the secret that a variable names, by its exact ARN. */
  const readers = (variable: string) => {
    const { Variables } = facts.function("api-read").properties["Environment"] as {
      Variables: Record<string, unknown>;
    };
    const secret = target(Variables[variable]);
    return holders("secretsmanager:GetSecretValue").filter((name) =>
      allows(name, "secretsmanager:GetSecretValue")
        .flatMap(({ Resource }) => list(Resource))
        .some((resource) => Object(resource).Ref === secret),
    );
  };

  it("encrypt cursors for the classes with routes that answer lists", () => {
    const lists = classesWhere(
      ({ answer: { body } }) => body instanceof z.ZodObject && "nextCursor" in body.shape,
    );
    expect(readers("CURSOR_ENCRYPTION_KEY_ARN")).toEqual(lists);
    expect(lists).toEqual(["api-read"]);
  });

  it("key fingerprints for the classes with routes that take an Idempotency-Key", () => {
    const keyed = classesWhere(({ headers }) => "idempotency-key" in (headers?.shape ?? {}));
    expect(readers("FINGERPRINT_KEY_ARN")).toEqual(keyed);
    expect(keyed).toEqual(["api-approve", "api-controls", "api-manage", "api-run"]);
  });

  it("are read by nobody else, and no role reads a secret without a tag beside them", () => {
    const known = [
      ...readers("CURSOR_ENCRYPTION_KEY_ARN"),
      ...readers("FINGERPRINT_KEY_ARN"),
      "deliver-webhook",
    ];
    expect(holders("secretsmanager:GetSecretValue")).toEqual([...new Set(known)].sort());
    const wide = names
      .filter((name) => name !== "deliver-webhook")
      .flatMap((name) => allows(name, "secretsmanager:GetSecretValue"))
      .flatMap(({ Resource }) => list(Resource))
      .filter((resource) => typeof Object(resource).Ref !== "string");
    expect(wide).toEqual([]);
  });
});

describe("the encryption key", () => {
  const policy = facts.only("AWS::KMS::Key") as {
    EnableKeyRotation: boolean;
    KeyPolicy: { Statement: Statement[] };
  };

  it("is rotated, and outlives the stack", () => {
    expect(policy.EnableKeyRotation).toBe(true);
    const resource = Object.values(facts.resources).find(({ Type }) => Type === "AWS::KMS::Key");
    expect(resource?.DeletionPolicy).toBe("RetainExceptOnCreate");
  });

  it("is usable only by the roles with the grant, whatever other policies say", () => {
    const denied = policy.KeyPolicy.Statement.filter(({ Effect }) => Effect === "Deny");
    const roles = holders("kms:Decrypt").map((name) => facts.function(name).properties["Role"]);
    expect(denied).toEqual([
      expect.objectContaining({ Action: ["kms:Decrypt", "kms:ReEncryptFrom"], Principal: { AWS: "*" } }),
    ]);
    const excepted = denied.flatMap(({ Condition }) =>
      list(Condition?.["ArnNotEquals"]?.["aws:PrincipalArn"]),
    );
    expect(excepted.map(target).sort()).toEqual(roles.map(target).sort());
  });
});

describe("runs", () => {
  it("are those of the one state machine", () => {
    const resources = names.flatMap((name) =>
      facts
        .grants(name)
        .filter((s) => actions(s).some((a) => a.startsWith("states:")))
        .map((s) => s.Resource),
    );
    for (const resource of resources) {
      expect(JSON.stringify(resource)).toMatch(
        /:(stateMachine:runbooks-execution|execution:runbooks-execution:\*)"/,
      );
    }
  });

  /** What IAM asks each action of: the state machine, or one of its executions. */
  it.each([
    ["StartExecution", "stateMachine:runbooks-execution"],
    ["SendTaskSuccess", "stateMachine:runbooks-execution"],
    ["DescribeExecution", "execution:runbooks-execution:*"],
    ["StopExecution", "execution:runbooks-execution:*"],
  ])("are reached by states:%s on %s, and on nothing else", (action, resource) => {
    const granted = holders(`states:${action}`).flatMap((name) => allows(name, `states:${action}`));
    expect(granted.length).toBeGreaterThan(0);
    for (const { Resource } of granted) {
      expect(arnOf(Resource)).toBe(`arn:{AWS::Partition}:states:{AWS::Region}:{AWS::AccountId}:${resource}`);
    }
  });
});

/** An ARN in full, with CloudFormation's own parts in braces. */
function arnOf(resource: unknown): string {
  const { "Fn::Join": joined } = Object(resource) as { "Fn::Join"?: [string, (string | { Ref: string })[]] };
  return (joined?.[1] ?? []).map((part) => (typeof part === "string" ? part : `{${part.Ref}}`)).join("");
}

describe("events", () => {
  it("are published by the reader of the stream, on the service's own bus", () => {
    expect(holders("events:PutEvents")).toEqual(["publish-events"]);
    const [statement] = allows("publish-events", "events:PutEvents");
    expect(facts.resources[target(statement?.Resource)]?.Type).toBe("AWS::Events::EventBus");
  });
});
