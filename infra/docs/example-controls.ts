// The examples of what stops new executions: pauses and freeze windows.
import type { Session } from "./examples.ts";

export async function recordControls(session: Session): Promise<void> {
  await recordFreezeWindow(session);
  await recordPause(session);
}

async function recordPause(session: Session): Promise<void> {
  const body = { scope: "payments", paused: true, reason: "The region fails over" };
  await session.record("put-controls", "PUT", "/controls", { as: "boss", body });
  await session.record("get-controls", "GET", "/controls", { as: "boss" });
}

async function recordFreezeWindow(session: Session): Promise<void> {
  const body = {
    name: "Spring migration",
    scope: "payments",
    kind: "deny",
    schedule: "0 0 1 3 *",
    durationMinutes: 180,
    timeZone: "UTC",
    manual: "allow",
    reason: "The region moves",
  };
  const id = await session.record("create-freeze-window", "POST", "/freeze-windows", { as: "boss", body });
  await session.record("list-freeze-windows", "GET", "/freeze-windows", { as: "rob" });
  await session.record("delete-freeze-window", "DELETE", `/freeze-windows/${id}`, { as: "boss" });
}
