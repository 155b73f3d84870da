// The known defects as docs/reliability.md lists them. `npm run docs:defects` writes the list there.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT, readDocument } from "../../infra/docs/documents.ts";
import { code, table, withBlocks } from "../../infra/docs/markdown.ts";
import { KNOWN_DEFECTS } from "./known-defects.ts";

const FILE = "docs/reliability.md";

/** The document as it should be. */
export function withDefects(text: string): string {
  const rows = KNOWN_DEFECTS.map(({ defect, known, test, name }) => [
    defect,
    known,
    `${code(test)}: ${name}`,
  ]);
  const head = ["Defect", "Known from", "The test that fails when it is put back"];
  const list = `${KNOWN_DEFECTS.length} defects:\n\n${table(head, rows)}`;
  return withBlocks(text, { "known-defects": list });
}

if (import.meta.main) writeFileSync(join(ROOT, FILE), withDefects(readDocument(FILE)));
