// Routes of sources: the systems that report incidents.
import * as z from "zod";
import { FoundAuditEntry } from "../domain/found-audit.ts";
import { SourceId } from "../domain/ids.ts";
import { Json } from "../domain/json.ts";
import { KIND_NAMES } from "../domain/sources/kinds.ts";
import { SourceChanges, SourceInput, SourceView } from "../domain/sources/source.ts";
import { SourceTest } from "../domain/sources/source-test.ts";
import { TakenMessage } from "../domain/sources/taken-message.ts";
import { idempotencyKey, ifMatchOf, pageOf, paging, type Route } from "./route.ts";

const params = z.strictObject({ sourceId: SourceId });
const ifMatch = ifMatchOf("source");

export const SOURCE_ROUTES = {
  "create-source": {
    method: "POST",
    path: "/sources",
    summary:
      "Create a source: over HTTP of a team by its admins; over EventBridge, or for several teams, by platform admins",
    access: { action: "manage", on: "body" },
    class: "approve",
    headers: idempotencyKey,
    body: SourceInput,
    answer: { status: 201, body: SourceView, headers: ["ETag", "Location"] },
    errors: ["version_conflict", "idempotency_conflict"],
  },
  "list-sources": {
    method: "GET",
    path: "/sources",
    summary: "List the sources that the caller may see, newest first",
    access: { action: "view", on: "own" },
    query: z.strictObject({
      kind: z.enum(KIND_NAMES).optional().describe("Only sources of this kind."),
      enabled: z
        .enum(["true", "false"])
        .transform((text) => text === "true")
        .optional()
        .describe("Only sources whose messages are read, or only the others."),
      ...paging,
    }),
    answer: { status: 200, body: pageOf(SourceView) },
  },
  "get-source": {
    method: "GET",
    path: "/sources/{sourceId}",
    summary: "One source",
    access: { action: "view", on: "source" },
    params,
    answer: { status: 200, body: SourceView, headers: ["ETag"] },
  },
  "update-source": {
    method: "PATCH",
    path: "/sources/{sourceId}",
    summary: "Change a source, or give it a new secret beside the one before. Its kind cannot be changed",
    access: { action: "manage", on: "source" },
    class: "approve",
    params,
    headers: ifMatch,
    body: SourceChanges,
    answer: { status: 200, body: SourceView, headers: ["ETag"] },
    errors: ["version_conflict", "precondition_failed"],
  },
  "delete-source": {
    method: "DELETE",
    path: "/sources/{sourceId}",
    summary: "Delete a source. Its incidents stay; its messages are refused from now on",
    access: { action: "manage", on: "source" },
    class: "approve",
    params,
    headers: ifMatch,
    answer: { status: 204 },
    errors: ["version_conflict", "precondition_failed"],
  },
  "list-source-audit": {
    method: "GET",
    path: "/sources/{sourceId}/audit",
    summary: "List who created, changed and deleted a source, newest first",
    access: { action: "view", on: "source", deletedToo: true },
    params,
    query: z.strictObject(paging),
    answer: { status: 200, body: pageOf(FoundAuditEntry) },
  },
  "test-source": {
    method: "POST",
    path: "/sources/{sourceId}/test",
    summary: "Show what a message of a source becomes, pointer by pointer. Nothing is sent or stored",
    access: { action: "view", on: "source" },
    class: "read",
    params,
    body: z
      .strictObject({ message: z.record(z.string(), Json).describe("The message, as its system sends it.") })
      .describe("A message of the system."),
    answer: { status: 200, body: SourceTest },
  },
  "take-message": {
    method: "POST",
    path: "/intake/{sourceId}",
    summary: "Report incidents, as a system sends its own messages: signed with the secret of the source",
    access: "public",
    class: "intake",
    signed: true,
    // Whatever is wrong with the id, the answer is that of a wrong signature.
    params: z.strictObject({ sourceId: z.string().describe("Id of the source.") }),
    headers: z.object({
      "webhook-id": z.string().optional().describe("Id of the message, where the system sends one."),
    }),
    body: z
      .record(z.string(), Json)
      .describe("The message, as its system sends it: a JSON object of up to 256 KiB."),
    throttle: { ratePerSecond: 40, burst: 80 },
    answer: { status: 202, body: TakenMessage },
  },
} as const satisfies Record<string, Route>;
