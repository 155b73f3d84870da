// Four eyes through the API: who may approve what they wrote, and what table and audit say of it afterwards.
import { afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import * as z from "zod";
import { RunbookVersionView } from "../../../shared/domain/runbooks/runbook.ts";
import { listApprovals } from "../../../shared/store/versions.ts";
import { type ApiAnswer, ask, person, renewTable, startApi, type TestApi } from "../../support/api.ts";
import { draftIn, GIVEN } from "../../support/library.ts";

let api: TestApi;
beforeAll(async () => {
  api = await startApi({ env: { FOUR_EYES: "true" } });
  return api.stop;
});
beforeEach(() => renewTable(api));
afterEach(() => {
  process.env["FOUR_EYES"] = "true";
});

const admin = (sub: string) => ({ ...person("platform-admin"), sub });
const [ANA, BEN, BOSS] = [admin("ana"), admin("ben"), admin("boss")];
type Person = typeof ANA;

const at = z.looseObject({ version: z.int() });
const versionIn = ({ body, problem }: ApiAnswer) => {
  if (problem) throw new Error(JSON.stringify(problem));
  return at.parse(body).version;
};
const change = async (runbookId: string, as: Person, body: object) =>
  versionIn(await ask("update-runbook", { as, params: { runbookId }, body }));
const rollBack = async (runbookId: string, as: Person, toVersion: number) =>
  versionIn(await ask("rollback-runbook", { as, params: { runbookId }, body: { toVersion } }));
const approve = (runbookId: string, as: Person, version: number) =>
  ask("approve-runbook", { as, params: { runbookId }, body: { version } });
const shown = async (runbookId: string, version: number) => {
  const params = { runbookId, version: String(version) };
  const { body } = await ask("get-version", { params });
  return RunbookVersionView.parse(body);
};
const auditOf = async (runbookId: string) => {
  const { body } = await ask("list-audit", { params: { runbookId } });
  return z.looseObject({ items: z.array(z.looseObject({})) }).parse(body).items;
};

describe("with four eyes", () => {
  it("[H2] an author is refused however many edited after, nothing is stored, and another approves", async () => {
    const runbookId = await draftIn("payments", {}, ANA);
    let version = 1;
    for (let n = 0; n < 21; n++) {
      version = await change(runbookId, admin(`user${n}`), { description: `Edit ${n}` });
    }
    const { status, problem } = await approve(runbookId, ANA, version);
    expect([status, problem?.code]).toEqual([403, "not_permitted"]);
    expect(await listApprovals(runbookId)).toEqual([]);
    expect((await shown(runbookId, version)).authors).toHaveLength(22);
    expect(versionIn(await approve(runbookId, BOSS, version))).toBe(version + 1);
    expect(await listApprovals(runbookId)).toMatchObject([
      { version: version + 1, approvedBy: "boss", selfApproved: false },
    ]);
  });

  it("[H2] a rollback to what ana wrote and nobody approved is not ana's to approve", async () => {
    const runbookId = await draftIn("payments", { description: "Rejected" }, ANA);
    const edited = await change(runbookId, BEN, { description: "Better" });
    await approve(runbookId, BOSS, edited);
    const back = await rollBack(runbookId, BEN, 1);
    expect(await shown(runbookId, back)).toMatchObject({ change: "rolled_back", authors: ["ana", "ben"] });
    expect((await approve(runbookId, ANA, back)).problem?.code).toBe("not_permitted");
    expect((await approve(runbookId, BOSS, back)).status).toBe(200);
  });

  it("content that somebody else has approved needs no other review, by an edit or a rollback", async () => {
    const runbookId = await draftIn("payments", {}, ANA);
    await approve(runbookId, BOSS, 1);
    await change(runbookId, ANA, { description: "A try" });
    const again = await change(runbookId, ANA, { description: GIVEN.description });
    expect((await shown(runbookId, again)).authors).toEqual([]);
    await change(runbookId, ANA, { description: "Another try" });
    const back = await rollBack(runbookId, ANA, 2);
    expect((await shown(runbookId, back)).authors).toEqual([]);
    expect((await approve(runbookId, ANA, back)).status).toBe(200);
  });

  it("[H2] what was approved by its author alone, while that was possible, still needs another", async () => {
    process.env["FOUR_EYES"] = "false";
    const runbookId = await draftIn("payments", {}, ANA);
    expect(versionIn(await approve(runbookId, ANA, 1))).toBe(2);
    process.env["FOUR_EYES"] = "true";
    expect(await shown(runbookId, 2)).toMatchObject({ selfApproved: true, authors: ["ana"] });
    expect(await listApprovals(runbookId)).toMatchObject([{ version: 2, selfApproved: true }]);
    expect(await auditOf(runbookId)).toContainEqual(
      expect.objectContaining({
        action: "runbook.approved",
        details: expect.objectContaining({ selfApproved: true }),
      }),
    );
    await change(runbookId, BEN, { description: "A comma" });
    const back = await rollBack(runbookId, BEN, 1);
    expect((await shown(runbookId, back)).authors).toEqual(["ana", "ben"]);
    expect((await approve(runbookId, ANA, back)).problem?.code).toBe("not_permitted");
  });

  it("[H2] an edit decided before an approval is refused when that comes first", async () => {
    const runbookId = await draftIn("payments", {}, ANA);
    const body = { description: "Raced" };
    const [edit, approval] = await Promise.all([
      ask("update-runbook", { as: BEN, params: { runbookId }, body }),
      approve(runbookId, BOSS, 1),
    ]);
    const codes = [edit, approval].flatMap(({ problem }) => problem?.code ?? []);
    expect(codes.filter((code) => code !== "version_conflict")).toEqual([]);
    if (!edit.problem) {
      const authors = approval.problem ? ["ana", "ben"] : ["ben"];
      expect((await shown(runbookId, versionIn(edit))).authors).toEqual(authors);
    }
  });
});
