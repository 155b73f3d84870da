// The world outside of the table, for tests of decisions: state machines and a receiver, and the calls to them.
import type * as engine from "../../shared/step-functions/executions.ts";
import type * as webhook from "../../shared/webhook/attempt.ts";

type Call = Parameters<typeof webhook.performAttempt>[0];
type Evidence = webhook.AttemptEvidence;

type Outside = {
  /** The calls to Step Functions, in order. */
  asked: string[];
  /** Whose state machine was looked at. */
  looked: string[];
  machines: Map<string, engine.StateMachineExecutionStatus>;
  /** Step Functions answers with this error. */
  down: Error | null;
  /** Task tokens under which somebody waits. */
  waiting: Set<string>;
  calls: Call[];
  /** What the receiver answers, call by call; then "delivered". */
  answers: Evidence[];
  /** Happens while a call is under way. */
  during: ((call: Call) => Promise<unknown>) | null;
};

const nothing = (): Outside => ({
  asked: [],
  looked: [],
  machines: new Map(),
  down: null,
  waiting: new Set(),
  calls: [],
  answers: [],
  during: null,
});

export const outside: Outside = nothing();

export const calmOutside = (): Outside => Object.assign(outside, nothing());

function ask(question: string): void {
  outside.asked.push(question);
  if (outside.down) throw outside.down;
}

export function enginesOf(real: typeof engine): typeof engine {
  return {
    ...real,
    startStateMachineExecution: async (id) => {
      ask(`start ${id}`);
      outside.machines.set(id, "RUNNING");
    },
    describeStateMachineExecution: async (id) => {
      outside.looked.push(id);
      if (outside.down) throw outside.down;
      return outside.machines.get(id) ?? "missing";
    },
    stopStateMachineExecution: async (id, cause) => ask(`stop ${id}: ${cause}`),
    sendTaskSuccess: async (token, { executionId }) => {
      ask(`end ${token} of ${executionId}`);
      return outside.waiting.has(token);
    },
  };
}

export const DELIVERED: Evidence = {
  durationMs: 5,
  outcome: "delivered",
  retryable: false,
  retryAfterSeconds: null,
  answer: null,
  error: null,
};

export const REFUSED: Evidence = {
  ...DELIVERED,
  outcome: "refused",
  retryable: true,
  error: { code: "webhook_refused", message: "It said no." },
};

export function receiversOf(real: typeof webhook): typeof webhook {
  return {
    ...real,
    performAttempt: async (call) => {
      outside.calls.push(call);
      await outside.during?.(call);
      return outside.answers.shift() ?? DELIVERED;
    },
  };
}
