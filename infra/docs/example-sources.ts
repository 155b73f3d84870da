// The examples of sources: a system that sends groups of alerts, its secret, and one of its messages.
import type { JsonObject } from "../../shared/domain/json.ts";
import type { Session } from "./examples.ts";

const SECRET = "the-secret-of-alertmanager";

const message: JsonObject = {
  version: "4",
  status: "firing",
  receiver: "runbooks",
  alerts: [
    {
      status: "firing",
      labels: { alertname: "DiskFull", instance: "api-7", severity: "critical" },
      annotations: { summary: "Disk of api-7 is full" },
      startsAt: "2026-03-01T02:58:00.000Z",
      endsAt: "0001-01-01T00:00:00Z",
      fingerprint: "b4f1c0a9e3d25d11",
    },
  ],
};

export async function recordSources(session: Session): Promise<void> {
  const id = await session.record("create-source", "POST", "/sources", {
    body: {
      name: "Alertmanager of payments",
      kind: "alertmanager",
      teamId: "payments",
      priority: { map: { critical: "P1", warning: "P3" } },
      verification: { scheme: "bearer", secret: SECRET },
    },
  });
  const at = `/sources/${id}`;
  await session.record("list-sources", "GET", "/sources?kind=alertmanager&limit=1", { as: "rob" });
  await session.record("get-source", "GET", at, { as: "rob" });
  await session.record("test-source", "POST", `${at}/test`, { as: "rob", body: { message } });
  await session.record("take-message", "POST", `/intake/${id}`, {
    headers: { authorization: `Bearer ${SECRET}` },
    body: message,
  });
  await session.record("update-source", "PATCH", at, {
    headers: { "if-match": '"1"' },
    body: { verification: { scheme: "bearer", secret: "the-next-secret-of-alertmanager" } },
  });
  await session.record("delete-source", "DELETE", at);
  await session.record("list-source-audit", "GET", `${at}/audit?limit=1`, { as: "rob" });
}
