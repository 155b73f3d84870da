// What a cursor tells whoever takes it apart: nothing, also where a page ends at a row that its reader may not see.
import "../support/quiet.ts";
import { type AttributeValue, BatchWriteItemCommand } from "@aws-sdk/client-dynamodb";
import { beforeAll, describe, expect, it } from "vitest";
import * as z from "zod";
import { KEYS } from "../../shared/contract/table.ts";
import { ask, everyItem, person, startApi, type TestApi } from "../support/api.ts";
import { approvedIn, start } from "../support/library.ts";
import { newId } from "../support/seed.ts";

/** One more than a page looks at, so that it ends before its list does. */
const HIDDEN = 2001;
/** Most items of one BatchWriteItem, by DynamoDB's limit. */
const BATCH = 25;

const Page = z.object({ items: z.array(z.unknown()), nextCursor: z.string().nullable() });
const ana = person("team:payments:responder");
const rob = { sub: "user-rob", groups: ana.groups };

let api: TestApi;
beforeAll(async () => {
  api = await startApi();
  return api.stop;
});

/** Puts copies of an execution into the table, each with an id of its own. Returns all ids. */
async function multiply(executionId: string): Promise<string[]> {
  const items = await everyItem(api.table);
  const header = JSON.stringify(
    items.find(({ pk, sk }) => pk?.S === KEYS.execution(executionId).pk && sk?.S === "execution"),
  );
  const ids = Array.from({ length: HIDDEN - 1 }, () => newId("execution"));
  const copies = ids.map(
    (id): Record<string, AttributeValue> => JSON.parse(header.replaceAll(executionId, id)),
  );
  const { client, tableName } = api.table;
  for (let at = 0; at < copies.length; at += BATCH) {
    const puts = copies.slice(at, at + BATCH).map((Item) => ({ PutRequest: { Item } }));
    const { UnprocessedItems } = await client.send(
      new BatchWriteItemCommand({ RequestItems: { [tableName]: puts } }),
    );
    expect(UnprocessedItems).toEqual({});
  }
  return [executionId, ...ids];
}

/** The text itself, and what base64 makes of it, as a whole and part by part. */
const readings = (cursor: string): string[] =>
  [cursor, ...cursor.split(/[^\w-]/)].flatMap((part) => [
    part,
    Buffer.from(part, "base64url").toString("latin1"),
  ]);

describe("a cursor of a page that ends at another team's execution", () => {
  let runbookId: string;
  let ids: string[];
  beforeAll(async () => {
    runbookId = await approvedIn(null);
    ids = await multiply(await start(runbookId, { teamId: "search" }));
  });

  const list = (query: Record<string, string> = {}, as = ana) =>
    ask("list-executions", { as, params: { runbookId }, query });
  async function cursorOf(query: Record<string, string> = {}): Promise<string> {
    const { items, nextCursor } = Page.parse((await list(query)).body);
    expect(items).toEqual([]);
    return z.string().parse(nextCursor);
  }
  const refusal = async (cursor: string, query: Record<string, string> = {}, as = ana) => {
    const { status, problem } = await list({ ...query, cursor }, as);
    return [status, problem?.errors?.map(({ pointer }) => pointer)];
  };
  const REFUSED = [400, ["/query/cursor"]];

  it("[K2] tells neither its id nor its time, and is another one each time", async () => {
    const cursor = await cursorOf();
    const today = new Date().toISOString().slice(0, 10);
    for (const reading of readings(cursor)) {
      expect(ids.filter((id) => reading.includes(id.slice(-12)))).toEqual([]);
      expect(reading).not.toContain(today);
      expect(reading).not.toContain("execution");
    }
    expect(await cursorOf()).not.toBe(cursor);
  });

  it("[K2] goes on to the end, and for its caller, list and filters alone", async () => {
    const cursor = await cursorOf();
    expect(Page.parse((await list({ cursor })).body)).toEqual({ items: [], nextCursor: null });
    expect(await refusal(cursor, {}, rob)).toEqual(REFUSED);
    expect(await refusal(cursor, { status: "FAILED" })).toEqual(REFUSED);
    expect(await refusal(await cursorOf({ status: "FAILED" }))).toEqual(REFUSED);
  });

  it("[K2] that was cut, lengthened, or made in the form of before is refused", async () => {
    const cursor = await cursorOf();
    const position = `${new Date().toISOString()}#${ids[0]}`;
    const made = Buffer.from(position).toString("base64url");
    const wrong = [
      ...[
        cursor.slice(1),
        cursor.slice(0, -1),
        cursor.slice(0, 16),
        "A",
        `${cursor}A`,
        `${cursor}=`,
        `${cursor}.A`,
      ],
      ...[position, made, `${made}.${"A".repeat(32)}`, `${cursor} `, cursor.toLowerCase()],
    ];
    for (const one of wrong) expect(await refusal(one), one).toEqual(REFUSED);
  });
});
