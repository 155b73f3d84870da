// docs/events.md is what the contract says today, and its examples are events that the service takes.
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { eventsDocument } from "../../../infra/docs/events-document.ts";
import { EVENTS_IN } from "../../../shared/contract/event-schemas.ts";

describe("docs/events.md", () => {
  it("is up to date; if not, run `npm run docs`", () => {
    const file = new URL("../../../docs/events.md", import.meta.url);
    expect(readFileSync(file, "utf8")).toBe(eventsDocument());
  });

  it.each(Object.entries(EVENTS_IN))("the example of %s fits its schema", (_, { detail, example }) => {
    expect(detail.safeParse(example).error?.issues ?? []).toEqual([]);
  });
});
