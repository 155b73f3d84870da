// The API's door: each option of its address, kind and throttles alone, all of them together, and what contradicts itself.
import { App } from "aws-cdk-lib";
import { describe, expect, it } from "vitest";
import { readOptions } from "../../../infra/aws/options/options.ts";
import { CLASS_NAMES, functionOfClass } from "../../../shared/contract/function-names.ts";
import { PAGE_ROUTES } from "../../../shared/contract/pages.ts";
import { classOf } from "../../../shared/contract/route-classes.ts";
import { ALL_ROUTES } from "../../../shared/contract/routes.ts";
import { Facts, target } from "../../support/template.ts";

const arnOf = (service: string, what: string) => `arn:aws:${service}:eu-central-1:111122223333:${what}`;
const DOMAIN = {
  domainName: "runbooks.bank.example",
  certificateArn: arnOf("acm", "certificate/one"),
};
const ZONE = { hostedZoneId: "Z0123", hostedZoneName: "bank.example" };
const ONLY = { ...DOMAIN, disableDefaultAddress: "true" };
const TRUST = { ...ONLY, truststoreUri: "s3://bank-certificates/door/trust.pem" };
const WEB_ACL = { webAclArn: arnOf("wafv2", "regional/webacl/door/1") };
const REST = { apiKind: "rest", ...DOMAIN };
const PRIVATE = { apiKind: "private", vpcEndpointIds: "vpce-0a1b,vpce-0c2d", consoleSignIn: "false" };
const ISSUER = { oidcIssuer: "https://id.example.com/", oidcAudience: "runbooks,tools" };

const variablesOf = (facts: Facts, name: string) =>
  (facts.function(name).properties["Environment"] as { Variables: Record<string, unknown> }).Variables;
/** Text, with what CloudFormation fills in as its name. */
const textOf = (value: unknown): string => {
  const {
    "Fn::Join": joined,
    Ref,
    "Fn::GetAtt": attribute,
  } = Object(value) as {
    "Fn::Join"?: [string, unknown[]];
    Ref?: string;
    "Fn::GetAtt"?: string[];
  };
  if (joined) return joined[1].map(textOf).join(joined[0]);
  return Ref ? `<${Ref}>` : attribute ? `<${attribute.join(".")}>` : String(value);
};
const outputOf = (facts: Facts, name: string) => textOf(Object(facts.outputs[name])["Value"]);
const callbacksOf = (facts: Facts) =>
  facts
    .all("AWS::Cognito::UserPoolClient")
    .flatMap(([, { CallbackURLs = [] }]) => (CallbackURLs as unknown[]).map(textOf));

