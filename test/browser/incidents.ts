// Reports incidents of the browser's world on the local bus, as their system would.
import { EventBridgeClient, PutEventsCommand } from "@aws-sdk/client-eventbridge";
import { BUS } from "../../shared/contract/events.ts";

type Report = {
  id: string;
  title: string;
  priority: string;
  teamId: string;
  status?: string;
  metadata?: Record<string, unknown>;
};

const REPORTS: readonly Report[] = [
  {
    ...{ id: "INC-4711", title: "Checkout answers with 502 in eu", priority: "P1", teamId: "payments" },
    metadata: {
      service: "checkout",
      cluster: "eu",
      errorRate: 0.31,
      dashboard: "https://grafana.example/d/checkout",
    },
  },
  {
    id: "INC-4712",
    title: "Ledger lags behind by ten minutes",
    priority: "P2",
    teamId: "payments",
    status: "acknowledged",
  },
  { id: "INC-4713", title: "Search shows yesterday's prices", priority: "P3", teamId: "search" },
];

/** `aws`: the address of the local stack's AWS services. Returns the ids of the events. */
export async function reportIncidents(aws: string, reports: readonly Report[] = REPORTS): Promise<string[]> {
  const credentials = { accessKeyId: "local", secretAccessKey: "local" };
  const bus = new EventBridgeClient({ endpoint: aws, region: "eu-central-1", credentials });
  const createdAt = new Date(Date.now() - 600_000).toISOString();
  const ids: string[] = [];
  for (const { status = "triggered", ...report } of reports) {
    const Entry = {
      ...{ EventBusName: BUS, Source: "oncall.incidents", DetailType: "Incident Created" },
      Detail: JSON.stringify({ incident: { ...report, status, createdAt } }),
    };
    const { Entries = [] } = await bus.send(new PutEventsCommand({ Entries: [Entry] }));
    ids.push(Entries[0]?.EventId ?? "");
  }
  bus.destroy();
  return ids;
}
