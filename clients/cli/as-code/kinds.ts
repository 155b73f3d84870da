// What can be kept in files: one row for each kind, with its schema, and how the API makes, changes and deletes it.
import type { RunbooksClient } from "../../api-client/client.ts";
import type { JsonObject } from "./json.ts";
import automationSchema from "./schemas/automation.schema.json" with { type: "json" };
import runbookSchema from "./schemas/runbook.schema.json" with { type: "json" };

/** What is there already, and was looked at. `version` must still hold when it is changed. */
export type Target = { id: string; version: number };

type Row = {
  /** Folder of its files. */
  folder: string;
  schemaFile: string;
  schema: JsonObject;
  /** Optional fields that are removed by null. */
  removable: readonly string[];
  create: (client: RunbooksClient, body: JsonObject) => Promise<Target>;
  update: (client: RunbooksClient, target: Target, body: JsonObject) => Promise<Target>;
  remove: (client: RunbooksClient, target: Target) => Promise<void>;
};

/** In the order in which they are made: an automation needs its runbook. They are deleted in the other order. */
export const KINDS = {
  runbook: {
    folder: "runbooks",
    schemaFile: "runbook.schema.json",
    schema: runbookSchema as JsonObject,
    removable: ["signature", "clientCertificate", "concurrency", "completion", "successCondition", "cases"],
    create: (client, body) => client.createRunbook({ body: body as Body<"createRunbook"> }),
    update: (client, { id, version }, body) =>
      client.updateRunbook({ runbookId: id, headers: ifMatch(version), body }),
    remove: (client, { id, version }) => client.deleteRunbook({ runbookId: id, headers: ifMatch(version) }),
  },
  automation: {
    folder: "automations",
    schemaFile: "automation.schema.json",
    schema: automationSchema as JsonObject,
    removable: [],
    create: (client, body) => client.createAutomation({ body: body as Body<"createAutomation"> }),
    update: (client, { id, version }, body) =>
      client.updateAutomation({ automationId: id, headers: ifMatch(version), body }),
    remove: (client, { id, version }) =>
      client.deleteAutomation({ automationId: id, headers: ifMatch(version) }),
  },
} as const satisfies Record<string, Row>;

/** Folder of the schemas, which editors read. */
export const SCHEMA_FOLDER = "schemas";

export type Kind = keyof typeof KINDS;
export const ALL_KINDS = Object.keys(KINDS) as Kind[];
export const rowOf = (kind: Kind): Row => KINDS[kind];

/** The body of a request, as the schema of its kind has checked it. */
type Body<Method extends "createRunbook" | "createAutomation"> = Parameters<
  RunbooksClient[Method]
>[0]["body"];

const ifMatch = (version: number) => ({ "if-match": `"${version}"` });

/** Null: global. */
export type Scope = string | null;
export const scopeName = (scope: Scope) => scope ?? "global";
