// Every way to start a run × everything that changes what is live × the moment of the change: only what was approved and
// has not been taken out of service since runs, and it sends what was reviewed.
import "../support/quiet.ts";
import { readdirSync, readFileSync } from "node:fs";
import { beforeEach, describe, expect, it } from "vitest";
import { createSigningSecret } from "../../shared/application/runbooks/signing-secret.ts";
import {
  approveRunbook,
  deprecateRunbook,
  withdrawRunbook,
} from "../../shared/domain/runbooks/approval-changes.ts";
import { rotateCredential } from "../../shared/domain/runbooks/credential-rotation.ts";
import type { DefinitionRecord } from "../../shared/domain/runbooks/definition.ts";
import { requestChanges, requestReview } from "../../shared/domain/runbooks/review-changes.ts";
import {
  type Runbook,
  rollbackRunbook,
  updateRunbook,
} from "../../shared/domain/runbooks/runbook-changes.ts";
import { deleteRunbook, saveRunbook } from "../../shared/store/runbooks.ts";
import { signingSecretWrite } from "../../shared/store/signing-secrets.ts";
import { transact } from "../../shared/store/transact.ts";
import { iso } from "../support/decision-clock.ts";
import { beforeWrites, freshTable } from "../support/decision-table.ts";
import { hearLogs } from "../support/heard-logs.ts";
import { calmOutside, outside } from "../support/outside.ts";
import { act, approved, reload, review } from "../support/seed.ts";
import { answered, begin, PATHS, pendingIds } from "../support/start-paths.ts";

const FIRST = '{"reviewed":"first"}';
const SECOND = '{"reviewed":"later"}';
const BASE: Partial<DefinitionRecord> = {
  parameters: { type: "object", properties: {} },
  payloadTemplate: FIRST,
  webhookAuth: { type: "bearer", token: { ciphertext: "b2xk" } },
};

type Change = (runbook: Runbook) => Promise<unknown>;
const save = (change: Parameters<typeof saveRunbook>[0] | null) => {
  if (!change) throw new Error("Nothing changes");
  return saveRunbook(change);
};
const edit =
  (changes: Partial<DefinitionRecord> = {}): Change =>
  (runbook) => {
    const edited = { ...runbook.current.definition, payloadTemplate: SECOND, ...changes };
    return save(updateRunbook(runbook, edited, null, act("ana")));
  };
const approve: Change = (runbook) =>
  save(approveRunbook(runbook, review(runbook.state.version), act("boss")));
/** One vote of the two that are needed. */
const vote =
  (by: string): Change =>
  (runbook) =>
    save(approveRunbook(runbook, { ...review(runbook.state.version), required: 2 }, act(by)));
const askForReview: Change = (runbook) =>
  save(requestReview(runbook, { version: runbook.state.version, note: null, risk: "high" }, act("ana")));
const askForChanges: Change = (runbook) =>
  save(requestChanges(runbook, { version: runbook.state.version, note: "Why?" }, act("boss")));
const rotate: Change = (runbook) => {
  const webhookAuth = { type: "bearer", token: { ciphertext: "bmV3" } } as const;
  const definition = { ...runbook.current.definition, webhookAuth };
  return save(rotateCredential(runbook, { definition, warnings: [] }, act("ana")));
};
const withdraw: Change = (runbook) => save(withdrawRunbook(runbook, "It does harm", act("ana")));
const deprecate: Change = (runbook) => save(deprecateRunbook(runbook, "Old", act("boss")));
const rollback: Change = (runbook) => {
  const definition = { ...runbook.current.definition, payloadTemplate: SECOND };
  return save(rollbackRunbook(runbook, { version: 1, authors: ["ana"] }, definition, null, act("ana")));
};
const remove: Change = (runbook) => deleteRunbook(runbook, act("ana"), undefined);

