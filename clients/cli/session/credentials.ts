// Tokens by the address of their API, in a private file of the user.
import { chmodSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { UsageError } from "./failures.ts";

const LOCAL_STACK = "http://127.0.0.1:3000";

/** `current`: the API of the last login. */
type Credentials = { current: string; tokens: Record<string, string> };

/** `RUNBOOKS_CONFIG` is a folder; by default `runbooks` among the user's settings. */
const fileOf = (env: NodeJS.ProcessEnv) => {
  const settings = env["XDG_CONFIG_HOME"] || join(env["HOME"] || homedir(), ".config");
  return join(env["RUNBOOKS_CONFIG"] || join(settings, "runbooks"), "credentials.json");
};

/** Returns the address of the API without a slash at its end. @throws UsageError if it is no address */
export function chooseApi(env: NodeJS.ProcessEnv, given?: string): string {
  const text = given ?? (env["RUNBOOKS_API"] || readCredentials(env).current);
  if (!/^https?:/.test(text) || !URL.canParse(text))
    throw new UsageError(`${JSON.stringify(text)} is no address of an API, such as ${LOCAL_STACK}.`);
  return text.replace(/\/+$/, "");
}

/** `RUNBOOKS_TOKEN`, or the token that was stored for this API; empty: none. It goes to no other API. */
export const readToken = (env: NodeJS.ProcessEnv, api: string): string =>
  env["RUNBOOKS_TOKEN"] || (readCredentials(env).tokens[api] ?? "");

/** Stores the token, readable for this user alone. Returns the file. */
export function storeToken(env: NodeJS.ProcessEnv, api: string, token: string): string {
  const file = fileOf(env);
  const { tokens } = readCredentials(env);
  const text = `${JSON.stringify({ current: api, tokens: { ...tokens, [api]: token } }, null, 2)}\n`;
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  const draft = `${file}.${process.pid}`;
  writeFileSync(draft, text, { mode: 0o600 });
  chmodSync(draft, 0o600);
  renameSync(draft, file);
  return file;
}

function readCredentials(env: NodeJS.ProcessEnv): Credentials {
  const text = readFileIfPresent(fileOf(env));
  if (text === null) return { current: LOCAL_STACK, tokens: {} };
  const found = parseCredentials(text);
  if (!found) throw new UsageError(`${fileOf(env)} cannot be read. Remove it, and log in again.`);
  return found;
}

function readFileIfPresent(file: string): string | null {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return null;
    throw new UsageError(`${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function parseCredentials(text: string): Credentials | null {
  try {
    const { current, tokens } = Object(JSON.parse(text));
    const isGood =
      typeof current === "string" && Object.values(Object(tokens)).every((each) => typeof each === "string");
    return isGood ? { current, tokens: { ...tokens } } : null;
  } catch {
    return null;
  }
}
