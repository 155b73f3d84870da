// What deliveries reach: a VPC, its private ranges and private authorities, each alone, together, and what contradicts.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { App } from "aws-cdk-lib";
import { AwsSolutionsChecks } from "cdk-nag";
import { afterAll, describe, expect, it } from "vitest";
import { CA_BUNDLE_FILE, writeCaBundle } from "../../../infra/aws/bundle/ca-bundle.ts";
import { ENTRIES as ALL } from "../../../infra/aws/bundle/entries.ts";
import { getGrant } from "../../../infra/aws/grants/grants.ts";
import { endpointsOf } from "../../../infra/aws/network/endpoints.ts";
import { readOptions } from "../../../infra/aws/options/options.ts";
import { createAuthority } from "../../support/certificates.ts";
import { buildStack, Facts, list, target } from "../../support/template.ts";

/** A JWT authorizer needs no function. */
const ENTRIES = ALL.filter(({ kind }) => kind !== "authorizer");
const folder = mkdtempSync(join(tmpdir(), "reach-"));
afterAll(() => rmSync(folder, { recursive: true }));
function file(name: string, content: string): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

const authority = createAuthority("Acme root");
const expired = createAuthority("Old root", { notBefore: new Date(0), notAfter: new Date(1e12) });
const bundle = file("acme.pem", authority.cert);
const VPC = { vpcId: "vpc-0abc1234", subnetIds: "subnet-0abc1234,subnet-0abc1235" };
const GROUPS = { securityGroupIds: "sg-0abc1234" };
const DELIVERY = "deliver-webhook";
const read = (context: Record<string, unknown>) => readOptions(new App({ context }).node);
const rights = (facts: Facts) =>
  facts.grants(DELIVERY).filter(({ Action }) => list(Action).some((action) => action.startsWith("ec2:")));

describe("without these options", () => {
  it("no function is in a VPC, none has rights on network interfaces, and there is no security group", () => {
    const facts = new Facts();
    for (const { name } of ENTRIES) expect(facts.function(name).properties).not.toHaveProperty("VpcConfig");
    expect(rights(facts)).toEqual([]);
    expect(facts.all("AWS::EC2::SecurityGroup")).toEqual([]);
    expect(facts.outputs).not.toHaveProperty("DeliveryEndpoints");
  });
});