/** `live`: what starts afterwards; null: nothing. `oldBegins`: whether a waiting run of version 2 may begin. */
type Situation = {
  whileDraft?: "run_approved";
  changes: Change[];
  live: 2 | 3 | 4 | 5 | null;
  oldBegins: boolean;
};
const kept = { whileDraft: "run_approved" } as const;
const STOPPED = { live: null, oldBegins: false } as const;
const SITUATIONS: Record<string, Situation> = {
  "nothing changes": { changes: [], live: 2, oldBegins: true },
  edited: { changes: [edit()], ...STOPPED },
  "edited, kept live": { ...kept, changes: [edit()], live: 2, oldBegins: true },
  "edited twice, kept live": { ...kept, changes: [edit(), edit({ name: "B" })], live: 2, oldBegins: true },
  "edited so as to be kept": { changes: [edit(kept)], ...STOPPED },
  "edited so as to stop, kept live": {
    ...kept,
    changes: [edit({ whileDraft: "stop" })],
    live: 2,
    oldBegins: true,
  },
  "rolled back": { changes: [rollback], ...STOPPED },
  "rolled back, kept live": { ...kept, changes: [rollback], live: 2, oldBegins: true },
  "approved anew": { changes: [edit(), approve], live: 4, oldBegins: false },
  "approved anew, kept live": { ...kept, changes: [edit(), approve], live: 4, oldBegins: true },
  "approved by two of two": { changes: [edit(), vote("ben"), vote("cyd")], live: 4, oldBegins: false },
  "approved by one of two": { changes: [edit(), vote("ben")], ...STOPPED },
  "approved by one of two, kept live": { ...kept, changes: [edit(), vote("ben")], live: 2, oldBegins: true },
  "approved by one, edited, approved by another": {
    ...kept,
    changes: [edit(), vote("ben"), edit({ name: "B" }), vote("cyd")],
    live: 2,
    oldBegins: true,
  },
  "sent for review": { changes: [edit(), askForReview], ...STOPPED },
  "sent for review and sent back, kept live": {
    ...kept,
    changes: [edit(), askForReview, vote("ben"), askForChanges],
    live: 2,
    oldBegins: true,
  },
  "given another credential": { changes: [rotate], live: 3, oldBegins: true },
  withdrawn: { ...kept, changes: [withdraw], ...STOPPED },
  "withdrawn beside a draft": { ...kept, changes: [edit(), withdraw], ...STOPPED },
  "withdrawn, then approved": { ...kept, changes: [edit(), withdraw, approve], live: 5, oldBegins: false },
  "withdrawn, then approved by one of two": { ...kept, changes: [withdraw, vote("ben")], ...STOPPED },
  deprecated: { ...kept, changes: [deprecate], ...STOPPED },
  restored: { ...kept, changes: [deprecate, rollback], ...STOPPED },
  deleted: { ...kept, changes: [remove], ...STOPPED },
};

async function applyChanges(id: string, changes: readonly Change[]): Promise<void> {
  for (const change of changes) await change(await reload(id));
}

const MOMENTS = ["before the request", "before its write", "before it begins"] as const;
type Moment = (typeof MOMENTS)[number];
type Case = { path: string; situation: string; moment: Moment };
/** A runbook with an active run cannot be deleted. */
const isPossible = ({ path, situation, moment }: Case) =>
  situation !== "deleted" || (path !== "a queue" && moment !== "before it begins");
const CASES = Object.keys(PATHS).flatMap((path) =>
  Object.keys(SITUATIONS)
    .flatMap((situation) => MOMENTS.map((moment) => ({ path, situation, moment })))
    .filter(isPossible),
);

const read = (file: string) => readFileSync(new URL(`../../${file}`, import.meta.url), "utf8");
const sourcesIn = (folder: string) =>
  readdirSync(new URL(`../../${folder}`, import.meta.url), { recursive: true })
    .map((file) => `${folder}/${file}`)
    .filter((file) => file.endsWith(".ts"));

const requireIn = <T>(rows: Record<string, T>, name: string): T => {
  const row = rows[name];
  if (row === undefined) throw new Error(`There is no ${name}`);
  return row;
};

beforeEach(() => {
  freshTable({ INCIDENT_SOURCES: "oncall", KNOWN_TEAMS: "", WORKFLOW_SOURCES: "ci" });
  calmOutside();
  hearLogs();
});

it("every place that creates an execution is a way to start, and in this table", () => {
  const creating = ["shared/application", "functions"].flatMap((folder) =>
    sourcesIn(folder).filter((file) => /\bawait createExecution\(|return createExecution\(/.test(read(file))),
  );
  expect([...new Set(Object.values(PATHS).map(({ creates }) => creates))].sort()).toEqual(creating.sort());
});

describe("what is live", () => {
  it.each(CASES)("decides for $path: $situation $moment", async ({ path, situation, moment }) => {
    const { whileDraft = "stop", changes, live, oldBegins } = requireIn(SITUATIONS, situation);
    const { changes: limits, prepare, version } = requireIn(PATHS, path);
    const { state } = await approved("payments", { ...BASE, ...limits, whileDraft });
    await transact([signingSecretWrite(await createSigningSecret(state.id, iso(0)))]);
    const start = await prepare(state.id);
    const occupants = await pendingIds();
    const change = () => applyChanges(state.id, changes);

    if (moment === "before the request") await change();
    if (moment === "before its write") beforeWrites(change);
    await answered(start);
    if (moment === "before it begins") await change();

    const starts = version === undefined || version === live ? live : null;
    const expected = moment === "before it begins" ? 2 : starts;
    const started = (await pendingIds()).filter((id) => !occupants.includes(id));
    expect(started).toHaveLength(expected === null ? 0 : 1);
    for (const id of started) {
      const begins = moment !== "before it begins" || oldBegins;
      const reviewed = (expected ?? 0) < 4 ? FIRST : SECOND;
      expect(await begin(id, occupants)).toEqual(
        begins
          ? { version: expected, status: "RUNNING", sent: reviewed, refusal: undefined }
          : { version: expected, status: "PENDING", sent: null, refusal: "runbook_not_approved" },
      );
      expect(outside.calls).toHaveLength(begins ? 1 : 0);
    }
  });
});
