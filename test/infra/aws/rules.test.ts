// AWS's own rules (cdk-nag, AwsSolutions) find nothing, and what is acknowledged says why and is really there.
import { App, type Stack, Validations } from "aws-cdk-lib";
import { Queue } from "aws-cdk-lib/aws-sqs";
import { AwsSolutionsChecks } from "cdk-nag";
import { describe, expect, it, vi } from "vitest";
import { buildStack } from "../../support/template.ts";

const TABLE_STREAM =
  "arn:aws:dynamodb:eu-central-1:111122223333:table/restored/stream/2026-11-27T13:00:00.000";

type Acknowledged = { id: string; reason: string };

const DOMAIN = {
  domainName: "runbooks.bank.example",
  certificateArn: "arn:aws:acm:eu-central-1:111122223333:certificate/one",
};
const DOORS: Record<string, Record<string, string>> = {
  "a REST API": { ...DOMAIN, apiKind: "rest" },
  "a REST API, with all that it can have": {
    ...DOMAIN,
    apiKind: "rest",
    disableDefaultAddress: "true",
    truststoreUri: "s3://bank-certificates/trust.pem",
    hostedZoneId: "Z0123",
    hostedZoneName: "bank.example",
    webAclArn: "arn:aws:wafv2:eu-central-1:111122223333:regional/webacl/door/1",
    routeMetrics: "true",
  },
  "a private API": { ...DOMAIN, apiKind: "private", vpcEndpointIds: "vpce-0a1b" },
  "a private API with another issuer": {
    apiKind: "private",
    vpcEndpointIds: "vpce-0a1b",
    gatewayLogRole: "false",
    oidcIssuer: "https://id.example.com",
    oidcAudience: "runbooks",
  },
  "an HTTP API with a domain of its own": { ...DOMAIN, disableDefaultAddress: "true" },
};

function findings(stack: Stack): string[] {
  return new AwsSolutionsChecks(stack.node.root)
    .validateScope(stack)
    .violations.map(({ ruleName }) => ruleName);
}

const OWN_POOL = {
  ssoSamlMetadata: "https://idp.example.com/metadata",
  groupMap: "Admins=platform-admin",
  machineClients: "ci=team:payments:responder",
  mfaRequired: true,
  customerKeys: true,
  multiRegionKey: true,
  logDays: 365,
};

describe("AWS's rules", () => {
  it("find nothing in the stack that is not acknowledged", () => {
    expect(findings(buildStack())).toEqual([]);
  });

  it("find nothing with every option on", () => {
    const options = {
      oidcIssuer: "https://id.example.com",
      oidcAudience: "runbooks",
      alarmEmail: "on-call@example.com",
      corsOrigins: "https://console.example.com",
      stackName: "other",
      backupPlan: "daily=35,weekly=90,monthly=400",
    };
    expect(findings(buildStack(options))).toEqual([]);
    expect(findings(buildStack({ ...options, tableStreamArn: TABLE_STREAM }))).toEqual([]);
  });

  it.each(Object.entries(DOORS))("find nothing in a stack with %s", (_what, options) => {
    expect(findings(buildStack(options))).toEqual([]);
  });

  it("of CloudFormation's schema hold for both kinds of API", () => {
    const { root } = buildStack(
      { ...DOORS["a REST API, with all that it can have"] },
      { checked: true },
    ).node;
    if (!App.isApp(root)) throw new Error("The stack stands alone");
    expect(root.synth().stacks).toHaveLength(1);
  });

  it.each(["at-once", "canary", "linear"])("find nothing with updates that are %s", (gradualUpdates) => {
    expect(findings(buildStack({ gradualUpdates }))).toEqual([]);
    const rest = { ...DOORS["a private API with another issuer"], gradualUpdates };
    expect(findings(buildStack(rest))).toEqual([]);
  });

  it("find nothing with every option of the stack's own pool, and with a customer's key", () => {
    expect(findings(buildStack(OWN_POOL))).toEqual([]);
  });

  it.each([
    ["as it is", {}],
    ["with every option of its own pool", OWN_POOL],
    ["with gradual updates", { gradualUpdates: "canary" }],
  ])("of CloudFormation's schema hold too, and the app synthesizes %s", (_what, options) => {
    const stack = buildStack(options, { checked: true });
    const { root } = stack.node;
    if (!App.isApp(root)) throw new Error("The stack stands alone");
    expect(root.synth().getStackByName(stack.stackName).template).toHaveProperty("Resources");
  });

  it("would find a violation", () => {
    const stack = buildStack();
    new Queue(stack, "Careless");
    expect(findings(stack)).toEqual(expect.arrayContaining(["AwsSolutions-SQS3", "AwsSolutions-SQS4"]));
  });

  it("are acknowledged only where they find something, each with a reason", () => {
    const acknowledged: Acknowledged[] = [];
    const spy = vi
      .spyOn(Validations.prototype, "acknowledge")
      .mockImplementation((...given: Acknowledged[]) => void acknowledged.push(...given));
    const raw = new Set(
      [{}, DOORS["a REST API"], { gradualUpdates: "canary" }].flatMap((options) =>
        findings(buildStack(options)),
      ),
    );
    spy.mockRestore();
    expect(acknowledged.length).toBeGreaterThan(0);
    expect(acknowledged.filter(({ id }) => !raw.has(id))).toEqual([]);
    for (const { reason } of acknowledged) expect(reason.split(" ").length).toBeGreaterThan(8);
  });
});
