// A local stack on which every incident that begins runs a runbook, and the real ways on which messages of sources reach it.
import { expect } from "vitest";
import * as z from "zod";
import { publishAsAws } from "../../infra/local/emit/aws-event.ts";
import { EmittedEvent } from "../../infra/local/emit/event.ts";
import type { JsonObject } from "../../shared/domain/json.ts";
import { type KindName, wayOf } from "../../shared/domain/sources/kinds.ts";
import type { SchemeName } from "../../shared/domain/sources/schemes.ts";
import { startLocalHost, type TestHost } from "./local-host.ts";
import { type Receiver, startReceiver } from "./receiver.ts";
import { signedBy } from "./signed-messages.ts";

export const REGION = "eu-central-1";
export const BOSS = { user: "boss", groups: ["platform-admin"] };
const Created = z.looseObject({ id: z.string() });
const Incident = z.looseObject({ id: z.string(), status: z.string() });
const Listed = z.looseObject({ items: z.array(Incident) });

type Send = (body: string) => Promise<void>;

export class SourcesHost {
  readonly host: TestHost;
  readonly receiver: Receiver;

  constructor(host: TestHost, receiver: Receiver) {
    this.host = host;
    this.receiver = receiver;
  }

  async stop(): Promise<void> {
    await this.receiver.close();
    await this.host.stop();
  }

  async create(path: string, body: object): Promise<string> {
    return Created.parse((await this.host.ask("POST", path, { as: BOSS, body })).body).id;
  }

  /** How messages of a source of this kind arrive. */
  wayFor(kind: KindName, sourceId: string, source: JsonObject): Send {
    if (!wayOf(kind).http) return (body) => this.sendAsAws(body);
    const { scheme, secret } = source["verification"] as { scheme: SchemeName; secret: string };
    return async (body) => {
      const headers = { "content-type": "application/json", ...signedBy(scheme, secret, body) };
      const answer = await this.host.ask("POST", `/intake/${sourceId}`, { body, headers });
      expect(answer.status, answer.text).toBe(202);
    };
  }

  /** Over the local EventBridge, in the name of AWS or of a partner. */
  async sendAsAws(body: string): Promise<void> {
    await publishAsAws(EmittedEvent.parse(JSON.parse(body)), { endpoint: this.host.aws, region: REGION });
  }

  async incidentsOf(sourceId: string) {
    const { items } = Listed.parse((await this.host.ask("GET", "/incidents?limit=100", { as: BOSS })).body);
    return items.filter(({ id }) => id.startsWith(`${sourceId}:`));
  }

  deliveredFor(sourceId: string) {
    return this.receiver.requests.filter(({ body }) => body.includes(sourceId));
  }
}

/** A global automation runs a global runbook for every incident that begins. */
export async function startSourcesHost(now: () => Date = () => new Date()): Promise<SourcesHost> {
  const made = new SourcesHost(await startLocalHost({ now }), await startReceiver());
  const runbookId = await made.create("/runbooks", {
    ...{ name: "Look", description: "Looks at it", webhookUrl: made.receiver.url, teamId: null },
    payloadTemplate: '{"incident": {{incident.id}}, "title": {{incident.title}}}',
  });
  await made.host.ask("POST", `/runbooks/${runbookId}/approve`, { as: BOSS, body: { version: 1 } });
  const pattern = { "detail-type": ["Incident Created"] };
  await made.create("/automations", { name: "Look at all", runbookId, pattern, oncePerIncident: false });
  return made;
}
