// docs/reliability.md lists the defects that `npm run test:defects` puts back, all of them and no others.
import { expect, it } from "vitest";
import { readDocument } from "../../infra/docs/documents.ts";
import { withDefects } from "../defects/table.ts";

it("the document lists every known defect, and the test that catches it", () => {
  const document = readDocument("docs/reliability.md");
  expect(document, "run `npm run docs:defects`").toBe(withDefects(document));
});
