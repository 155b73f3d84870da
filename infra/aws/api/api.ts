// The HTTP API, built from the contract's routes: a JWT authorizer on every non-public route, throttling and access logs.
import { RemovalPolicy, Validations } from "aws-cdk-lib";
import { AccessLogFormat } from "aws-cdk-lib/aws-apigateway";
import {
  CfnStage,
  CorsHttpMethod,
  type CorsPreflightOptions,
  HttpApi,
  HttpMethod,
  HttpNoneAuthorizer,
  HttpRoute,
  type HttpRouteIntegration,
  HttpRouteKey,
  HttpStage,
  LogGroupLogDestination,
} from "aws-cdk-lib/aws-apigatewayv2";
import { HttpJwtAuthorizer } from "aws-cdk-lib/aws-apigatewayv2-authorizers";
import type { Function as LambdaFunction } from "aws-cdk-lib/aws-lambda";
import { LogGroup, RetentionDays } from "aws-cdk-lib/aws-logs";
import type { Construct } from "constructs";
import { PAGE_ROUTES, PAGES_FUNCTION } from "../../../shared/contract/pages.ts";
import { API_THROTTLE, routeKeyOf, type Throttle } from "../../../shared/contract/route.ts";
import { ALL_ROUTES } from "../../../shared/contract/routes.ts";
import { UNKNOWN_ROUTE } from "../../../shared/contract/unknown-route.ts";
import type { Options } from "../options/options.ts";
import type { Identity } from "../people/identity.ts";
import { buildIntegration, buildIntegrations } from "./integrations.ts";

/** Creates the API first, without routes, because functions need its URL in their environment. */
export function createApi(scope: Construct, apiName: string, corsOrigins: readonly string[]): HttpApi {
  return new HttpApi(scope, "Api", {
    apiName,
    createDefaultStage: false,
    ...(corsOrigins.length > 0 && { corsPreflight: cors(corsOrigins) }),
  });
}

/** Adds every route with the integration of its class. Returns the routes. */
export function addRoutes(
  api: HttpApi,
  identity: Identity,
  functionOf: (name: string) => LambdaFunction,
): HttpRoute[] {
  const { issuer, audience, scopes } = identity;
  const authorizer = new HttpJwtAuthorizer("Callers", issuer, { jwtAudience: audience });
  const integrationOf = buildIntegrations(api, functionOf);
  const known = ALL_ROUTES.flatMap(([, route]) => {
    const added = api.addRoutes({
      path: route.path,
      methods: [HttpMethod[route.method]],
      integration: integrationOf(route),
      ...(route.access === "public"
        ? { authorizer: new HttpNoneAuthorizer() }
        : { authorizer, authorizationScopes: scopes }),
    });
    if (route.access === "public") acknowledgePublic(added, route.summary);
    return added;
  });
  const pages = addPages(api, functionOf(PAGES_FUNCTION));
  return [...known, ...pages, addUnknownRoute(api, integrationOf(UNKNOWN_ROUTE))];
}

/** Adds the pages for browsers, which take no token. */
function addPages(api: HttpApi, called: LambdaFunction): HttpRoute[] {
  const integration = buildIntegration(api, PAGES_FUNCTION, called);
  return PAGE_ROUTES.flatMap(({ path, method, summary }) => {
    const methods = [HttpMethod[method]];
    const added = api.addRoutes({ path, methods, integration, authorizer: new HttpNoneAuthorizer() });
    acknowledgePublic(added, summary);
    return added;
  });
}

/** Adds `$default`, for requests that match no route. API Gateway answers CORS preflights itself if origins are set. */
function addUnknownRoute(httpApi: HttpApi, integration: HttpRouteIntegration): HttpRoute {
  const route = new HttpRoute(httpApi, "UnknownRoute", {
    httpApi,
    routeKey: HttpRouteKey.DEFAULT,
    integration,
    authorizer: new HttpNoneAuthorizer(),
  });
  acknowledgePublic([route], UNKNOWN_ROUTE.summary);
  return route;
}

