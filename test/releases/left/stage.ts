// Who and what plays the session of a release: the people, the receiver, the bus, the reconciler, and the clock of all.
import type { Publish } from "../../../infra/docs/example-automations.ts";
import type { Session } from "../../../infra/docs/examples.ts";
import type { Receiver } from "../../../infra/local/demo/receiver.ts";
import type { EmittedEvent } from "../../../infra/local/emit/event.ts";
import type { JsonObject } from "../../../shared/domain/json.ts";

export type Stage = {
  session: Session;
  /** The same people, but Rob is a second platform admin. */
  board: Session;
  receiver: Receiver;
  publish: Publish;
  /** An event as AWS publishes it. */
  publishAsAws: (event: EmittedEvent) => Promise<unknown>;
  /** Whether a function has been called, and was asked or has answered with all of these texts. */
  hasHeard: (path: string, ...texts: string[]) => boolean;
  /** One pass of the reconciler. */
  sweep: () => Promise<unknown>;
};

/** With a secret of each kind that a delivery opens. */
export const restart = (hook: string): JsonObject => ({
  teamId: "payments",
  name: "Restart a service that goes on",
  description: "Is under way while the service is updated",
  webhookUrl: `${hook}/restart`,
  webhookAuth: { type: "bearer", token: "the-token-of-the-run" },
  parameters: {
    type: "object",
    properties: {
      service: { type: "string", searchable: true },
      key: { type: "string", writeOnly: true },
    },
    required: ["service", "key"],
  },
  payloadTemplate: '{"service": "{{params.service}}", "key": "{{params.key}}"}',
});

export const PARAMETERS = { service: "checkout", key: "of this run" };

/** A runbook of another team, without parameters. */
export const OF_SEARCH: JsonObject = {
  teamId: "search",
  parameters: { type: "object", properties: {} },
  payloadTemplate: "{}",
};

/** Returns the id of a runbook that is approved, with these changes of `restart`. */
export async function createApproved(stage: Pick<Stage, "session" | "receiver">, changes: JsonObject = {}) {
  const { session, receiver } = stage;
  const body = { ...restart(receiver.address), ...changes };
  const id = await session.create("/runbooks", { as: "boss", body });
  await session.send("POST", `/runbooks/${id}/approve`, { as: "boss", body: { version: 1 } });
  return id;
}
