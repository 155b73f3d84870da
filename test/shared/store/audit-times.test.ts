// The entries of a runbook's chain on a real table, written by machines whose clocks differ.
import { beforeAll, expect, it } from "vitest";
import { listAudit } from "../../../shared/store/audit.ts";
import { deleteRunbook, saveSecretRead, saveSecretRotation } from "../../../shared/store/runbooks.ts";
import { useTable } from "../../support/environment.ts";
import { violations } from "../../support/invariants.ts";
import { act, approved, reload } from "../../support/seed.ts";

beforeAll(useTable);

/** By a clock that is hours behind. */
const early = () => ({ ...act("ben"), at: "2026-03-01T00:00:00.000Z" });

const secretOf = (runbookId: string, rotatedAt: string) => ({
  ...{ runbookId, rotation: 1, current: { ciphertext: "c2VhbGVk" }, previous: null, previousUntil: null },
  rotatedAt,
});

it("no change of a runbook is dated before the one that it follows: its secret read and rotated, itself deleted", async () => {
  const runbook = await approved();
  const { id, auditAt } = runbook.state;
  const secret = secretOf(id, auditAt);
  await saveSecretRead(runbook, secret, early());
  await saveSecretRotation(await reload(id), secret, early());
  await deleteRunbook(await reload(id), early(), undefined);
  const { items } = await listAudit(id, () => true, { limit: 20 });
  expect(items.map(({ action, at }) => [action, at])).toEqual([
    ["runbook.deleted", auditAt],
    ["runbook.signing_secret_rotated", auditAt],
    ["runbook.signing_secret_read", auditAt],
    ["runbook.approved", auditAt],
    ["runbook.created", expect.any(String)],
  ]);
  expect((await reload(id)).state).toMatchObject({ deletedAt: auditAt, auditAt });
  expect(await violations()).toEqual([]);
});

it("a later entry moves the time on, for the next one", async () => {
  const runbook = await approved();
  const later = { ...act("ana"), at: "2026-07-01T00:00:00.000Z" };
  await saveSecretRead(runbook, secretOf(runbook.state.id, later.at), later);
  expect((await reload(runbook.state.id)).state.auditAt).toBe(later.at);
  await deleteRunbook(await reload(runbook.state.id), early(), undefined);
  expect((await reload(runbook.state.id)).state.deletedAt).toBe(later.at);
});
