// A source of incidents: which system it is, whose incidents it reports, how they are told apart and verified.
import * as z from "zod";
import { CHANGE_STAMPS } from "../change-stamps.ts";
import { SourceId, TeamId, TeamScope, Timestamp } from "../ids.ts";
import { Json } from "../json.ts";
import { EncryptedSecret } from "../runbooks/webhook-auth.ts";
import { KIND_NAMES } from "./kinds.ts";
import { Mapping, Places } from "./mapping.ts";
import { SCHEME_NAMES } from "./schemes.ts";

const Level = z.string().trim().min(1).max(64);
const named = <T extends z.ZodType>(value: T, most: number) =>
  z
    .record(z.string().min(1).max(256), value)
    .refine((map) => Object.keys(map).length <= most, `must have at most ${most} members`);

const settings = {
  name: z.string().trim().min(1).max(100).describe("Name of the source, for people."),
  teamId: TeamScope.describe("The team of all its incidents; null: `team` says it for each."),
  team: z
    .strictObject({
      from: Places,
      map: named(TeamId, 500).describe("What the system calls a team → the team's id."),
    })
    .nullable()
    .describe("Where a message names the team; null: `teamId` is the team of all. Needs a platform admin."),
  priority: z
    .strictObject({
      map: named(Level, 100).describe("What the system calls a priority → what incidents get."),
      default: Level.optional().describe("The priority of incidents whose system names none."),
    })
    .nullable()
    .describe("How priorities are renamed; null, and for names that are not in it: as the system has them."),
  filter: z
    .record(z.string(), Json)
    .nullable()
    .describe(
      "Event pattern in the syntax of Amazon EventBridge over the message: other messages are ignored; null: none is.",
    ),
  mapping: Mapping.nullable().describe("Of the kind `generic`, which needs it; else null."),
  eventSource: z
    .string()
    .regex(
      /^aws\.partner\/[/.\-_A-Za-z0-9]{1,200}$/,
      "must be the source of a partner's events, like aws.partner/pagerduty.com/0123",
    )
    .nullable()
    .describe("`source` of the partner's events, if the messages come over a partner event bus; else null."),
  schedule: z
    .strictObject({
      expression: z
        .string()
        .trim()
        .min(1)
        .max(256)
        .describe(
          "`rate(15 minutes)`, or `cron(30 9 ? * MON-FRI *)`: minutes, hours, day of month, month, day of week, year.",
        ),
      timeZone: z
        .string()
        .max(50)
        .default("UTC")
        .describe("IANA name of the time zone of a cron expression, like Europe/Berlin."),
    })
    .nullable()
    .describe("When the source reports. Of the kind `schedule`, which needs it; else null."),
  enabled: z.boolean().describe("Whether its messages are read."),
};
export const SOURCE_SETTINGS = Object.keys(settings) as (keyof typeof settings)[];

const VERIFICATION_SECRET_CHARACTERS = { least: 16, most: 1024 } as const;
const VerificationInput = z
  .strictObject({
    scheme: z.enum(SCHEME_NAMES).describe("How the system signs its messages."),
    secret: z
      .string()
      .min(VERIFICATION_SECRET_CHARACTERS.least)
      .max(VERIFICATION_SECRET_CHARACTERS.most)
      .regex(/^[\x21-\x7e]+$/, "must be visible ASCII characters")
      .describe("The secret that both sides know. It is encrypted, and never shown."),
  })
  .describe("How messages over HTTP are verified.");

const kind = z.enum(KIND_NAMES).describe("The system. It cannot be changed later.");

/** Input for a new source. Missing fields take their defaults. */
export const SourceInput = z
  .strictObject({
    ...settings,
    kind,
    teamId: settings.teamId.default(null),
    team: settings.team.default(null),
    priority: settings.priority.default(null),
    filter: settings.filter.default(null),
    mapping: settings.mapping.default(null),
    eventSource: settings.eventSource.default(null),
    schedule: settings.schedule.default(null),
    enabled: settings.enabled.default(true),
    verification: VerificationInput.nullable().default(null),
  })
  .describe("A new source. Missing fields take their defaults.");
export type SourceInput = z.output<typeof SourceInput>;

/** Input for a change. Missing fields keep their values. */
export const SourceChanges = z
  .strictObject({
    ...settings,
    verification: VerificationInput.extend({
      keepPreviousHours: z
        .int()
        .min(0)
        .max(168)
        .default(24)
        .describe("How long the secret before stays valid too, in hours."),
    }).describe("A new secret, or another scheme. The secret before stays valid for a while."),
  })
  .partial()
  .describe("Changes of a source. Missing fields keep their values.");
export type SourceChanges = z.output<typeof SourceChanges>;

const Settings = z.strictObject(settings);
const scheme = z.enum(SCHEME_NAMES).describe("How the system signs its messages.");

/** A source in responses. */
export const SourceView = Settings.extend({
  id: SourceId,
  kind,
  verification: z
    .strictObject({
      scheme,
      secret: z.string().describe("Eight asterisks. The secret is shown nowhere."),
      previousUntil: Timestamp.nullable().describe(
        "Until when the secret before is valid too; null: it is not.",
      ),
    })
    .nullable()
    .describe("How messages over HTTP are verified; null: nothing comes over HTTP."),
  intakePath: z
    .string()
    .nullable()
    .describe("Path of this API where the system sends its messages; null: nothing comes over HTTP."),
  ...CHANGE_STAMPS,
}).describe("A source: a system that reports incidents.");
export type SourceView = z.output<typeof SourceView>;

/** A source as stored: up to two secrets are valid. */
export const Source = SourceView.omit({ intakePath: true }).extend({
  verification: z
    .strictObject({
      scheme,
      secret: EncryptedSecret,
      previous: z.strictObject({ scheme, secret: EncryptedSecret, until: Timestamp }).nullable(),
    })
    .nullable(),
  deletedAt: Timestamp.nullable(),
});
export type Source = z.output<typeof Source>;
