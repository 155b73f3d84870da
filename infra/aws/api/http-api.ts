// The HTTP API, built from the contract's routes: a JWT authorizer on every non-public route, throttling and access logs.
import { Validations } from "aws-cdk-lib";
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
import type { IFunction } from "aws-cdk-lib/aws-lambda";
import type { LogGroup } from "aws-cdk-lib/aws-logs";
import type { Construct } from "constructs";
import { PAGE_ROUTES, PAGES_FUNCTION } from "../../../shared/contract/pages.ts";
import type { Throttle } from "../../../shared/contract/route.ts";
import { ALL_ROUTES } from "../../../shared/contract/routes.ts";
import { UNKNOWN_ROUTE } from "../../../shared/contract/unknown-route.ts";
import type { Options } from "../options/options.ts";
import type { Identity } from "../people/identity.ts";
import { buildAccessLog, HTTP_LOG } from "./access-log.ts";
import type { Api, FunctionOf } from "./api.ts";
import { buildIntegration, buildIntegrations } from "./integrations.ts";
import { listThrottles } from "./throttles.ts";

export function buildHttpApi(scope: Construct, options: Options): Api {
  const { stackName: apiName, corsOrigins } = options;
  const api = new HttpApi(scope, "Api", {
    apiName,
    createDefaultStage: false,
    disableExecuteApiEndpoint: options.disableDefaultAddress,
    ...(corsOrigins.length > 0 && { corsPreflight: cors(corsOrigins) }),
  });
  const accessLog = buildAccessLog(scope, options);
  return {
    apiId: api.apiId,
    address: options.disableDefaultAddress ? "" : api.apiEndpoint,
    pagesAtAddress: true,
    watched: {
      metrics: api,
      routeSearch: `{AWS/ApiGateway,ApiId,Method,Resource,Stage} ApiId="${api.apiId}"`,
      serverErrors: "5xx",
    },
    accessLog,
    addRoutes: (identity, functionOf) => {
      const routes = addRoutes(api, identity, functionOf);
      const stage = buildStage(scope, { api, accessLog }, routes, options);
      return { stage, stageName: stage.stageName };
    },
  };
}

/** Adds every route with the integration of its class. Returns the routes. */
function addRoutes(api: HttpApi, identity: Identity, functionOf: FunctionOf): HttpRoute[] {
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
function addPages(api: HttpApi, called: IFunction): HttpRoute[] {
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
function buildStage(
  scope: Construct,
  { api: httpApi, accessLog }: { api: HttpApi; accessLog: LogGroup },
  routes: readonly HttpRoute[],
  options: Options,
): HttpStage {
  const { apiThrottle, routeMetrics } = options;
  const stage = new HttpStage(scope, "ApiStage", {
    httpApi,
    stageName: "$default",
    autoDeploy: true,
    throttle: { rateLimit: apiThrottle.ratePerSecond, burstLimit: apiThrottle.burst },
    detailedMetricsEnabled: routeMetrics,
    accessLogSettings: {
      destination: new LogGroupLogDestination(accessLog),
      format: HTTP_LOG,
    },
  });
  stage.node.addDependency(...routes);
  const { defaultChild } = stage.node;
  if (!(defaultChild instanceof CfnStage)) throw new Error("An HttpStage is made of a CfnStage");
  // Settings of a route replace all of the stage's settings for it, including metrics.
  const settings = [...listThrottles(options)].map(([key, throttle]) => [
    key,
    settingsOf(throttle, routeMetrics),
  ]);
  defaultChild.routeSettings = Object.fromEntries(settings);
  return stage;
}

/** CloudFormation's spelling: CfnStage does not translate names inside `routeSettings`. */
const settingsOf = ({ ratePerSecond, burst }: Throttle, routeMetrics: boolean) => ({
  ThrottlingRateLimit: ratePerSecond,
  ThrottlingBurstLimit: burst,
  DetailedMetricsEnabled: routeMetrics,
});

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
