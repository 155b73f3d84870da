// What a platform auditor reads over all teams, and the secrets and changes that it has no part in.
import { beforeAll, describe, expect, it } from "vitest";
import * as z from "zod";
import { type Asked, ask, PLATFORM_ADMIN, person, startApi, type TestApi } from "../../support/api.ts";
import { automationIn, draftIn, fresh, runIn } from "../../support/library.ts";

let api: TestApi;
beforeAll(async () => {
  api = await startApi();
  return api.stop;
});

const AUDITOR = person("platform-auditor");
const PAGE = { limit: "100" };
const Listed = z.looseObject({ items: z.array(z.looseObject({ id: z.string() })) });
const SECRET_ARN = "arn:aws:secretsmanager:eu-central-1:000000000000:secret:payments/token-AbCdEf";

async function idsOf(name: "list-runbooks" | "list-automations", asked: Asked = {}): Promise<string[]> {
  const { body } = await ask(name, { as: AUDITOR, query: PAGE, ...asked });
  return Listed.parse(body).items.map(({ id }) => id);
}

describe("a platform auditor", () => {
  it("lists the runbooks of every team, and those of one", async () => {
    const [own, other] = [fresh("team"), fresh("team")];
    const [a, b, shared] = [await draftIn(own), await draftIn(other), await draftIn(null)];
    expect(await idsOf("list-runbooks")).toEqual(expect.arrayContaining([a, b, shared]));
    expect(await idsOf("list-runbooks", { query: { ...PAGE, teamId: other } })).toEqual([b]);
  });

  it("lists the automations of every team", async () => {
    const ids = [await automationIn(fresh("team")), await automationIn(fresh("team"))];
    expect(await idsOf("list-automations")).toEqual(expect.arrayContaining(ids));
  });

  it("sees where runs are paused, in every team", async () => {
    const scope = fresh("team");
    await ask("put-controls", { body: { scope, paused: true, reason: "The shop is moving" } });
    const { body } = await ask("get-controls", { as: AUDITOR });
    expect(body).toMatchObject({ teams: expect.arrayContaining([expect.objectContaining({ scope })]) });
  });

  it("sees a run and its definition without the ARN of a secret, which those who manage it see", async () => {
    const webhookAuth = { type: "bearer", token: { secretArn: SECRET_ARN } };
    const executionId = await runIn(fresh("team"), { webhookAuth });
    const textFor = async (as: Asked["as"]) =>
      (await ask("get-execution", { as: as ?? null, params: { executionId } })).text;
    expect(await textFor(PLATFORM_ADMIN)).toContain(SECRET_ARN);
    const seen = await textFor(AUDITOR);
    expect(seen).toContain(executionId);
    expect(seen).not.toContain(SECRET_ARN);
  });

  it("opens no signing secret", async () => {
    const params = { runbookId: await draftIn(fresh("team")) };
    const { problem } = await ask("get-signing-secret", { as: AUDITOR, params });
    expect(problem?.code).toBe("not_permitted");
  });
});
