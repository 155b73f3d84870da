// The HTTP API of the stack is the contract's routes, behind an authorizer.
import { describe, expect, it } from "vitest";
import { CLASS_NAMES, functionOfClass } from "../../../shared/contract/function-names.ts";
import { POOL_TRIGGERS } from "../../../shared/contract/identity.ts";
import { PAGE_ROUTES, PAGES_FUNCTION } from "../../../shared/contract/pages.ts";
import { API_THROTTLE, type Throttle } from "../../../shared/contract/route.ts";
import { classOf } from "../../../shared/contract/route-classes.ts";
import { ALL_ROUTES } from "../../../shared/contract/routes.ts";
import { UNKNOWN_ROUTE } from "../../../shared/contract/unknown-route.ts";
import { Facts, list, target } from "../../support/template.ts";

const facts = new Facts();
const routes = (of: Facts) => of.all("AWS::ApiGatewayV2::Route").map(([, properties]) => properties);
const keyOf = ({ method, path }: { method: string; path: string }) => `${method} ${path}`;

describe("routes", () => {
  it("are those of the contract, one for all other requests, and no others", () => {
    expect(
      routes(facts)
        .map((route) => route["RouteKey"])
        .sort(),
    ).toEqual([...ALL_ROUTES.map(([, route]) => keyOf(route)), ...PAGE_ROUTES.map(keyOf), "$default"].sort());
  });

  it.each([
    ...ALL_ROUTES.map(([, route]) => [keyOf(route), classOf(route)] as const),
    [UNKNOWN_ROUTE.routeKey, "public"] as const,
  ])("%s calls the function of its class, %s", (key, className) => {
    expect(functionCalledBy(key)).toBe(facts.function(functionOfClass(className)).id);
  });

  it.each(PAGE_ROUTES.map(keyOf))("%s calls the function of the pages", (key) => {
    expect(functionCalledBy(key)).toBe(facts.function(PAGES_FUNCTION).id);
  });

  function functionCalledBy(key: string): string {
    const [found] = routes(facts).filter(({ RouteKey }) => RouteKey === key);
    const joined = found?.["Target"] as { "Fn::Join": [string, unknown[]] } | undefined;
    const integration = facts.resources[target(joined?.["Fn::Join"][1][1])]?.Properties;
    expect(integration?.["PayloadFormatVersion"]).toBe("2.0");
    return target(integration?.["IntegrationUri"]);
  }

  it("of a class share one integration, and one permission that covers `$default` too; and so do pages", () => {
    expect(facts.all("AWS::ApiGatewayV2::Integration")).toHaveLength(CLASS_NAMES.length + 1);
    const [api] = facts.all("AWS::ApiGatewayV2::Api").map(([id]) => id);
    for (const name of [...CLASS_NAMES.map(functionOfClass), PAGES_FUNCTION]) {
      const { id } = facts.function(name);
      const permissions = facts
        .all("AWS::Lambda::Permission")
        .map(([, permission]) => permission)
        .filter(({ FunctionName }) => target(FunctionName) === id);
      expect(permissions).toEqual([
        expect.objectContaining({
          Principal: "apigateway.amazonaws.com",
          SourceArn: { "Fn::Join": ["", expect.arrayContaining([{ Ref: api }, "/*/*"])] },
        }),
      ]);
    }
  });

  it("need a token, except exactly the public ones", () => {
    const open = routes(facts).filter(({ AuthorizationType }) => AuthorizationType !== "JWT");
    const publicRoutes = ALL_ROUTES.filter(([, route]) => route.access === "public");
    expect(open.map((route) => route["RouteKey"]).sort()).toEqual(
      [...publicRoutes.map(([, route]) => keyOf(route)), ...PAGE_ROUTES.map(keyOf), "$default"].sort(),
    );
    const authorizers = facts.all("AWS::ApiGatewayV2::Authorizer").map(([id]) => id);
    const used = routes(facts).flatMap(({ AuthorizerId }) => (AuthorizerId ? [target(AuthorizerId)] : []));
    expect([...new Set(used)]).toEqual(authorizers);
  });

  it("accept the stack's own access tokens, and no ID tokens", () => {
    const client = facts.all("AWS::Cognito::UserPoolClient").map(([id]) => id);
    const { JwtConfiguration: jwt } = facts.only("AWS::ApiGatewayV2::Authorizer") as {
      JwtConfiguration: { Audience: unknown[]; Issuer: unknown };
    };
    expect(jwt.Audience.map(target).sort()).toEqual(client.sort());
    expect(JSON.stringify(jwt.Issuer)).toContain("https://cognito-idp.");
    for (const route of routes(facts).filter(({ AuthorizationType }) => AuthorizationType === "JWT")) {
      expect(route["AuthorizationScopes"]).toEqual(["aws.cognito.signin.user.admin", "runbooks/call"]);
    }
  });

  it("accept the tokens of the issuer that the deployment names, without a user pool", () => {
    const own = new Facts({ oidcIssuer: "https://id.example.com/", oidcAudience: "runbooks,tools" });
    expect(own.only("AWS::ApiGatewayV2::Authorizer")).toMatchObject({
      JwtConfiguration: { Issuer: "https://id.example.com/", Audience: ["runbooks", "tools"] },
    });
    expect(own.all("AWS::Cognito::UserPool")).toEqual([]);
  });
});

