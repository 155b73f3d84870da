// The REST API, reached from anywhere or through VPC endpoints alone: for web ACLs and private networks.
import { ArnFormat, Lazy, RemovalPolicy, type Stack } from "aws-cdk-lib";
import {
  ApiDefinition,
  CfnAccount,
  CfnRestApi,
  EndpointType,
  LogGroupLogDestination,
  MethodLoggingLevel,
  SpecRestApi,
  type StageOptions,
} from "aws-cdk-lib/aws-apigateway";
import { ManagedPolicy, Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import type { LogGroup } from "aws-cdk-lib/aws-logs";
import { CfnWebACLAssociation } from "aws-cdk-lib/aws-wafv2";
import type { Construct, IDependable } from "constructs";
import { AUTHORIZER_FUNCTION } from "../../../shared/contract/authorizer.ts";
import { CLASS_NAMES, functionOfClass } from "../../../shared/contract/function-names.ts";
import { PAGES_FUNCTION } from "../../../shared/contract/pages.ts";
import { acknowledgeLogRole, acknowledgeRestApi, acknowledgeRestStage } from "../grants/acknowledgements.ts";
import type { Options } from "../options/options.ts";
import { qualify } from "../options/update-options.ts";
import type { Identity } from "../people/identity.ts";
import { buildAccessLog, buildLogGroup, REST_LOG } from "./access-log.ts";
import type { Api, FunctionOf } from "./api.ts";
import { fromEndpoints } from "./endpoint-policy.ts";
import { permitAuthorizer, permitCalls } from "./integrations.ts";
import { buildDefinition, METHOD_PATHS } from "./rest-definition.ts";
import { listThrottles } from "./throttles.ts";

/** Part of the default address, and of nothing else. */
const STAGE = "live";

export function buildRestApi(stack: Stack, options: Options): Api {
  let identity: Identity | undefined;
  // The pool is made after the functions, which know the API's address.
  const definition = Lazy.any({
    produce: () => {
      if (!identity) throw new Error("The API has no routes yet");
      const { scopes } = identity;
      const authorizer = authorizerOf(stack, options, identity);
      return buildDefinition({ title: options.stackName, uriOf: uriOf(stack, options), authorizer, scopes });
    },
  });
  const accessLog = buildAccessLog(stack, options);
  const api = createApi(stack, options, { definition, accessLog });
  const { region, urlSuffix } = stack;
  // Over this name a private API answers with and without the endpoint's private DNS.
  const host = [api.restApiId, ...options.vpcEndpointIds.slice(0, 1)].join("-");
  return {
    apiId: api.restApiId,
    address: `https://${host}.execute-api.${region}.${urlSuffix}/${STAGE}`,
    pagesAtAddress: false,
    watched: {
      metrics: api,
      routeSearch: `{AWS/ApiGateway,ApiName,Method,Resource,Stage} ApiName="${options.stackName}"`,
      serverErrors: "5XXError",
    },
    accessLog,
    addRoutes: (known, functionOf) => {
      identity = known;
      const permissions = permit(api, known, functionOf);
      const stage = finishStage(stack, api, options);
      // An update that makes the API call something else waits until the API may.
      stage.node.addDependency(...permissions);
      return { stage, stageName: STAGE };
    },
  };
}

type Parts = { definition: unknown; accessLog: LogGroup };

function createApi(stack: Stack, options: Options, { definition, accessLog }: Parts): SpecRestApi {
  const { stackName: restApiName, apiKind, vpcEndpointIds, disableDefaultAddress } = options;
  const isPrivate = apiKind === "private";
  const api = new SpecRestApi(stack, "Api", {
    restApiName,
    apiDefinition: ApiDefinition.fromInline(definition),
    deployOptions: stageOptions(accessLog, options),
    cloudWatchRole: false,
    failOnWarnings: true,
    disableExecuteApiEndpoint: disableDefaultAddress,
    endpointTypes: [isPrivate ? EndpointType.PRIVATE : EndpointType.REGIONAL],
    ...(isPrivate && { policy: fromEndpoints(vpcEndpointIds) }),
  });
  const { defaultChild } = api.node;
  if (!(defaultChild instanceof CfnRestApi)) throw new Error("A SpecRestApi is made of a CfnRestApi");
  if (isPrivate)
    defaultChild.endpointConfiguration = { types: ["PRIVATE"], vpcEndpointIds: [...vpcEndpointIds] };
  // CDK's own output, of an address that this API may not have.
  api.node.tryRemoveChild("Endpoint");
  acknowledgeRestApi(api);
  return api;
}

/** By name: the function's own reference would make a circle, because its environment has the API's address. */
const uriOf =
  (stack: Stack, options: Options) =>
  (name: string): string => {
    const called = stack.formatArn({
      service: "lambda",
      resource: `function:${qualify(`${options.stackName}-${name}`, options)}`,
      arnFormat: ArnFormat.NO_RESOURCE_NAME,
    });
    return `arn:${stack.partition}:apigateway:${stack.region}:lambda:path/2015-03-31/functions/${called}/invocations`;
  };

/** Cognito's own authorizer for the stack's pool, a function for any other issuer. */
function authorizerOf(stack: Stack, options: Options, { userPoolId }: Identity) {
  if (userPoolId) {
    const arn = stack.formatArn({
      service: "cognito-idp",
      resource: "userpool",
      resourceName: userPoolId,
    });
    return {
      "x-amazon-apigateway-authtype": "cognito_user_pools",
      "x-amazon-apigateway-authorizer": { type: "cognito_user_pools", providerARNs: [arn] },
    };
  }
  return {
    "x-amazon-apigateway-authtype": "custom",
    "x-amazon-apigateway-authorizer": {
      type: "token",
      authorizerUri: uriOf(stack, options)(AUTHORIZER_FUNCTION),
      // What is no token is refused without a call.
      identityValidationExpression: "^(?:[Bb]earer +)?[\\w-]+\\.[\\w-]+\\.[\\w-]+$",
      authorizerResultTtlInSeconds: 300,
    },
  };
}

function permit({ restApiId }: SpecRestApi, { userPoolId }: Identity, functionOf: FunctionOf): IDependable[] {
  const called = [...CLASS_NAMES.map(functionOfClass), PAGES_FUNCTION].map(functionOf);
  return [
    ...called.map((one) => permitCalls(one, restApiId)),
    ...(userPoolId ? [] : [permitAuthorizer(functionOf(AUTHORIZER_FUNCTION), restApiId)]),
  ];
}

function stageOptions(accessLog: LogGroup, options: Options): StageOptions {
  const { apiThrottle, routeMetrics } = options;
  return {
    stageName: STAGE,
    metricsEnabled: routeMetrics,
    ...ERRORS_ALONE,
    throttlingRateLimit: apiThrottle.ratePerSecond,
    throttlingBurstLimit: apiThrottle.burst,
    methodOptions: listMethodOptions(options),
    accessLogDestination: new LogGroupLogDestination(accessLog),
    accessLogFormat: REST_LOG,
  };
}

/** In API Gateway's own log. Never the data of a request. */
const ERRORS_ALONE = { loggingLevel: MethodLoggingLevel.ERROR, dataTraceEnabled: false };

function finishStage(scope: Construct, api: SpecRestApi, options: Options): Construct {
  const { deploymentStage: stage } = api;
  const { webAclArn } = options;
  // API Gateway would make this group itself, and keep its lines for ever.
  const errors = `API-Gateway-Execution-Logs_${api.restApiId}/${STAGE}`;
  stage.node.addDependency(buildLogGroup(scope, "ApiErrorLogs", errors, options));
  if (options.gatewayLogRole) stage.node.addDependency(buildLogRole(scope));
  acknowledgeRestStage(stage, webAclArn !== undefined);
  if (webAclArn) new CfnWebACLAssociation(scope, "WebAcl", { webAclArn, resourceArn: stage.stageArn });
  return stage;
}

/** Settings of a method replace those of the stage for it. */
function listMethodOptions(options: Options) {
  const { routeMetrics: metricsEnabled } = options;
  return Object.fromEntries(
    [...listThrottles(options)].flatMap(([key, { ratePerSecond, burst }]) => {
      const path = METHOD_PATHS.get(key);
      if (path === undefined) return [];
      const limits = { throttlingRateLimit: ratePerSecond, throttlingBurstLimit: burst };
      return [[path, { ...limits, metricsEnabled, ...ERRORS_ALONE }]];
    }),
  );
}

/** The role by which API Gateway writes logs: one for all REST APIs of an account in a Region. */
function buildLogRole(scope: Construct): CfnAccount {
  const role = new Role(scope, "ApiLogRole", {
    assumedBy: new ServicePrincipal("apigateway.amazonaws.com"),
    managedPolicies: [
      ManagedPolicy.fromAwsManagedPolicyName("service-role/AmazonAPIGatewayPushToCloudWatchLogs"),
    ],
  });
  acknowledgeLogRole(role);
  const account = new CfnAccount(scope, "ApiAccount", { cloudWatchRoleArn: role.roleArn });
  account.applyRemovalPolicy(RemovalPolicy.RETAIN);
  role.applyRemovalPolicy(RemovalPolicy.RETAIN);
  return account;
}