describe("a domain", () => {
  const facts = new Facts(DOMAIN);

  it("has the certificate, takes no TLS before 1.2, and leads to the stage", () => {
    expect(facts.only("AWS::ApiGatewayV2::DomainName")).toMatchObject({
      DomainName: DOMAIN.domainName,
      DomainNameConfigurations: [
        { CertificateArn: DOMAIN.certificateArn, EndpointType: "REGIONAL", SecurityPolicy: "TLS_1_2" },
      ],
    });
    const [api] = facts.all("AWS::ApiGatewayV2::Api").map(([id]) => id);
    const mapping = facts.only("AWS::ApiGatewayV2::ApiMapping");
    expect([target(mapping["ApiId"]), textOf(mapping["Stage"])]).toEqual([api, "$default"]);
    const [stage = ""] = facts.all("AWS::ApiGatewayV2::Stage").map(([id]) => id);
    const [id = ""] = facts.all("AWS::ApiGatewayV2::ApiMapping").map(([found]) => found);
    expect(facts.resources[id]?.DependsOn).toContain(stage);
    expect(facts.all("AWS::Route53::RecordSet")).toEqual([]);
  });

  it("is what receivers, people and the sign-in are told, beside the default address", () => {
    expect(variablesOf(facts, "api-read")["PUBLIC_API_URL"]).toBe("https://runbooks.bank.example");
    expect(outputOf(facts, "ApiUrl")).toBe("https://runbooks.bank.example/");
    expect(outputOf(facts, "ConsoleUrl")).toBe("https://runbooks.bank.example/console");
    expect(callbacksOf(facts)).toEqual(
      expect.arrayContaining([
        "https://runbooks.bank.example/console/signed-in",
        expect.stringMatching(/ApiEndpoint>\/console\/signed-in$/),
      ]),
    );
  });

  it("gives way to an address that the deployment names, such as that of CloudFront before it", () => {
    const before = new Facts({ ...DOMAIN, publicApiUrl: "https://front.bank.example" });
    expect(variablesOf(before, "api-read")["PUBLIC_API_URL"]).toBe("https://front.bank.example");
    expect(outputOf(before, "ApiUrl")).toBe("https://runbooks.bank.example/");
    expect(outputOf(before, "ConsoleUrl")).toBe("https://front.bank.example/console");
  });

  it("gets its record in the zone that the deployment names", () => {
    expect(new Facts({ ...DOMAIN, ...ZONE }).only("AWS::Route53::RecordSet")).toMatchObject({
      Name: "runbooks.bank.example.",
      Type: "A",
      HostedZoneId: "Z0123",
    });
  });

  it("is the only address, if the default one is switched off", () => {
    const alone = new Facts(ONLY);
    expect(alone.only("AWS::ApiGatewayV2::Api")).toMatchObject({ DisableExecuteApiEndpoint: true });
    expect(callbacksOf(alone).filter((url) => !url.startsWith("https://runbooks.bank.example/"))).toEqual([]);
    expect(new Facts().only("AWS::ApiGatewayV2::Api")).toMatchObject({ DisableExecuteApiEndpoint: false });
  });

  it("asks clients for a certificate of the truststore", () => {
    const trusting = new Facts({
      ...TRUST,
      truststoreVersion: "v1",
      ownershipCertificateArn: arnOf("acm", "certificate/two"),
    });
    expect(trusting.only("AWS::ApiGatewayV2::DomainName")).toMatchObject({
      MutualTlsAuthentication: { TruststoreUri: TRUST.truststoreUri, TruststoreVersion: "v1" },
      DomainNameConfigurations: [{ OwnershipVerificationCertificateArn: arnOf("acm", "certificate/two") }],
    });
  });
});

describe("throttles", () => {
  it("are those of the deployment where it names any: of the API, and of each route", () => {
    const given = {
      apiThrottle: "50/60",
      routeThrottles: "POST /runbooks=5/10,GET /health=0.5/1,$default=1/1",
    };
    const limits = (ThrottlingRateLimit: number, ThrottlingBurstLimit: number) =>
      expect.objectContaining({ ThrottlingRateLimit, ThrottlingBurstLimit });
    expect(new Facts(given).only("AWS::ApiGatewayV2::Stage")).toMatchObject({
      DefaultRouteSettings: limits(50, 60),
      RouteSettings: {
        "POST /runbooks": limits(5, 10),
        "GET /health": limits(0.5, 1),
        $default: limits(1, 1),
        "GET /openapi.json": limits(5, 10),
      },
    });
    const ofRest = { ...given, routeThrottles: "POST /runbooks=5/10,GET /health=0.5/1" };
    const { MethodSettings } = new Facts({ ...REST, ...ofRest }).only("AWS::ApiGateway::Stage");
    expect(MethodSettings).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ HttpMethod: "*", ResourcePath: "/*", ThrottlingRateLimit: 50 }),
        expect.objectContaining({ HttpMethod: "POST", ResourcePath: "/~1runbooks", ThrottlingRateLimit: 5 }),
        expect.objectContaining({ HttpMethod: "GET", ResourcePath: "/~1health", ThrottlingBurstLimit: 1 }),
      ]),
    );
  });
});

type Operation = {
  security?: Record<string, string[]>[];
  parameters?: { name: string }[];
  "x-amazon-apigateway-integration": { type: string; uri?: unknown };
};
type Body = {
  paths: Record<string, Record<string, Operation>>;
  components: { securitySchemes: Record<string, Record<string, unknown>> };
  "x-amazon-apigateway-gateway-responses": Record<
    string,
    {
      statusCode: string;
      responseParameters: Record<string, string>;
      responseTemplates: Record<string, string>;
    }
  >;
  "x-amazon-apigateway-binary-media-types": string[];
};
const bodyOf = (facts: Facts) => facts.only("AWS::ApiGateway::RestApi")["Body"] as Body;