describe("the stage", () => {
  const stage = facts.only("AWS::ApiGatewayV2::Stage") as {
    DefaultRouteSettings: Record<string, unknown>;
    RouteSettings: Record<string, unknown>;
    AccessLogSettings: { DestinationArn: unknown; Format: string };
  };

  it("is throttled as the contract says, and each route without a token below that, separately", () => {
    const settings = ({ ratePerSecond, burst }: Throttle) => ({
      ThrottlingRateLimit: ratePerSecond,
      ThrottlingBurstLimit: burst,
      DetailedMetricsEnabled: false,
    });
    expect(stage.DefaultRouteSettings).toEqual(settings(API_THROTTLE));
    const own = ALL_ROUTES.flatMap(([, route]) =>
      route.throttle ? [[keyOf(route), settings(route.throttle)]] : [],
    );
    for (const page of PAGE_ROUTES) own.push([keyOf(page), settings(page.throttle)]);
    own.push(["$default", settings(UNKNOWN_ROUTE.throttle)]);
    expect(stage.RouteSettings).toEqual(Object.fromEntries(own));
    for (const [name, { access, throttle }] of [
      ...ALL_ROUTES,
      ...PAGE_ROUTES.map((page) => [keyOf(page), page] as const),
      [UNKNOWN_ROUTE.name, UNKNOWN_ROUTE] as const,
    ]) {
      if (access !== "public") continue;
      expect(throttle?.ratePerSecond, name).toBeLessThan(API_THROTTLE.ratePerSecond / 2);
      expect(throttle?.burst, name).toBeLessThan(API_THROTTLE.burst / 2);
    }
  });

  it("takes as many starts as the deployment says, and others all the same", () => {
    const { RouteSettings } = new Facts({ startsPerSecond: "20" }).only(
      "AWS::ApiGatewayV2::Stage",
    ) as typeof stage;
    const throttle = { ThrottlingRateLimit: 20, ThrottlingBurstLimit: 40 };
    const starts = Object.entries(RouteSettings).filter(([key]) => !(key in stage.RouteSettings));
    expect(Object.fromEntries(starts)).toEqual({
      "POST /runbooks/{runbookId}/executions": { ...throttle, DetailedMetricsEnabled: false },
      "POST /executions/{executionId}/rerun": { ...throttle, DetailedMetricsEnabled: false },
      // Each of its requests starts up to 100.
      "POST /executions/rerun": {
        ThrottlingRateLimit: 0.2,
        ThrottlingBurstLimit: 1,
        DetailedMetricsEnabled: false,
      },
      // Up to 50.
      "POST /automations/{automationId}/catch-up": {
        ThrottlingRateLimit: 0.4,
        ThrottlingBurstLimit: 1,
        DetailedMetricsEnabled: false,
      },
    });
  });

  it("is made after the routes that it has settings for", () => {
    const [resource] = Object.values(facts.resources).filter(
      ({ Type }) => Type === "AWS::ApiGatewayV2::Stage",
    );
    const routeIds = facts.all("AWS::ApiGatewayV2::Route").map(([id]) => id);
    expect(resource?.DependsOn).toEqual(expect.arrayContaining(routeIds));
  });

  it("writes access logs as JSON, without queries, headers or bodies", () => {
    const format = JSON.parse(stage.AccessLogSettings.Format) as Record<string, string>;
    expect(format).toMatchObject({
      ...{ requestId: "$context.requestId", status: "$context.status", route: "$context.routeKey" },
      ...{ caller: "$context.authorizer.claims.sub", sourceIp: "$context.identity.sourceIp" },
    });
    expect(stage.AccessLogSettings.Format).not.toMatch(/header|query|path|body/i);
    const logs = facts.resources[target(stage.AccessLogSettings.DestinationArn)];
    expect(logs?.Properties["RetentionInDays"]).toBe(90);
  });
});

