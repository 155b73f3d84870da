// What a deployment says of people and machines is checked before anything is built: one line for each mistake.
import { App } from "aws-cdk-lib";
import { describe, expect, it } from "vitest";
import { readOptions } from "../../../infra/aws/options/options.ts";

const read = (context: Record<string, unknown>) => readOptions(new App({ context }).node);
const own = { oidcIssuer: "https://id.example.com", oidcAudience: "runbooks" };
const saml = { ssoSamlMetadata: "https://idp.example.com/metadata" };
const secret = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:sso-AbCdEf";
const oidc = { ssoOidcIssuer: "https://id.example.com", ssoOidcClientId: "a", ssoOidcSecretArn: secret };

describe("people", () => {
  it.each<[string, Record<string, unknown>, RegExp]>([
    ["two providers", { ...saml, ...oidc }, /ssoOidcIssuer.*not both/],
    ["a provider without a client", { ssoOidcIssuer: oidc.ssoOidcIssuer }, /ssoOidcIssuer.*ssoOidcClientId/],
    ["a client without a provider", { ssoOidcClientId: "a" }, /ssoOidcClientId.*ssoOidcIssuer/],
    ["a secret that is in the options", { ...oidc, ssoOidcSecretArn: "s3cret" }, /ssoOidcSecretArn.*ARN/],
    ["a name with an underscore", { ...saml, ssoName: "my_sso" }, /ssoName/],
    ["an attribute that is none", { ...saml, ssoAttributes: "phone=p" }, /ssoAttributes/],
    ["an attribute without a name", { ...saml, ssoAttributes: "email=" }, /ssoAttributes/],
    ["groups of no provider", { groupMap: "a=platform-admin" }, /groupMap.*ssoSamlMetadata/],
    ["a group that gives no role", { ...saml, groupMap: "a=team:x:boss" }, /groupMap/],
    ["a group without a role", { ...saml, groupMap: "a" }, /groupMap/],
    [
      "more groups than a variable holds",
      {
        ...saml,
        groupMap: Object.fromEntries(
          Array.from({ length: 200 }, (_, n) => [`group-${n}`, ["team:payments:admin"]]),
        ),
      },
      /groupMap.*3500/,
    ],
    ["a provider without a page", { ...saml, consoleSignIn: false }, /consoleSignIn/],
    ["no way in", { passwordSignIn: "false" }, /passwordSignIn.*nobody/],
    ["MFA for no password", { ...saml, passwordSignIn: false, mfaRequired: true }, /mfaRequired/],
    ["a provider of a pool that is not there", { ...own, ...saml }, /ssoSamlMetadata.*oidcIssuer/],
    ["MFA of a pool that is not there", { ...own, mfaRequired: true }, /mfaRequired.*oidcIssuer/],
  ])("are not signed in by %s", (_what, context, message) => {
    expect(() => read(context)).toThrow(message);
  });

  it("have groups whose names hold every character, in an object", () => {
    const groupMap = { "CN=a,OU=b=c": ["platform-admin"], "x, y": "team:x:observer" };
    expect(read({ ...saml, groupMap }).groupMap).toEqual({ ...groupMap, "x, y": ["team:x:observer"] });
    expect(read({ ...saml, groupMap: "CN=a=platform-admin" }).groupMap).toEqual({
      "CN=a": ["platform-admin"],
    });
  });
});

describe("machines", () => {
  it.each<[string, unknown, RegExp]>([
    ["a platform admin", "ci=platform-admin", /machineClients.*person/],
    ["a role that is none", "ci=team:payments:boss", /machineClients/],
    ["nothing", "ci", /machineClients/],
    ["a name that no variable carries", "Ci,x=team:a:admin", /machineClients/],
    ["eleven", Array.from({ length: 11 }, (_, n) => `m${n}=team:a:admin`), /machineClients.*at most 10/],
  ])("[G20] are not %s", (_what, machineClients, message) => {
    expect(() => read({ machineClients })).toThrow(message);
  });

  it.each<[Record<string, unknown>, RegExp]>([
    [{ ...own, machineClients: "ci=team:a:admin" }, /machineClients.*oidcIssuer/],
    [{ oidcMachineClients: "ci=abc" }, /oidcMachineClients.*machineClients/],
    [{ ...own, oidcMachineClients: "ci=abc,deploy=abc" }, /oidcMachineClients.*once/],
    [{ ...own, oidcMachineClients: "abc" }, /oidcMachineClients.*name=clientId/],
  ])("are named where they are: %j", (context, message) => {
    expect(() => read(context)).toThrow(message);
  });
});

describe("an issuer", () => {
  it.each<[string, RegExp]>([
    ["https://id.example.com/.well-known/openid-configuration", /leave \/.well-known.* out/],
    ["https://id.example.com/?x=1", /no query/],
    ["https://acme.eu.auth0.com", /must end with a slash.*auth0/],
    ["https://sts.windows.net/0000", /must end with a slash/],
    ["https://acme.okta.com/oauth2/default/", /must not end with a slash/],
    ["https://login.microsoftonline.com/0000/v2.0/", /must not end with a slash/],
    ["https://login.microsoftonline.com/common/v2.0", /tenant by its id/],
    ["https://accounts.google.com/", /must not end with a slash/],
  ])("is not spelled %s", (oidcIssuer, message) => {
    expect(() => read({ ...own, oidcIssuer })).toThrow(message);
  });

  it.each([
    "https://acme.eu.auth0.com/",
    "https://acme.okta.com/oauth2/default",
    "https://id.example.com",
    "https://id.example.com/realms/a/",
  ])("may be %s", (oidcIssuer) => {
    expect(read({ ...own, oidcIssuer }).oidcIssuer).toBe(oidcIssuer);
  });

  it.each<[Record<string, unknown>, RegExp]>([
    [{ oidcScopes: "a" }, /oidcScopes.*oidcIssuer/],
    [{ oidcTokenType: "any" }, /oidcTokenType.*oidcIssuer/],
    [{ ...own, oidcScopes: "a,b,c,d,e,f,g,h,i,j,k" }, /oidcScopes/],
    [{ ...own, oidcTokenType: "jwt" }, /oidcTokenType/],
    [{ ...own, consoleClientId: "x", consoleToken: "id", oidcScopes: "a" }, /consoleToken.*ID tokens/],
    [
      { ...own, consoleClientId: "x", consoleToken: "id", oidcTokenType: "access" },
      /consoleToken.*ID tokens/,
    ],
  ])("is not asked for %j", (context, message) => {
    expect(() => read(context)).toThrow(message);
  });
});
