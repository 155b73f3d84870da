// Where a new secret comes from: a variable, a file, standard input, AWS Secrets Manager, or a person. Never the command
// line itself, which other users of the machine and the shell's history see.
import { readFileSync } from "node:fs";
import { ask, canAsk } from "../terminal/prompt.ts";
import { readAll } from "../terminal/standard-input.ts";
import type { Terminal } from "../terminal/terminal.ts";
import { clean } from "../terminal/text.ts";
import { UsageError } from "./failures.ts";

type Secret = string | { secretArn: string; secretKey?: string };
/** `name`: which secret it is; null: the only one. */
export type SecretSource = { name: string | null; source: string };

const FORM = /^(?:([^=:]+)=)?(-|(?:env|file|arn):.+)$/s;
const FORMS =
  "env:VARIABLE, file:PATH, - for standard input, or the ARN of a secret in AWS Secrets Manager (with #KEY for one member)";

/** Returns what `--secret` names. The text is not repeated: it may be the secret. @throws UsageError */
export function parseSecretSources(texts: readonly string[]): SecretSource[] {
  const sources = texts.map((text) => {
    const [, name = null, source] = FORM.exec(text) ?? [];
    if (source === undefined)
      throw new UsageError(`A secret is not written on the command line. --secret takes ${FORMS}.`);
    return { name, source };
  });
  if (sources.filter(({ source }) => source === "-").length > 1)
    throw new UsageError("Standard input holds one secret: name other sources for the others.");
  return sources;
}

/** @throws UsageError if there is nothing at the source. */
export async function readSecret(terminal: Terminal, source: string): Promise<Secret> {
  if (source.startsWith("arn:")) return toReference(source);
  const secret = (await readText(terminal, source)).replace(/\r?\n$/, "");
  if (secret === "") throw new UsageError(`There is no secret in ${describe(source)}.`);
  return secret;
}

/** Asks a person for the secret. @throws UsageError without a terminal. */
export async function askForSecret(terminal: Terminal, what: string): Promise<string> {
  if (!canAsk(terminal)) throw new UsageError(`Say where the secret is: --secret takes ${FORMS}.`);
  const secret = await ask(terminal, `New ${what}: `, true);
  if (secret === "") throw new UsageError("No secret was typed.");
  return secret;
}

function toReference(source: string): Secret {
  const [secretArn = "", secretKey] = source.split("#", 2);
  return secretKey === undefined ? { secretArn } : { secretArn, secretKey };
}

async function readText({ stdin, env }: Terminal, source: string): Promise<string> {
  if (source === "-") return readAll(stdin);
  const place = source.slice(source.indexOf(":") + 1);
  return source.startsWith("env:") ? (env[place] ?? "") : readFile(place);
}

function readFile(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    throw new UsageError(`${clean(path)} cannot be read (${Object(error).code}).`);
  }
}

const describe = (source: string) => (source === "-" ? "standard input" : clean(source));
