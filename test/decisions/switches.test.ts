// Switches: changed one after the other, with all their copies, and checked by every start.
import "../support/quiet.ts";
import { beforeEach, describe, expect, it } from "vitest";
import { setKillSwitch } from "../../shared/application/set-kill-switch.ts";
import { KEYS, SHARDS, shardOf } from "../../shared/contract/table.ts";
import { digestOf } from "../../shared/domain/digest.ts";
import { ServiceError } from "../../shared/domain/errors.ts";
import {
  authorizeKillSwitch,
  changeKillSwitch,
  KillSwitch,
  killSwitchHashOf,
  pausedError,
} from "../../shared/domain/kill-switches.ts";
import { toHashed } from "../../shared/domain/seals.ts";
import {
  getKillSwitch,
  getKillSwitchChainHead,
  getPause,
  listKillSwitchChanges,
  listKillSwitches,
  notPausedCheck,
  pausedCheck,
  saveKillSwitchChange,
} from "../../shared/store/controls.ts";
import { transact } from "../../shared/store/transact.ts";
import {
  alter,
  beforeWrites,
  failNext,
  forget,
  freshTable,
  itemAt,
  writes,
} from "../support/decision-table.ts";
import { labelsOf } from "../support/labels.ts";
import { act, callerIn, newId } from "../support/seed.ts";

const AT = "2026-03-01T03:00:00.000Z";
const ofTeam = (teamId: string | null) => ({ teamId, ranForTeamId: teamId });
const NEVER = { paused: false, reason: null, changedBy: null, changedByName: null, changedAt: null };
const pause = (scope: string | null, reason = "Outage.") => ({ scope, paused: true, reason });
const resume = (scope: string | null) => ({ scope, paused: false, reason: null });
const copies = Array.from({ length: SHARDS.pausedScopes }, (_, shard) => shard);

beforeEach(() => freshTable());

