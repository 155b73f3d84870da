// `npm run docs`: writes every document, and every part of one, that is made from the contract.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { documents, ROOT, readDocument } from "./documents.ts";
import { withBlocks } from "./markdown.ts";
import { recordedExamples } from "./record.ts";

for (const { file, text } of documents()) writeFileSync(join(ROOT, file), text);
const examples = await recordedExamples();
writeFileSync(join(ROOT, "docs/api.md"), withBlocks(readDocument("docs/api.md"), { examples }));
process.stdout.write("docs are up to date\n");
