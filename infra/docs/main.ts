// `npm run docs`: records the examples, then writes every document and block that is generated from the contract.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { documents, EXAMPLES_FILE, ROOT } from "./documents.ts";
import { compactJson } from "./example-text.ts";
import { recordExamples } from "./record.ts";

writeFileSync(join(ROOT, EXAMPLES_FILE), `${compactJson(await recordExamples())}\n`);
for (const { file, text } of documents()) writeFileSync(join(ROOT, file), text);
process.stdout.write("docs are up to date\n");
