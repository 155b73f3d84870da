// What an answer depends on may change while it is decided: then it is decided again, and the answer is true when it comes.
import "../../support/quiet.ts";
import { randomUUID } from "node:crypto";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { getAutomation } from "../../../shared/store/automations.ts";
import { type ApiAnswer, ask, PLATFORM_ADMIN, startApi, type TestApi } from "../../support/api.ts";
import { atEveryBorder, type Border, beforeEvery, heldAt } from "../../support/borders.ts";
import { violations } from "../../support/invariants.ts";
import { approve, approvedIn, automationOf, fresh, idOf, start } from "../../support/library.ts";
import { LIMIT_MS, LONG, report } from "../../support/long-form.ts";

let api: TestApi;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api.stop());
afterEach(async () => {
  process.env["RATE_LIMIT_STARTS_PER_MINUTE"] = "0";
  expect(await violations({ now: new Date(0) })).toEqual([]);
});

const answerOf = ({ status, problem }: ApiAnswer) => problem?.code ?? status;

describe("[14a] one Idempotency-Key, two requests at once", () => {
  const REJECT = { concurrency: { limit: 1, onLimit: "reject" } };
  const person = () => ({ sub: fresh("user"), groups: PLATFORM_ADMIN.groups });

  /** A request that may be granted once, and its answer when it is asked again under its key. */
  const startOf = async (changes: object) => {
    const runbookId = await approvedIn(null, changes);
    const asked = { as: person(), params: { runbookId }, headers: { "idempotency-key": randomUUID() } };
    return { runbookId, before: 0, request: () => ask("start-execution", { ...asked, body: {} }) };
  };
  const rerunOf = async (changes: object) => {
    const runbookId = await approvedIn(null, changes);
    const executionId = await start(runbookId);
    idOf(await ask("cancel-execution", { params: { executionId } }));
    const asked = { as: person(), params: { executionId }, headers: { "idempotency-key": randomUUID() } };
    return { runbookId, before: 1, request: () => ask("rerun-execution", asked) };
  };
  const reads =
    (item: string): Border =>
    (command, items) =>
      command.startsWith("Get") && items.includes(item);

  it.each([
    ["start", "the place in the limit", startOf, REJECT, "0", reads("slots")],
    ["start", "the last token of the rate", startOf, {}, "1", reads("rate-limit")],
    ["rerun", "the place in the limit", rerunOf, REJECT, "0", reads("slots")],
    ["rerun", "the last token of the rate", rerunOf, {}, "1", reads("rate-limit")],
  ] as const)(
    "to %s, of which one takes %s: both get the same run",
    async (name, _, make, changes, rate, border) => {
      const round = async (
        hold: (act: () => Promise<ApiAnswer>, other: () => Promise<unknown>) => Promise<ApiAnswer>,
      ) => {
        const { runbookId, before, request } = await make(changes);
        process.env["RATE_LIMIT_STARTS_PER_MINUTE"] = rate;
        let other: ApiAnswer | null = null;
        const one = await hold(request, async () => {
          other = await request();
        });
        process.env["RATE_LIMIT_STARTS_PER_MINUTE"] = "0";
        const answers = [one, other ?? (await request())];
        expect(answers.map(answerOf)).toEqual([202, 202]);
        expect(new Set(answers.map(idOf)).size).toBe(1);
        const { body } = await ask("list-executions", { params: { runbookId } });
        expect((body as { items: unknown[] }).items).toHaveLength(before + 1);
      };
      await round((act, other) => heldAt(border, act, other));
      if (LONG) report(`${name} ∥ ${name}, one key`, { borders: await atEveryBorder(round) });
    },
    LIMIT_MS,
  );
});

/** The transaction that writes an automation. */
const SAVE: Border = (command, items) => command.startsWith("TransactWrite") && items.includes("automation");

/** What may happen to a runbook, at version 2, whose parameter `service` an automation fills. */
const CHANGES = {
  deleted: async (runbookId: string) => {
    expect((await ask("delete-runbook", { params: { runbookId } })).status).toBe(204);
  },
  edited: async (runbookId: string) => {
    idOf(await ask("update-runbook", { params: { runbookId }, body: { description: "Another one" } }));
  },
  "edited and approved": async (runbookId: string) => {
    await CHANGES.edited(runbookId);
    await approve(runbookId, 3);
  },
  "given other parameters and approved": async (runbookId: string) => {
    const parameters = { type: "object", properties: { host: { type: "string", default: "a" } } };
    const body = { parameters, payloadTemplate: '{"host":"{{params.host}}"}' };
    idOf(await ask("update-runbook", { params: { runbookId }, body }));
    await approve(runbookId, 3);
  },
};

describe("while an automation is saved, its runbook is", () => {
  it.each([
    ["deleted", "not_found", "invalid_transition"],
    ["edited", "runbook_not_approved", 200],
    ["edited and approved", 201, 200],
    ["given other parameters and approved", "invalid_parameters", "invalid_parameters"],
  ] as const)(
    "%s: creating it answers %s, changing it %s",
    async (change, created, updated) => {
      const runbookId = await approvedIn(null);
      const creating = () => ask("create-automation", { body: automationOf(runbookId) });
      const answer = await heldAt(SAVE, creating, () => CHANGES[change](runbookId));
      expect(answerOf(answer)).toBe(created);
      const other = await approvedIn(null);
      const automationId = idOf(await ask("create-automation", { body: automationOf(other) }));
      const patching = () =>
        ask("update-automation", { params: { automationId }, body: { parameters: { service: "till" } } });
      const patched = await heldAt(SAVE, patching, () => CHANGES[change](other));
      expect(answerOf(patched)).toBe(updated);
      const stored = await getAutomation(automationId);
      expect(stored?.version).toBe(updated === 200 ? 2 : 1);
      expect(stored?.parameters).toEqual({ service: updated === 200 ? "till" : "checkout" });
    },
    LIMIT_MS,
  );

  it("changed again and again: the caller is asked to retry, and nothing is stored", async () => {
    const runbookId = await approvedIn(null);
    let version = 2;
    const rest = beforeEvery(SAVE, async () => {
      await ask("update-runbook", { params: { runbookId }, body: { description: `Number ${version}` } });
      await approve(runbookId, version + 1);
      version += 2;
    });
    const answer = await ask("create-automation", { body: automationOf(runbookId) });
    rest();
    expect(answerOf(answer)).toBe("version_conflict");
    expect(answer.headers["retry-after"]).toBe("1");
    const { body } = await ask("list-automations", { query: { runbookId } });
    expect(body).toMatchObject({ items: [] });
  });
});
