// Compares the request that a case renders to with the one that it expects. Pure.
import { pointer } from "../errors.ts";
import { isContainer, isSameJson, type JsonValue } from "../json.ts";
import type { Case } from "./cases.ts";
import type { DefinitionRecord } from "./definition.ts";

/** `expected` and `got`: excerpts around the first difference. Null: not there. */
type CaseDifference = { pointer: string; expected: string | null; got: string | null };

type Rendered = { method: string; url: string; headers: Record<string, string>; body: string };
type Path = readonly (string | number)[];

/** The most differences of one case, and characters of an excerpt. */
export const DIFFERENCE_LIMITS = { count: 10, characters: 200, before: 40 } as const;

/** Returns what differs, none if the case matches. `path`: of the case in the definition. Header names in lower case. */
export function compareCase(
  { expect: { method, url, headers = {}, body } }: Case,
  rendered: Rendered,
  format: DefinitionRecord["payloadFormat"],
  path: Path,
): CaseDifference[] {
  const at = (...segments: Path) => [...path, "expect", ...segments];
  const found = [
    ...(method === undefined ? [] : compareTexts(method, rendered.method, at("method"))),
    ...(url === undefined ? [] : compareTexts(url, rendered.url, at("url"))),
    ...Object.entries(headers).flatMap(([name, value]) =>
      compareTexts(value, ownText(rendered.headers, name.toLowerCase()), at("headers", name)),
    ),
    ...(body === undefined ? [] : compareBodies(body, rendered.body, format, at("body"))),
  ];
  return found.slice(0, DIFFERENCE_LIMITS.count);
}

const ownText = (texts: Record<string, string>, name: string) =>
  Object.hasOwn(texts, name) ? (texts[name] ?? null) : null;

function compareTexts(expected: string, got: string | null, path: Path): CaseDifference[] {
  return expected === got ? [] : [differ(expected, got, path)];
}

/** A body that is not JSON, on either side, is compared as text. */
function compareBodies(expected: JsonValue, got: string, format: string, path: Path): CaseDifference[] {
  const isText = typeof expected === "string";
  const wanted = isText ? parse(expected) : { value: expected };
  const sent = format === "json" ? parse(got) : null;
  if (wanted !== null && sent !== null) return compareJson(wanted.value, sent.value, path);
  return compareTexts(isText ? expected : JSON.stringify(expected), got, path);
}

function parse(text: string): { value: JsonValue } | null {
  try {
    return { value: JSON.parse(text) as JsonValue };
  } catch {
    return null;
  }
}

/** Names the innermost members that differ. */
function compareJson(
  expected: JsonValue | undefined,
  got: JsonValue | undefined,
  path: Path,
): CaseDifference[] {
  if (isSameJson(expected, got)) return [];
  const areAlike =
    isContainer(expected) && isContainer(got) && Array.isArray(expected) === Array.isArray(got);
  if (!areAlike) return [differ(toText(expected), toText(got), path)];
  const [wanted, sent] = [new Map(Object.entries(expected)), new Map(Object.entries(got))];
  const names = [...new Set([...wanted.keys(), ...sent.keys()])];
  return names.flatMap((name) => compareJson(wanted.get(name), sent.get(name), [...path, name]));
}

const toText = (value: JsonValue | undefined) => (value === undefined ? null : JSON.stringify(value));

function differ(expected: string | null, got: string | null, path: Path): CaseDifference {
  const isMissing = expected === null || got === null;
  const start = isMissing ? 0 : Math.max(0, firstDifference(expected, got) - DIFFERENCE_LIMITS.before);
  return { pointer: pointer(path), expected: excerpt(expected, start), got: excerpt(got, start) };
}

function firstDifference(a: string, b: string): number {
  const at = a.split("").findIndex((unit, index) => unit !== b[index]);
  return at === -1 ? a.length : at;
}

function excerpt(text: string | null, start: number): string | null {
  if (text === null) return null;
  const { characters } = DIFFERENCE_LIMITS;
  const cut = text.slice(start, start + characters);
  return `${start > 0 ? "…" : ""}${cut}${start + characters < text.length ? "…" : ""}`;
}
