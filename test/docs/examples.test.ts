// The examples of docs/api.md are what the service answers.
import { describe, expect, it } from "vitest";
import { readDocument } from "../../infra/docs/documents.ts";
import { withBlocks } from "../../infra/docs/markdown.ts";
import { recordedExamples } from "../../infra/docs/record.ts";

describe("the examples of the API's document", () => {
  it("show every route as it answers now", { timeout: 60_000 }, async () => {
    const text = readDocument("docs/api.md");
    expect(text, "run `npm run docs`").toBe(withBlocks(text, { examples: await recordedExamples() }));
  });
});
