// Groups that an identity provider says of a person, as the user pool keeps them, and the groups of this service for them.
import { parseJson } from "./json.ts";

/** A group of the provider → groups of this service. */
export type GroupMap = Readonly<Record<string, readonly string[]>>;

/** `external`: the provider has signed the person in. `groups`: what the pool keeps of what the provider said. */
type Federated = { external: boolean; groups: unknown };

/**
 * Returns the groups of a person's token: those that the pool gives, and those that the provider's groups stand for.
 * Null: they stay as they are. What somebody of the pool itself has as groups of a provider counts for nothing.
 */
export function mapGroups(
  { external, groups }: Federated,
  held: readonly string[],
  map: GroupMap,
): string[] | null {
  if (!external) return null;
  const mapped = readProviderGroups(groups)
    .filter((group) => Object.hasOwn(map, group))
    .flatMap((group) => map[group] ?? []);
  return mapped.length === 0 ? null : [...new Set([...held, ...mapped])];
}

/** A value as a form encodes it. */
const ENCODED = /^[A-Za-z0-9.*_+%-]+$/;

/**
 * Reads the attribute. Cognito makes one text of several values: `[a, b]` with each value encoded as in a form (SAML), or
 * a JSON list. Every other text is one group, whatever characters it has: a group whose name holds a comma is not two.
 */
export function readProviderGroups(text: unknown): string[] {
  if (typeof text !== "string" || text === "") return [];
  return readJsonList(text) ?? readEncodedList(text) ?? [text];
}

function readJsonList(text: string): string[] | null {
  const parsed = text.startsWith("[") ? parseJson(text) : null;
  return Array.isArray(parsed) && parsed.every((group) => typeof group === "string") ? parsed : null;
}

function readEncodedList(text: string): string[] | null {
  if (!text.startsWith("[") || !text.endsWith("]")) return null;
  const values = text.slice(1, -1).split(/, ?/);
  return values.every((value) => ENCODED.test(value)) ? values.map(decodeValue) : null;
}

/** Decodes a value as `application/x-www-form-urlencoded` says. What is no such encoding stays as it is. */
const decodeValue = (value: string) => new URLSearchParams(`v=${value}`).get("v") ?? value;
