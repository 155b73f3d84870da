// `runbooks rotate-credential`: replaces the credential of what is live. The approval holds.
import { buildCommand } from "@stricli/core";
import type { Arguments, OutputOf } from "../../api-client/types.ts";
import { RUNBOOK_ARGUMENT } from "../session/arguments.ts";
import { type Cli, GLOBAL_FLAGS, type GlobalFlags } from "../session/context.ts";
import { UsageError } from "../session/failures.ts";
import { findRunbook } from "../session/names.ts";
import {
  askForSecret,
  parseSecretSources,
  readSecret,
  type SecretSource,
} from "../session/secret-sources.ts";
import type { Terminal } from "../terminal/terminal.ts";
import { clean } from "../terminal/text.ts";

type Flags = GlobalFlags & { secret?: string[] };
type Auth = OutputOf<"get-runbook">["webhookAuth"];
type Asked = Arguments<"rotate-credential">[0]["body"]["webhookAuth"];
type Secrets = Record<string, Awaited<ReturnType<typeof readSecret>>>;

export const command = (brief: string) =>
  buildCommand<Flags, [string], Cli>({
    docs: { brief },
    parameters: {
      flags: {
        ...GLOBAL_FLAGS,
        secret: {
          kind: "parsed",
          parse: String,
          brief:
            "Where the new secret is: env:VARIABLE, file:PATH, - (standard input) or an ARN. Of several headers: NAME=SOURCE, and repeat it. Default: asked on the terminal",
          placeholder: "source",
          optional: true,
          variadic: true,
        },
      },
      positional: RUNBOOK_ARGUMENT,
    },
    async func({ secret = [], ...flags }, name) {
      const sources = parseSecretSources(secret);
      const { client, print } = this.open(flags);
      const runbookId = await findRunbook(client, name);
      const { version, webhookAuth } = await client.getRunbook({ runbookId });
      const secrets = await readSecrets(this.terminal, webhookAuth, sources);
      const body = { version, webhookAuth: replaceSecrets(webhookAuth, secrets) };
      print.value(await client.rotateCredential({ runbookId, body }), (runbook) =>
        runbook.version === version
          ? `${clean(runbook.name)}: version ${version} refers to this secret already.`
          : `${clean(runbook.name)}: version ${runbook.version} is live with the new credential. The approval of version ${version} holds.`,
      );
    },
  });

/** What is secret of each type of authentication, apart from headers. */
const MEMBERS = { none: null, bearer: "token", basic: "password", oauth2: "clientSecret" } as const;

/** @throws UsageError unless each source names one secret of the runbook. */
async function readSecrets(
  terminal: Terminal,
  auth: Auth,
  sources: readonly SecretSource[],
): Promise<Secrets> {
  const names = namesOf(auth);
  const [only = "", ...others] = names;
  if (only === "") throw new UsageError("The runbook sends no credential. Edit it, and have it approved.");
  const secrets: Secrets = {};
  for (const { name, source } of sources) {
    const found = name === null && others.length === 0 ? only : names.find((known) => isSame(known, name));
    if (found === undefined)
      throw new UsageError(
        `Name the secret, as in NAME=SOURCE: ${names.map((known) => clean(known)).join(", ")}.`,
      );
    secrets[found] = await readSecret(terminal, source);
  }
  if (sources.length > 0) return secrets;
  for (const name of names) secrets[name] = await askForSecret(terminal, clean(name));
  return secrets;
}

const isSame = (known: string, name: string | null) => known.toLowerCase() === name?.toLowerCase();

function namesOf(auth: Auth): string[] {
  if (auth.type === "custom") return Object.keys(auth.customHeaders);
  const member = MEMBERS[auth.type];
  return member === null ? [] : [member];
}

/** What is not given stays as it is shown: a mask, or a reference. */
function replaceSecrets(auth: Auth, secrets: Secrets): Asked {
  if (auth.type === "custom") return { ...auth, customHeaders: { ...auth.customHeaders, ...secrets } };
  return { ...auth, ...secrets };
}
