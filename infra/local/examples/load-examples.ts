// `npm start -- --examples`: creates the runbooks of `examples/targets` as drafts, those that are not there yet.
import * as z from "zod";
import { Caller, Page, Problem } from "../demo/client.ts";
import { loadIdentity, signToken } from "../oidc/identity.ts";
import { type Example, readExamples } from "./read-examples.ts";

const PERSON = { user: "examples", groups: ["platform-admin"], expiresInSeconds: 600 };
const Named = z.looseObject({ name: z.string() });

/** Returns what was done, in lines for a person. An example that is refused does not keep the others out. */
export async function loadExamples(api: string, dataDir: string): Promise<string> {
  const caller = new Caller(api, await signToken(await loadIdentity(dataDir), PERSON));
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

async function create(caller: Caller, { runbook }: Example): Promise<string | undefined> {
  const { status, body } = await caller.call("POST", "/runbooks", runbook);
  return status === 201 ? undefined : Problem.parse(body).detail;
}

async function namesOf(caller: Caller): Promise<Set<string>> {
  const names = new Set<string>();
  for (let cursor: string | null = ""; cursor !== null; ) {
    const next: string = cursor === "" ? "" : `&cursor=${encodeURIComponent(cursor)}`;
    const { items, nextCursor } = Page.parse((await caller.call("GET", `/runbooks?limit=100${next}`)).body);
    for (const item of items) names.add(Named.parse(item).name);
    cursor = nextCursor;
  }
  return names;
}
