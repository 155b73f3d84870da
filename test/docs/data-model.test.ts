// What docs/data-model.md says of consumed capacity is what is consumed.
import { describe, expect, it } from "vitest";
import { readDocument } from "../../infra/docs/documents.ts";
import { withBlocks } from "../../infra/docs/markdown.ts";
import { MEASURING, measure } from "../bench/data-model.ts";
import { useTable } from "../support/environment.ts";

describe("the data model's document", () => {
  it("shows the capacity and the sizes that are measured now", async () => {
    await useTable();
    Object.assign(process.env, MEASURING);
    const text = readDocument("docs/data-model.md");
    expect(text, "run `npm run bench -- counts`").toBe(withBlocks(text, { ...(await measure()) }));
  }, 60_000);
});