describe("vpcId and subnetIds", () => {
  const facts = new Facts(VPC);
  const [group] = facts.all("AWS::EC2::SecurityGroup");

  it("place the delivery function there, and no other", () => {
    expect(facts.function(DELIVERY).properties["VpcConfig"]).toEqual({
      SubnetIds: ["subnet-0abc1234", "subnet-0abc1235"],
      SecurityGroupIds: [{ "Fn::GetAtt": [group?.[0], "GroupId"] }],
    });
    const others = ENTRIES.filter(({ name }) => name !== DELIVERY);
    for (const { name } of others) expect(facts.function(name).properties).not.toHaveProperty("VpcConfig");
  });

  it("give it a security group that lets nobody in, and it out to 443 alone", () => {
    expect(group?.[1]).toMatchObject({
      VpcId: "vpc-0abc1234",
      SecurityGroupEgress: [{ IpProtocol: "tcp", FromPort: 443, ToPort: 443, CidrIp: "0.0.0.0/0" }],
    });
    expect(group?.[1]).not.toHaveProperty("SecurityGroupIngress");
  });

  it.each([
    [
      { ports: "8443, 443" },
      [
        [443, 443],
        [8443, 8443],
      ],
    ],
    [
      { ports: "8443", allowHttp: true, acknowledgePlaintextWebhooks: true },
      [
        [443, 443],
        [80, 80],
        [8443, 8443],
      ],
    ],
    [{ ports: "*" }, [[0, 65_535]]],
  ])("open in it the ports of %j", (options, ranges) => {
    const properties = new Facts({ ...VPC, ...options }).only("AWS::EC2::SecurityGroup");
    const rules = properties["SecurityGroupEgress"] as { FromPort: number; ToPort: number }[];
    expect(rules.map(({ FromPort, ToPort }) => [FromPort, ToPort])).toEqual(ranges);
  });

  it("give Lambda the rights on network interfaces, and deny them to the function's own code", () => {
    const [allow, deny] = rights(facts);
    expect([allow?.Effect, deny?.Effect]).toEqual(["Allow", "Deny"]);
    expect(allow?.Action).toEqual(expect.arrayContaining(list(deny?.Action ?? [])));
    expect(list(deny?.Action ?? [])).toHaveLength(6);
    const condition = JSON.stringify(deny?.Condition);
    expect(condition).toMatch(/^\{"ArnEquals":\{"lambda:SourceFunctionArn":/);
    expect(condition).toContain(":function:");
    expect(condition).not.toContain("*");
    for (const { name } of ENTRIES.filter((entry) => entry.name !== DELIVERY))
      expect(
        facts
          .grants(name)
          .flatMap(({ Action }) => list(Action))
          .filter((a) => a.startsWith("ec2:")),
      ).toEqual([]);
  });

  it("let the function be built after its rights, and go before them", () => {
    const { id } = facts.function(DELIVERY);
    const policies = facts
      .all("AWS::IAM::Policy")
      .filter(([, p]) =>
        JSON.stringify(p["Roles"]).includes(target(facts.function(DELIVERY).properties["Role"])),
      );
    for (const [policy] of policies) expect(facts.resources[id]?.DependsOn).toContain(policy);
  });

  it("name the endpoints that it needs there, by its grants", () => {
    expect(facts.outputs["DeliveryEndpoints"]).toEqual({
      Value: "gateway: dynamodb; interface: kms, secretsmanager, states",
      Description: expect.any(String),
    });
  });

  it("make egressAllow reach private addresses", () => {
    const options = new Facts({ ...VPC, egressAllow: "10.1.0.0/16" });
    for (const name of [DELIVERY, "api-manage"])
      expect(options.function(name).properties["Environment"]).toMatchObject({
        Variables: { WEBHOOK_EGRESS_ALLOW: "10.1.0.0/16" },
      });
  });
});

describe("securityGroupIds", () => {
  it("take the place of the stack's own group", () => {
    const facts = new Facts({ ...VPC, ...GROUPS });
    expect(facts.function(DELIVERY).properties["VpcConfig"]).toMatchObject({
      SecurityGroupIds: ["sg-0abc1234"],
    });
    expect(facts.all("AWS::EC2::SecurityGroup")).toEqual([]);
  });
});

describe("caBundle", () => {
  it("is told to the functions of the workflow, and shipped beside the code of deliveries", () => {
    const variable = (facts: Facts) =>
      (facts.function(DELIVERY).properties["Environment"] as { Variables: Record<string, string> }).Variables[
        "WEBHOOK_CA_BUNDLE"
      ];
    expect(variable(new Facts())).toBe("");
    expect(variable(new Facts({ caBundle: bundle }))).toBe(`/var/task/${CA_BUNDLE_FILE}`);
    writeCaBundle(bundle, folder);
    expect(readFileSync(join(folder, CA_BUNDLE_FILE), "utf8")).toBe(authority.cert);
  });
});

describe("all of them together", () => {
  const options = { ...VPC, ...GROUPS, caBundle: bundle, egressAllow: "10.0.0.0/8", ports: "8443" };

  it("pass AWS's rules, with and without a group of the stack's own", () => {
    for (const given of [options, VPC]) {
      const stack = buildStack(given);
      const { violations } = new AwsSolutionsChecks(stack.node.root).validateScope(stack);
      expect(violations.map(({ ruleName }) => ruleName)).toEqual([]);
    }
  });
});

describe("the synthesis", () => {
  it.each([
    ["subnets without a VPC", { subnetIds: "subnet-0abc1234" }, /subnetIds is for a VPC: give vpcId/],
    ["groups without a VPC", GROUPS, /securityGroupIds is for a VPC: give vpcId/],
    ["a VPC without subnets", { vpcId: VPC.vpcId }, /subnetIds is needed/],
    ["private ranges without a VPC", { egressAllow: "10.0.0.0/8" }, /egressAllow reaches nothing/],
    ["an id of something else", { ...VPC, vpcId: "subnet-0abc1234" }, /vpcId must be an id like vpc-/],
    ["a subnet that is none", { ...VPC, subnetIds: "10.0.0.0/24" }, /subnetIds.*must be ids like subnet-/],
    [
      "a subnet twice",
      { ...VPC, subnetIds: "subnet-0abc1234,subnet-0abc1234" },
      /subnetIds names subnet-0abc1234 twice/,
    ],
    [
      "more groups than Lambda takes",
      { ...VPC, securityGroupIds: "0123456".replace(/\d/g, "sg-0abc123$&,") },
      /securityGroupIds/,
    ],
    ["the machine's own loopback", { ...VPC, egressAllow: "127.0.0.0/8" }, /egressAllow.*127.0.0.0\/8/],
    ["a range around it", { ...VPC, egressAllow: "0.0.0.0/0" }, /egressAllow.*0.0.0.0\/0/],
    ["a part of it", { ...VPC, egressAllow: "10.0.0.0/8,127.5.0.0/16" }, /egressAllow.*127.5.0.0\/16/],
    [
      "the metadata service",
      { ...VPC, egressAllow: "169.254.169.254/32" },
      /egressAllow.*169.254.169.254\/32/,
    ],
    ["loopback in IPv6", { ...VPC, egressAllow: "::/0" }, /egressAllow.*::\/0/],
    ["a bundle that is not there", { caBundle: join(folder, "none.pem") }, /caBundle cannot be read/],
    ["a bundle of nothing", { caBundle: file("empty.pem", "") }, /caBundle holds no certificate/],
    ["an authority that has expired", { caBundle: file("old.pem", expired.cert) }, /expired \(CN=Old root\)/],
    [
      "a certificate of a server",
      { caBundle: file("leaf.pem", authority.issue({ names: ["a.example"] }).cert) },
      /not of an authority \(CN=a.example\)/,
    ],
    ["a private key in the bundle", { caBundle: file("key.pem", authority.key) }, /private key/],
  ])("stops with one line for %s", (_what, options, message) => {
    expect(() => read(options)).toThrow(message);
    expect(() => read(options)).toThrow(/^[^\n]+$/);
  });
});

describe("the endpoints of a function", () => {
  it("follow from its grants, and are nothing without any", () => {
    const of = (name: string) => endpointsOf(getGrant({ name, routes: [] }));
    expect(of("publish-events")).toMatchObject({ interfaces: expect.arrayContaining(["events"]) });
    expect(of("serve-console")).toEqual({ interfaces: [], gateways: [] });
  });
});
