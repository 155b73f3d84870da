// Says in sentences how a runbook runs: attempts, waits, what counts as success, what happens at the same time.
import type { OutputOf } from "../../../api-client/types.ts";
import { formatDuration } from "../../parts/duration.ts";

export type Definition = OutputOf<"get-version">["definition"];

const seconds = (count: number) => formatDuration(count * 1000);
const waitOf = (count: number) => (count === 0 ? "at once" : seconds(count));

/** One fact: what it is about, and what holds. */
type Fact = readonly [about: string, words: string];

export function describeConduct(definition: Definition): Fact[] {
  return [
    ["Time", describeTime(definition)],
    ["Attempts", describeAttempts(definition)],
    ["Repetition", describeRepetition(definition)],
    ["Success", describeSuccess(definition)],
    ["Completion", describeCompletion(definition)],
    ["At the same time", describeConcurrency(definition)],
    ["While a draft waits", WHILE_DRAFT[definition.whileDraft]],
  ];
}

const WHILE_DRAFT: Record<Definition["whileDraft"], string> = {
  stop: "Nothing runs until the draft is approved.",
  run_approved: "The approved version stays in service beside the draft.",
};

const describeTime = ({ timeoutSeconds, attemptTimeoutSeconds }: Definition) =>
  `Ends after ${seconds(timeoutSeconds)}, attempts and waits together. One attempt may take ${seconds(Math.min(attemptTimeoutSeconds, timeoutSeconds))}.`;

function describeAttempts({ retryPolicy }: Definition): string {
  const { maxAttempts, initialDelaySeconds, backoffRate, maxDelaySeconds } = retryPolicy;
  if (maxAttempts === 1) return "One, and none after a failure.";
  if (maxAttempts === 2 || backoffRate === 1)
    return `Up to ${maxAttempts}, ${waitOf(initialDelaySeconds)} after a failure.`;
  return `Up to ${maxAttempts}: the first wait is ${seconds(initialDelaySeconds)}, each further one ${backoffRate} times as long, at most ${seconds(maxDelaySeconds)}.`;
}

function describeRepetition({ retryPolicy: { maxAttempts, safeToRepeat } }: Definition): string {
  if (maxAttempts === 1) return "The request is sent once.";
  if (safeToRepeat === false) return "Repeated only if the receiver certainly did not act.";
  return safeToRepeat
    ? "Safe: the receiver does nothing twice."
    : "Repeated also after a timeout, although the receiver may have acted: nobody has said whether that is safe.";
}

function describeSuccess({ successCondition }: Definition): string {
  const { statuses, body } = successCondition ?? {};
  const status = statuses ? `An answer with status ${statuses.join(", ")}` : "Any answer from 200 to 299";
  if (body === undefined) return `${status}.`;
  const where = body.pointer === "" ? "the body" : `the body at ${body.pointer}`;
  return `${status} in which ${where} is ${JSON.stringify(body.equals)}.`;
}

const describeCompletion = ({ completion }: Definition) =>
  completion?.mode === "callback"
    ? `The receiver reports the outcome within ${seconds(completion.timeoutSeconds)}.`
    : "The answer of the receiver completes the run.";

function describeConcurrency({ concurrency }: Definition): string {
  if (!concurrency) return "As many runs as are started.";
  const { limit, key, onLimit } = concurrency;
  const each = key === undefined ? "" : ` for each ${key}`;
  const more = onLimit === "queue" ? "further ones wait in order" : "further ones are refused";
  return `${limit === 1 ? "One run" : `${limit} runs`}${each}; ${more}.`;
}
