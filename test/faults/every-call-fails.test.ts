// Each call of AWS that a route makes fails once, in a way that nobody foresaw: an answer that is no success changed nothing.
import "../support/quiet.ts";
import { afterAll, beforeAll, expect, it } from "vitest";
import { ALL_ROUTES, type RouteName } from "../../shared/contract/routes.ts";
import {
  type ApiAnswer,
  type Asked,
  ask,
  everyItem,
  renewTable,
  startApi,
  type TestApi,
} from "../support/api.ts";
import { violations } from "../support/invariants.ts";
import { LIMIT_MS, LONG, report } from "../support/long-form.ts";
import { aroundSdkCalls, recordSdkCalls, type SdkCall } from "../support/sdk-calls.ts";
import { makerOf } from "../support/valid-requests.ts";

let api: TestApi;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api.stop());

/** A role that has lost a grant, say: no retry helps, and no code expects it. */
class Unforeseen extends Error {
  constructor() {
    super("Nobody foresaw this");
    this.name = "AccessDeniedException";
  }
}

/** Asks while the n-th call of AWS fails instead of being sent. */
async function askWithFault(name: RouteName, good: Asked, n: number) {
  let count = -1;
  const stop = aroundSdkCalls(async (_, send) => {
    count++;
    if (count !== n) return send();
    throw new Unforeseen();
  });
  return ask(name, good).finally(stop);
}

const isRead = ({ name }: SdkCall) => /^(GetItem|Query|BatchGetItem|Describe|List)/.test(name);

/** As an instance makes them that has answered before: the first one reads the service's own keys as well. */
async function callsOf(name: RouteName, team: string): Promise<readonly SdkCall[]> {
  await ask(name, await makerOf(name)(`warm-${team}`));
  const good = await makerOf(name)(team);
  return (await recordSdkCalls(() => ask(name, good))).calls;
}

const reported = ({ status, problem }: ApiAnswer) => `${status} ${problem?.code ?? ""}`.trim();

it.each(ALL_ROUTES)(
  "[K10] %s: a call that fails for good is a 500 or 503 that changed nothing, or changes nothing of the answer",
  async (name) => {
    await renewTable(api);
    const calls = await callsOf(name, `team-of-${name}`);
    // Reads one after the other fail alike: in the short form, only what writes or asks another service.
    const sites = calls.flatMap((call, n) => (LONG || !isRead(call) ? [n] : []));
    for (const n of sites) {
      const good = await makerOf(name)(`team-${n}-of-${name}`);
      const before = await everyItem(api.table);
      const answer = await askWithFault(name, good, n);
      const where = `${calls[n]?.name}, call ${n}: ${reported(answer)}`;
      if (answer.status < 400) continue;
      expect(["500 internal_error", "503 unavailable"], where).toContain(reported(answer));
      expect(await everyItem(api.table), where).toEqual(before);
    }
    expect(await violations({ now: new Date(0) })).toEqual([]);
    report(`${name}, each call failing`, { sites: sites.length });
  },
  LIMIT_MS,
);
