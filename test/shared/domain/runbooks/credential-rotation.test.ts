// What a rotation may change, and that it keeps the approval of what was reviewed.
import { describe, expect, it } from "vitest";
import {
  approveRunbook,
  deprecateRunbook,
  withdrawRunbook,
} from "../../../../shared/domain/runbooks/approval-changes.ts";
import { requireRotation, rotateCredential } from "../../../../shared/domain/runbooks/credential-rotation.ts";
import type { DefinitionRecord } from "../../../../shared/domain/runbooks/definition.ts";
import {
  createRunbook,
  type Runbook,
  updateRunbook,
} from "../../../../shared/domain/runbooks/runbook-changes.ts";
import { type AuthInput, MASK } from "../../../../shared/domain/runbooks/webhook-auth.ts";
import { act, after, definition, newId, review } from "../../../support/seed.ts";

type Stored = DefinitionRecord["webhookAuth"];
const OLD = { ciphertext: "b2xk" };
const NEW = { ciphertext: "bmV3" };
const BEARER: Stored = { type: "bearer", token: OLD };
const BASIC: Stored = { type: "basic", username: "runbooks", password: OLD };
const CUSTOM: Stored = { type: "custom", customHeaders: { "x-key": OLD, "x-other": OLD } };
const OAUTH2: Stored = {
  ...{ type: "oauth2", tokenUrl: "https://id.example.com/token", clientId: "runbooks", clientSecret: OLD },
  scope: "restart",
};

const live = (webhookAuth: Stored = BEARER, by = "ben", more: Partial<DefinitionRecord> = {}) => {
  const made = after(
    createRunbook(newId("runbook"), "payments", definition({ webhookAuth, ...more }), act("ana")),
  );
  return after(approveRunbook(made, review(1), act(by)));
};
const edited = (runbook: Runbook) => {
  const changed = { ...runbook.current.definition, description: "Gently" };
  const change = updateRunbook(runbook, changed, null, act("ana"));
  if (!change) throw new Error("Nothing has changed");
  return after(change);
};
const rotated = (runbook: Runbook, webhookAuth: Stored = { type: "bearer", token: NEW }) =>
  rotateCredential(
    runbook,
    { definition: { ...runbook.current.definition, webhookAuth }, warnings: [] },
    act("dan"),
  );

/** The pointers that are refused. */
function refusedAt(before: Stored, asked: AuthInput): string[] {
  try {
    requireRotation(live(before), 2, asked);
    return [];
  } catch (error) {
    expect(error).toMatchObject({
      code: "malformed_request",
      message: "A rotation changes secrets alone. Edit the runbook instead, and have it approved.",
    });
    return Object(error).issues.map(
      ({ pointer, message }: Record<string, string>) => `${pointer} ${message}`,
    );
  }
}

describe("a rotation may be asked for", () => {
  it.each<[string, Stored, AuthInput]>([
    ["of a token", BEARER, { type: "bearer", token: "new" }],
    ["of a password", BASIC, { type: "basic", username: "runbooks", password: "new" }],
    [
      "of a client secret",
      OAUTH2,
      {
        ...{ type: "oauth2", tokenUrl: "https://id.example.com/token", clientId: "runbooks" },
        ...{ clientSecret: "new", scope: "restart" },
      },
    ],
    ["of one header of two", CUSTOM, { type: "custom", customHeaders: { "x-other": MASK, "x-key": "new" } }],
    [
      "to a reference",
      BEARER,
      { type: "bearer", token: { secretArn: "arn:aws:secretsmanager:eu-central-1:1:secret:t" } },
    ],
  ])("%s", (_what, before, asked) => {
    expect(() => requireRotation(live(before), 2, asked)).not.toThrow();
  });
});

