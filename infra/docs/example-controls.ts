// The examples of what stops new executions: pauses and freeze windows.
import type { JsonObject } from "../../shared/domain/json.ts";
import type { Session } from "./examples.ts";

export async function recordControls(session: Session, definition: JsonObject): Promise<void> {
  await recordBreakGlass(session, definition);
  await recordFreezeWindow(session);
  await recordPause(session);
}

async function recordPause(session: Session): Promise<void> {
  const body = { scope: "payments", paused: true, reason: "The region fails over" };
  await session.record("put-controls", "PUT", "/controls", { as: "boss", body });
  await session.record("get-controls", "GET", "/controls", { as: "boss" });
}

/** An admin of the team runs while it is paused. Another one looks at it afterwards. */
async function recordBreakGlass(session: Session, definition: JsonObject): Promise<void> {
  const id = await session.create("/runbooks", { body: definition });
  await session.ask("POST", `/runbooks/${id}/approve`, { as: "boss", body: { version: 1 } });
  const pause = { scope: "payments", reason: "The region fails over" };
  await session.ask("PUT", "/controls", { as: "boss", body: { ...pause, paused: true } });
  const executionId = await session.create(`/runbooks/${id}/executions`, {
    body: {
      parameters: { service: "checkout" },
      breakGlass: { reason: "Checkout is down in both regions", incidentId: "INC-42" },
    },
  });
  await session.waitUntilCompleted(executionId);
  await session.ask("PUT", "/controls", { as: "boss", body: { ...pause, paused: false } });
  await session.record("list-break-glass", "GET", "/break-glass?limit=1");
  await session.record("close-break-glass", "POST", `/executions/${executionId}/close-break-glass`, {
    as: "boss",
    body: { note: "Right: the failover had stopped. The pause is over." },
  });
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
