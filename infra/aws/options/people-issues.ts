// What is wrong with the options of people and machines together: what contradicts itself, and what would mean nothing.
import { ENVIRONMENT } from "../../../shared/contract/env.ts";
import { type Check, check as checkOf, findIssues, type Issue } from "./check.ts";
import { findIssuerIssue } from "./issuer-forms.ts";
import { noFile, readText } from "./named-file.ts";
import { httpsUrl } from "./option-types.ts";
import { machineOutput, type PeopleOptions, SSO_NAME, SSO_SCOPE } from "./people-options.ts";

type Given = PeopleOptions & {
  consoleSignIn: boolean;
  consoleToken: string;
  groupsClaim: string;
  stackName: string;
  oidcIssuer?: string | undefined;
};
const check = checkOf<Given>;
const isEmpty = (groups: object) => Object.keys(groups).length === 0;

/** Whether people sign in through a provider. */
const hasProvider = ({ ssoSamlMetadata, ssoOidcIssuer }: PeopleOptions) =>
  ssoSamlMetadata !== undefined || ssoOidcIssuer !== undefined;

/** Returns what is wrong with these options together: option → message. */
export function findPeopleIssues(given: Given): Issue[] {
  if (given.oidcIssuer) return [...findIssuerIssues(given.oidcIssuer), ...findIssues(WITH_ISSUER, given)];
  return [...findIssues(OF_POOL, given), ...findMetadataIssues(given), ...findOutputIssues(given)];
}

const ofPool = (option: string, isGiven: (given: Given) => unknown) =>
  check(option, isGiven, "is for the stack's own user pool: leave it out with oidcIssuer");

const asksOfAccessTokens = ({ oidcScopes, oidcTokenType }: Given) =>
  oidcScopes.length > 0 || (oidcTokenType ?? "any") !== "any";

const WITH_ISSUER: readonly Check<Given>[] = [
  ofPool("ssoSamlMetadata", (g) => g.ssoSamlMetadata),
  ofPool("ssoOidcIssuer", (g) => g.ssoOidcIssuer),
  ofPool("ssoOidcClientId", (g) => g.ssoOidcClientId),
  ofPool("ssoOidcSecretArn", (g) => g.ssoOidcSecretArn),
  ofPool("ssoOidcScope", (g) => g.ssoOidcScope !== SSO_SCOPE),
  ofPool("ssoName", (g) => g.ssoName !== SSO_NAME),
  ofPool("ssoAttributes", (g) => !isEmpty(g.ssoAttributes)),
  ofPool("groupMap", (g) => !isEmpty(g.groupMap)),
  ofPool("machineClients", (g) => !isEmpty(g.machineClients)),
  ofPool("passwordSignIn", (g) => !g.passwordSignIn),
  ofPool("mfaRequired", (g) => g.mfaRequired),
  check(
    "consoleToken",
    (g) => g.consoleToken === "id" && asksOfAccessTokens(g),
    "is id, and ID tokens have no scope and no type: leave oidcScopes and oidcTokenType out",
  ),
];

const findIssuerIssues = (issuer: string): Issue[] => {
  const wrongForm = findIssuerIssue(issuer);
  return wrongForm ? [["oidcIssuer", wrongForm]] : [];
};

const OF_ISSUER = "is for an issuer of your own: give oidcIssuer too";
const ofProvider = (option: string, isGiven: (given: Given) => unknown, what: string) =>
  check(
    option,
    (g) => !hasProvider(g) && isGiven(g),
    `${what} a provider: give ssoSamlMetadata or ssoOidcIssuer too`,
  );
const ofOidc = (option: string, isGiven: (given: Given) => unknown) =>
  check(
    option,
    (g) => g.ssoOidcIssuer === undefined && isGiven(g),
    "is for a provider over OpenID Connect: give ssoOidcIssuer too",
  );

const OF_POOL: readonly Check<Given>[] = [
  check(
    "ssoOidcIssuer",
    (g) => g.ssoSamlMetadata !== undefined && g.ssoOidcIssuer !== undefined,
    "is a second provider: give ssoSamlMetadata or ssoOidcIssuer, not both",
  ),
  check(
    "ssoOidcIssuer",
    (g) => g.ssoOidcIssuer !== undefined && !(g.ssoOidcClientId && g.ssoOidcSecretArn),
    "needs ssoOidcClientId and ssoOidcSecretArn too",
  ),
  ofOidc("ssoOidcClientId", (g) => g.ssoOidcClientId),
  ofOidc("ssoOidcSecretArn", (g) => g.ssoOidcSecretArn),
  ofOidc("ssoOidcScope", (g) => g.ssoOidcScope !== SSO_SCOPE),
  ofProvider("ssoName", (g) => g.ssoName !== SSO_NAME, "is the name of"),
  ofProvider("ssoAttributes", (g) => !isEmpty(g.ssoAttributes), "is for attributes of"),
  ofProvider("groupMap", (g) => !isEmpty(g.groupMap), "is for groups of"),
  check(
    "consoleSignIn",
    (g) => hasProvider(g) && !g.consoleSignIn,
    "is false: a provider needs the sign-in page",
  ),
  check(
    "passwordSignIn",
    (g) => !(hasProvider(g) || g.passwordSignIn),
    "is false, and there is no provider: nobody could sign in",
  ),
  check(
    "mfaRequired",
    (g) => !g.passwordSignIn && g.mfaRequired,
    "is for passwords, which passwordSignIn=false takes away: require it at the provider",
  ),
  check("oidcScopes", (g) => g.oidcScopes.length > 0, OF_ISSUER),
  check("oidcTokenType", (g) => g.oidcTokenType, OF_ISSUER),
  check(
    "oidcMachineClients",
    (g) => g.oidcMachineClients,
    `${OF_ISSUER}, or name machineClients of the pool`,
  ),
  check(
    "groupsClaim",
    (g) => g.groupsClaim !== ENVIRONMENT.GROUPS_CLAIM.parse(undefined),
    `${OF_ISSUER}. Tokens of the stack's own pool have groups in this claim alone`,
  ),
];

/** Hyphens are no part of an output's name. */
function findOutputIssues({ machineClients }: Given): Issue[] {
  const names = Object.keys(machineClients);
  const alike = names.filter(
    (name, at) => names.findIndex((n) => machineOutput(n) === machineOutput(name)) < at,
  );
  return alike.map((name) => [
    "machineClients",
    `names ${name} and another whose output would be ${machineOutput(name)} too: give it another name`,
  ]);
}

/** What the document of a provider cannot be without. */
const METADATA = /<([\w-]+:)?EntityDescriptor[\s/>]/;

/** An address is read by Cognito, every few hours; everything else is a file. */
function findMetadataIssues({ ssoSamlMetadata: given }: Given): Issue[] {
  if (given === undefined || httpsUrl.safeParse(given).success) return [];
  if (given.includes("://")) return [["ssoSamlMetadata", "must be an https address, or the path of a file"]];
  const text = readText(given);
  if (text === null) return [["ssoSamlMetadata", noFile(given)]];
  if (METADATA.test(text)) return [];
  return [["ssoSamlMetadata", `must hold an EntityDescriptor, as SAML metadata does: ${given} does not`]];
}
