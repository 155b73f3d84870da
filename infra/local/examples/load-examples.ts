// `npm start -- --examples`: creates the runbooks of `examples/targets` as drafts, those that are not there yet.
import { type Caller, createCaller, refusalOf } from "../demo/client.ts";
import { loadIdentity, signToken } from "../oidc/identity.ts";
import { type Example, readExamples } from "./read-examples.ts";

const PERSON = { user: "examples", groups: ["platform-admin"], expiresInSeconds: 600 };

/** Returns what was done, in lines for a person. An example that is refused does not keep the others out. */
export async function loadExamples(api: string, dataDir: string): Promise<string> {
  const caller = createCaller(api, await signToken(await loadIdentity(dataDir), PERSON));
  const known = await namesOf(caller);
  const lines: string[] = [];
  let created = 0;
  for (const example of readExamples().filter(({ runbook }) => !known.has(runbook.name))) {
    const refusal = await create(caller, example);
    if (refusal === undefined) created++;
    else lines.push(`${example.file} was not loaded: ${refusal}`);
  }
  const there = known.size > 0 ? `, ${known.size} runbooks were there before` : "";
  return [...lines, `examples  ${created} drafts created from examples/targets${there}`, ""].join("\n");
}

/** Returns why it is refused. */
const create = async (caller: Caller, { runbook }: Example): Promise<string | undefined> =>
  (await refusalOf(caller.createRunbook({ body: runbook })))?.detail;

async function namesOf(caller: Caller): Promise<Set<string>> {
  const names = new Set<string>();
  for await (const { name } of caller.all.listRunbooks({ query: { limit: 100 } })) names.add(name);
  return names;
}
