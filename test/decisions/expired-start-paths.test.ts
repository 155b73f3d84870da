// Every way to start a run × the moment at which the approval of what is live expires, or is renewed: nothing runs by an
// expired approval but what broke the glass, and what is stored says why.
import "../support/quiet.ts";
import { beforeEach, describe, expect, it } from "vitest";
import { createSigningSecret } from "../../shared/application/runbooks/signing-secret.ts";
import { KEYS } from "../../shared/contract/table.ts";
import { renewApproval } from "../../shared/domain/runbooks/renewal-changes.ts";
import { updateRunbook } from "../../shared/domain/runbooks/runbook-changes.ts";
import { saveRunbook } from "../../shared/store/runbooks.ts";
import { signingSecretWrite } from "../../shared/store/signing-secrets.ts";
import { transact } from "../../shared/store/transact.ts";
import { iso } from "../support/decision-clock.ts";
import { alter, beforeWrites, everything, freshTable } from "../support/decision-table.ts";
import { hearLogs } from "../support/heard-logs.ts";
import { calmOutside, outside } from "../support/outside.ts";
import { act, approved, reload } from "../support/seed.ts";
import { answered, begin, PATHS, pendingIds } from "../support/start-paths.ts";

const GLASS = "a person who broke the glass";
/** Who is told by what is stored alone. */
const STORED = ["an automation", "a workflow"];

/** The clock of these tests stands still, so the expiry moves: its term ends at this time. */
async function expireAt(id: string, time: string): Promise<void> {
  const renewal = { from: iso(-86_400), risk: "high", votes: [] };
  await alter(KEYS.runbookState(id), { approvalExpiresAt: time });
  await alter(KEYS.runbookSummary(id), { approvalExpiresAt: time, renewal });
}

async function renew(id: string): Promise<void> {
  const runbook = await reload(id);
  const vote = { version: 2, note: null, fourEyes: false, validity: { risk: "high", days: 28 } } as const;
  await saveRunbook(renewApproval(runbook, vote, { ...act("boss"), at: iso(-1) }));
}

/** Puts a draft beside the live version, which stays. */
async function edit(id: string): Promise<void> {
  const runbook = await reload(id);
  const changed = { ...runbook.current.definition, payloadTemplate: '{"unreviewed":true}' };
  const change = updateRunbook(runbook, changed, null, act("ana"));
  if (!change) throw new Error("Nothing has changed");
  await saveRunbook(change);
}

/** What is stored of a start that was refused: by an automation's decision, or a workflow's request. */
async function storedReasons(): Promise<unknown[]> {
  const items = await everything();
  const decisions = items.filter(({ sk }) => sk === "decision").map(({ reason }) => reason);
  const refusals = items.filter(({ action }) => action === "execution.rejected");
  const reasons = [...decisions, ...refusals.map(({ details }) => Object(details).reason)];
  return reasons.filter((reason) => reason !== null);
}

const MOMENTS = ["before the request", "before its write", "before it begins"] as const;
type Moment = (typeof MOMENTS)[number];

/** `live`: what is prepared with a live version at version 2, and what becomes of it at the moment. */
async function play(
  path: string,
  moment: Moment,
  prepareMore: (id: string) => Promise<void>,
  change: (id: string) => Promise<void>,
) {
  const { changes = {}, prepare } = PATHS[path] ?? {};
  if (!prepare) throw new Error(`There is no ${path}`);
  const { state } = await approved("payments", {
    ...{ parameters: { type: "object", properties: {} }, payloadTemplate: "{}", whileDraft: "run_approved" },
    ...changes,
  });
  await transact([signingSecretWrite(await createSigningSecret(state.id, iso(0)))]);
  const start = await prepare(state.id);
  const occupants = await pendingIds();
  await prepareMore(state.id);
  const act = () => change(state.id);

  if (moment === "before the request") await act();
  if (moment === "before its write") beforeWrites(act);
  await answered(start);
  if (moment === "before it begins") await act();
  const started = (await pendingIds()).filter((id) => !occupants.includes(id));
  return { started, occupants };
}

