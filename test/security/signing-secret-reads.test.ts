// The runbook's audit records each read and each rotation of its signing secret.
import "../support/quiet.ts";
import { beforeAll, describe, expect, it } from "vitest";
import { verifyAudit } from "../../shared/application/audit/verify-audit.ts";
import { ask, person, startApi } from "../support/api.ts";
import { auditOf } from "../support/events.ts";
import { draftIn } from "../support/library.ts";

beforeAll(async () => (await startApi()).stop);

const MANAGER = person("team:payments:admin");
const read = (runbookId: string, as = MANAGER) => ask("get-signing-secret", { as, params: { runbookId } });
const readings = async (runbookId: string) =>
  (await auditOf(runbookId)).filter(({ action }) => action === "runbook.signing_secret_read");

describe("[F15] reading a signing secret", () => {
  it("leaves an entry that says who, when and which, and not the secret", async () => {
    const runbookId = await draftIn("payments");
    const { body } = await read(runbookId);
    const entries = await readings(runbookId);
    expect(entries).toEqual([
      expect.objectContaining({ actor: MANAGER.sub, runbookId, details: { rotation: 1 } }),
    ]);
    expect(JSON.stringify(entries)).not.toContain(String(Object(body).secret));
    expect((await verifyAudit()).findings).toEqual([]);
  });

  it("at once by many leaves an entry for each, and the version as it was", async () => {
    const runbookId = await draftIn("payments");
    const answers = await Promise.all(Array.from({ length: 5 }, () => read(runbookId)));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
    expect(await readings(runbookId)).toHaveLength(5);
    const { headers } = await ask("get-runbook", { params: { runbookId } });
    expect(headers["etag"]).toBe('"1"');
    expect((await verifyAudit()).findings).toEqual([]);
  });

  it("that is refused leaves none, and shows nothing", async () => {
    const runbookId = await draftIn("payments");
    const { problem } = await read(runbookId, person("team:payments:responder"));
    expect(problem?.code).toBe("not_permitted");
    expect(await readings(runbookId)).toEqual([]);
  });
});
