// The deployment options of who signs in and who calls, and which of them contradict each other.
import * as z from "zod";
import { PEOPLE_VARIABLES, TOKEN_TYPES } from "../../../shared/contract/people-variables.ts";
import { givesMachineRole, givesRole } from "../../../shared/domain/caller.ts";
import { findIssuerIssue } from "./issuer-forms.ts";
import { flag, groupsByName, list } from "./option-types.ts";

/** Cognito: the name is the first part of user names, and an underscore ends it. */
const PROVIDER_NAME = /^[A-Za-z0-9-]{3,32}$/;
/** API Gateway takes 10 scopes for a route. */
const MOST_SCOPES = 10;
/** Each is a client of the pool, an audience of the authorizer, and a part of a variable. */
const MOST_MACHINES = 10;
/** Bytes of JSON. Lambda takes 4,096 for all variables of a function. */
const MOST_GROUP_MAP = 3_500;

const attributes = groupsByName((name) => name !== "", "must be attribute=name at the provider").refine(
  (given) => Object.keys(given).every((name) => name === "email" || name === "name" || name === "groups"),
  "must name email, name or groups",
);

export const PEOPLE_OPTIONS = {
  ssoName: z.string().regex(PROVIDER_NAME, "must be 3 to 32 letters, digits and -").default("sso"),
  ssoSamlMetadata: z.string().min(1).optional(),
  ssoOidcIssuer: z.url({ protocol: /^https$/ }).optional(),
  ssoOidcClientId: z.string().min(1).optional(),
  ssoOidcSecretArn: z
    .string()
    .regex(
      /^arn:[^:]+:secretsmanager:[^:]+:\d{12}:secret:[^:]+$/,
      "must be the ARN of a secret in Secrets Manager",
    )
    .optional(),
  ssoOidcScope: z
    .string()
    .regex(/^openid( \S+)*$/, "must begin with openid")
    .default("openid email profile"),
  ssoAttributes: attributes.default({}),
  groupMap: groupsByName(givesRole, "must be group of the provider=group that gives a role")
    .refine(
      (map) => JSON.stringify(map).length <= MOST_GROUP_MAP,
      `must be at most ${MOST_GROUP_MAP} characters as JSON: map fewer groups, or shorter names such as ids`,
    )
    .default({}),
  passwordSignIn: flag.default(true),
  mfaRequired: flag.default(false),
  machineClients: groupsByName(
    givesMachineRole,
    "must be name=role, where a role is platform-auditor or team:<teamId>:admin, :responder or :observer; what a platform admin does, a person does",
  )
    .refine(
      (machines) => Object.keys(machines).every((name) => /^[a-z][a-z0-9-]{0,31}$/.test(name)),
      "must have names of 1 to 32 of a-z, 0-9 and -, a letter first",
    )
    .refine((machines) => Object.keys(machines).length <= MOST_MACHINES, `must be at most ${MOST_MACHINES}`)
    .default({}),
  oidcScopes: list.pipe(z.array(z.string().regex(/^\S+$/)).max(MOST_SCOPES)).default([]),
  oidcTokenType: z.enum(TOKEN_TYPES).optional(),
  oidcMachineClients: z
    .string()
    .refine(
      (text) => PEOPLE_VARIABLES.MACHINE_CLIENTS.safeParse(text).success,
      "must be name=clientId, comma separated, each client once",
    )
    .default(""),
};
type PeopleOptions = z.output<z.ZodObject<typeof PEOPLE_OPTIONS>>;
type Given = PeopleOptions & {
  consoleSignIn: boolean;
  consoleToken: string;
  oidcIssuer?: string | undefined;
};
type Issue = [option: string, message: string];

/** Whether people sign in through a provider. */
const hasProvider = ({ ssoSamlMetadata, ssoOidcIssuer }: PeopleOptions) =>
  ssoSamlMetadata !== undefined || ssoOidcIssuer !== undefined;

