// What approvals leave behind: some that have expired or were renewed, one that several people must give, a draft.
import * as z from "zod";
import { createApproved, restart, type Stage } from "./stage.ts";

/** Here two people must approve a change of little risk. Elsewhere in the session one is enough. */
async function withTwo<T>(work: () => Promise<T>): Promise<T> {
  process.env["APPROVALS_REQUIRED"] = "low=2";
  return work().finally(() => delete process.env["APPROVALS_REQUIRED"]);
}

const RENAMED = { name: "Restart a service of long ago" };

/** Returns runbooks whose approvals have expired by now. To be played while the clock is behind. */
export const approveLongAgo = (stage: Stage): Promise<string[]> =>
  withTwo(async () => {
    const ids = [await approvedByTwo(stage), await approvedByTwo(stage)];
    await stage.sweep();
    return ids;
  });

async function approvedByTwo(stage: Stage): Promise<string> {
  const id = await createApproved(stage);
  await rename(stage, id);
  await approve(stage, id, "boss");
  await approve(stage, id, "rob");
  return id;
}

const rename = ({ session }: Stage, id: string) =>
  session.send("PATCH", `/runbooks/${id}`, { as: "boss", body: RENAMED });

const Version = z.object({ version: z.int() });

/** Whatever its version is now: each change and each approval counts. */
async function approve({ board }: Stage, id: string, as: "boss" | "rob") {
  const { answer } = await board.send("GET", `/runbooks/${id}`, { as });
  const { version } = Version.parse(answer.body);
  await board.send("POST", `/runbooks/${id}/approve`, { as, body: { version, note: "Still right" } });
}

/** One of the approvals is renewed, the other by only one of two people. */
export const leaveApprovals = (stage: Stage, longAgo: string[]): Promise<void> =>
  withTwo(() => changeApprovals(stage, longAgo));

async function changeApprovals(stage: Stage, [renewed = "", half = ""]: string[]): Promise<void> {
  await stage.sweep();
  await approve(stage, renewed, "boss");
  await approve(stage, renewed, "rob");
  await approve(stage, half, "rob");
  const changed = await createApproved(stage, { teamId: null });
  await rename(stage, changed);
  await approve(stage, changed, "rob");
  await leaveDraft(stage);
}

/** Its author asks for a review, and a reviewer for changes. */
async function leaveDraft({ session, receiver }: Stage): Promise<void> {
  const id = await session.create("/runbooks", { body: restart(receiver.address) });
  const at = `/runbooks/${id}`;
  await session.send("POST", `${at}/request-changes`, {
    as: "boss",
    body: { version: 1, note: "Which cluster is it?" },
  });
  await session.send("POST", `${at}/request-review`, { body: { version: 1, note: "All of them" } });
}
