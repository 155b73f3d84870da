// Who signs in and who calls: providers, passwords and machines, as the template has them, alone and together.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { PEOPLE_VARIABLES } from "../../../shared/contract/people-variables.ts";
import { Facts, target } from "../../support/template.ts";

const SAML = { ssoSamlMetadata: "https://idp.example.com/metadata" };
const SECRET = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:sso-AbCdEf";
const OIDC = {
  ssoOidcIssuer: "https://id.example.com",
  ssoOidcClientId: "runbooks",
  ssoOidcSecretArn: SECRET,
};
const MACHINES = {
  machineClients: "ci=team:payments:responder,ci=platform-auditor,deploy=team:search:admin",
};

const clientsOf = (facts: Facts) => new Map(facts.all("AWS::Cognito::UserPoolClient"));
const clientOf = (facts: Facts, part: string) =>
  [...clientsOf(facts)].find(([id]) => id.includes(part))?.[1] ?? {};
const joined = (value: unknown): string =>
  ((value as { "Fn::Join"?: [string, unknown[]] })["Fn::Join"]?.[1] ?? [value])
    .map((part) => (typeof part === "string" ? part : `{${target(part)}}`))
    .join("");
const variablesOf = (facts: Facts, name: string) =>
  (facts.function(name).properties as { Environment: { Variables: Record<string, unknown> } }).Environment
    .Variables;
const scopesOf = (facts: Facts) =>
  new Set(
    facts
      .all("AWS::ApiGatewayV2::Route")
      .flatMap(([, { AuthorizationScopes }]) => (AuthorizationScopes as string[] | undefined) ?? []),
  );

describe("a provider over SAML", () => {
  const facts = new Facts({
    ...SAML,
    groupMap: "On-call=team:payments:responder,On-call=team:search:observer",
  });
  const provider = facts.only("AWS::Cognito::UserPoolIdentityProvider");

  it("is read from its address, and says e-mail address, name and groups", () => {
    expect(provider).toMatchObject({
      ProviderType: "SAML",
      ProviderName: "sso",
      ProviderDetails: { MetadataURL: SAML.ssoSamlMetadata },
      AttributeMapping: {
        email: expect.stringContaining("/emailaddress"),
        name: expect.stringContaining("/claims/name"),
        "custom:idp_groups": "http://schemas.xmlsoap.org/claims/Group",
      },
    });
  });

  it("is read from a file too", () => {
    const folder = mkdtempSync(join(tmpdir(), "saml-"));
    const path = join(folder, "metadata.xml");
    writeFileSync(path, "<EntityDescriptor/>");
    const own = new Facts({ ssoSamlMetadata: path });
    rmSync(folder, { recursive: true });
    expect(own.only("AWS::Cognito::UserPoolIdentityProvider")["ProviderDetails"]).toMatchObject({
      MetadataFile: "<EntityDescriptor/>",
    });
  });

  it("signs people in to the console alone, beside those with a password", () => {
    const id = facts.all("AWS::Cognito::UserPoolIdentityProvider")[0]?.[0];
    expect(clientOf(facts, "Console")["SupportedIdentityProviders"]).toEqual(["COGNITO", { Ref: id }]);
    expect(clientOf(facts, "Tools")["SupportedIdentityProviders"]).toEqual(["COGNITO"]);
  });

  it("[G21] has its attributes written by the client that takes no password and gives no token that could", () => {
    const console = clientOf(facts, "Console");
    expect(console).toMatchObject({
      WriteAttributes: ["custom:idp_groups", "email", "locale", "name"],
      ExplicitAuthFlows: ["ALLOW_CUSTOM_AUTH"],
      AllowedOAuthFlows: ["code"],
    });
    expect(JSON.stringify(console["AllowedOAuthScopes"])).not.toContain("signin.user.admin");
    expect(clientOf(facts, "Tools")["WriteAttributes"]).toEqual(["locale"]);
  });

  it("has its groups mapped by the trigger, and is told the two addresses that it needs", () => {
    expect(variablesOf(facts, "name-access-token")["GROUP_MAP"]).toBe(
      '{"On-call":["team:payments:responder","team:search:observer"]}',
    );
    expect(Object.keys(facts.outputs)).toEqual(expect.arrayContaining(["SsoReplyUrl", "SsoEntityId"]));
  });

  it("may name its attributes otherwise", () => {
    const groups = "http://schemas.microsoft.com/ws/2008/06/identity/claims/groups";
    const own = new Facts({ ...SAML, ssoName: "entra", ssoAttributes: `groups=${groups}` });
    expect(own.only("AWS::Cognito::UserPoolIdentityProvider")).toMatchObject({
      ProviderName: "entra",
      AttributeMapping: { "custom:idp_groups": groups, email: expect.stringContaining("/emailaddress") },
    });
  });
});

describe("a provider over OpenID Connect", () => {
  const facts = new Facts({ ...OIDC, passwordSignIn: "false" });

  it("has its secret read by CloudFormation, by its ARN", () => {
    const provider = facts.only("AWS::Cognito::UserPoolIdentityProvider");
    expect(provider).toMatchObject({
      ProviderType: "OIDC",
      ProviderDetails: {
        oidc_issuer: OIDC.ssoOidcIssuer,
        client_id: "runbooks",
        authorize_scopes: "openid email profile",
        client_secret: `{{resolve:secretsmanager:${SECRET}:SecretString:::}}`,
      },
      AttributeMapping: { email: "email", name: "name", "custom:idp_groups": "groups" },
    });
  });

  it("alone leaves no way to use a password", () => {
    const id = facts.all("AWS::Cognito::UserPoolIdentityProvider")[0]?.[0];
    expect([...clientsOf(facts).values()].map((client) => client["SupportedIdentityProviders"])).toEqual([
      [{ Ref: id }],
    ]);
    expect([...scopesOf(facts)]).toEqual(["runbooks/call"]);
    expect(facts.outputs).not.toHaveProperty("UserPoolClientId");
  });
});