describe("a switch", () => {
  it("that was never changed is not paused", async () => {
    expect(await getKillSwitch("payments")).toEqual({ scope: "payments", ...NEVER });
    expect(await getKillSwitchChainHead()).toEqual({ auditSequence: 0, auditHash: "", auditAt: null });
    expect(await getPause(ofTeam("payments"))).toBeNull();
    expect(await listKillSwitches()).toEqual([]);
    expect(await listKillSwitchChanges()).toEqual([]);
  });

  it("is changed in one transaction: itself, each of its copies, and an entry of the chain", async () => {
    const turning = act("boss");
    forget();
    const control = await setKillSwitch(pause("payments"), () => turning);
    const after = {
      scope: "payments",
      paused: true,
      reason: "Outage.",
      changedBy: "boss",
      changedByName: null,
      changedAt: turning.at,
    };
    const unhashed = {
      ...{ id: turning.auditId, sequence: 1, scope: "payments", reason: "Outage." },
      action: "kill_switch.paused" as const,
      ...{ actor: "boss", actorName: null, at: turning.at, salt: turning.salt, previousHash: "" },
    };
    const change = { ...unhashed, hash: killSwitchHashOf(unhashed) };
    expect(control).toEqual(after);
    expect(writes()).toEqual([
      [
        {
          Put: {
            Item: {
              ...KEYS.killSwitchChainHead(),
              auditSequence: 1,
              auditHash: change.hash,
              auditAt: turning.at,
            },
            ConditionExpression: "attribute_not_exists(pk) OR auditSequence = :sequence",
            ExpressionAttributeValues: { ":sequence": 0 },
          },
        },
        {
          Put: {
            Item: {
              ...KEYS.killSwitchAudit(1),
              teamList: "audit#team#payments",
              timeList: `audit#${shardOf(change.id, SHARDS.audit)}`,
              listSort: `${change.at}#${change.id}`,
              ...change,
            },
            ConditionExpression: "attribute_not_exists(pk)",
          },
        },
        { Put: { Item: { ...KEYS.killSwitch("payments"), ...after } } },
        ...copies.map((shard) => ({
          Update: {
            Key: KEYS.pausedScopes(shard),
            UpdateExpression: "ADD scopes :scope",
            ExpressionAttributeValues: { ":scope": new Set(["team#payments"]) },
          },
        })),
      ],
    ]);
    expect(await listKillSwitchChanges()).toEqual([change]);
    expect(await getKillSwitchChainHead()).toEqual({
      auditSequence: 1,
      auditHash: change.hash,
      auditAt: turning.at,
    });
  });

  it("is unchanged if it is in that state already; another reason is another change", async () => {
    const first = await setKillSwitch(pause(null), () => act());
    forget();
    expect(await setKillSwitch(pause(null), () => act())).toEqual(first);
    expect(await setKillSwitch(resume("payments"), () => act())).toEqual({ scope: "payments", ...NEVER });
    expect(writes()).toEqual([]);
    expect(await setKillSwitch(pause(null, "Other."), () => act())).toMatchObject({ reason: "Other." });
    expect(await setKillSwitch(resume(null), () => act())).toMatchObject({ paused: false, reason: null });
    expect(
      changeKillSwitch(
        { ...first, paused: false },
        { ...resume(null), reason: "x" },
        await getKillSwitchChainHead(),
        act(),
      ),
    ).toBeNull();
    expect((await listKillSwitchChanges()).map(({ action }) => action)).toEqual([
      "kill_switch.paused",
      "kill_switch.paused",
      "kill_switch.resumed",
    ]);
  });

  it("is changed again, on the current chain, if another change came first", async () => {
    beforeWrites(() => setKillSwitch(pause("search"), () => act("other")));
    await setKillSwitch(pause("payments"), () => act("boss"));
    const turns = await listKillSwitchChanges();
    expect(turns.map(({ sequence, actor }) => [sequence, actor])).toEqual([
      [1, "other"],
      [2, "boss"],
    ]);
    expect(turns[1]?.previousHash).toBe(turns[0]?.hash);
    expect(await listKillSwitchChanges(1)).toEqual(turns.slice(1));
    expect(await listKillSwitchChanges(0, 1)).toEqual(turns.slice(0, 1));
    expect((await listKillSwitches()).map(({ scope }) => scope)).toEqual(["payments", "search"]);
  });

  it("is never dated before the change that it follows", async () => {
    const late = { ...act(), at: "2026-03-02T00:00:00.000Z" };
    await setKillSwitch(pause(null), () => late);
    const { changedAt } = await setKillSwitch(resume(null), () => ({ ...act(), at: AT }));
    expect(changedAt).toBe(late.at);
    expect((await listKillSwitchChanges()).map(({ at }) => at)).toEqual([late.at, late.at]);
    expect((await getKillSwitchChainHead()).auditAt).toBe(late.at);
  });

  it("gives up after five tries, and says so", async () => {
    let turned = 0;
    const other = async () => {
      await alter(KEYS.killSwitchChainHead(), { auditSequence: ++turned, auditHash: "h", auditAt: AT });
    };
    beforeWrites(...Array.from({ length: 4 }, () => other));
    expect(await setKillSwitch(pause("payments"), () => act())).toMatchObject({ paused: true });
    beforeWrites(...Array.from({ length: 5 }, () => other));
    turned = 50;
    await expect(setKillSwitch(resume("payments"), () => act())).rejects.toMatchObject({
      code: "version_conflict",
      message: "The pause setting changed at the same time: retry.",
    });
    expect((await getKillSwitch("payments")).paused).toBe(true);
  });

  it("is not changed if the table fails", async () => {
    failNext("writes", new Error("down"));
    await expect(setKillSwitch(pause(null), () => act())).rejects.toMatchObject({ code: "internal_error" });
  });

  it("writes no entry over another one", async () => {
    await alter(KEYS.killSwitchAudit(1), { id: "x" });
    const turn = changeKillSwitch(
      await getKillSwitch(null),
      pause(null),
      await getKillSwitchChainHead(),
      act(),
    );
    expect(turn && (await labelsOf(saveKillSwitchChange(turn)))).toEqual(["kill-switch-change"]);
    await alter(KEYS.killSwitchChainHead(), { auditSequence: 7, auditHash: "h", auditAt: AT });
    expect(turn && (await labelsOf(saveKillSwitchChange(turn)))).toEqual([
      "kill-switch-chain",
      "kill-switch-change",
    ]);
  });
});

