// The console's sign-in: a public client with code and PKCE at the stack's own pool, or one of the deployment's own.
import { describe, expect, it } from "vitest";
import { PAGES_FUNCTION } from "../../../shared/contract/pages.ts";
import { SignInText } from "../../../shared/contract/sign-in.ts";
import { WIDGET_NAMES, WIDGETS, WIDGETS_FUNCTION } from "../../../shared/contract/widgets.ts";
import { Facts, list, target } from "../../support/template.ts";

const facts = new Facts();
const api = facts.all("AWS::ApiGatewayV2::Api").map(([id]) => id)[0];
const clientOf = (of: Facts) =>
  of.all("AWS::Cognito::UserPoolClient").find(([, { CallbackURLs }]) => CallbackURLs !== undefined);
const toldOf = (of: Facts) => {
  const { Environment } = of.function(PAGES_FUNCTION).properties as {
    Environment: { Variables: Record<string, unknown> };
  };
  return Environment.Variables["CONSOLE_SIGN_IN"];
};
/** The text that CloudFormation will join, its own parts in braces. */
const joined = (value: unknown): string => {
  const parts = (value as { "Fn::Join"?: [string, unknown[]] })["Fn::Join"]?.[1] ?? [value];
  return parts.map((part) => (typeof part === "string" ? part : `{${JSON.stringify(part)}}`)).join("");
};

describe("the function of the pages", () => {
  it("asks nothing of AWS but its log and its traces", () => {
    const asked = facts.grants(PAGES_FUNCTION).flatMap(({ Action }) => list(Action));
    expect(asked.filter((action) => !/^logs:/.test(action))).toEqual([]);
  });
});

describe("the stack's own pool", () => {
  it("has a sign-in page, under a name that no other account has", () => {
    const domain = facts.only("AWS::Cognito::UserPoolDomain");
    expect(joined(domain["Domain"])).toBe('runbooks-{{"Ref":"AWS::AccountId"}}');
    expect(domain["ManagedLoginVersion"]).toBe(2);
    expect(facts.only("AWS::Cognito::ManagedLoginBranding")).toMatchObject({
      ClientId: { Ref: clientOf(facts)?.[0] },
      UseCognitoProvidedValues: true,
    });
    const named = new Facts({ consoleDomainPrefix: "acme-runbooks" });
    expect(named.only("AWS::Cognito::UserPoolDomain")["Domain"]).toBe("acme-runbooks");
  });

  it("has a client for the console: code alone, no secret, no password, back to the API's own address", () => {
    const [, client = {}] = clientOf(facts) ?? [];
    expect(client).toMatchObject({
      AllowedOAuthFlows: ["code"],
      AllowedOAuthFlowsUserPoolClient: true,
      GenerateSecret: false,
      EnableTokenRevocation: true,
      PreventUserExistenceErrors: "ENABLED",
      RefreshTokenRotation: { Feature: "ENABLED" },
    });
    // To name none would mean Cognito's default, which takes passwords. The pool has no trigger for custom ones.
    expect(client["ExplicitAuthFlows"]).toEqual(["ALLOW_CUSTOM_AUTH"]);
    const { LambdaConfig } = facts.only("AWS::Cognito::UserPool");
    expect(Object.keys(LambdaConfig as object)).toEqual(["PreTokenGenerationConfig"]);
    const urls = (key: string) => (client[key] as unknown[]).map(joined);
    const endpoint = `{${JSON.stringify({ "Fn::GetAtt": [api, "ApiEndpoint"] })}}`;
    expect(urls("CallbackURLs")).toEqual([`${endpoint}/console/signed-in`, `${endpoint}/docs`]);
    expect(urls("LogoutURLs")).toEqual([`${endpoint}/console/signed-out`]);
  });

  it("gives the console tokens that call the API, and cannot change who somebody is", () => {
    const [, client = {}] = clientOf(facts) ?? [];
    const scopes = (client["AllowedOAuthScopes"] as unknown[]).map(joined);
    expect(scopes.slice(0, 3)).toEqual(["openid", "email", "profile"]);
    expect(scopes[3]).toMatch(/\/call$/);
    expect(scopes).toHaveLength(4);
    expect(facts.only("AWS::Cognito::UserPoolResourceServer")).toMatchObject({
      Identifier: "runbooks",
      Scopes: [{ ScopeName: "call" }],
    });
  });

  it("is what the page is told of, with all that it may call", () => {
    const told = joined(toldOf(facts)).replaceAll(/\{\{[^{}]*(\{[^{}]*\})?[^{}]*\}\}/g, "X");
    const signIn = SignInText.parse(told);
    expect(signIn).toMatchObject({
      scope: "openid email profile runbooks/call",
      token: "access",
      issuer: expect.stringMatching(/^https:\/\/cognito-idp\./),
      signOutUrl: expect.stringMatching(/\.amazoncognito\.com\/logout$/),
    });
    expect(signIn?.origins).toHaveLength(2);
    expect(signIn?.issuer.startsWith(signIn.origins[0] ?? "-")).toBe(true);
    expect(signIn?.signOutUrl?.startsWith(signIn.origins[1] ?? "-")).toBe(true);
  });

  it("has neither, if the deployment wants no sign-in page", () => {
    const off = new Facts({ consoleSignIn: "false" });
    expect(off.all("AWS::Cognito::UserPoolDomain")).toEqual([]);
    expect(off.all("AWS::Cognito::UserPoolClient")).toHaveLength(1);
    expect(toldOf(off)).toBe("");
    const jwt = off.all("AWS::ApiGatewayV2::Route").filter(([, { AuthorizerId }]) => AuthorizerId);
    for (const [, { AuthorizationScopes }] of jwt)
      expect(AuthorizationScopes).toEqual(["aws.cognito.signin.user.admin"]);
  });
});

