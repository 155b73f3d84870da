// Seals: an audit entry's hash covers a seal of each part that may be erased, and not the part itself. So a part can go
// without breaking the chain, and a part that is there is still proved by it. Pure.
import * as z from "zod";
import { digestOf } from "./digest.ts";
import type { JsonObject, JsonValue } from "./json.ts";

/** The parts: names of members of an entry and of its details, each with what goes with it. */
const PARTS = {
  actor: ["actor", "actorName"],
  executedBy: ["executedBy", "executedByName"],
  approvals: ["approvals"],
  breakGlass: ["breakGlass"],
  caughtUp: ["caughtUp"],
  error: ["error"],
  message: ["message"],
  note: ["note"],
  reason: ["reason"],
} as const;
type Part = keyof typeof PARTS;
const NAMES = Object.keys(PARTS) as Part[];
const MEMBERS: ReadonlySet<string> = new Set(Object.values(PARTS).flat());

const Digest = z.string().length(64);

/** What seals the parts. Whole: one salt. After an erasure: the seals of what went, and the salts of what is left. */
export const SEALS = {
  salt: z
    .string()
    .min(16)
    .max(64)
    .optional()
    .describe("Random. Makes the seals, so that nobody can guess what was erased; missing after an erasure."),
  erased: z
    .strictObject({
      seals: z.record(z.string(), Digest).describe("Part → the seal that is left of it."),
      salts: z.record(z.string(), Digest).describe("Part that is still there → what its seal is made with."),
    })
    .optional()
    .describe("What was erased of the entry, by names of its parts; missing: nothing was."),
};

type Entry = {
  actor: string;
  actorName: string | null;
  salt?: string | undefined;
  erased?: { seals: Record<string, string>; salts: Record<string, string> } | undefined;
  details?: JsonObject | undefined;
};

/** Returns what is hashed of an entry: its facts, and a seal of each part. */
export function toHashed<E extends Entry>(entry: E): object {
  const { actor: _actor, actorName: _name, salt: _salt, erased: _erased, details = {}, ...facts } = entry;
  const own = Object.entries(details).filter(([name]) => !MEMBERS.has(name));
  const seals = listParts(entry).map((part) => [part, sealOf(entry, part)]);
  return { ...facts, details: Object.fromEntries(own), seals: Object.fromEntries(seals) };
}

/** Returns the entry with some of its parts replaced: what their seals prove is gone, what others prove stays. */
export function eraseParts<E extends Entry>(entry: E, replace: (part: JsonObject) => JsonObject): E {
  const parts = listParts(entry).map((part) => {
    const before = read(entry, part);
    const after = replace(before);
    return { part, after, isErased: JSON.stringify(after) !== JSON.stringify(before) };
  });
  const gone = parts.filter(({ part, isErased }) => isErased || entry.erased?.seals[part] !== undefined);
  const left = parts.filter((one) => !gone.includes(one));
  if (!parts.some(({ isErased }) => isErased)) return entry;
  const { salt: _salt, ...rest } = entry;
  const members = Object.assign({}, ...parts.map(({ after }) => after)) as JsonObject;
  const { actor, actorName, ...details } = members;
  return {
    ...rest,
    ...{ actor, actorName },
    ...(entry.details && { details: { ...entry.details, ...details } }),
    erased: {
      seals: Object.fromEntries(gone.map(({ part }) => [part, sealOf(entry, part)])),
      salts: Object.fromEntries(left.map(({ part }) => [part, saltOf(entry, part)])),
    },
  } as unknown as E;
}

/** Returns the parts that were erased, as they stand now. */
export const listErased = (entry: Entry): JsonObject[] =>
  listParts(entry)
    .filter((part) => entry.erased?.seals[part] !== undefined)
    .map((part) => read(entry, part));

/** The actor is always there. */
const listParts = ({ details = {} }: Entry) =>
  NAMES.filter((part) => part === "actor" || Object.hasOwn(details, part));

function read(entry: Entry, part: Part): JsonObject {
  const from: Record<string, JsonValue | undefined> =
    part === "actor" ? { actor: entry.actor, actorName: entry.actorName } : { ...entry.details };
  return Object.fromEntries(
    PARTS[part].flatMap((name) => (name in from ? [[name, from[name] ?? null]] : [])),
  );
}

const sealOf = (entry: Entry, part: Part) =>
  entry.erased?.seals[part] ?? digestOf("audit-part/1", [saltOf(entry, part), read(entry, part)]);

/** Each part has a salt of its own, so that what is left of one says nothing of another. */
const saltOf = ({ salt, erased }: Entry, part: Part) =>
  erased?.salts[part] ?? digestOf("audit-salt/1", [salt ?? "", part]);
