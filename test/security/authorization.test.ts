// The authorization matrix: every route, by every kind of caller, on what is its team's, another team's, or global.
import { beforeAll, describe, expect, it } from "vitest";
import type { Route } from "../../shared/contract/route.ts";
import { ALL_ROUTES } from "../../shared/contract/routes.ts";
import { type Asked, ask, everyItem, renewTable, startApi, type TestApi } from "../support/api.ts";
import {
  CALLERS,
  type CallerName,
  expected,
  RELATIONS,
  type Relation,
  scopesIn,
  type Verdict,
} from "../support/authorization.ts";
import { newId } from "../support/seed.ts";
import { makerOf } from "../support/valid-requests.ts";

let api: TestApi;
beforeAll(async () => {
  api = await startApi();
  return api.stop;
});

const CALLER_NAMES = Object.keys(CALLERS) as CallerName[];
const STATUS: Record<Exclude<Verdict, "yes">, number> = { no: 403, unseen: 404 };

/** Routes with a rule to keep; incidents have a team always, and only runs are for another team than their runbook's. */
const guarded = ALL_ROUTES.filter(([, { access }]) => access !== "public" && access.on !== "own");
const relationsOf = ({ access }: Route) =>
  (Object.keys(RELATIONS) as Relation[]).filter((relation) => {
    const [scope, ranFor] = RELATIONS[relation];
    const on = access === "public" ? "own" : access.on;
    return (
      on === "execution" ||
      on === "execution-team" ||
      (scope === ranFor && (scope !== "global" || on !== "incident"))
    );
  });

it("[G14] every route says who may use it, and these alone need no token", () => {
  expect(ALL_ROUTES.filter(([, { access }]) => !access).map(([name]) => name)).toEqual([]);
  const open = ALL_ROUTES.filter(([, { access }]) => access === "public").map(([name]) => name);
  expect(open.sort()).toEqual(["callback-execution", "get-health", "get-openapi", "take-message"]);
});

describe.each(guarded)("%s", (name, route) => {
  const relations = relationsOf(route);
  beforeAll(() => renewTable(api));

  it("[G1][G2][G3][G5][G8] refuses who may not, changes nothing, and hides what may not be seen", async () => {
    const goods = new Map<Relation, Asked>();
    for (const relation of relations) goods.set(relation, await makerOf(name)(...scopesIn(relation)));
    const before = await everyItem(api.table);
    const unknowns = new Map<CallerName, Promise<string>>();
    for (const [relation, good] of goods) {
      for (const caller of CALLER_NAMES) {
        const verdict = expected(route, caller, relation);
        if (verdict === "yes") continue;
        const answer = await ask(name, { ...good, as: CALLERS[caller] });
        expect(answer.status, `${caller}, ${relation}: ${answer.text}`).toBe(STATUS[verdict]);
        if (verdict !== "unseen") continue;
        const reported = unknowns.get(caller) ?? unknown(good, caller);
        unknowns.set(caller, reported);
        expect(neutral(answer.text)).toBe(await reported);
      }
    }
    expect(await everyItem(api.table)).toEqual(before);
  });

  it.each(relations)("[G1] accepts permitted callers, on what is %s", async (relation) => {
    const make = () => makerOf(name)(...scopesIn(relation));
    const shared = route.method === "GET" ? await make() : null;
    for (const caller of CALLER_NAMES.filter((c) => expected(route, c, relation) === "yes")) {
      const answer = await ask(name, { ...(shared ?? (await make())), as: CALLERS[caller] });
      expect(answer.status, `${caller}: ${answer.text}`).toBe(route.answer.status);
    }
  });

  /** What the same caller gets for an id that nothing has. */
  async function unknown(good: Asked, as: CallerName): Promise<string> {
    const params = { ...good.params };
    for (const [key, prefix] of Object.entries(PREFIXES)) if (params[key]) params[key] = newId(prefix);
    if (params["incidentId"]) params["incidentId"] = "INC-nobody-knows";
    return neutral((await ask(name, { ...good, params, as: CALLERS[as] })).text);
  }
});

const PREFIXES = { runbookId: "runbook", executionId: "execution", automationId: "automation" } as const;

/** The answer but for the id of the request, which is another one every time. */
const neutral = (text: string) => text.replace(/"requestId":"[^"]+"/, '"requestId":""');
