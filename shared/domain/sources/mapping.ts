// The mapping of a `generic` source: where its author says that an incident is in a message, and the row it makes.
import * as z from "zod";
import { INCIDENT_REPORTS } from "../incidents/incident.ts";
import type { FieldPlaces, Kind } from "./kind.ts";
import { FROM_MESSAGE } from "./places.ts";

const POINTER = /^(?:\/(?:[^~/]|~[01])*)+$/;
const Pointer = z
  .string()
  .max(256)
  .regex(POINTER, "must be a JSON Pointer like /alert/title")
  .describe("A JSON Pointer (RFC 6901).");
/** Within the item of a list; `message:` before it: within the whole message. */
const ItemPointer = z
  .string()
  .max(264)
  .refine(
    (text) => POINTER.test(text.startsWith(FROM_MESSAGE) ? text.slice(FROM_MESSAGE.length) : text),
    "must be a JSON Pointer like /alert/title, or message:/title for one that starts at the whole message",
  )
  .describe(
    "A JSON Pointer (RFC 6901) into the message, or into the item if there is a list; `message:` before it: into the message.",
  );
/** The first of several that leads to a value counts. */
export const Places = z
  .union([ItemPointer, z.array(ItemPointer).min(1).max(5)])
  .transform((given): string[] => [given].flat())
  .pipe(z.array(z.string()))
  .describe("A JSON Pointer, or several of which the first that leads to a value counts.");

/** What a message reports, by a value of it. */
const Reports = z
  .strictObject({
    from: ItemPointer,
    map: z
      .record(z.string().min(1).max(64), z.enum([...INCIDENT_REPORTS, "ignored"]))
      .refine((map) => Object.keys(map).length <= 50, "must have at most 50 members")
      .describe("Value → what it reports. Any other value is an update."),
  })
  .describe("What a message reports. Without it the first of an incident reports that it is new.");

export const Mapping = z
  .strictObject({
    items: Pointer.optional().describe("The list whose items are incidents; missing: the message is one."),
    id: Places.describe("Id of the incident in its system."),
    episode: Places.optional().describe(
      "When what the incident is about began: the same id with another start is a new incident.",
    ),
    title: Places,
    status: Places,
    priority: Places.optional(),
    createdAt: Places.optional(),
    updatedAt: Places.optional().describe("Since when the incident is so. Missing: when the message came."),
    acknowledgedAt: Places.optional(),
    assignee: Places.optional(),
    metadata: z
      .record(z.string().regex(/^[A-Za-z0-9_]{1,64}$/, "must be a name of letters, digits and _"), Places)
      .refine((names) => Object.keys(names).length <= 30, "must have at most 30 members")
      .optional()
      .describe("Further facts: name → where."),
    reports: Reports.optional(),
    deliveryId: Places.optional().describe("The system's own id of a delivery, by which replays are known."),
  })
  .describe("Where an incident is in the messages of a generic source.");
export type Mapping = z.output<typeof Mapping>;

/** Returns the row of a kind that a mapping stands for. */
export function toKind({ items, id, metadata, reports, deliveryId: _known, ...fields }: Mapping) {
  const cases = Object.entries(reports?.map ?? {}).map(([value, report]) => {
    const where = reports ? { [reports.from]: [value] } : {};
    return report === "ignored"
      ? { where, report: null, why: `The mapping ignores ${value}.` }
      : { where, report };
  });
  const otherwise = reports
    ? ({ report: "Updated" } as const)
    : ({ report: "Created", ongoing: true } as const);
  return {
    ...(items !== undefined && { items }),
    fields: { ...fields, id: [id] } as FieldPlaces,
    metadata: metadata ?? {},
    cases,
    otherwise,
  } satisfies Partial<Kind>;
}