it("MFA is required of passwords where the deployment says so", () => {
  expect(new Facts({ mfaRequired: "true" }).only("AWS::Cognito::UserPool")).toMatchObject({
    MfaConfiguration: "ON",
    EnabledMfas: ["SOFTWARE_TOKEN_MFA"],
  });
});

it("the pool has the attribute for groups with a provider and without: it could not give it up again", () => {
  for (const options of [{}, SAML])
    expect(new Facts(options).only("AWS::Cognito::UserPool")["Schema"]).toEqual([
      expect.objectContaining({ Name: "idp_groups", Mutable: true }),
    ]);
});

describe("machines", () => {
  const facts = new Facts(MACHINES);
  const ci = clientOf(facts, "Machineci");

  it("get tokens by a secret of Cognito's, for themselves alone", () => {
    expect(ci).toMatchObject({
      GenerateSecret: true,
      AllowedOAuthFlows: ["client_credentials"],
      WriteAttributes: ["locale"],
    });
    expect(ci["ExplicitAuthFlows"]).not.toEqual(
      expect.arrayContaining([expect.stringMatching(/PASSWORD|SRP/)]),
    );
  });

  it("have exactly their roles as scopes, and the one that the gateway asks for", () => {
    const scopes = (client: Record<string, unknown>) =>
      (client["AllowedOAuthScopes"] as unknown[]).map((scope) =>
        joined(scope).replace(/^\{.*\}/, "machines"),
      );
    expect(scopes(ci)).toEqual([
      "machines/call",
      "machines/team:payments:responder",
      "machines/platform-auditor",
    ]);
    expect(scopes(clientOf(facts, "Machinedeploy"))).toEqual(["machines/call", "machines/team:search:admin"]);
    expect([...scopesOf(facts)]).toEqual(["aws.cognito.signin.user.admin", "runbooks/call", "machines/call"]);
  });

  it("are told to the functions of the API by their ids, and are in the authorizer's audience", () => {
    const [ciId = "", deployId = ""] = ["Machineci", "Machinedeploy"].map(
      (part) => [...clientsOf(facts).keys()].find((id) => id.includes(part)) ?? "",
    );
    const told = joined(variablesOf(facts, "api-read")["MACHINE_CLIENTS"]);
    expect(told).toBe(`ci={${ciId}},deploy={${deployId}}`);
    expect(PEOPLE_VARIABLES.MACHINE_CLIENTS.parse(told.replaceAll(/[{}]/g, ""))).toEqual({
      [ciId]: "ci",
      [deployId]: "deploy",
    });
    const { JwtConfiguration: jwt } = facts.only("AWS::ApiGatewayV2::Authorizer") as {
      JwtConfiguration: { Audience: unknown[] };
    };
    expect(jwt.Audience.map(target)).toEqual(expect.arrayContaining([ciId, deployId]));
    expect(facts.outputs).toMatchObject({ MachineClientCi: { Value: { Ref: ciId } }, TokenUrl: {} });
  });

  it("have a domain to get tokens at, without a sign-in page", () => {
    const own = new Facts({ ...MACHINES, consoleSignIn: "false", consoleDomainPrefix: "acme" });
    expect(own.only("AWS::Cognito::UserPoolDomain")["Domain"]).toBe("acme");
    expect(own.all("AWS::Cognito::ManagedLoginBranding")).toEqual([]);
  });
});

it("all of it together is one stack", () => {
  const facts = new Facts({
    ...OIDC,
    ...MACHINES,
    mfaRequired: true,
    groupMap: { "CN=a,OU=b": "platform-admin" },
  });
  expect(clientsOf(facts).size).toBe(4);
  expect(variablesOf(facts, "name-access-token")["GROUP_MAP"]).toBe('{"CN=a,OU=b":["platform-admin"]}');
});

describe("an issuer of the deployment's own", () => {
  const OWN = { oidcIssuer: "https://id.example.com/", oidcAudience: "runbooks" };

  it("has the scopes asked for by the gateway, and the type and the machines by the functions", () => {
    const facts = new Facts({
      ...OWN,
      oidcScopes: "runbooks.call,runbooks.admin",
      oidcTokenType: "at+jwt",
      oidcMachineClients: "ci=abc",
    });
    expect([...scopesOf(facts)]).toEqual(["runbooks.call", "runbooks.admin"]);
    expect(variablesOf(facts, "api-read")).toMatchObject({ TOKEN_TYPE: "at+jwt", MACHINE_CLIENTS: "ci=abc" });
  });

  it.each([
    ["refuses ID tokens", {}, "access"],
    ["takes ID tokens if the console sends them", { consoleClientId: "x", consoleToken: "id" }, "any"],
  ])("%s", (_what, options, type) => {
    expect(variablesOf(new Facts({ ...OWN, ...options }), "api-read")["TOKEN_TYPE"]).toBe(type);
  });
});
