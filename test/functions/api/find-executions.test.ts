// GET /executions: what each caller finds over all runbooks, page by page; and what a question may not say.
import { beforeAll, describe, expect, it } from "vitest";
import * as z from "zod";
import {
  type Asked,
  ask,
  type Person,
  person,
  renewTable,
  startApi,
  type TestApi,
} from "../../support/api.ts";
import { approvedIn, endedRunIn, incidentIn, runIn, start } from "../../support/library.ts";

const Page = z.looseObject({
  items: z.array(z.looseObject({ id: z.string(), status: z.string() })),
  nextCursor: z.string().nullable(),
});

let api: TestApi;
beforeAll(async () => {
  api = await startApi();
  return api.stop;
});

const ana = person("team:payments:responder");
const sam = person("team:search:observer");
const nobody = person();

async function find(query: Record<string, string>, as?: Person): Promise<string[]> {
  const { body } = await ask("find-executions", { query, ...(as && { as }) });
  return Page.parse(body).items.map(({ id }) => id);
}

describe("GET /executions", () => {
  let runs: Record<"payments" | "search" | "forSearch" | "global" | "cancelled" | "incident", string>;
  let incidentId: string;

  beforeAll(async () => {
    await renewTable(api);
    incidentId = await incidentIn("payments");
    const runbookId = await approvedIn("payments");
    runs = {
      payments: await runIn("payments"),
      search: await runIn("search"),
      forSearch: await runIn(null, {}, "search"),
      global: await runIn(null),
      cancelled: await endedRunIn("payments"),
      incident: await start(runbookId, { incidentId }),
    };
  });

  it("shows each caller what it may see, newest first", async () => {
    const { payments, search, forSearch, global, cancelled, incident } = runs;
    expect(await find({})).toEqual([incident, cancelled, global, forSearch, search, payments]);
    expect(await find({}, ana)).toEqual([incident, cancelled, global, payments]);
    expect(await find({}, sam)).toEqual([global, forSearch, search]);
    expect(await find({}, nobody)).toEqual([global]);
  });

  it("[F7] shows nothing of another team, whatever is asked", async () => {
    expect(await find({ teamId: "search" }, ana)).toEqual([]);
    expect(await find({ incidentId }, sam)).toEqual([]);
    expect(await find({ status: "CANCELLED" }, sam)).toEqual([]);
    expect(await find({ status: "PENDING,RUNNING" }, nobody)).toEqual([runs.global]);
  });

  it("filters by team, incident, status, starter and kind of start, also combined", async () => {
    const { payments, search, forSearch, global, cancelled, incident } = runs;
    expect(await find({ teamId: "search" })).toEqual([forSearch, search]);
    expect(await find({ teamId: "global" })).toEqual([global]);
    expect(await find({ incidentId })).toEqual([incident]);
    expect(await find({ status: "FAILED,CANCELLED" })).toEqual([cancelled]);
    expect(await find({ status: "PENDING", teamId: "payments" })).toEqual([incident, payments]);
    expect(await find({ status: "CANCELLED,PENDING", teamId: "payments" })).toEqual([
      incident,
      cancelled,
      payments,
    ]);
    expect(await find({ executedBy: "user-platform-admin", triggeredBy: "manual", incidentId })).toEqual([
      incident,
    ]);
    expect(await find({ triggeredBy: "workflow" })).toEqual([]);
    expect(await find({ executedBy: "nobody" })).toEqual([]);
  });

  it("filters by a range of times, its end excluded", async () => {
    const { body } = await ask("get-execution", { params: { executionId: runs.global } });
    const { createdAt } = z.looseObject({ createdAt: z.string() }).parse(body);
    const at = Date.parse(createdAt);
    const withZone = (time: number) => new Date(time).toISOString().replace("Z", "+00:00");
    expect(await find({ from: withZone(at), to: withZone(at + 1), teamId: "global" })).toEqual([runs.global]);
    expect(await find({ to: createdAt, teamId: "global" })).toEqual([]);
    expect(await find({ from: withZone(at + 1), teamId: "global" })).toEqual([]);
  });

  it("comes in pages that join to the whole, with a cursor of this caller and this filter alone", async () => {
    const pages: string[] = [];
    let cursor: string | null = "";
    const cursors: string[] = [];
    while (cursor !== null) {
      const query: Record<string, string> = { limit: "1", ...(cursor && { cursor }) };
      const page = Page.parse((await ask("find-executions", { as: ana, query })).body);
      pages.push(...page.items.map(({ id }) => id));
      cursor = page.nextCursor;
      if (cursor) cursors.push(cursor);
    }
    expect(pages).toEqual(await find({}, ana));
    const [first = ""] = cursors;
    const others: Asked[] = [
      { as: sam, query: { limit: "1", cursor: first } },
      { as: ana, query: { limit: "1", cursor: first, status: "PENDING" } },
      { as: ana, query: { limit: "1", cursor: first, from: "2026-01-01T00:00:00Z" } },
      { as: ana, query: { limit: "1", cursor: `${first}x` } },
    ];
    for (const asked of others) {
      const { problem } = await ask("find-executions", asked);
      expect(problem).toMatchObject({ code: "malformed_request", errors: [{ pointer: "/query/cursor" }] });
    }
  });

  it.each([
    [{ status: "FAILED,BROKEN" }, "/query/status", "must be one or more of: PENDING, RUNNING"],
    [{ status: "FAILED,FAILED" }, "/query/status", "names FAILED more than once"],
    [{ status: "" }, "/query/status", "must be one or more of"],
    [{ status: "FAILED," }, "/query/status", "must be one or more of"],
    [{ from: "yesterday" }, "/query/from", "must be a date and time"],
    [{ from: "2026-03-01T03:00:00Z", to: "2026-03-01T03:00:00Z" }, "/query/to", "must be later than from"],
    [{ runbookId: "x" }, "/query/runbookId", "must be an id like"],
    [{ triggeredBy: "magic" }, "/query/triggeredBy", "must be one of: manual, workflow"],
    [{ bogus: "1" }, "/query/bogus", "is not a known field"],
  ])("refuses %o, and says where", async (query, pointer, message) => {
    const { problem } = await ask("find-executions", { query: { ...query } as Record<string, string> });
    expect(problem?.errors?.[0]).toMatchObject({ pointer, message: expect.stringContaining(message) });
  });

  it("is read by several statuses for a runbook and for an incident, too", async () => {
    const { body } = await ask("get-execution", { params: { executionId: runs.incident } });
    const { runbookId } = z.looseObject({ runbookId: z.string() }).parse(body);
    const ids = (answer: unknown) => Page.parse(answer).items.map(({ id }) => id);
    const query = { status: "PENDING,SUCCESS" };
    expect(ids((await ask("list-executions", { params: { runbookId }, query })).body)).toEqual([
      runs.incident,
    ]);
    expect(ids((await ask("list-incident-executions", { params: { incidentId }, query })).body)).toEqual([
      runs.incident,
    ]);
    const other = { params: { incidentId }, query: { status: "FAILED,CANCELLED" } };
    expect(ids((await ask("list-incident-executions", other)).body)).toEqual([]);
  });
});
