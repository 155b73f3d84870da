// The examples of docs/api.md and docs/openapi.json are what the service answers.
import { describe, expect, it } from "vitest";
import { EXAMPLES_FILE, readDocument } from "../../infra/docs/documents.ts";
import { recordExamples } from "../../infra/docs/record.ts";

describe("the examples of the API's document", () => {
  it("show every route as it answers now", { timeout: 60_000 }, async () => {
    const shown: unknown = JSON.parse(readDocument(EXAMPLES_FILE));
    expect(shown, "run `npm run docs`").toEqual(await recordExamples());
  });
});
