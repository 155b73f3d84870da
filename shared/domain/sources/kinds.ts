// All kinds of sources. A kind is a row of data; `generic` gets its row from the author's mapping.
import { ALERT_KINDS } from "./alert-kinds.ts";
import { AWS_KINDS } from "./aws-kinds.ts";
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
export const KINDS = { ...AWS_KINDS, ...INCIDENT_KINDS, ...ALERT_KINDS, generic: GENERIC } as const;
export type KindName = keyof typeof KINDS;
export const KIND_NAMES = Object.keys(KINDS) as [KindName, ...KindName[]];
