// Four eyes: whose work nobody else has reviewed, after any edits, rollbacks and approvals.
import { describe, expect, it } from "vitest";
import { approveRunbook, deprecateRunbook } from "../../../../shared/domain/runbooks/approval-changes.ts";
import type { DefinitionRecord } from "../../../../shared/domain/runbooks/definition.ts";
import { type RunbookVersion, toApprovalRecord } from "../../../../shared/domain/runbooks/runbook.ts";
import {
  createRunbook,
  type Runbook,
  type RunbookChange,
  rollbackRunbook,
  updateRunbook,
} from "../../../../shared/domain/runbooks/runbook-changes.ts";
import { act, after, definition, newId } from "../../../support/seed.ts";

/** A runbook with its whole history, changed by one person after the other. */
class History {
  readonly versions: RunbookVersion[] = [];
  #runbook: Runbook;

  constructor(by: string, written = first) {
    this.#runbook = this.#after(createRunbook(newId("runbook"), "payments", written, act(by)));
  }

  get now(): RunbookVersion {
    return this.#runbook.current;
  }

  get #review() {
    const approvals = this.versions.flatMap((version) => toApprovalRecord(version) ?? []);
    return { approvals, warnings: [] };
  }

  edit(by: string, written: DefinitionRecord): this {
    return this.#then(updateRunbook(this.#runbook, written, null, act(by), this.#review));
  }

  /** With the credentials that hold today, where they are given. */
  rollBack(by: string, version: number, today: Partial<DefinitionRecord> = {}): this {
    const to = this.versions[version - 1];
    if (!to) throw new Error(`There is no version ${version}`);
    const restored = { ...to.definition, ...today };
    return this.#then(rollbackRunbook(this.#runbook, to, restored, null, act(by), this.#review));
  }

  approve(by: string, fourEyes = false): this {
    const review = { version: this.now.version, note: null, fourEyes };
    return this.#then(approveRunbook(this.#runbook, review, act(by)));
  }

  deprecate(by: string): this {
    return this.#then(deprecateRunbook(this.#runbook, null, act(by)));
  }

  /** The result of an approval with four eyes; nothing is stored. */
  asked(by: string): string {
    try {
      const review = { version: this.now.version, note: null, fourEyes: true };
      return approveRunbook(this.#runbook, review, act(by)).version.selfApproved
        ? "self-approved"
        : "approved";
    } catch (error) {
      return error instanceof Error && "code" in error ? String(error.code) : String(error);
    }
  }

  #then(change: RunbookChange | null): this {
    if (!change) throw new Error("Nothing has changed");
    this.#runbook = this.#after(change);
    return this;
  }

  #after(change: RunbookChange): Runbook {
    this.versions.push(change.version);
    return after(change);
  }
}

const first = definition();
const written = (what: string) => definition({ description: what });

describe("with four eyes", () => {
  it("[H2] nobody who edited since the last approval approves, though another edited after", () => {
    const draft = new History("ana").edit("ben", written("Another comma"));
    expect(draft.now.authors).toEqual(["ana", "ben"]);
    expect(["ana", "ben", "boss"].map((by) => draft.asked(by))).toEqual([
      "not_permitted",
      "not_permitted",
      "approved",
    ]);
  });

  it("[H2] the first of thirty authors is still one", () => {
    const draft = new History("ana");
    for (let n = 1; n < 30; n++) draft.edit(`user${n}`, written(`Edit ${n}`));
    expect(draft.now.authors).toHaveLength(30);
    expect(draft.asked("ana")).toBe("not_permitted");
    expect(draft.asked("user29")).toBe("not_permitted");
    expect(draft.asked("boss")).toBe("approved");
  });

  it("names each author once, the latest last", () => {
    const draft = new History("ana").edit("ben", written("1")).edit("ana", written("2"));
    expect(draft.now.authors).toEqual(["ben", "ana"]);
  });

  it("[H2] a rollback to a rejected draft brings its author back", () => {
    const history = new History("ana", written("Rejected"));
    history.edit("ben", first).approve("boss").rollBack("cem", 1);
    expect(history.now.authors).toEqual(["ana", "cem"]);
    expect(history.asked("ana")).toBe("not_permitted");
    expect(history.asked("cem")).toBe("not_permitted");
    expect(history.asked("boss")).toBe("approved");
  });

  it("[H2] a rollback keeps the authors of the draft, whose credentials it keeps", () => {
    const history = new History("ana").approve("boss").edit("ben", written("With another token"));
    history.rollBack("cem", 2, { webhookAuth: { type: "bearer", token: { ciphertext: "AAAA" } } });
    expect(history.now.authors).toEqual(["ben", "ana", "cem"]);
    expect(history.asked("ben")).toBe("not_permitted");
  });

  it("the authors begin again after an approval by somebody else, and after its deprecation", () => {
    const history = new History("ana").approve("boss");
    expect(history.now.authors).toEqual(["ana"]);
    expect(history.edit("ben", written("1")).now.authors).toEqual(["ben"]);
    history.approve("boss").deprecate("boss");
    expect(history.now.authors).toEqual(["ben"]);
    expect(history.rollBack("cem", 1, { timeoutSeconds: 60 }).now.authors).toEqual(["ana", "cem"]);
  });
});

