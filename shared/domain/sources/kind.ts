// What a kind of source is: how its messages come, how they are verified, and where an incident is in them. Types only.
import type { INCIDENT_REPORTS } from "../incidents/incident.ts";
import type { SchemeName } from "./schemes.ts";

export type Report = (typeof INCIDENT_REPORTS)[number];

/**
 * Where a value is: JSON Pointers, of which the first that leads to a value counts, and at last a fixed text. A pointer
 * starts at the item of a message with several, else at the message. `message:` before it starts at the message.
 * `text`: what the message means without saying it. `guess`: what stands there until something is known.
 */
export type Place = readonly (string | { text: string } | { guess: string })[];

/** Fields of an incident that a message tells. `id` joins its parts; none: the episode alone is it. `episode`: when what the incident is about began. */
export type FieldPlaces = {
  id: readonly Place[];
  episode?: Place;
  title: Place;
  status: Place;
  priority?: Place;
  createdAt?: Place;
  updatedAt?: Place;
  acknowledgedAt?: Place;
  assignee?: Place;
};

/**
 * What a message reports. The first case whose values all match decides. `where`: pointer → allowed values as text; null:
 * the value is absent. `report` null: the message is ignored, for the reason in `why`. `fields` replace those of the kind.
 * `ongoing`: the system says that it is so, not that it has begun. Of an incident that is known already it is an update.
 */
type Case = {
  where: Readonly<Record<string, readonly (string | null)[]>>;
  fields?: Partial<FieldPlaces>;
} & ({ report: Report; ongoing?: true } | { report: null; why: string });

export type Kind = {
  /** The system, as it calls itself. */
  system: string;
  /** The public document of its messages. */
  document: string;
  /** Over EventBridge. `message`: where the message is in the event. */
  events?: { source: string; detailTypes: readonly string[] } | { partner: string; message: string };
  /** By the clock: EventBridge Scheduler sends a tick whenever the schedule of a source is due. */
  clock?: true;
  /** Over HTTP: the schemes that its system can sign with, the recommended one first. */
  http?: readonly SchemeName[];
  /** Where the system's own id of a delivery is; without one, equal bodies are one delivery. */
  deliveryId?: { header?: string; place?: Place };
  /** Where the list of the items of one message is. Each of them is an incident. */
  items?: string;
  /** Where the message says how many items its system has left out. */
  omitted?: string;
  fields: FieldPlaces;
  /** Further facts: name in the incident's metadata → where. */
  metadata: Readonly<Record<string, Place>>;
  cases: readonly Case[];
  /** What a message is that matches no case. */
  otherwise: { report: Report; ongoing?: true } | { report: null; why: string };
};
