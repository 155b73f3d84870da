// The world of a random history: state machines, receivers and keys in memory, for any table that the history is played on.
import { TransactWriteCommand } from "@aws-sdk/lib-dynamodb";
import type * as encryption from "../../shared/secrets/encrypt.ts";
import type * as ownKeys from "../../shared/secrets/own-keys.ts";
import type * as engine from "../../shared/step-functions/executions.ts";
import type * as store from "../../shared/store/client.ts";
import type * as webhook from "../../shared/webhook/attempt.ts";
import type { Held, ModelRun, Outcome } from "../model/lifecycle-model.ts";

/** The next delivery that reaches this border is held there. */
export type Gate = { at: Held["at"]; reached: () => void; opened: Promise<void> };

/** `send` is what answers the store's commands. */
export type World = {
  gate: Gate | null;
  machines: Map<string, NonNullable<ModelRun["machine"]>>;
  down: boolean;
  outcome: Outcome;
  send: (command: object) => Promise<object>;
};

export const world: World = {
  gate: null,
  machines: new Map(),
  down: false,
  outcome: "delivered",
  send: () => Promise.reject(new Error("There is no table yet")),
};

/** Nothing has happened yet, over a table that answers with `send`. */
export function beginWorld(send: World["send"]): World {
  return Object.assign(world, { gate: null, machines: new Map(), down: false, outcome: "delivered", send });
}

/** What a function whose process ends in mid-call comes to. */
export class Died extends Error {}

export function storeOf(real: typeof store): typeof store {
  const opened = real.openTable;
  const documents: Pick<ReturnType<typeof opened>["documents"], "send"> = {
    send: async (command: object) => {
      if (isClaim(command)) await passing("claim");
      return world.send(command);
    },
  };
  return {
    ...real,
    openTable: () => ({ documents: documents as ReturnType<typeof opened>["documents"], table: tableName() }),
  };
}

/** Stands still where the gate is, until it is opened. */
async function passing(at: Held["at"]): Promise<void> {
  const { gate } = world;
  if (gate?.at !== at) return;
  world.gate = null;
  gate.reached();
  await gate.opened;
}

const isClaim = (command: object) =>
  command instanceof TransactWriteCommand &&
  (command.input.TransactItems ?? []).some(({ Put }) => String(Put?.Item?.["sk"]).startsWith("attempt#"));

const tableName = () => process.env["TABLE_NAME"] ?? "memory";

export function engineOf(real: typeof engine): typeof engine {
  return {
    ...real,
    startStateMachineExecution: async (id) => {
      if (world.down) throw new Error("Step Functions is down");
      if (!world.machines.has(id)) world.machines.set(id, "RUNNING");
    },
    describeStateMachineExecution: async (id) => world.machines.get(id) ?? "missing",
    stopStateMachineExecution: async (id) => {
      if (world.machines.get(id) === "RUNNING") world.machines.set(id, "ABORTED");
    },
  };
}

export function webhookOf(real: typeof webhook): typeof webhook {
  return {
    ...real,
    performAttempt: async () => {
      await passing("call");
      const { outcome } = world;
      if (outcome === "in_progress") throw new Died("The process has ended");
      const code = outcome === "unknown" ? "outcome_unknown" : "webhook_refused";
      const error = outcome === "delivered" ? null : ({ code, message: "It said no." } as const);
      const reported = { durationMs: 1, retryAfterSeconds: null, answer: null, error };
      if (outcome === "again") return { ...reported, outcome: "refused", retryable: true };
      return { ...reported, outcome, retryable: outcome === "unknown" };
    },
  };
}

export function fakeEncryption(real: typeof encryption): typeof encryption {
  return {
    ...real,
    encrypt: async (plain) => ({ ciphertext: Buffer.from(plain).toString("base64") }),
    decrypt: async ({ ciphertext }) => Buffer.from(ciphertext, "base64").toString(),
  };
}

export function ownKeysOf(real: typeof ownKeys): typeof ownKeys {
  return { ...real, requireOwnKey: async (name) => `${name} of the small world` };
}

/** What the functions read; nothing of it leads anywhere. */
export const ENVIRONMENT = {
  TABLE_NAME: "memory",
  STATE_MACHINE_ARN: "arn:aws:states:eu-central-1:000000000000:stateMachine:runs",
  KMS_KEY_ID: "key",
  WEBHOOK_EGRESS_ALLOW: "",
};
