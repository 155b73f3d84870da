// The access log of either kind of API: caller, route and result of each request. Never a header, a query or a body.
import { RemovalPolicy } from "aws-cdk-lib";
import { AccessLogFormat } from "aws-cdk-lib/aws-apigateway";
import { LogGroup } from "aws-cdk-lib/aws-logs";
import type { Construct } from "constructs";
import type { Options } from "../options/options.ts";

export const ACCESS_LOG = {
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
  ...ACCESS_LOG,
  principal: "$context.authorizer.principalId",
  route: "$context.httpMethod $context.resourcePath",
  integrationError: "$context.integration.error",
  vpcEndpoint: "$context.identity.vpceId",
  firewall: "$context.wafResponseCode",
  gatewayError: "$context.error.responseType",
};

export const HTTP_LOG = AccessLogFormat.custom(JSON.stringify(ACCESS_LOG));
export const REST_LOG = AccessLogFormat.custom(JSON.stringify(REST_FIELDS));

/** AWS's own services write to groups of this prefix without a further entry in CloudWatch's policy, which is short. */
export const buildAccessLog = (scope: Construct, options: Options): LogGroup =>
  buildLogGroup(scope, "ApiAccessLogs", `/aws/vendedlogs/apis/${options.stackName}`, options);

export function buildLogGroup(
  scope: Construct,
  id: string,
  logGroupName: string,
  { logDays }: Pick<Options, "logDays">,
): LogGroup {
  return new LogGroup(scope, id, {
    logGroupName,
    retention: logDays,
    removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
  });
}
