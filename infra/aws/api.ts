// The HTTP API, built from the routes of the contract: an authorizer on each that is not public, limits, access logs.
import { RemovalPolicy, Validations } from "aws-cdk-lib";
import { AccessLogFormat } from "aws-cdk-lib/aws-apigateway";
import {
  CorsHttpMethod,
  type CorsPreflightOptions,
  HttpApi,
  HttpMethod,
  HttpNoneAuthorizer,
  type HttpRoute,
  HttpStage,
  LogGroupLogDestination,
} from "aws-cdk-lib/aws-apigatewayv2";
import { HttpJwtAuthorizer } from "aws-cdk-lib/aws-apigatewayv2-authorizers";
import { HttpLambdaIntegration } from "aws-cdk-lib/aws-apigatewayv2-integrations";
import type { IFunction } from "aws-cdk-lib/aws-lambda";
import { LogGroup, RetentionDays } from "aws-cdk-lib/aws-logs";
import type { Construct } from "constructs";
import { ALL_ROUTES } from "../../shared/contract/routes.ts";
import type { Identity } from "./identity.ts";

/** Requests a second over all callers: beyond, API Gateway answers 429 and no function runs. */
const THROTTLE = { rateLimit: 100, burstLimit: 200 };

/** The API without its routes: functions are told its address before the routes lead to them. */
export function createApi(scope: Construct, apiName: string, corsOrigins: readonly string[]): HttpApi {
  return new HttpApi(scope, "Api", {
    apiName,
    createDefaultStage: false,
    ...(corsOrigins.length > 0 && { corsPreflight: cors(corsOrigins) }),
  });
}

export function addRoutes(api: HttpApi, identity: Identity, functionOf: (name: string) => IFunction): void {
  const { issuer, audience, scopes } = identity;
  const authorizer = new HttpJwtAuthorizer("Callers", issuer, { jwtAudience: audience });
  for (const [name, route] of ALL_ROUTES) {
    const added = api.addRoutes({
      path: route.path,
      methods: [HttpMethod[route.method]],
      integration: new HttpLambdaIntegration(name, functionOf(name)),
      ...(route.access === "public"
        ? { authorizer: new HttpNoneAuthorizer() }
        : { authorizer, authorizationScopes: scopes }),
    });
    if (route.access === "public") acknowledgePublic(added, route.summary);
  }
}

function acknowledgePublic(routes: readonly HttpRoute[], summary: string): void {
  for (const route of routes) {
    const reason = `Public by contract: ${summary}. It takes no token of a user, and shows nothing of any team`;
    Validations.of(route).acknowledge({ id: "AwsSolutions-APIG4", reason });
  }
}

export function buildStage(scope: Construct, httpApi: HttpApi): HttpStage {
  const logGroup = new LogGroup(scope, "ApiAccessLogs", {
    retention: RetentionDays.THREE_MONTHS,
    removalPolicy: RemovalPolicy.RETAIN,
  });
  return new HttpStage(scope, "ApiStage", {
    httpApi,
    stageName: "$default",
    autoDeploy: true,
    throttle: THROTTLE,
    detailedMetricsEnabled: true,
    accessLogSettings: {
      destination: new LogGroupLogDestination(logGroup),
      format: AccessLogFormat.custom(JSON.stringify(ACCESS_LOG)),
    },
  });
}

/** Who asked for what, and how it ended; never a header, a query or a body. */
const ACCESS_LOG = {
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

/** What a browser may send and read: the headers that the routes name, to origins that the deployment names. */
function cors(origins: readonly string[]): CorsPreflightOptions {
  const routes = ALL_ROUTES.map(([, route]) => route);
  const signedIn = routes.filter(({ access }) => access !== "public");
  const read = signedIn.flatMap(({ headers }) => Object.keys(headers?.shape ?? {}));
  return {
    allowOrigins: [...origins],
    allowMethods: [...new Set(routes.map(({ method }) => CorsHttpMethod[method]))],
    allowHeaders: [...new Set(["authorization", "content-type", ...read])],
    exposeHeaders: [...new Set(routes.flatMap(({ answer }) => answer.headers ?? []))],
  };
}