/** Returns what is wrong with these options together: option → message. */
export function findPeopleIssues(given: Given): Issue[] {
  return given.oidcIssuer ? findIssuesWithIssuer(given, given.oidcIssuer) : findIssuesOfPool(given);
}

/** Options of the stack's own pool, which a deployment with an issuer does not have. */
const OF_POOL = [
  "ssoSamlMetadata",
  "ssoOidcIssuer",
  "ssoOidcClientId",
  "ssoOidcSecretArn",
] as const satisfies (keyof PeopleOptions)[];

function findIssuesWithIssuer(given: Given, issuer: string): Issue[] {
  const { consoleToken, oidcScopes, oidcTokenType, passwordSignIn, mfaRequired } = given;
  const astray = (is: boolean, option: string): Issue[] =>
    is ? [[option, "is for the stack's own user pool: leave it out with oidcIssuer"]] : [];
  const wrongForm = findIssuerIssue(issuer);
  const checksId = consoleToken === "id" && (oidcScopes.length > 0 || (oidcTokenType ?? "any") !== "any");
  return [
    ...OF_POOL.flatMap((name) => astray(given[name] !== undefined, name)),
    ...astray(Object.keys(given.groupMap).length > 0, "groupMap"),
    ...astray(Object.keys(given.machineClients).length > 0, "machineClients"),
    ...astray(!passwordSignIn, "passwordSignIn"),
    ...astray(mfaRequired, "mfaRequired"),
    ...(wrongForm ? [["oidcIssuer", wrongForm] satisfies Issue] : []),
    ...(checksId
      ? [
          [
            "consoleToken",
            "is id, and ID tokens have no scope and no type: leave oidcScopes and oidcTokenType out",
          ] satisfies Issue,
        ]
      : []),
  ];
}

type Check = [is: boolean, option: string, message: string];

function findIssuesOfPool(given: Given): Issue[] {
  const federated = hasProvider(given);
  const { passwordSignIn, mfaRequired, groupMap, consoleSignIn } = given;
  const checks: Check[] = [
    ...checkProvider(given),
    [federated && !consoleSignIn, "consoleSignIn", "is false: a provider needs the sign-in page"],
    [!federated && Object.keys(groupMap).length > 0, "groupMap", `is for groups of a provider: ${GIVE_ONE}`],
    [
      !(federated || passwordSignIn),
      "passwordSignIn",
      "is false, and there is no provider: nobody could sign in",
    ],
    [
      !passwordSignIn && mfaRequired,
      "mfaRequired",
      "is for passwords, which passwordSignIn=false takes away: require it at the provider",
    ],
    [given.oidcScopes.length > 0, "oidcScopes", OF_ISSUER],
    [given.oidcTokenType !== undefined, "oidcTokenType", OF_ISSUER],
    [
      given.oidcMachineClients !== "",
      "oidcMachineClients",
      `${OF_ISSUER}, or name machineClients of the pool`,
    ],
  ];
  return checks.flatMap(([is, option, message]) => (is ? [[option, message] satisfies Issue] : []));
}

const OF_ISSUER = "is for an issuer of your own: give oidcIssuer too";
const GIVE_ONE = "give ssoSamlMetadata or ssoOidcIssuer too";

const checkProvider = (given: PeopleOptions): Check[] => {
  const { ssoSamlMetadata, ssoOidcIssuer, ssoOidcClientId, ssoOidcSecretArn } = given;
  return [
    [
      ssoSamlMetadata !== undefined && ssoOidcIssuer !== undefined,
      "ssoOidcIssuer",
      "is a second provider: give ssoSamlMetadata or ssoOidcIssuer, not both",
    ],
    [
      ssoOidcIssuer !== undefined && !(ssoOidcClientId && ssoOidcSecretArn),
      "ssoOidcIssuer",
      "needs ssoOidcClientId and ssoOidcSecretArn too",
    ],
    [
      ssoOidcIssuer === undefined && Boolean(ssoOidcClientId ?? ssoOidcSecretArn),
      "ssoOidcClientId",
      "is for a provider: give ssoOidcIssuer too",
    ],
  ];
};
