// Puts the delivery function into a VPC of the deployment: subnets, a security group, and rights on network interfaces.
import { CfnOutput, Stack } from "aws-cdk-lib";
import { CfnSecurityGroup } from "aws-cdk-lib/aws-ec2";
import { Effect, PolicyStatement } from "aws-cdk-lib/aws-iam";
import { CfnFunction } from "aws-cdk-lib/aws-lambda";
import type { Construct } from "constructs";
import type { ServiceFunction } from "../functions/function.ts";
import { acknowledgeNetworkInterfaces } from "../grants/acknowledgements.ts";
import { getGrant } from "../grants/grants.ts";
import type { Options } from "../options/options.ts";
import { describeEndpoints } from "./endpoints.ts";

/** The rights with which Lambda connects a function to a VPC, on all resources, as its own managed policy has them. */
const INTERFACE_ACTIONS = [
  "ec2:CreateNetworkInterface",
  "ec2:DescribeNetworkInterfaces",
  "ec2:DescribeSubnets",
  "ec2:DeleteNetworkInterface",
  "ec2:AssignPrivateIpAddresses",
  "ec2:UnassignPrivateIpAddresses",
];

/** Ids come from the options alone: synthesis asks no account. */
export function placeInVpc(scope: Construct, delivery: ServiceFunction, options: Options): void {
  const { vpcId, subnetIds, securityGroupIds } = options;
  if (vpcId === undefined) return;
  const groups = securityGroupIds.length > 0 ? securityGroupIds : [buildSecurityGroup(scope, vpcId, options)];
  const { defaultChild } = delivery.function.node;
  if (!(defaultChild instanceof CfnFunction)) throw new Error("The delivery function is no Lambda function");
  defaultChild.vpcConfig = { subnetIds, securityGroupIds: groups };
  grantInterfaces(delivery);
  new CfnOutput(scope, "DeliveryEndpoints", {
    value: describeEndpoints(getGrant(delivery.entry)),
    description: "Endpoints that deliveries need in subnets without a way to the internet",
  });
}

/** Deliveries open connections, and nobody opens one to them. DNS of the VPC is not subject to security groups. */
function buildSecurityGroup(scope: Construct, vpcId: string, options: Options): string {
  const group = new CfnSecurityGroup(scope, "DeliverySecurityGroup", {
    groupDescription: `${options.stackName}: what webhooks may reach`,
    vpcId,
    securityGroupEgress: rangesOf(options).map(([fromPort, toPort]) => ({
      ipProtocol: "tcp",
      cidrIp: "0.0.0.0/0",
      fromPort,
      toPort,
      description: "Webhooks, token endpoints, and the services of AWS",
    })),
  });
  return group.attrGroupId;
}

/** The ports that the egress policy allows. */
function rangesOf({ ports, allowHttp }: Options): [from: number, to: number][] {
  const listed = ports.split(",").flatMap((port) => port.trim() || []);
  if (listed.includes("*")) return [[0, 65_535]];
  const numbers = [443, ...(allowHttp ? [80] : []), ...listed.map(Number)];
  return [...new Set(numbers)].map((port) => [port, port]);
}

/**
 * Lambda uses the rights before and after the function runs. The function's own code is denied them, as AWS advises for
 * functions in a VPC. By name: a reference to the function would be circular.
 */
function grantInterfaces({ role, entry, functionName, called }: ServiceFunction): void {
  const functionArn = Stack.of(role).formatArn({
    service: "lambda",
    resource: `function:${functionName}`,
  });
  // Whether AWS names the version here is not documented.
  const code = called.version ? [functionArn, `${functionArn}:*`] : functionArn;
  role.addToPrincipalPolicy(new PolicyStatement({ actions: INTERFACE_ACTIONS, resources: ["*"] }));
  role.addToPrincipalPolicy(
    new PolicyStatement({
      effect: Effect.DENY,
      actions: INTERFACE_ACTIONS,
      resources: ["*"],
      conditions: { ArnEquals: { "lambda:SourceFunctionArn": code } },
    }),
  );
  acknowledgeNetworkInterfaces(role, entry.name);
}
