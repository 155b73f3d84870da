// Mass assignment: no name of a stored attribute in a body, a query or a header changes what is not the caller's to set.
import { beforeAll, describe, expect, it } from "vitest";
import { ALL_ROUTES } from "../../shared/contract/routes.ts";
import { TABLE } from "../../shared/contract/table.ts";
import { type Asked, ask, everyItem, startApi, type TestApi } from "../support/api.ts";
import { makerOf } from "../support/valid-requests.ts";

let api: TestApi;
beforeAll(async () => {
  api = await startApi();
  for (const name of ["get-execution", "get-automation", "get-incident", "rotate-signing-secret"] as const) {
    await ask(name, await makerOf(name)("payments"));
  }
  return api.stop;
});

/** A message of a system has whatever fields the system gives it; none of them is an attribute. */
const writing = ALL_ROUTES.filter(([, route]) => route.body && !route.signed);

/** Every attribute that any item of the table has, own or key, gathered from the items themselves. */
async function storedAttributes(): Promise<string[]> {
  const items = await everyItem(api.table);
  return [...new Set(items.flatMap((item) => Object.keys(item)))].sort();
}

describe("a body", () => {
  it.each(writing)(
    "[G6][G7] of %s that names a stored attribute is refused, or sets what its contract says",
    async (name, route) => {
      const good = await makerOf(name)(`team-of-${name}`);
      const own = new Set(Object.keys(Object(good.body)));
      const fields = [...(await storedAttributes()), "platformAdmin", "role", TABLE.expiry];
      const stored = await everyItem(api.table);
      let tried = 0;
      for (const field of fields) {
        if (own.has(field) || takes(route.body, good, field)) continue;
        tried++;
        const { problem } = await ask(name, { ...good, body: { ...Object(good.body), [field]: "mallory" } });
        expect(problem?.errors, field).toContainEqual({
          pointer: `/${field}`,
          message: "is not a known field",
          code: "unknown_field",
        });
      }
      expect(tried).toBeGreaterThan(15);
      expect(await everyItem(api.table)).toEqual(stored);
    },
  );

  /** Fields that the contract gives to the caller. Each of them is listed here by name: a new one has to be thought of. */
  const CALLERS_OWN = new Set([
    ...["name", "description", "parameters", "incidentId", "version", "note", "reason", "status", "message"],
    // Of a definition: encrypted, and never answered.
    ...["secrets"],
    ...[
      "runbookId",
      "pattern",
      "enabled",
      "oncePerIncident",
      "cooldown",
      "mode",
      "onlyWhile",
      "maxEventAgeSeconds",
      "replays",
      "teamId",
      "changeNote",
    ],
    ...["scope", "paused", "event", "output"],
    // Of a source. Another team's is refused where the whole is checked.
    ...["kind", "team", "priority", "filter", "mapping", "eventSource", "schedule", "verification"],
  ]);

  function takes(schema: (typeof writing)[number][1]["body"], good: Asked, field: string): boolean {
    const issues = schema?.safeParse({ ...Object(good.body), [field]: "mallory" }).error?.issues ?? [];
    const unknown = issues.some((i) => i.code === "unrecognized_keys" && i.keys.includes(field));
    if (!unknown) expect(CALLERS_OWN, `${field} can be set by callers`).toContain(field);
    return !unknown;
  }

  it("[G7] cannot move a runbook or an automation to another team", async () => {
    for (const name of ["update-runbook", "update-automation"] as const) {
      const good = await makerOf(name)("payments");
      for (const teamId of ["search", null]) {
        const { problem } = await ask(name, { ...good, body: { teamId } });
        expect(problem?.errors?.[0]?.pointer).toBe("/teamId");
      }
    }
  });
});