describe("content that somebody else has approved", () => {
  it("counts as reviewed when an edit returns to it: it has no authors", () => {
    const history = new History("ana").approve("boss").edit("ana", written("A try"));
    expect(history.asked("ana")).toBe("not_permitted");
    history.edit("ana", first);
    expect(history.now.authors).toEqual([]);
    expect(history.asked("ana")).toBe("approved");
  });

  it("counts as reviewed when a rollback returns to it, however long ago it was approved", () => {
    const history = new History("ana").approve("boss").edit("ben", written("1")).approve("boss");
    history.edit("cem", written("2")).rollBack("cem", 1);
    expect(history.now.authors).toEqual([]);
    expect(history.asked("cem")).toBe("approved");
  });

  it("[H2] is no longer that when anything of it is changed", () => {
    const history = new History("ana").approve("boss").edit("ben", written("A try"));
    history.edit("ana", { ...first, timeoutSeconds: 60 });
    expect(history.now.authors).toEqual(["ben", "ana"]);
    expect(history.asked("ana")).toBe("not_permitted");
  });

  it("that was only written, and never approved, counts for nothing", () => {
    const history = new History("ana").edit("ben", written("1")).edit("ana", first);
    expect(history.now.authors).toEqual(["ben", "ana"]);
    expect(history.asked("ben")).toBe("not_permitted");
  });
});

describe("an approval of one's own work", () => {
  it("is marked in version, approval and audit", () => {
    const own = new History("ana").approve("ana");
    expect(own.now).toMatchObject({ change: "approved", selfApproved: true, authors: ["ana"] });
    expect(toApprovalRecord(own.now)).toMatchObject({ approvedBy: "ana", selfApproved: true });
    const other = new History("ana").approve("boss");
    expect(other.now.selfApproved).toBe(false);
    expect(toApprovalRecord(other.now)).toMatchObject({ approvedBy: "boss", selfApproved: false });
  });

  it("is marked though somebody else edited after", () => {
    expect(new History("ana").edit("ben", written("1")).approve("ana").now.selfApproved).toBe(true);
  });

  it("[H2] is no review by another: its authors remain, and a rollback to it needs a review", () => {
    const history = new History("ana").approve("ana");
    history.edit("ben", written("1"));
    expect(history.now.authors).toEqual(["ana", "ben"]);
    expect(history.asked("ana")).toBe("not_permitted");
    history.edit("ben", first);
    expect(history.now.authors).toEqual(["ana", "ben"]);
    expect(history.asked("ana")).toBe("not_permitted");
    history.approve("boss").edit("ana", written("2")).rollBack("ana", 1);
    expect(history.now.authors).toEqual([]);
  });

  it("[H2] is still no review after a deprecation", () => {
    const history = new History("ana").approve("ana").deprecate("boss");
    expect(history.rollBack("boss", 1).now.authors).toEqual(["ana", "boss"]);
    expect(history.asked("ana")).toBe("not_permitted");
  });
});
