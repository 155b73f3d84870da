// The form of what is stored or sent: each field by its path, and what it takes. And what a later form takes no more.
import type * as z from "zod";
import type { Form } from "./release.ts";

/** What a field takes besides types and words: its item may be without it. */
const MISSING = "missing";
const ANY = "any";

/** Returns each field with all that it takes by these schemas. */
export function formOf(schemas: Iterable<z.ZodType>): Form {
  const takes = new Map<string, Set<string>>();
  for (const schema of schemas) walk(schema, "", takes);
  return Object.fromEntries([...takes].sort().map(([path, all]) => [path, [...all].sort()]));
}

type Takes = Map<string, Set<string>>;

/** What schemas around another one add to what that takes. */
const WRAPPERS: Readonly<Record<string, readonly string[]>> = {
  nullable: ["null"],
  optional: [MISSING],
  default: [MISSING],
  prefault: [MISSING],
  catch: [MISSING],
  readonly: [],
  nonoptional: [],
};
/** What says nothing about what it takes. */
const ANYTHING: ReadonlySet<string> = new Set(["any", "unknown", "lazy", "custom"]);

function walk(schema: z.core.$ZodType, path: string, takes: Takes): void {
  const { def } = (schema as z.core.$ZodTypes)._zod;
  const own = takenBy(def);
  if (own.length > 0) takes.set(path, new Set([...(takes.get(path) ?? []), ...own]));
  for (const [below, inner] of listInner(def)) walk(inner, path + below, takes);
}

/** Returns what a schema takes, without those in it. */
function takenBy(def: z.core.$ZodTypes["_zod"]["def"]): readonly string[] {
  if (def.type === "object" || def.type === "record") return ["object"];
  if (def.type === "enum") return Object.values(def.entries).map((word) => JSON.stringify(word));
  if (def.type === "literal") return def.values.map((word) => JSON.stringify(word));
  if (def.type === "union" || def.type === "pipe" || def.type === "transform") return [];
  return WRAPPERS[def.type] ?? [ANYTHING.has(def.type) ? ANY : def.type];
}

type Inner = (readonly [below: string, schema: z.core.$ZodType])[];

function listInner(def: z.core.$ZodTypes["_zod"]["def"]): Inner {
  if (def.type === "object") return Object.entries(def.shape).map(([name, field]) => [`/${name}`, field]);
  if (def.type === "record") return [["/*", def.valueType]];
  if (def.type === "array") return [["/*", def.element]];
  if (def.type === "union") return def.options.map((option) => ["", option]);
  if (def.type === "pipe") return listPiped(def);
  return "innerType" in def ? [["", def.innerType]] : [];
}

/** A transformation takes what is before it. What comes out of one, as from text that is JSON, is a form of its own. */
const listPiped = (def: z.core.$ZodPipeDef): Inner =>
  isTransform(def.in)
    ? [["", def.out]]
    : [["", def.in], ...(isTransform(def.out) ? [] : [["/=", def.out] as const])];

const isTransform = (schema: z.core.$ZodType) => (schema as z.core.$ZodTypes)._zod.def.type === "transform";

/** Returns what the form of today takes no more, in words. Empty: it takes all that the earlier one took. */
export function listNarrowed(before: Form, now: Form): string[] {
  const lost = Object.entries(before).flatMap(([path, takes]) => {
    const today = now[path];
    if (!today) return [`${path} is not read any more`];
    return takes.filter((what) => !isTaken(what, today)).map((what) => `${path} is not ${what} any more`);
  });
  const demanded = Object.entries(now)
    .filter(([path, takes]) => !(path in before) && parentOf(path) in before && !takes.includes(MISSING))
    .map(([path]) => `${path} must be there now`);
  return [...lost, ...demanded];
}

function isTaken(what: string, today: readonly string[]): boolean {
  if (today.includes(what)) return true;
  if (what === MISSING) return false;
  return today.includes(ANY) || (what.startsWith('"') && today.includes("string"));
}

const parentOf = (path: string) => path.slice(0, path.lastIndexOf("/"));
