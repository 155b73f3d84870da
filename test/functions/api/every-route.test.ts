// What holds for every route alike, generated from the contract: a new route is tested as soon as it is named there.
import { beforeAll, describe, expect, it } from "vitest";
import { ALL_ROUTES, ROUTES } from "../../../shared/contract/routes.ts";
import {
  type ApiAnswer,
  type Asked,
  ask,
  askThrough,
  everyItem,
  renewTable,
  startApi,
  type TestApi,
  tokenOf,
} from "../../support/api.ts";
import { malformedRequests } from "../../support/malformed.ts";
import { leftUnderWay, recordSdkCalls, staleReads } from "../../support/sdk-calls.ts";
import { newId } from "../../support/seed.ts";
import { makerOf, ROUTES_WITH_REQUESTS } from "../../support/valid-requests.ts";

const GROUPS = ["platform-admin"];
const NOBODY: Record<string, Asked> = {
  "no claims": { as: null },
  "no token where its claims are": { authorization: undefined },
  "a token that cannot be read": { authorization: "Bearer e30.WyJhIl0.x" },
  "a token of somebody else": {
    authorization: `Bearer ${tokenOf({ sub: "mallory", "cognito:groups": GROUPS })}`,
  },
  "no subject": { claims: { "cognito:groups": GROUPS } },
  "an empty subject": { claims: { sub: "", "cognito:groups": GROUPS } },
  "an endless subject": { claims: { sub: "x".repeat(257), "cognito:groups": GROUPS } },
};
const ODD_IDS = [
  "..",
  "../..",
  "%2e%2e",
  "__proto__",
  "constructor",
  "a#b",
  "TEAM#B#1",
  "a b",
  "\u0000",
  "ı",
];
const OTHER_KINDS = (["runbook", "execution", "automation", "audit"] as const).map(newId);

it("[G14] every good request is to a route of the contract", () => {
  expect(Object.keys(ROUTES)).toEqual(expect.arrayContaining(ROUTES_WITH_REQUESTS));
});

let api: TestApi;
beforeAll(async () => {
  api = await startApi();
  return api.stop;
});

describe.each(["http", "rest"] as const)("behind an API of kind %s", (kind) => {
  beforeAll(() => askThrough(kind));

  describe.each(ALL_ROUTES)("%s", (name, route) => {
    let good: Asked;
    let stored: Awaited<ReturnType<typeof everyItem>>;
    beforeAll(async () => {
      await renewTable(api);
      good = await makerOf(name)(`team-of-${name}`);
      stored = await everyItem(api.table);
    });
    const nothingIsStored = async () => expect(await everyItem(api.table)).toEqual(stored);

    it.runIf(route.access !== "public")("[G8] answers nobody without a subject", async () => {
      for (const [what, asked] of Object.entries(NOBODY)) {
        const { problem } = await ask(name, { ...good, ...asked });
        expect(problem?.code, what).toBe("unauthenticated");
      }
      await nothingIsStored();
    });

    it("[E9][E10][E11][K4] refuses malformed requests, says where, and stores nothing", async () => {
      const wrong: string[] = [];
      for (const { what, asked, code, pointer } of malformedRequests(route, good)) {
        const answer = await asking(() => ask(name, asked));
        const pointers = answer.problem?.errors?.map((error) => error.pointer) ?? [];
        const points = pointer === undefined || pointers.some((p) => p.startsWith(pointer));
        if (answer.problem?.code === code && points) continue;
        wrong.push(
          `${what}: expected ${code} at ${pointer}, got ${answer.status} ${answer.text.slice(0, 300)}`,
        );
      }
      expect(wrong).toEqual([]);
      await nothingIsStored();
    });

    it.runIf(route.params)(
      "[G12] finds nothing under an id that cannot be one, or is of another kind",
      async () => {
        for (const id of Object.keys(route.params?.shape ?? {})) {
          const real = good.params?.[id] ?? "";
          const near = [`${real}\n`, `${real} `, `${real}#`, "x".repeat(300), "-1", "1.0"];
          for (const other of [...ODD_IDS, ...OTHER_KINDS, ...near]) {
            const { problem } = await ask(name, { ...good, params: { ...good.params, [id]: other } });
            // Who comes with a token of a call, and no other, learns nothing about ids: the request is not permitted.
            const codes = route.signed
              ? ["unauthenticated"]
              : route.access === "public"
                ? ["not_found", "not_permitted"]
                : ["not_found"];
            expect(codes, `${id} = ${JSON.stringify(other)}`).toContain(problem?.code);
          }
        }
        await nothingIsStored();
      },
    );

    it("[F3] answers a valid request as its contract says, from current data, and leaves nothing under way", async () => {
      const { result: answer, calls } = await recordSdkCalls(() => ask(name, good));
      expect(answer.problem).toBeNull();
      expect(staleReads(calls), "reads that may be stale").toEqual([]);
      expect(leftUnderWay(calls), "calls that the answer did not wait for").toEqual([]);
      const promised = (route.answer.headers ?? []).map((header) => header.toLowerCase());
      expect(Object.keys(answer.headers)).toEqual(expect.arrayContaining(promised));
      stored = await everyItem(api.table);
    });
  });
});

/** An answer that breaks a promise is reported with its request. */
async function asking(run: () => Promise<ApiAnswer>): Promise<ApiAnswer> {
  try {
    return await run();
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    return { status: 0, headers: {}, text, body: undefined, problem: null };
  }
}
