// How a runbook runs, as fields of the form: numbers are text until they are sent.
import type { Changes, Definition } from "./changes.ts";
import { type Problem, parseJson } from "./problems.ts";

export type Conduct = {
  timeoutSeconds: string;
  attemptTimeoutSeconds: string;
  maxAttempts: string;
  initialDelaySeconds: string;
  backoffRate: string;
  maxDelaySeconds: string;
  safeToRepeat: "" | "yes" | "no";
  whileDraft: Definition["whileDraft"];
  /** Empty: no limit. */
  limit: string;
  limitKey: string;
  onLimit: "reject" | "queue";
  completion: "response" | "callback";
  callbackSeconds: string;
  /** Empty: 200 to 299. */
  statuses: string;
  /** JSON; empty: the body is not looked at. */
  bodyEquals: string;
  bodyPointer: string;
};

export function readConduct(definition: Definition): Conduct {
  const { retryPolicy, concurrency, completion, successCondition: success } = definition;
  const { safeToRepeat } = retryPolicy;
  return {
    timeoutSeconds: String(definition.timeoutSeconds),
    attemptTimeoutSeconds: String(definition.attemptTimeoutSeconds),
    maxAttempts: String(retryPolicy.maxAttempts),
    initialDelaySeconds: String(retryPolicy.initialDelaySeconds),
    backoffRate: String(retryPolicy.backoffRate),
    maxDelaySeconds: String(retryPolicy.maxDelaySeconds),
    safeToRepeat: safeToRepeat === undefined ? "" : safeToRepeat ? "yes" : "no",
    whileDraft: definition.whileDraft,
    limit: concurrency ? String(concurrency.limit) : "",
    limitKey: concurrency?.key ?? "",
    onLimit: concurrency?.onLimit ?? "reject",
    completion: completion?.mode ?? "response",
    callbackSeconds: String(completion?.timeoutSeconds ?? 3600),
    statuses: success?.statuses?.join(", ") ?? "",
    bodyEquals: success?.body ? JSON.stringify(success.body.equals) : "",
    bodyPointer: success?.body?.pointer ?? "",
  };
}

type Written = { changes: Changes; problems: Problem[] };

export function writeConduct(form: Conduct): Written {
  const problems: Problem[] = [];
  const numberOf = (text: string, pointer: string): number => {
    const value = Number(text.trim().replace(",", "."));
    if (text.trim() === "" || Number.isNaN(value)) problems.push({ pointer, message: "must be a number" });
    return value;
  };
  const { whileDraft, safeToRepeat } = form;
  const changes: Changes = {
    timeoutSeconds: numberOf(form.timeoutSeconds, "/timeoutSeconds"),
    attemptTimeoutSeconds: numberOf(form.attemptTimeoutSeconds, "/attemptTimeoutSeconds"),
    retryPolicy: {
      maxAttempts: numberOf(form.maxAttempts, "/retryPolicy/maxAttempts"),
      initialDelaySeconds: numberOf(form.initialDelaySeconds, "/retryPolicy/initialDelaySeconds"),
      backoffRate: numberOf(form.backoffRate, "/retryPolicy/backoffRate"),
      maxDelaySeconds: numberOf(form.maxDelaySeconds, "/retryPolicy/maxDelaySeconds"),
      ...(safeToRepeat !== "" && { safeToRepeat: safeToRepeat === "yes" }),
    },
    whileDraft,
    concurrency: concurrencyOf(form, numberOf),
    completion:
      form.completion === "callback"
        ? { mode: "callback", timeoutSeconds: numberOf(form.callbackSeconds, "/completion/timeoutSeconds") }
        : null,
    successCondition: successOf(form, numberOf, problems),
  };
  return { changes, problems };
}

type ReadNumber = (text: string, pointer: string) => number;

function concurrencyOf({ limit, limitKey, onLimit }: Conduct, numberOf: ReadNumber): Changes["concurrency"] {
  if (limit.trim() === "") return null;
  return { limit: numberOf(limit, "/concurrency/limit"), onLimit, ...(limitKey !== "" && { key: limitKey }) };
}

function successOf(form: Conduct, numberOf: ReadNumber, problems: Problem[]): Changes["successCondition"] {
  const texts = form.statuses.split(/[\s,]+/).filter((text) => text !== "");
  const statuses = texts.map((text) => numberOf(text, "/successCondition/statuses"));
  const isAsked = form.bodyEquals.trim() !== "";
  if (!isAsked && statuses.length === 0) return null;
  const equals = parseJson(form.bodyEquals, "/successCondition/body/equals");
  if (isAsked) problems.push(...equals.problems);
  return {
    ...(statuses.length > 0 && { statuses }),
    ...(isAsked && { body: { pointer: form.bodyPointer, equals: equals.value as string } }),
  };
}