const nothing = async () => {};
const CASES = Object.keys(PATHS).flatMap((path) =>
  MOMENTS.flatMap((moment) => [false, true].map((draft) => ({ path, moment, draft }))),
);

beforeEach(() => {
  freshTable({ INCIDENT_SOURCES: "oncall", KNOWN_TEAMS: "", WORKFLOW_SOURCES: "ci" });
  calmOutside();
  hearLogs();
});

describe("an approval that expires", () => {
  it.each(CASES)("stops $path $moment, beside a draft or not ($draft)", async ({ path, moment, draft }) => {
    const expiry = moment === "before it begins" ? iso(7) : iso(0);
    const { started, occupants } = await play(path, moment, draft ? edit : nothing, (id) =>
      expireAt(id, expiry),
    );
    const passes = path === GLASS;
    expect(started).toHaveLength(passes || moment === "before it begins" ? 1 : 0);
    for (const id of started)
      expect(await begin(id, occupants)).toMatchObject(
        passes
          ? { version: 2, status: "RUNNING", sent: "{}" }
          : { status: "PENDING", sent: null, refusal: "approval_expired" },
      );
    expect(outside.calls).toHaveLength(passes ? 1 : 0);
    const tellsWhy = moment !== "before it begins" && STORED.includes(path);
    expect(await storedReasons()).toEqual(tellsWhy ? ["approval_expired"] : []);
  });

  it.each(Object.keys(PATHS))("lets %s pass until its last instant", async (path) => {
    const { started, occupants } = await play(path, "before the request", nothing, (id) =>
      expireAt(id, new Date(Date.parse(iso(7)) + 1).toISOString()),
    );
    expect(started).toHaveLength(1);
    for (const id of started)
      expect(await begin(id, occupants)).toMatchObject({ status: "RUNNING", sent: "{}" });
  });
});

describe("an expired approval that is renewed", () => {
  const expired = (id: string) => expireAt(id, iso(0));

  it.each(CASES.filter(({ moment }) => moment !== "before it begins"))(
    "lets $path pass if that is $moment, beside a draft or not ($draft)",
    async ({ path, moment, draft }) => {
      const prepare = async (id: string) => {
        if (draft) await edit(id);
        await expired(id);
      };
      const { started, occupants } = await play(path, moment, prepare, renew);
      // A person is refused at once. What is stored as a refusal is decided again with the renewal.
      const isTooLate = moment === "before its write" && !STORED.includes(path) && path !== GLASS;
      expect(started).toHaveLength(isTooLate ? 0 : 1);
      for (const id of started)
        expect(await begin(id, occupants)).toMatchObject({ version: 2, status: "RUNNING", sent: "{}" });
      expect(await storedReasons()).toEqual([]);
    },
  );

  it.each(Object.keys(PATHS))("lets %s begin, which was started before it expired", async (path) => {
    const { started, occupants } = await play(path, "before it begins", nothing, async (id) => {
      await expired(id);
      await renew(id);
    });
    expect(started).toHaveLength(1);
    for (const id of started)
      expect(await begin(id, occupants)).toMatchObject({ status: "RUNNING", sent: "{}" });
  });

  it("between the refusal to begin and its explanation: the run begins", async () => {
    const { started, occupants } = await play("a person", "before it begins", nothing, expired);
    const [id = ""] = started;
    const [runbookId] = (await everything()).flatMap(({ sk, id: found }) =>
      sk === "state" ? [String(found)] : [],
    );
    beforeWrites(async () => () => renew(runbookId ?? ""));
    expect(await begin(id, occupants)).toMatchObject({ status: "RUNNING", sent: "{}" });
    expect(outside.calls).toHaveLength(1);
  });
});