function acknowledgePublic(routes: readonly HttpRoute[], summary: string): void {
  for (const route of routes) {
    const reason = `Public by contract: ${summary}. It accepts no user's token and returns no team's data`;
    Validations.of(route).acknowledge({ id: "AwsSolutions-APIG4", reason });
  }
}

/**
 * The stage depends on `routes`, because its settings throttle them by route key. `routeMetrics`: API Gateway reports
 * metrics of each route, and CloudWatch charges for each of them.
 */
export function buildStage(
  scope: Construct,
  httpApi: HttpApi,
  routes: readonly HttpRoute[],
  { routeMetrics, startsPerSecond }: Pick<Options, "routeMetrics" | "startsPerSecond">,
): HttpStage {
  const logGroup = new LogGroup(scope, "ApiAccessLogs", {
    retention: RetentionDays.THREE_MONTHS,
    removalPolicy: RemovalPolicy.RETAIN,
  });
  const stage = new HttpStage(scope, "ApiStage", {
    httpApi,
    stageName: "$default",
    autoDeploy: true,
    throttle: { rateLimit: API_THROTTLE.ratePerSecond, burstLimit: API_THROTTLE.burst },
    detailedMetricsEnabled: routeMetrics,
    accessLogSettings: {
      destination: new LogGroupLogDestination(logGroup),
      format: AccessLogFormat.custom(JSON.stringify(ACCESS_LOG)),
    },
  });
  stage.node.addDependency(...routes);
  const { defaultChild } = stage.node;
  if (!(defaultChild instanceof CfnStage)) throw new Error("An HttpStage is made of a CfnStage");
  // CloudFormation's spelling: CfnStage does not translate names inside `routeSettings`.
  defaultChild.routeSettings = routeSettings(routeMetrics, startsPerSecond);
  return stage;
}

/**
 * Settings of a route replace all of the stage's settings for it, including metrics. `startsPerSecond`: executions
 * that the requests of each route may start; undefined: as many as the API takes requests.
 */
function routeSettings(routeMetrics: boolean, startsPerSecond?: number): Record<string, object> {
  const settingsOf = ({ ratePerSecond, burst }: Throttle) => ({
    ThrottlingRateLimit: ratePerSecond,
    ThrottlingBurstLimit: burst,
    DetailedMetricsEnabled: routeMetrics,
  });
  const startsOf = (perRequest: number) =>
    startsPerSecond && {
      ratePerSecond: startsPerSecond / perRequest,
      burst: Math.max(1, Math.floor((2 * startsPerSecond) / perRequest)),
    };
  const own = ALL_ROUTES.flatMap(([, route]) => {
    const throttle = route.throttle ?? (route.startsExecutions && startsOf(route.startsExecutions));
    return throttle ? [[routeKeyOf(route), settingsOf(throttle)] as const] : [];
  });
  const open = PAGE_ROUTES.map((route) => [routeKeyOf(route), settingsOf(route.throttle)] as const);
  return Object.fromEntries([...own, ...open, [UNKNOWN_ROUTE.routeKey, settingsOf(UNKNOWN_ROUTE.throttle)]]);
}

/** Caller, route and result of each request. Never a header, a query string or a body. */
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

/** Returns the CORS settings: the headers that routes declare, for the origins of the deployment. */
function cors(origins: readonly string[]): CorsPreflightOptions {
  const routes = ALL_ROUTES.map(([, route]) => route);
  const signedIn = routes.filter(({ access }) => access !== "public");
  const read = signedIn.flatMap(({ headers }) => Object.keys(headers?.shape ?? {}));
  return {
    allowOrigins: [...origins],
    allowMethods: [...new Set(routes.map(({ method }) => CorsHttpMethod[method]))],
    allowHeaders: [...new Set(["authorization", "content-type", ...read])],
    exposeHeaders: [
      ...new Set(
        routes.flatMap(({ answer: { headers = [], sometimes = [] } }) => [...headers, ...sometimes]),
      ),
    ],
  };
}
