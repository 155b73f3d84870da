// docs/events.md is what the contract says today, and its examples are events that the service takes.
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { eventsDocument } from "../../../infra/docs/events-document.ts";
import { INCOMING_EVENTS } from "../../../shared/contract/event-schemas.ts";

describe("docs/events.md", () => {
  it("is up to date; if not, run `npm run docs`", () => {
    const file = new URL("../../../docs/events.md", import.meta.url);
    expect(readFileSync(file, "utf8")).toBe(eventsDocument());
  });

  it.each(Object.entries(INCOMING_EVENTS))("the example of %s fits its schema", (_, { detail, example }) => {
    expect(detail.safeParse(example).error?.issues ?? []).toEqual([]);
  });
});
