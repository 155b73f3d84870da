// Pairs about reading: who walks through a list, or checks the audit, while another writes.
import * as z from "zod";
import { verifyAudit } from "../../../shared/application/audit/verify-audit.ts";
import type { RouteName } from "../../../shared/contract/routes.ts";
import { ask } from "../api.ts";
import { type Meeting, meeting } from "../interleavings.ts";
import { idOf } from "../library.ts";
import * as act from "./actors.ts";
import { say } from "./actors.ts";

const Page = z.looseObject({
  items: z.array(z.looseObject({ id: z.string().optional(), version: z.int().optional() })),
  nextCursor: z.string().nullable(),
});

/** Every id of a list, two on a page. */
async function walk(name: RouteName, params: Record<string, string>): Promise<string[]> {
  const ids: string[] = [];
  let cursor: string | null = null;
  do {
    const query: Record<string, string> = { limit: "2", ...(cursor && { cursor }) };
    const page: z.infer<typeof Page> = Page.parse((await ask(name, { params, query })).body);
    ids.push(...page.items.map(({ id, version }) => id ?? String(version)));
    cursor = page.nextCursor;
  } while (cursor);
  return ids;
}

/** Each of `expected` once, and nothing twice. */
const wrong = (seen: readonly string[], expected: readonly string[]) => [
  ...say("something is listed twice", new Set(seen).size !== seen.length),
  ...say(
    "something that was there is not listed",
    expected.some((id) => !seen.includes(id)),
  ),
];

async function changedTimes(times: number) {
  const id = await act.draft();
  for (let n = 0; n < times; n++) await act.update(id, { description: `number ${n}` });
  return { id };
}

const WALKS: Meeting[] = [
  meeting({
    name: "a walk through runs ∥ a cancel and a start",
    prepare: async () => {
      const id = await act.approved();
      const ids: string[] = [];
      for (let n = 0; n < 5; n++) ids.push(idOf(await act.start(id)));
      return { id, ids };
    },
    one: ({ id }) => walk("list-executions", { runbookId: id }),
    other: async ({ id, ids }) => {
      await act.cancel(ids[2] ?? "");
      await act.start(id);
    },
    contradictions: ({ ids }, seen) => wrong(seen, ids),
  }),
  meeting({
    name: "a walk through the audit ∥ an update",
    prepare: () => changedTimes(4),
    one: ({ id }) => walk("list-audit", { runbookId: id }),
    other: ({ id }) => act.update(id, { description: "another" }),
    contradictions: (_, seen) => [...wrong(seen, []), ...say(`${seen.length} entries of 5`, seen.length < 5)],
  }),
  meeting({
    name: "a walk through versions ∥ an update",
    prepare: () => changedTimes(4),
    one: ({ id }) => walk("list-versions", { runbookId: id }),
    other: ({ id }) => act.update(id, { description: "another" }),
    contradictions: (_, seen) => wrong(seen, ["1", "2", "3", "4", "5"]),
  }),
];

const WRITERS: readonly (readonly [string, (run: { runbookId: string; id: string }) => Promise<unknown>])[] =
  [
    ["an update", ({ runbookId }) => act.update(runbookId, { description: "another" })],
    ["a start", ({ runbookId }) => act.start(runbookId)],
    ["a cancel", ({ id }) => act.cancel(id)],
    ["a pause", () => act.pause("payments", true)],
  ];

const AUDITS: Meeting[] = WRITERS.map(([name, write]) =>
  meeting({
    name: `verify-audit ∥ ${name}`,
    short: name === "a start",
    prepare: async () => {
      const runbookId = await act.approved();
      return { runbookId, id: idOf(await act.start(runbookId)) };
    },
    one: () => verifyAudit(),
    other: write,
    contradictions: (_, { findings }) =>
      findings.map(({ chain, problem, message }) => `a false alarm: ${chain} ${problem} ${message}`),
  }),
);

export const READ_PAIRS: readonly Meeting[] = [...WALKS, ...AUDITS];
