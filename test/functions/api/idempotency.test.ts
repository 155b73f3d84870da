// Idempotency-Key, on every route that declares it: one request under one key is carried out once, and answered alike.
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import * as z from "zod";
import type { Route } from "../../../shared/contract/route.ts";
import { ALL_ROUTES } from "../../../shared/contract/routes.ts";
import {
  type ApiAnswer,
  type Asked,
  ask,
  everyItem,
  person,
  renewTable,
  startApi,
  type TestApi,
} from "../../support/api.ts";
import { approvedIn, fresh, idOf, incidentIn } from "../../support/library.ts";
import { newId } from "../../support/seed.ts";
import { makerOf } from "../../support/valid-requests.ts";

let api: TestApi;
beforeAll(async () => {
  api = await startApi();
  return api.stop;
});
beforeEach(() => renewTable(api));
afterEach(() => vi.useRealTimers());

const takesKey = (route: Route) => "idempotency-key" in (route.headers?.shape ?? {});
const KEYED = ALL_ROUTES.filter(([, route]) => takesKey(route));
const withKey = (asked: Asked, key: string): Asked => ({
  ...asked,
  headers: { ...asked.headers, "idempotency-key": key },
});

/** For each route a request that is good too, and is another one. */
const ANOTHER: Record<string, (good: Asked) => Asked> = {
  "create-runbook": (good) => ({ ...good, body: { ...Object(good.body), name: "Restart two services" } }),
  "create-automation": (good) => ({ ...good, body: { ...Object(good.body), name: "When search is slow" } }),
  "start-execution": (good) => ({ ...good, body: { parameters: { service: "payments" } } }),
  "rerun-executions": (good) => ({ ...good, body: { executionIds: [newId("execution")] } }),
  "create-source": (good) => ({ ...good, body: { ...Object(good.body), name: "Another source" } }),
  "create-freeze-window": (good) => ({ ...good, body: { ...Object(good.body), name: "Another freeze" } }),
  "rerun-execution": (good) => ({ ...good, body: { version: 2 } }),
};

const FreezeWindows = z.array(z.looseObject({ id: z.string() }));
const Many = z.looseObject({
  items: z.tuple([z.looseObject({ execution: z.looseObject({ id: z.string() }) })]),
});

/** The id of what a request created: of the one thing, or of the first of many. */
function createdIn(answer: ApiAnswer): string {
  const many = Many.safeParse(answer.body);
  return many.success ? many.data.items[0].execution.id : idOf(answer);
}

it("every POST that creates or starts accepts a key", () => {
  const creating = ALL_ROUTES.filter(
    // Systems send no key with their messages: what they report is known by itself.
    ([, { method, answer, signed }]) => method === "POST" && !signed && [201, 202].includes(answer.status),
  );
  expect(creating.map(([name]) => name)).toEqual(expect.arrayContaining(["create-runbook"]));
  expect(creating.filter(([, route]) => !takesKey(route)).map(([name]) => name)).toEqual([]);
});

describe.each(KEYED)("%s", (name) => {
  const items = () => everyItem(api.table);
  /** Things by kind and id: each has a partition, but freeze windows, which are in one item together. */
  const things = async () => {
    const stored = await items();
    const windows = stored.flatMap((item) => FreezeWindows.parse(JSON.parse(item["windows"]?.S ?? "[]")));
    return new Set([
      ...stored.map((item) => String(item["pk"]?.S)),
      ...windows.map(({ id }) => `${kindOf(id)}#${id}`),
    ]);
  };
  const good = () => makerOf(name)("payments");
  const another = (asked: Asked): Asked => {
    const make = ANOTHER[name];
    if (!make) throw new Error(`Say in ANOTHER what another request to ${name} is`);
    return make(asked);
  };

  it(`${name} creates once, and answers a repeat as the first time`, async () => {
    const asked = withKey(await good(), fresh("key"));
    const first = await ask(name, asked);
    const stored = await items();
    const second = await ask(name, asked);
    expect([second.status, createdIn(second)]).toEqual([first.status, createdIn(first)]);
    expect(second.headers["location"]).toBe(first.headers["location"]);
    expect(await items()).toEqual(stored);
  });

  it("creates one thing for ten concurrent requests, and answers all of them with it", async () => {
    const asked = withKey(await good(), fresh("key"));
    const before = await things();
    const answers = await Promise.all(Array.from({ length: 10 }, () => ask(name, asked)));
    const [id = "", ...others] = new Set(answers.map(createdIn));
    expect(others).toEqual([]);
    expect(new Set(answers.map(({ status }) => status)).size).toBe(1);
    const created = [...(await things())].filter(
      (thing) => !before.has(thing) && thing.startsWith(`${kindOf(id)}#`),
    );
    expect(created).toEqual([`${kindOf(id)}#${id}`]);
  });

  it("refuses another request under the same key, and stores nothing of it", async () => {
    const asked = withKey(await good(), fresh("key"));
    createdIn(await ask(name, asked));
    const stored = await items();
    const { problem } = await ask(name, another(asked));
    expect(problem?.code).toBe("idempotency_conflict");
    expect(await items()).toEqual(stored);
  });

  it("treats another caller's key as another key", async () => {
    const asked = withKey(await good(), fresh("key"));
    const eve = { ...person("platform-admin"), sub: "eve" };
    expect(createdIn(await ask(name, { ...asked, as: eve }))).not.toBe(createdIn(await ask(name, asked)));
  });

  it("keeps a key for 24 hours, and no longer", async () => {
    vi.useFakeTimers({ toFake: ["Date"] });
    const began = Date.now();
    const asked = withKey(await good(), fresh("key"));
    const first = createdIn(await ask(name, asked));
    const after = async (seconds: number) => {
      vi.setSystemTime(began + seconds * 1000);
      return createdIn(await ask(name, asked));
    };
    expect(await after(24 * 3600 - 5)).toBe(first);
    expect(await after(24 * 3600 + 5)).not.toBe(first);
  });
});