describe("browsers of other origins", () => {
  it("get no CORS headers unless the deployment names them", () => {
    expect(facts.only("AWS::ApiGatewayV2::Api")).not.toHaveProperty("CorsConfiguration");
  });

  it("get CORS headers if they are named, with the headers that the routes read and answer", () => {
    const api = new Facts({ corsOrigins: "https://console.example.com" }).only("AWS::ApiGatewayV2::Api");
    const cors = api["CorsConfiguration"] as { AllowHeaders: string[] };
    const read = ALL_ROUTES.filter(([, { access }]) => access !== "public").flatMap(([, { headers }]) =>
      Object.keys(headers?.shape ?? {}),
    );
    expect(read).toEqual(expect.arrayContaining(["if-match", "idempotency-key"]));
    expect(new Set(cors.AllowHeaders)).toEqual(new Set(["authorization", "content-type", ...read]));
    expect(cors).toMatchObject({
      AllowOrigins: ["https://console.example.com"],
      ExposeHeaders: ["ETag", "Location", "Preference-Applied"],
    });
    expect(cors).not.toHaveProperty("AllowCredentials");
  });
});

describe("the user pool", () => {
  const pool = facts.only("AWS::Cognito::UserPool");

  it("lets nobody sign up, asks for strong passwords, and outlives the stack", () => {
    expect(pool).toMatchObject({
      AdminCreateUserConfig: { AllowAdminCreateUserOnly: true },
      Policies: { PasswordPolicy: { MinimumLength: 14, RequireSymbols: true, RequireNumbers: true } },
      DeletionProtection: "ACTIVE",
    });
    const resource = Object.values(facts.resources).find(({ Type }) => Type === "AWS::Cognito::UserPool");
    expect(resource?.DeletionPolicy).toBe("RetainExceptOnCreate");
  });

  it("has the groups of the platform's admins and auditors", () => {
    const groups = facts.all("AWS::Cognito::UserPoolGroup").map(([, { GroupName }]) => GroupName);
    expect(groups.sort()).toEqual(["platform-admin", "platform-auditor"]);
  });

  it("asks one function, which nobody else may call, for the name in each access token", () => {
    const { PreTokenGeneration: trigger } = POOL_TRIGGERS;
    const { id, properties } = facts.function(trigger.target);
    expect(pool).toMatchObject({ UserPoolTier: "ESSENTIALS" });
    expect(pool["LambdaConfig"]).toEqual({
      PreTokenGenerationConfig: {
        LambdaArn: { "Fn::GetAtt": [id, "Arn"] },
        LambdaVersion: trigger.eventVersion,
      },
    });
    expect(properties["Timeout"]).toBe(trigger.timeoutSeconds);
    const callers = facts
      .all("AWS::Lambda::Permission")
      .filter(([, { FunctionName }]) => target(FunctionName) === id);
    expect(callers).toEqual([
      [
        expect.any(String),
        expect.objectContaining({
          Principal: "cognito-idp.amazonaws.com",
          SourceArn: { "Fn::GetAtt": [facts.all("AWS::Cognito::UserPool")[0]?.[0], "Arn"] },
        }),
      ],
    ]);
    const asked = facts.grants(trigger.target).flatMap(({ Action }) => list(Action));
    expect(asked.filter((action) => !/^logs:/.test(action))).toEqual([]);
  });

  it("[G17] lets nobody choose the name that the token says", () => {
    const clients = facts.all("AWS::Cognito::UserPoolClient");
    expect(clients.map(([, { WriteAttributes }]) => WriteAttributes)).toEqual([["locale"], ["locale"]]);
  });

  it("that is another's has no function of ours", () => {
    const own = new Facts({ oidcIssuer: "https://id.example.com/", oidcAudience: "runbooks" });
    expect(own.functionNames()).not.toContain(POOL_TRIGGERS.PreTokenGeneration.target);
    expect(own.functionNames()).toHaveLength(facts.functionNames().length - 1);
  });
});
