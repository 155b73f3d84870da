// The deployment options of the console's sign-in, and which of them contradict each other.
import * as z from "zod";
import { SignIn } from "../../../shared/contract/sign-in.ts";
import { flag, list } from "./option-types.ts";

/** Cognito refuses a domain whose prefix has one of these words. */
const RESERVED = /aws|amazon|cognito/;
const { shape } = SignIn;

export const CONSOLE_OPTIONS = {
  consoleSignIn: flag.default(true),
  consoleDomainPrefix: z
    .string()
    .regex(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/, "must be 1 to 63 of a-z, 0-9 and -, no - at an end")
    .refine((prefix) => !RESERVED.test(prefix), "must not contain aws, amazon or cognito")
    .optional(),
  consoleClientId: z.string().min(1).optional(),
  consoleScope: shape.scope.default("openid email profile"),
  consoleToken: shape.token.default("access"),
  consoleAudience: shape.audience,
  consoleSignOutUrl: z.url({ protocol: /^https$/ }).optional(),
  consoleOrigins: list
    .pipe(z.array(z.string().regex(/^https:\/\/[^/*,\s]+$/, "must be origins like https://id.example.com")))
    .default([]),
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

/** Options that only a client at an issuer of the deployment's own has. */
const OF_ISSUER = ["consoleClientId", "consoleAudience", "consoleSignOutUrl"] as const;

/** Returns what is wrong with these options together: option → message. */
export function findConsoleIssues(given: Given): [option: string, message: string][] {
  const { oidcIssuer, consoleClientId, consoleDomainPrefix, consoleSignIn, stackName } = given;
  if (!consoleSignIn && (consoleClientId || (consoleDomainPrefix && !needsDomain(given))))
    return [["consoleSignIn", "is false: leave consoleClientId and consoleDomainPrefix out"]];
  if (!needsDomain(given)) return [];
  if (oidcIssuer)
    return consoleDomainPrefix
      ? [["consoleDomainPrefix", "is for the stack's own user pool: leave it out with oidcIssuer"]]
      : [];
  const astray = OF_ISSUER.filter((name) => given[name] !== undefined);
  return [
    ...astray.map((name): [string, string] => [name, "is for an issuer of your own: give oidcIssuer too"]),
    ...(!consoleDomainPrefix && RESERVED.test(stackName) ? [needsPrefix(stackName)] : []),
  ];
}

const needsPrefix = (stackName: string): [string, string] => [
  "consoleDomainPrefix",
  `is needed: Cognito refuses a sign-in domain that is named after ${stackName}`,
];
