// All kinds of sources. A kind is a row of data; `generic` gets its row from the author's mapping.
import { ALERT_KINDS } from "./alert-kinds.ts";
import { AWS_KINDS } from "./aws-kinds.ts";
import { CLOCK_KINDS } from "./clock-kind.ts";
import { INCIDENT_KINDS } from "./incident-kinds.ts";
import type { Kind } from "./kind.ts";
import { SCHEME_NAMES } from "./schemes.ts";

const GENERIC: Omit<Kind, "fields" | "metadata" | "cases" | "otherwise"> = {
  system: "Any system that sends JSON",
  document: "https://datatracker.ietf.org/doc/html/rfc6901",
  events: { partner: "aws.partner/", message: "" },
  http: SCHEME_NAMES,
  deliveryId: { header: "webhook-id" },
};

/** How the messages of each kind come. */
export const KINDS = {
  ...AWS_KINDS,
  ...INCIDENT_KINDS,
  ...ALERT_KINDS,
  ...CLOCK_KINDS,
  generic: GENERIC,
} as const;
export type KindName = keyof typeof KINDS;
export const KIND_NAMES = Object.keys(KINDS) as [KindName, ...KindName[]];

type Way = Pick<Kind, "events" | "http" | "clock" | "system" | "document" | "deliveryId">;
export const wayOf = (kind: KindName): Way => KINDS[kind];

/** The kinds that come over the default bus, with what its rule selects. */
export const AWS_EVENT_SOURCES = Object.entries(AWS_KINDS).map(([kind, { events }]) => ({
  kind: kind as keyof typeof AWS_KINDS,
  ...events,
}));

/** The kinds whose messages may come over a partner event bus. */
export const PARTNER_KINDS = KIND_NAMES.filter((kind) => {
  const { events } = wayOf(kind);
  return events !== undefined && "partner" in events;
});