describe("a key of a start", () => {
  const start = (runbookId: string, key: string, body: object = {}) =>
    ask("start-execution", withKey({ params: { runbookId }, body }, key));
  const codes = (answers: ApiAnswer[]) => answers.map(({ problem }) => problem?.code);

  it("identifies the runbook and the incident too", async () => {
    const key = fresh("key");
    const [first, second] = [await approvedIn("payments"), await approvedIn("payments")];
    const incidents = [await incidentIn("payments"), await incidentIn("payments")];
    idOf(await start(first, key, { incidentId: incidents[0] }));
    const others = [
      await start(second, key, { incidentId: incidents[0] }),
      await start(first, key, { incidentId: incidents[1] }),
      await start(first, key),
    ];
    expect(codes(others)).toEqual(Array(3).fill("idempotency_conflict"));
  });

  it("is not refused because of the very run that it started", async () => {
    const runbookId = await approvedIn("payments", { concurrency: { limit: 1, onLimit: "reject" } });
    for (let round = 0; round < 10; round++) {
      const key = fresh("key");
      const answers = await Promise.all(Array.from({ length: 4 }, () => start(runbookId, key)));
      expect(new Set(answers.map(idOf)).size).toBe(1);
      await ask("cancel-execution", { params: { executionId: answers.map(idOf)[0] ?? "" } });
    }
  });

  it("still returns its run when the runbook is deleted", async () => {
    const runbookId = await approvedIn("payments");
    const key = fresh("key");
    const first = idOf(await start(runbookId, key));
    await ask("cancel-execution", { params: { executionId: first } });
    expect((await ask("delete-runbook", { params: { runbookId } })).status).toBe(204);
    expect(idOf(await start(runbookId, key))).toBe(first);
    expect(codes([await start(runbookId, fresh("key"))])).toEqual(["not_found"]);
  });

  it("returns its run to nobody who may no longer see it", async () => {
    const runbookId = await approvedIn("payments");
    const asked = withKey({ params: { runbookId } }, fresh("key"));
    const sub = "ana";
    idOf(await ask("start-execution", { ...asked, as: { sub, groups: ["team:payments:responder"] } }));
    expect(codes([await ask("start-execution", { ...asked, as: { sub, groups: [] } })])).toEqual([
      "not_found",
    ]);
  });

  it("is free after a refusal: fixed, the same request is accepted", async () => {
    const runbookId = idOf(await ask("create-runbook", await makerOf("create-runbook")("payments")));
    const key = fresh("key");
    expect(codes([await start(runbookId, key)])).toEqual(["runbook_not_approved"]);
    await ask("approve-runbook", { params: { runbookId }, body: { version: 1 } });
    expect((await start(runbookId, key)).status).toBe(202);
  });
});

it("a key of an automation still returns it when it is deleted", async () => {
  const asked = withKey(await makerOf("create-automation")("payments"), fresh("key"));
  const first = idOf(await ask("create-automation", asked));
  expect((await ask("delete-automation", { params: { automationId: first } })).status).toBe(204);
  const stored = await everyItem(api.table);
  expect(idOf(await ask("create-automation", asked))).toBe(first);
  expect(await everyItem(api.table)).toEqual(stored);
});

const kindOf = (id: string) => id.slice(0, id.indexOf("_"));