describe("a domain of the deployment's own", () => {
  const callbacks = (publicApiUrl: string) => {
    const [, client = {}] = clientOf(new Facts({ publicApiUrl })) ?? [];
    return (client["CallbackURLs"] as unknown[]).map(joined).map((url) => url.replace(/^\{.*\}/, "API"));
  };

  it("is where people come back to, beside the API's own address", () => {
    const own = "https://runbooks.example.com";
    expect(callbacks(own)).toEqual(
      [own, "API"].flatMap((origin) => [`${origin}/console/signed-in`, `${origin}/docs`]),
    );
    expect(joined((new Facts({ publicApiUrl: own }).outputs["ConsoleUrl"] as { Value: unknown }).Value)).toBe(
      `${own}/console`,
    );
  });

  it("does not show the console, if the API is below a path of it", () => {
    expect(callbacks("https://example.com/runbooks")).toEqual(["API/console/signed-in", "API/docs"]);
  });
});

describe("an issuer of the deployment's own", () => {
  const oidc = { oidcIssuer: "https://id.example.com/tenant/", oidcAudience: "runbooks" };

  it("signs people in with the client that the deployment names", () => {
    const own = new Facts({
      ...oidc,
      consoleClientId: "abc",
      consoleScope: "openid offline_access",
      consoleAudience: "runbooks",
      consoleOrigins: "https://tokens.example.com",
    });
    expect(SignInText.parse(toldOf(own))).toEqual({
      issuer: oidc.oidcIssuer,
      clientId: "abc",
      scope: "openid offline_access",
      token: "access",
      audience: "runbooks",
      origins: ["https://id.example.com", "https://tokens.example.com"],
    });
    expect(own.all("AWS::Cognito::UserPoolDomain")).toEqual([]);
  });

  it("without such a client signs nobody in", () => {
    expect(toldOf(new Facts(oidc))).toBe("");
  });
});

it("the pages have no integration with a URL of their own", () => {
  const permissions = facts
    .all("AWS::Lambda::Permission")
    .filter(([, { FunctionName }]) => target(FunctionName) === facts.function(PAGES_FUNCTION).id);
  expect(permissions.map(([, { Principal }]) => Principal)).toEqual(["apigateway.amazonaws.com"]);
});

describe("the dashboard", () => {
  it("has each widget, drawn by one function that only reads", () => {
    const body = joined(facts.only("AWS::CloudWatch::Dashboard")["DashboardBody"]);
    for (const name of WIDGET_NAMES) {
      expect(body).toContain(`"params":{"widget":"${name}"}`);
      expect(body).toContain(`"title":"${WIDGETS[name].title}"`);
    }
    const { id } = facts.function(WIDGETS_FUNCTION);
    expect(body.split(`"Fn::GetAtt":["${id}","Arn"]`)).toHaveLength(WIDGET_NAMES.length + 1);
    const asked = facts.grants(WIDGETS_FUNCTION).flatMap(({ Action }) => list(Action));
    const own = asked.filter((action) => !/^logs:/.test(action));
    expect([...new Set(own)].sort()).toEqual(["dynamodb:BatchGetItem", "dynamodb:Query"]);
  });

  it("calls it as whoever looks: nobody else has a permission for it", () => {
    const { id } = facts.function(WIDGETS_FUNCTION);
    const permissions = facts.all("AWS::Lambda::Permission").map(([, p]) => target(p["FunctionName"]));
    expect(permissions).not.toContain(id);
  });
});