describe("what is no secret", () => {
  it.each<[string, Stored, AuthInput, string[]]>([
    [
      "the type",
      BEARER,
      { type: "basic", username: "a", password: "new" },
      ["/webhookAuth/type must stay bearer"],
    ],
    [
      "the user name",
      BASIC,
      { type: "basic", username: "root", password: "new" },
      ["/webhookAuth/username must stay as it is"],
    ],
    [
      "several fields, and one that goes",
      OAUTH2,
      {
        ...{ type: "oauth2", tokenUrl: "https://id.example.net/token", clientId: "others" },
        ...{ clientSecret: "new" },
      },
      [
        "/webhookAuth/tokenUrl must stay as it is",
        "/webhookAuth/clientId must stay as it is",
        "/webhookAuth/scope must stay as it is",
      ],
    ],
    [
      "a header that goes, and one that comes",
      CUSTOM,
      { type: "custom", customHeaders: { "x-key": "new", "x-more": "new" } },
      [
        "/webhookAuth/customHeaders/x-other must stay as it is",
        "/webhookAuth/customHeaders/x-more must stay as it is",
      ],
    ],
    [
      "a request without a new secret",
      BASIC,
      { type: "basic", username: "root", password: MASK },
      ["/webhookAuth/username must stay as it is", "/webhookAuth must hold a new secret, or a new reference"],
    ],
    [
      "masks alone",
      CUSTOM,
      { type: "custom", customHeaders: { "x-key": MASK, "x-other": MASK } },
      ["/webhookAuth must hold a new secret, or a new reference"],
    ],
  ])("is refused at its pointer: %s", (_what, before, asked, issues) => {
    expect(refusedAt(before, asked)).toEqual(issues);
  });
});

describe("what is not live", () => {
  const asked: AuthInput = { type: "bearer", token: "new" };
  const refusal = (code: string, message: string) => expect.objectContaining({ code, message });

  it.each<[string, Runbook, string]>([
    [
      "withdrawn",
      after(withdrawRunbook(live(), "It does harm", act("ana"))),
      "Nothing is live (DRAFT, version 3): edit the runbook instead, and have it approved.",
    ],
    [
      "deprecated",
      after(deprecateRunbook(live(), null, act("ben"))),
      "Nothing is live (DEPRECATED, version 3): edit the runbook instead, and have it approved.",
    ],
    [
      "a draft beside what is live",
      edited(live(BEARER, "ben", { whileDraft: "run_approved" })),
      "Draft 3 waits beside the live version 2: have the draft approved first, with the new credential in it or before the rotation.",
    ],
  ])("is refused, and says what to do: %s", (_what, runbook, message) => {
    expect(() => requireRotation(runbook, 3, asked)).toThrow(refusal("invalid_transition", message));
  });

  it("is refused at another version than the one that was read", () => {
    const message = "The request names version 1, but the runbook is at version 2: read it again.";
    expect(() => requireRotation(live(), 1, asked)).toThrow(refusal("version_conflict", message));
  });
});

describe("a rotation", () => {
  it("makes a live version with the approval of before, and says so in version and audit", () => {
    const before = live();
    const { approvedBy, approvedByName, approvedAt, approvals } = before.summary;
    const change = rotated(before);
    expect(change?.state).toMatchObject({
      version: 3,
      approvalStatus: "APPROVED",
      liveVersion: 3,
      oldestLiveVersion: 2,
    });
    expect(change?.summary).toMatchObject({ approvedBy: "ben", approvedByName, approvedAt, approvals });
    expect(change?.version).toMatchObject({
      ...{
        change: "credential_rotated",
        changeNote: "Credential rotated",
        changedBy: "dan",
        authors: ["ana"],
      },
      ...{ approvalKept: { approvedBy, approvedByName, approvedAt }, selfApproved: false },
    });
    expect(change?.version.definition.webhookAuth).toEqual({ type: "bearer", token: NEW });
    expect(change?.live).toBe(change?.version);
    expect(change?.audit).toMatchObject({
      action: "runbook.credential_rotated",
      actor: "dan",
      details: { keptApprovalOf: 2, selfApproved: false, version: 3, liveVersion: 3 },
    });
  });

  it("[H2] keeps the mark of a self-approval, and makes nobody an author", () => {
    const change = rotated(live(BEARER, "ana"));
    expect([change?.version.selfApproved, change?.audit.details["selfApproved"]]).toEqual([true, true]);
    expect(change?.version.authors).toEqual(["ana"]);
  });

  it("to the same references makes no version", () => {
    expect(rotated(live(), BEARER)).toBeNull();
  });

  it("of what nobody has approved is a defect, not an answer", () => {
    const { summary, ...rest } = live();
    for (const gap of [{ approvedBy: null }, { approvedAt: null }])
      expect(() => rotated({ ...rest, summary: { ...summary, ...gap } })).toThrow(
        new Error(`The runbook ${summary.id} is APPROVED by nobody`),
      );
  });
});
