// The content of a referenced secret: a text, or a JSON object with one member to use.
import { isContainer } from "../domain/json.ts";
import { SECRET_CHARACTERS } from "../domain/runbooks/webhook-auth.ts";

/**
 * A secret that is readable but cannot be used. The message continues after the field's name and quotes nothing of the
 * secret.
 */
export class UnusableSecret extends Error {
  override readonly name = "UnusableSecret";
}

/** Returns the secret to send. @throws UnusableSecret. */
export function pickSecret(text: string, key: string | undefined): string {
  const parsed = parse(text);
  if (key === undefined) {
    if (isContainer(parsed))
      throw new UnusableSecret("is a JSON document: pick one of its members with secretKey");
    return requireSendable(text);
  }
  const member = isContainer(parsed) && Object.hasOwn(parsed, key) ? Reflect.get(parsed, key) : undefined;
  if (typeof member !== "string") throw new UnusableSecret("has no text under its secretKey");
  return requireSendable(member);
}

/** Applies the rules for secrets that callers provide in plain text. */
function requireSendable(secret: string): string {
  const { least, most } = SECRET_CHARACTERS;
  if (/[\r\n]$/.test(secret)) throw new UnusableSecret("ends in a line break: store it without one");
  if (secret.length < least) throw new UnusableSecret(`has less than ${least} characters`);
  if (secret.length > most) throw new UnusableSecret(`has more than ${most} characters`);
  return secret;
}

/** Returns the text itself and, for a JSON document, every string and number in it. */
export function listTexts(text: string): string[] {
  const parsed = parse(text);
  return isContainer(parsed) ? [text, ...leavesOf(parsed)] : [text];
}

function leavesOf(value: unknown): string[] {
  if (isContainer(value)) return Object.values(value).flatMap(leavesOf);
  return typeof value === "string" || typeof value === "number" ? [String(value)] : [];
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
