// The access log of either kind of API: caller, route and result of each request. Never a header, a query or a body.
import { RemovalPolicy } from "aws-cdk-lib";
import { AccessLogFormat } from "aws-cdk-lib/aws-apigateway";
import { LogGroup } from "aws-cdk-lib/aws-logs";
import type { Construct } from "constructs";
import type { Options } from "../options/options.ts";

const FIELDS = {
  time: "$context.requestTime",
  requestId: "$context.requestId",
  caller: "$context.authorizer.claims.sub",
  sourceIp: "$context.identity.sourceIp",
  route: "$context.routeKey",
  status: "$context.status",
  responseBytes: "$context.responseLength",
  latencyMs: "$context.responseLatency",
  integrationLatencyMs: "$context.integrationLatency",
  integrationError: "$context.integrationErrorMessage",
  authorizerError: "$context.authorizer.error",
};

/** What REST APIs name otherwise, or have alone. `principal`: the caller, if a function has identified it. */
const REST_FIELDS = {
  ...FIELDS,
  principal: "$context.authorizer.principalId",
  route: "$context.httpMethod $context.resourcePath",
  integrationError: "$context.integration.error",
  vpcEndpoint: "$context.identity.vpceId",
  firewall: "$context.wafResponseCode",
  gatewayError: "$context.error.responseType",
};

export const HTTP_LOG = AccessLogFormat.custom(JSON.stringify(FIELDS));
export const REST_LOG = AccessLogFormat.custom(JSON.stringify(REST_FIELDS));

/** `logGroupName`: where the name decides what is written there. */
export function buildLogGroup(
  scope: Construct,
  id: string,
  { logDays }: Pick<Options, "logDays">,
  logGroupName?: string,
): LogGroup {
  return new LogGroup(scope, id, {
    ...(logGroupName !== undefined && { logGroupName }),
    retention: logDays,
    removalPolicy: RemovalPolicy.RETAIN,
  });
}
