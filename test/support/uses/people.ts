// A use of each option of who signs in and who calls.
import { expect } from "vitest";
import type { Facts } from "../template.ts";
import { arnOf, asVariable, type Given, ISSUER, type Use } from "./use.ts";

const SAML = { ssoSamlMetadata: "https://idp.example.com/metadata" };
const OIDC = {
  ssoOidcIssuer: "https://id.example.com",
  ssoOidcClientId: "runbooks-pool",
  ssoOidcSecretArn: arnOf("secretsmanager", "secret:sso-AbCdEf"),
};
const CLIENT = { ...ISSUER, consoleClientId: "console-client" };

const provider = (facts: Facts) => facts.only("AWS::Cognito::UserPoolIdentityProvider");
const pool = (facts: Facts) => facts.only("AWS::Cognito::UserPool");
const detail = (name: string, value: unknown) => (facts: Facts) =>
  expect(provider(facts)["ProviderDetails"]).toMatchObject({ [name]: value });
const signIn = (facts: Facts): unknown =>
  JSON.parse(String(facts.variable("serve-console", "CONSOLE_SIGN_IN")));

const inSignIn = (needs: Given, name: string, value: unknown, told: unknown = value): Use => ({
  needs,
  value,
  shows: (facts) => expect(signIn(facts)).toMatchObject({ [name]: told }),
});

/** What the API's authorizer asks of a token: of API Gateway's own, or of the function that takes its place. */
function tokenRules(facts: Facts): { issuer: unknown; audience: unknown; scopes: unknown } {
  const [authorizer] = facts.all("AWS::ApiGatewayV2::Authorizer");
  if (!authorizer) return JSON.parse(String(facts.variable("authorize-call", "TOKEN_RULES")));
  const { Issuer: issuer, Audience: audience } = Object(authorizer[1]["JwtConfiguration"]);
  const scopes = facts.all("AWS::ApiGatewayV2::Route").flatMap(([, r]) => r["AuthorizationScopes"] ?? []);
  return { issuer, audience, scopes: [...new Set(scopes)] };
}
const asks = (rules: object) => (facts: Facts) => expect(tokenRules(facts)).toMatchObject(rules);

/** Whether the pool has a client for tools, which take passwords. */
const takesPasswords = (facts: Facts) =>
  facts
    .all("AWS::Cognito::UserPoolClient")
    .some(([, { ExplicitAuthFlows }]) => JSON.stringify(ExplicitAuthFlows).includes("PASSWORD"));

export const PEOPLE: Record<string, Use> = {
  oidcIssuer: {
    needs: { oidcAudience: ISSUER.oidcAudience },
    value: ISSUER.oidcIssuer,
    shows: asks({ issuer: ISSUER.oidcIssuer }),
  },
  oidcAudience: {
    needs: { oidcIssuer: ISSUER.oidcIssuer },
    value: ISSUER.oidcAudience,
    shows: asks({ audience: ["runbooks", "tools"] }),
  },
  oidcScopes: { needs: ISSUER, value: "api.call", shows: asks({ scopes: ["api.call"] }) },
  oidcTokenType: asVariable("api-manage", "TOKEN_TYPE", "at+jwt", { needs: ISSUER }),
  oidcMachineClients: asVariable("api-manage", "MACHINE_CLIENTS", "ci=4f1c", { needs: ISSUER }),
  groupsClaim: asVariable("api-manage", "GROUPS_CLAIM", "groups", { needs: ISSUER }),
  consoleSignIn: {
    value: false,
    shows: (facts) => expect(facts.variable("serve-console", "CONSOLE_SIGN_IN")).toBe(""),
  },
  consoleDomainPrefix: {
    value: "bank-runbooks",
    shows: (facts) =>
      expect(facts.only("AWS::Cognito::UserPoolDomain")).toMatchObject({ Domain: "bank-runbooks" }),
  },
  consoleClientId: inSignIn(ISSUER, "clientId", CLIENT.consoleClientId),
  consoleScope: inSignIn(CLIENT, "scope", "openid offline_access"),
  consoleToken: inSignIn(CLIENT, "token", "id"),
  consoleAudience: inSignIn(CLIENT, "audience", "https://api.bank.example"),
  consoleSignOutUrl: inSignIn(CLIENT, "signOutUrl", "https://id.example.com/out"),
  consoleOrigins: inSignIn(
    CLIENT,
    "origins",
    "https://token.example.com",
    expect.arrayContaining(["https://token.example.com"]),
  ),
  ssoSamlMetadata: { value: SAML.ssoSamlMetadata, shows: detail("MetadataURL", SAML.ssoSamlMetadata) },
  ssoOidcIssuer: {
    needs: OIDC,
    value: OIDC.ssoOidcIssuer,
    shows: detail("oidc_issuer", OIDC.ssoOidcIssuer),
  },
  ssoOidcClientId: {
    needs: OIDC,
    value: OIDC.ssoOidcClientId,
    shows: detail("client_id", OIDC.ssoOidcClientId),
  },
  ssoOidcSecretArn: {
    needs: OIDC,
    value: OIDC.ssoOidcSecretArn,
    shows: detail("client_secret", expect.stringContaining(OIDC.ssoOidcSecretArn)),
  },
  ssoOidcScope: {
    needs: OIDC,
    value: "openid groups",
    shows: detail("authorize_scopes", "openid groups"),
  },
  ssoName: {
    needs: SAML,
    value: "entra",
    shows: (facts) => expect(provider(facts)).toMatchObject({ ProviderName: "entra" }),
  },
  ssoAttributes: {
    needs: SAML,
    value: "email=mail",
    shows: (facts) => expect(provider(facts)).toMatchObject({ AttributeMapping: { email: "mail" } }),
  },
  groupMap: asVariable("name-access-token", "GROUP_MAP", "Admins=platform-admin", {
    needs: SAML,
    text: '{"Admins":["platform-admin"]}',
  }),
  passwordSignIn: {
    needs: SAML,
    value: false,
    shows: (facts) => expect(takesPasswords(facts)).toBe(false),
  },
  mfaRequired: {
    value: true,
    shows: (facts) => expect(pool(facts)).toMatchObject({ MfaConfiguration: "ON" }),
  },
  machineClients: {
    value: "ci=team:payments:responder",
    shows: (facts) => {
      expect(facts.outputs).toHaveProperty("MachineClientCi");
      expect(facts.outputs).toHaveProperty("TokenUrl");
    },
  },
};
