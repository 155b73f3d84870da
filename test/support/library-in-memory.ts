// The routes of runbooks and automations in memory, with the contract's schemas, for thousands of folders in seconds.
import { RunbooksClient } from "../../clients/api-client/client.ts";
import { NewRunbook, RunbookChanges } from "../../shared/contract/runbook-bodies.ts";
import { AutomationChanges, AutomationInput } from "../../shared/domain/automations/automation.ts";
import { mapSecrets } from "../../shared/domain/runbooks/credentials.ts";
import type { DefinitionInput } from "../../shared/domain/runbooks/definition.ts";
import { MASK } from "../../shared/domain/runbooks/webhook-auth.ts";

type Thing = { id: string; version: number; value: Record<string, unknown>; approvalStatus?: string };
type Library = Record<"runbooks" | "automations", Map<string, Thing>>;

export type LibraryInMemory = Library & {
  client: RunbooksClient;
  /** Each request that writes, as `POST /runbooks`. */
  writes: string[];
  approveAll: () => void;
  /** Answers the next request that writes with this problem. */
  refuseNext: (status: number, problem: object) => void;
};

export function startLibrary(): LibraryInMemory {
  const library: Library = { runbooks: new Map(), automations: new Map() };
  const writes: string[] = [];
  const refusals: Response[] = [];
  const send = async (url: string | URL | Request, init: RequestInit = {}) => {
    const { pathname, searchParams } = new URL(String(url));
    const [, kind = "", id] = pathname.split("/");
    if (kind !== "runbooks" && kind !== "automations") throw new Error(`No route ${pathname}`);
    const { method = "GET" } = init;
    if (method !== "GET") writes.push(`${method} ${pathname}`);
    const refusal = method === "GET" ? undefined : refusals.shift();
    if (refusal) return refusal;
    if (id === undefined && method === "GET") return page(kind, [...library[kind].values()], searchParams);
    return change(library, { kind, id, method, init });
  };
  return {
    ...library,
    writes,
    client: new RunbooksClient({ baseUrl: "http://library", token: "a.b.c", fetch: send, attempts: 1 }),
    approveAll: () => {
      for (const runbook of library.runbooks.values()) {
        if (runbook.approvalStatus === "DRAFT") runbook.version += 1;
        runbook.approvalStatus = "APPROVED";
      }
    },
    refuseNext: (status, problem) => void refusals.push(Response.json(problem, { status, headers: PROBLEM })),
  };
}

const PROBLEM = { "content-type": "application/problem+json" };
const refuse = (status: number, code: string, detail: string) =>
  Response.json({ code, title: code, detail }, { status, headers: PROBLEM });

function page(kind: keyof Library, things: Thing[], query: URLSearchParams): Response {
  const team = query.get("teamId");
  const isAsked = ({ value }: Thing) => team === null || (value["teamId"] ?? "global") === team;
  const items = things.filter(isAsked).map((thing) => viewOf(kind, thing));
  const from = Number(query.get("cursor") ?? 0);
  const next = from + Number(query.get("limit") ?? 20);
  return Response.json({
    items: items.slice(from, next),
    nextCursor: next < items.length ? `${next}` : null,
  });
}

function viewOf(kind: keyof Library, { id, version, value, approvalStatus }: Thing): Record<string, unknown> {
  if (kind === "automations") return { ...value, id, version };
  const definition = value as DefinitionInput;
  const masked = mapSecrets(definition, (secret) => (typeof secret === "string" ? MASK : secret));
  const versions = [{ version, definitionHash: `hash of ${version}` }];
  return { ...value, ...masked, id, version, approvalStatus, versions };
}

type Change = { kind: keyof Library; id: string | undefined; method: string; init: RequestInit };

function change(library: Library, { kind, id, method, init }: Change): Response {
  const things = library[kind];
  if (id === undefined) return create(library, kind, JSON.parse(String(init.body)));
  const thing = things.get(id);
  if (!thing) return refuse(404, "not_found", "There is none.");
  if (method === "GET") return Response.json(viewOf(kind, thing));
  if (new Headers(init.headers).get("if-match") !== `"${thing.version}"`)
    return refuse(412, "precondition_failed", "It has changed.");
  if (method === "DELETE") {
    things.delete(id);
    return new Response(null, { status: 204 });
  }
  const parse = kind === "runbooks" ? RunbookChanges : AutomationChanges;
  const changes = parse.parse(JSON.parse(String(init.body)));
  const kept = Object.entries({ ...thing.value, ...changes }).filter(([, value]) => value !== null);
  thing.value = { ...Object.fromEntries(kept), teamId: thing.value["teamId"] };
  thing.version += 1;
  if (kind === "runbooks") thing.approvalStatus = "DRAFT";
  return Response.json(viewOf(kind, thing));
}

function create(library: Library, kind: keyof Library, body: unknown): Response {
  const prefix = kind === "runbooks" ? "runbook" : "automation";
  const id = `${prefix}_${String(library[kind].size).padStart(26, "0")}`;
  const value = (kind === "runbooks" ? NewRunbook : AutomationInput).parse(body);
  if ("runbookId" in value && library.runbooks.get(value.runbookId)?.approvalStatus !== "APPROVED")
    return refuse(409, "runbook_not_approved", "It is a draft.");
  const status = kind === "runbooks" ? { approvalStatus: "DRAFT" } : {};
  const thing = { id, version: 1, value: JSON.parse(JSON.stringify(value)), ...status };
  library[kind].set(id, thing);
  return Response.json(viewOf(kind, thing), { status: 201 });
}
