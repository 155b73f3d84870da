// The deployment options of the console's sign-in, and which of them contradict each other.
import * as z from "zod";
import { SignIn } from "../../../shared/contract/sign-in.ts";
import type { Issue } from "./check.ts";
import { flag, httpsUrl, origins, word } from "./option-types.ts";

/** Cognito refuses a domain whose prefix has one of these words. */
const RESERVED = /aws|amazon|cognito/;
const { shape } = SignIn;
const SCOPE = "openid email profile";

export const CONSOLE_OPTIONS = {
  consoleSignIn: flag.default(true),
  consoleDomainPrefix: z
    .string()
    .regex(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/, "must be 1 to 63 of a-z, 0-9 and -, no - at an end")
    .refine((prefix) => !RESERVED.test(prefix), "must not contain aws, amazon or cognito")
    .optional(),
  consoleClientId: word.optional(),
  consoleScope: shape.scope.default(SCOPE),
  consoleToken: shape.token.default("access"),
  consoleAudience: word.optional(),
  consoleSignOutUrl: httpsUrl.optional(),
  consoleOrigins: origins("https://id.example.com").default([]),
};
type ConsoleOptions = z.output<z.ZodObject<typeof CONSOLE_OPTIONS>>;
type Given = ConsoleOptions & {
  stackName: string;
  oidcIssuer?: string | undefined;
  machineClients: Readonly<Record<string, readonly string[]>>;
};

/** People sign in there, and machines get their tokens there. */
export const needsDomain = ({ consoleSignIn, machineClients }: Given) =>
  consoleSignIn || Object.keys(machineClients).length > 0;

/** What the console's client at an issuer of the deployment's own has, → whether it is given. */
const OF_CLIENT: Record<string, (given: Given) => boolean> = {
  consoleScope: (given) => given.consoleScope !== SCOPE,
  consoleToken: (given) => given.consoleToken !== "access",
  consoleAudience: (given) => given.consoleAudience !== undefined,
  consoleSignOutUrl: (given) => given.consoleSignOutUrl !== undefined,
  consoleOrigins: (given) => given.consoleOrigins.length > 0,
};

/** Returns what is wrong with these options together: option → message. */
export function findConsoleIssues(given: Given): Issue[] {
  return [
    ...findClientIssues(given),
    ...(given.oidcIssuer ? findIssuerIssues(given) : findPoolIssues(given)),
  ];
}

function findClientIssues(given: Given): Issue[] {
  if (given.consoleClientId !== undefined) return [];
  const astray = Object.keys(OF_CLIENT).filter((name) => OF_CLIENT[name]?.(given));
  const missing = given.oidcIssuer ? "consoleClientId" : "oidcIssuer and consoleClientId";
  return astray.map((name) => [name, `is for a client at an issuer of your own: give ${missing} too`]);
}

function findIssuerIssues({ consoleClientId, consoleDomainPrefix, consoleSignIn }: Given): Issue[] {
  return [
    ...(consoleDomainPrefix ? [["consoleDomainPrefix", OF_POOL] satisfies Issue] : []),
    ...(!consoleSignIn && consoleClientId ? [["consoleClientId", NOBODY] satisfies Issue] : []),
  ];
}

const OF_POOL = "is for the stack's own user pool: leave it out with oidcIssuer";
const NOBODY = "is for people who sign in, and consoleSignIn=false lets nobody: leave one of them out";

function findPoolIssues(given: Given): Issue[] {
  const { consoleClientId, consoleDomainPrefix, stackName } = given;
  if (consoleClientId) return [["consoleClientId", "is for an issuer of your own: give oidcIssuer too"]];
  if (needsDomain(given))
    return !consoleDomainPrefix && RESERVED.test(stackName) ? [needsPrefix(stackName)] : [];
  return consoleDomainPrefix ? [["consoleDomainPrefix", NOBODY]] : [];
}

const needsPrefix = (stackName: string): Issue => [
  "consoleDomainPrefix",
  `is needed: Cognito refuses a sign-in domain that is named after ${stackName}`,
];
