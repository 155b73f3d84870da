// The identity provider behind the pool's sign-in page: SAML or OpenID Connect, and what of a person comes from it.
import { readFileSync } from "node:fs";
import { SecretValue, Stack } from "aws-cdk-lib";
import {
  type AttributeMapping,
  ProviderAttribute,
  type UserPool,
  type UserPoolDomain,
  UserPoolIdentityProviderOidc,
  UserPoolIdentityProviderSaml,
  UserPoolIdentityProviderSamlMetadata,
} from "aws-cdk-lib/aws-cognito";
import { PROVIDER_GROUPS } from "../../../shared/contract/identity.ts";
import type { Options } from "../options/options.ts";

/** `outputs`: what the provider must be told of the pool. */
type Provider = { name: string; outputs: Record<string, string> };

/** Undefined: people of the pool alone sign in. */
export function buildProvider(
  pool: UserPool,
  domain: UserPoolDomain,
  options: Options,
): Provider | undefined {
  const { ssoSamlMetadata, ssoOidcIssuer } = options;
  if (ssoSamlMetadata !== undefined) return buildSaml(pool, domain, options, ssoSamlMetadata);
  return ssoOidcIssuer === undefined ? undefined : buildOidc(pool, domain, options, ssoOidcIssuer);
}

function buildSaml(pool: UserPool, domain: UserPoolDomain, options: Options, metadata: string): Provider {
  const { providerName } = new UserPoolIdentityProviderSaml(Stack.of(pool), "Provider", {
    userPool: pool,
    name: options.ssoName,
    metadata: readMetadata(metadata),
    attributeMapping: mapAttributes(options, SAML_ATTRIBUTES),
  });
  const outputs = {
    SsoReplyUrl: `${domain.baseUrl()}/saml2/idpresponse`,
    SsoEntityId: `urn:amazon:cognito:sp:${pool.userPoolId}`,
  };
  return { name: providerName, outputs };
}

/** A URL, which Cognito reads again every few hours, or a file. */
function readMetadata(given: string): UserPoolIdentityProviderSamlMetadata {
  if (given.startsWith("https://")) return UserPoolIdentityProviderSamlMetadata.url(given);
  return UserPoolIdentityProviderSamlMetadata.file(readFileSync(given, "utf8"));
}

function buildOidc(pool: UserPool, domain: UserPoolDomain, options: Options, issuerUrl: string): Provider {
  const { ssoOidcClientId: clientId = "", ssoOidcSecretArn = "" } = options;
  const { providerName } = new UserPoolIdentityProviderOidc(Stack.of(pool), "Provider", {
    userPool: pool,
    name: options.ssoName,
    issuerUrl,
    clientId,
    // CloudFormation reads the secret when it deploys: the template has its ARN alone.
    clientSecret: SecretValue.secretsManager(ssoOidcSecretArn).unsafeUnwrap(),
    scopes: options.ssoOidcScope.split(" "),
    attributeMapping: mapAttributes(options, OIDC_ATTRIBUTES),
  });
  return { name: providerName, outputs: { SsoReplyUrl: `${domain.baseUrl()}/oauth2/idpresponse` } };
}

type Attributes = { email: string; name: string; groups: string };

const SAML_ATTRIBUTES: Attributes = {
  email: "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/emailaddress",
  name: "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/name",
  groups: "http://schemas.xmlsoap.org/claims/Group",
};
const OIDC_ATTRIBUTES: Attributes = { email: "email", name: "name", groups: "groups" };

function mapAttributes({ ssoAttributes }: Options, usual: Attributes): AttributeMapping {
  const of = (attribute: keyof Attributes) =>
    ProviderAttribute.other(ssoAttributes[attribute]?.[0] ?? usual[attribute]);
  return { email: of("email"), fullname: of("name"), custom: { [PROVIDER_GROUPS]: of("groups") } };
}
