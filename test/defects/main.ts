// npm run test:defects: puts each known defect back, and requires that the test named for it fails. A word narrows it.
import { startDynamoDb } from "../../infra/local/dynamodb/dynamodb.ts";
import { findFreePort } from "../../infra/local/platform/ports.ts";
import { KNOWN_DEFECTS, type KnownDefect } from "./known-defects.ts";
import { copyTree, runTests, type Tree } from "./tree.ts";

const wanted = process.argv[2] ?? "";
const defects = KNOWN_DEFECTS.filter((d) => JSON.stringify(d).includes(wanted));
const database = await startDynamoDb(await findFreePort(), null);
const tree = copyTree();
const say = (line: string) => process.stdout.write(`${line}\n`);
let missed = 0;

try {
  const sound = await withoutDefects(tree);
  say("| defect | known from | change in | test that fails |\n| --- | --- | --- | --- |");
  for (const known of defects) {
    const found = sound.has(keyOf(known))
      ? await caughtBy(known, tree)
      : "MISSED: fails without the defect too";
    if (found.startsWith("MISSED")) missed++;
    say(`| ${known.defect} | ${known.known} | \`${known.file}\` | ${found} |`);
  }
  say(`\n${defects.length - missed} of ${defects.length} defects are caught.`);
} finally {
  tree.remove();
  await database.stop();
}
process.exitCode = missed === 0 ? 0 : 1;

function keyOf({ test, name }: KnownDefect): string {
  return `${test} ${name}`;
}

/** The tests that pass on the current source: only their failure proves anything. */
async function withoutDefects({ path }: Tree): Promise<Set<string>> {
  const passing = new Set<string>();
  for (const known of new Map(defects.map((d) => [keyOf(d), d])).values()) {
    const { passed, failed } = await runTests(path, known.test, known.name, database.endpoint);
    if (passed.length > 0 && failed.length === 0) passing.add(keyOf(known));
  }
  return passing;
}

async function caughtBy(
  { file, find, replace, test, name }: KnownDefect,
  { path, changed }: Tree,
): Promise<string> {
  const { failed, output } = await changed(file, find, replace, () =>
    runTests(path, test, name, database.endpoint),
  );
  const [first] = failed;
  if (first !== undefined) return `\`${test}\`: ${first}`;
  process.stderr.write(`${output.slice(-1500)}\n`);
  return "MISSED";
}