describe("a start", () => {
  const id = newId("execution");
  const started = (teamId: string | null) => labelsOf(transact([notPausedCheck({ id, ...ofTeam(teamId) })]));

  it("checks one set of its shard for the service and for its team", () => {
    const check = {
      label: "kill-switch",
      check: KEYS.pausedScopes(shardOf(id, SHARDS.pausedScopes)),
      condition:
        "(attribute_not_exists(scopes) OR (NOT contains(scopes, :s0) AND NOT contains(scopes, :s1))) AND attribute_not_exists(freezeWindows)",
      values: { ":s0": "global", ":s1": "team#payments" },
    };
    expect(notPausedCheck({ id, ...ofTeam("payments") })).toEqual(check);
    expect(notPausedCheck({ id, ...ofTeam(null) })).toEqual({
      ...check,
      condition:
        "(attribute_not_exists(scopes) OR (NOT contains(scopes, :s0))) AND attribute_not_exists(freezeWindows)",
      values: { ":s0": "global" },
    });
    const global = { id, teamId: null, ranForTeamId: "search" };
    expect(notPausedCheck(global).values).toEqual({ ":s0": "global", ":s1": "team#search" });
  });

  it.each(["payments", null])("is stopped by the switch of %s alone", async (scope) => {
    await setKillSwitch(pause(scope), () => act("boss"));
    const stops = { payments: true, search: scope === null };
    expect(await started("payments")).toEqual(["kill-switch"]);
    expect(await started("search")).toEqual(stops.search ? ["kill-switch"] : "written");
    expect(await started(null)).toEqual(stops.search ? ["kill-switch"] : "written");
    expect(await getPause(ofTeam("payments"))).toMatchObject({ scope });
    expect(await getPause(ofTeam("search"))).toEqual(stops.search ? await getKillSwitch(null) : null);
    await setKillSwitch(resume(scope), () => act());
    expect(await started("payments")).toBe("written");
    expect(await getPause(ofTeam("payments"))).toBeNull();
  });

  it("is refused with who paused it, since when and why", async () => {
    const control = await setKillSwitch(pause("payments"), () => act("boss"));
    const since = `by boss since ${control.changedAt}: Outage.`;
    expect(pausedError(control)).toMatchObject({
      code: "paused",
      message: `New runs of the team payments are paused ${since}`,
    });
    expect(pausedError({ ...control, scope: null }).message).toBe(`New runs are paused ${since}`);
    expect(pausedError({ ...control, reason: "x".repeat(600) }).message).toHaveLength(500);
  });

  it("is refused for good only while the switch is paused", async () => {
    const control = await setKillSwitch(pause("payments"), () => act());
    expect(pausedCheck(control)).toEqual({
      label: "evidence",
      check: KEYS.killSwitch("payments"),
      condition: "paused = :yes",
      values: { ":yes": true },
    });
    expect(await labelsOf(transact([pausedCheck(control)]))).toBe("written");
    await setKillSwitch(resume("payments"), () => act());
    expect(await labelsOf(transact([pausedCheck(control)]))).toEqual(["evidence"]);
    expect((await itemAt(KEYS.pausedScopes(0)))?.["scopes"]).toBeUndefined();
  });
});

describe("the view of a switch", () => {
  it("is described, each field of it", () => {
    for (const schema of [KillSwitch, ...Object.values(KillSwitch.shape)])
      expect(schema.description).toMatch(/\w/);
  });

  it("is hashed with its kind", async () => {
    await setKillSwitch(pause(null), () => act());
    const [turn] = await listKillSwitchChanges();
    if (!turn) throw new Error("Nothing was written");
    const { hash, ...unhashed } = turn;
    expect(hash).toBe(digestOf("kill-switch/2", toHashed(unhashed)));
  });
});

describe("a change of a switch", () => {
  it("is a platform admin", () => {
    expect(() => authorizeKillSwitch(callerIn("platform-admin"))).not.toThrow();
    const refused = new ServiceError(
      "not_permitted",
      "Pausing and resuming runs needs the group platform-admin.",
    );
    expect(() => authorizeKillSwitch(callerIn("team:payments:admin"))).toThrow(refused);
  });
});