describe("a REST API", () => {
  const facts = new Facts(REST);
  const body = bodyOf(facts);
  const operations = Object.entries(body.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(
      ([method, operation]) => [`${method.toUpperCase()} ${path}`, operation] as const,
    ),
  );

  it("has the routes of the contract and the pages, and no others", () => {
    const routes = [...ALL_ROUTES.map(([, route]) => route), ...PAGE_ROUTES];
    expect(operations.map(([key]) => key).sort()).toEqual(
      routes.map(({ method, path }) => `${method} ${path}`).sort(),
    );
    expect(facts.all("AWS::ApiGatewayV2::Api")).toEqual([]);
    expect(body["x-amazon-apigateway-binary-media-types"]).toEqual(["*/*"]);
  });

  it.each(ALL_ROUTES)(
    "%s calls the function of its class, with a token unless it is public",
    (_name, route) => {
      const operation = body.paths[route.path]?.[route.method.toLowerCase()];
      const { type, uri } = operation?.["x-amazon-apigateway-integration"] ?? {};
      if ("always" in route.answer) expect(type).toBe("mock");
      else expect(textOf(uri)).toContain(`:function:runbooks-${functionOfClass(classOf(route))}/invocations`);
      const scopes = [{ callers: ["aws.cognito.signin.user.admin", "runbooks/call"] }];
      expect(operation?.security).toEqual(route.access === "public" ? undefined : scopes);
      const names = [...route.path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
      expect(operation?.parameters?.map(({ name }) => name) ?? []).toEqual(names);
    },
  );

  it("answers the health check without a function", () => {
    const mocks = operations.filter(
      ([, operation]) => operation["x-amazon-apigateway-integration"].type === "mock",
    );
    expect(mocks.map(([key]) => key)).toEqual(["GET /health"]);
    expect(mocks[0]?.[1]["x-amazon-apigateway-integration"]).toMatchObject({
      contentHandling: "CONVERT_TO_TEXT",
      responses: {
        default: { statusCode: "200", responseTemplates: { "application/json": '{"status":"ok"}' } },
      },
    });
  });

  it("calls functions that are there, and may call them", () => {
    const called = new Set(
      operations.flatMap(
        ([
          ,
          {
            "x-amazon-apigateway-integration": { uri },
          },
        ]) => (uri ? [textOf(uri)] : []),
      ),
    );
    const names = [...called].map((uri) => /:function:runbooks-([\w-]+)\//.exec(uri)?.[1] ?? "");
    expect(names.sort()).toEqual([...CLASS_NAMES.map(functionOfClass), "serve-console"].sort());
    const [api] = facts.all("AWS::ApiGateway::RestApi").map(([id]) => id);
    for (const name of names) {
      const permissions = facts
        .all("AWS::Lambda::Permission")
        .filter(([, { FunctionName }]) => target(FunctionName) === facts.function(name).id)
        .map(([, { SourceArn }]) => textOf(SourceArn));
      expect(permissions).toEqual([expect.stringMatching(new RegExp(`<${api}>/\\*/\\*$`))]);
    }
  });

  it("verifies tokens of the stack's own pool by itself", () => {
    const { callers } = body.components.securitySchemes;
    expect(callers).toMatchObject({ in: "header", "x-amazon-apigateway-authtype": "cognito_user_pools" });
    const [pool] = facts.all("AWS::Cognito::UserPool").map(([id]) => id);
    expect(JSON.stringify(callers)).toContain(`"Ref":"${pool}"`);
    expect(facts.functionNames()).not.toContain("authorize-call");
  });

  it("has a function that verifies the tokens of any other issuer, by the rules of the deployment", () => {
    const other = new Facts({ ...REST, ...ISSUER });
    const { callers } = bodyOf(other).components.securitySchemes;
    expect(callers).toMatchObject({
      "x-amazon-apigateway-authtype": "custom",
      "x-amazon-apigateway-authorizer": { type: "token", authorizerResultTtlInSeconds: 300 },
    });
    expect(JSON.parse(String(variablesOf(other, "authorize-call")["TOKEN_RULES"]))).toEqual({
      issuer: "https://id.example.com/",
      audience: ["runbooks", "tools"],
      scopes: [],
    });
    const { id } = other.function("authorize-call");
    const permissions = other
      .all("AWS::Lambda::Permission")
      .filter(([, p]) => target(p["FunctionName"]) === id);
    expect(permissions.map(([, p]) => textOf(p["SourceArn"]))).toEqual([
      expect.stringMatching(/\/authorizers\/\*$/),
    ]);
  });

  it("answers in the format of problems what it refuses itself", () => {
    const responses = Object.entries(body["x-amazon-apigateway-gateway-responses"]);
    expect(responses.map(([name]) => name)).toEqual(
      expect.arrayContaining(["DEFAULT_4XX", "DEFAULT_5XX", "THROTTLED"]),
    );
    for (const [name, { statusCode, responseParameters, responseTemplates }] of responses) {
      const problem = JSON.parse(responseTemplates["application/json"] ?? "") as Record<string, unknown>;
      expect(problem, name).toMatchObject({
        type: `urn:runbooks:problem:${problem["code"]}`,
        status: Number(statusCode),
        requestId: "$context.requestId",
      });
      expect(responseParameters["gatewayresponse.header.content-type"]).toBe("'application/problem+json'");
    }
    const statusOf = Object.fromEntries(responses.map(([name, { statusCode }]) => [name, statusCode]));
    expect(statusOf).toMatchObject({
      UNAUTHORIZED: "401",
      MISSING_AUTHENTICATION_TOKEN: "404",
      THROTTLED: "429",
    });
  });

  it("logs each request without its data, and its own errors for 90 days", () => {
    const stage = facts.only("AWS::ApiGateway::Stage") as {
      AccessLogSetting: { Format: string };
      MethodSettings: Record<string, unknown>[];
    };
    expect(stage.AccessLogSetting.Format).not.toMatch(/header|query|body|\.path/i);
    for (const settings of stage.MethodSettings)
      expect(settings).toMatchObject({ LoggingLevel: "ERROR", DataTraceEnabled: false });
    const groups = facts.all("AWS::Logs::LogGroup").map(([, group]) => group);
    const own = groups.filter(({ LogGroupName }) =>
      textOf(LogGroupName).startsWith("API-Gateway-Execution-Logs_"),
    );
    expect(own).toMatchObject([{ RetentionInDays: 90 }]);
  });

  it("sets the account's role for logs, unless the account has one", () => {
    expect(facts.all("AWS::ApiGateway::Account")).toHaveLength(1);
    expect(new Facts({ ...REST, gatewayLogRole: "false" }).all("AWS::ApiGateway::Account")).toEqual([]);
  });

  it("takes a web ACL", () => {
    const { ResourceArn, WebACLArn } = new Facts({ ...REST, ...WEB_ACL }).only(
      "AWS::WAFv2::WebACLAssociation",
    );
    expect([textOf(ResourceArn), WebACLArn]).toEqual([
      expect.stringMatching(/\/restapis\/.*\/stages\//),
      WEB_ACL.webAclArn,
    ]);
  });

  it("is deployed anew when a route changes", () => {
    const [usual, other] = [facts, new Facts({ ...REST, ...ISSUER })].map((of) =>
      of.all("AWS::ApiGateway::Deployment").map(([id]) => id),
    );
    expect(usual).not.toEqual(other);
  });

  it("stays within what API Gateway and CloudFormation allow", () => {
    const parts = Object.keys(body.paths).flatMap((path) => {
      const segments = path.split("/").slice(1);
      return segments.map((_, index) => segments.slice(0, index + 1).join("/"));
    });
    expect(new Set(parts).size).toBeLessThan(300);
    expect(Object.keys(facts.resources).length).toBeLessThanOrEqual(300);
  });

  it("has one name for the parameter at each place, as API Gateway wants it", () => {
    const names = new Map<string, Set<string>>();
    for (const path of Object.keys(body.paths)) {
      for (const [place, , name = ""] of path.matchAll(/(.*?)\{(\w+)\+?\}/g)) {
        const before = path.slice(0, path.indexOf(place) + place.length).replace(/\{\w+\+?\}$/, "");
        names.set(before, (names.get(before) ?? new Set()).add(name));
      }
    }
    expect([...names].filter(([, found]) => found.size > 1)).toEqual([]);
  });
});

describe("a private API", () => {
  const facts = new Facts(PRIVATE);
  const api = facts.only("AWS::ApiGateway::RestApi");

  it("is reached through the endpoints of the deployment, and from nowhere else", () => {
    expect(api).toMatchObject({
      EndpointConfiguration: { Types: ["PRIVATE"], VpcEndpointIds: ["vpce-0a1b", "vpce-0c2d"] },
      Policy: {
        Statement: [
          { Effect: "Allow", Action: "execute-api:Invoke" },
          {
            Effect: "Deny",
            Action: "execute-api:Invoke",
            Condition: { StringNotEquals: { "aws:SourceVpce": ["vpce-0a1b", "vpce-0c2d"] } },
          },
        ],
      },
    });
    expect(Object.keys(bodyOf(facts).paths)).toEqual(Object.keys(bodyOf(new Facts(REST)).paths));
  });

  it("tells receivers the address that works without the endpoint's private DNS, and shows no console there", () => {
    const url = /^https:\/\/<Api\w+>-vpce-0a1b\.execute-api\.<AWS::Region>\.<AWS::URLSuffix>\/live$/;
    expect(textOf(variablesOf(facts, "api-read")["PUBLIC_API_URL"])).toMatch(url);
    expect(facts.outputs).not.toHaveProperty("ConsoleUrl");
    expect(Object.keys(facts.outputs).filter((name) => name.includes("Endpoint"))).toEqual([]);
  });

  it("has a domain of its own kind, for the same endpoints", () => {
    const named = new Facts({ ...PRIVATE, ...DOMAIN });
    const [domain] = named.all("AWS::ApiGateway::DomainNameV2");
    expect(domain?.[1]).toMatchObject({
      DomainName: DOMAIN.domainName,
      EndpointConfiguration: { Types: ["PRIVATE"] },
      Policy: { Statement: [{ Effect: "Allow" }, { Effect: "Deny" }] },
    });
    const accesses = named.all("AWS::ApiGateway::DomainNameAccessAssociation").map(([, access]) => access);
    expect(accesses.map(({ AccessAssociationSource: from }) => from)).toEqual(["vpce-0a1b", "vpce-0c2d"]);
    expect(named.only("AWS::ApiGateway::BasePathMappingV2")).toMatchObject({ RestApiId: expect.anything() });
    expect(outputOf(named, "ConsoleUrl")).toBe("https://runbooks.bank.example/console");
  });
});

describe("options that contradict each other, or would fail at AWS,", () => {
  it.each<[what: string, options: Record<string, unknown>, message: RegExp]>([
    [
      "a domain without a certificate",
      { domainName: "a.example" },
      /certificateArn is needed with domainName/,
    ],
    [
      "a certificate without a domain",
      { certificateArn: DOMAIN.certificateArn },
      /certificateArn is for a domain/,
    ],
    [
      "a certificate that is none",
      { ...DOMAIN, certificateArn: "arn:aws:iam::1:x" },
      /certificateArn must be the ARN/,
    ],
    [
      "a domain that is none",
      { ...DOMAIN, domainName: "https://a.example" },
      /domainName must be a name like/,
    ],
    [
      "a zone without its name",
      { ...DOMAIN, hostedZoneId: "Z1" },
      /hostedZoneId and hostedZoneName are given together/,
    ],
    ["a zone without a domain", ZONE, /hostedZoneId is for a domain/],
    [
      "a zone of another domain",
      { ...DOMAIN, ...ZONE, hostedZoneName: "ank.example" },
      /hostedZoneName is not the zone/,
    ],
    [
      "a zone of a private API",
      { ...PRIVATE, ...DOMAIN, ...ZONE },
      /hostedZoneId is for an API that is reached from anywhere/,
    ],
    ["no address at all", { disableDefaultAddress: true }, /disableDefaultAddress leaves no address/],
    ["no default address of a private API", { ...PRIVATE, ...ONLY }, /disableDefaultAddress is for an API/],
    ["a truststore without a domain", { truststoreUri: TRUST.truststoreUri }, /truststoreUri needs a domain/],
    [
      "a truststore beside an open address",
      { ...TRUST, disableDefaultAddress: false },
      /truststoreUri is passed by/,
    ],
    [
      "a truststore of a private API",
      { ...PRIVATE, ...DOMAIN, truststoreUri: TRUST.truststoreUri },
      /truststoreUri is not for a private/,
    ],
    [
      "a truststore outside of S3",
      { ...TRUST, truststoreUri: "https://a.example/b" },
      /truststoreUri must be like s3/,
    ],
    [
      "a version of no truststore",
      { ...DOMAIN, truststoreVersion: "1" },
      /truststoreVersion is of a truststore/,
    ],
    [
      "proof of ownership for nothing",
      { ...DOMAIN, ownershipCertificateArn: arnOf("acm", "certificate/two") },
      /ownershipCertificateArn is needed only/,
    ],
    [
      "a private API without endpoints",
      { ...PRIVATE, vpcEndpointIds: "" },
      /vpcEndpointIds is needed with apiKind=private/,
    ],
    ["endpoints of an open API", { vpcEndpointIds: "vpce-0a" }, /vpcEndpointIds is for a private API/],
    ["an endpoint that is none", { ...PRIVATE, vpcEndpointIds: "vpc-1" }, /vpcEndpointIds.* must be ids/],
    ["a web ACL of an HTTP API", WEB_ACL, /webAclArn cannot be attached to an HTTP API.*CloudFront/],
    [
      "a web ACL of CloudFront",
      { ...REST, webAclArn: arnOf("wafv2", "global/webacl/a/1") },
      /webAclArn must be .*REGIONAL/,
    ],
    ["a role for logs of an HTTP API", { gatewayLogRole: false }, /gatewayLogRole is for a REST API/],
    [
      "other origins of a REST API",
      { ...REST, corsOrigins: "https://a.example" },
      /corsOrigins is for an HTTP API/,
    ],
    ["a console below a path", { apiKind: "rest" }, /consoleSignIn needs an address without a path/],
    ["a kind that is none", { apiKind: "graphql" }, /apiKind/],
    ["a throttle that is none", { apiThrottle: "many" }, /apiThrottle must be requests a second and at once/],
    ["a throttle of nothing", { apiThrottle: "0/10" }, /apiThrottle must be/],
    ["a throttle beyond the account's", { apiThrottle: "10001/10" }, /apiThrottle must be/],
    [
      "a throttle of no route",
      { routeThrottles: "POST /runbook=1/1" },
      /routeThrottles names POST \/runbook, which is no route/,
    ],
    [
      "a throttle of a route without numbers",
      { routeThrottles: "POST /runbooks" },
      /routeThrottles names?|POST \/runbooks must be/,
    ],
    [
      "more starts than requests",
      { apiThrottle: "10/10", startsPerSecond: 20 },
      /startsPerSecond is more than apiThrottle/,
    ],
    [
      "two throttles of one route",
      { startsPerSecond: 5, routeThrottles: "POST /executions/rerun=1/1" },
      /routeThrottles names a route that starts executions/,
    ],
  ])("stop the synthesis with one line: %s", (_what, options, message) => {
    const build = () => readOptions(new App({ context: options }).node);
    expect(build).toThrow(message);
    expect(build).toThrow(/^[^\n]*$/);
  });

  it("are not those of a whole door: a private one, and one that banks open", () => {
    const open = {
      ...TRUST,
      ...ZONE,
      apiKind: "rest",
      ...WEB_ACL,
      apiThrottle: "200/400",
      routeThrottles: "POST /runbooks=1/2",
    };
    for (const options of [
      open,
      { ...PRIVATE, ...DOMAIN, ...WEB_ACL, consoleSignIn: "true" },
      { ...PRIVATE, ...ISSUER },
    ])
      expect(new Facts(options).outputs).toHaveProperty("ApiUrl");
  });
});
