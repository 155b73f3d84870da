// What the stories play with: callers, the account, a target for webhooks, and a list of what they have made.
import { setTimeout as pause } from "node:timers/promises";
import { RunbooksClient } from "../../../clients/api-client/client.ts";
import { ProblemError } from "../../../clients/api-client/errors.ts";
import { Account } from "./account.ts";
import type { Arguments } from "./arguments.ts";
import type { Deployment } from "./deployment.ts";
import { describe, StartError } from "./failures.ts";
import { Receiver } from "./receiver.ts";
import { type Report, Unexpected } from "./report.ts";

export type Stage = {
  report: Report;
  deployment: Deployment;
  given: Arguments;
  /** Writes and runs. */
  author: RunbooksClient;
  /** Approve. The author alone, if the deployment lets authors approve. */
  approvers: readonly RunbooksClient[];
  account: Account;
  /** On this machine; null: webhooks call the API of the deployment itself. */
  receiver: Receiver | null;
  /** Part of every name, so that two verifications do not meet. */
  mark: string;
  made: {
    runbooks: string[];
    automations: string[];
    incidents: Set<string>;
    paused: boolean;
    hasDeadLetter: boolean;
  };
  /** Asks until there is an answer. @throws Unexpected after the longest wait */
  until: <T>(what: string, ask: () => Promise<T | undefined>) => Promise<T>;
  close: () => Promise<void>;
};

/** @throws StartError if the API does not answer, or the caller is no platform admin */
export async function setTheStage(given: Arguments, deployment: Deployment, report: Report): Promise<Stage> {
  const callerOf = (token: string) => new RunbooksClient({ baseUrl: deployment.api, token });
  const author = callerOf(given.token);
  const approvers = given.approverTokens.map(callerOf);
  for (const caller of [author, ...approvers]) await requirePlatformAdmin(caller);
  const receiver = given.listen === undefined ? null : new Receiver();
  await receiver?.start(given.listen ?? 0, given.receiver ?? "");
  const account = new Account(deployment);
  const made = {
    runbooks: [],
    automations: [],
    incidents: new Set<string>(),
    paused: false,
    hasDeadLetter: false,
  };
  const close = async () => {
    account.close();
    await receiver?.stop();
  };
  return {
    ...{ report, deployment, given, author, account, receiver, made, close },
    approvers: approvers.length > 0 ? approvers : [author],
    mark: Date.now().toString(36),
    until: waitAtMost(given.wait),
  };
}

async function requirePlatformAdmin(caller: RunbooksClient): Promise<void> {
  const me = await caller.getMe().catch((error: unknown) => {
    throw new StartError(
      error instanceof ProblemError && error.status === 401
        ? "The API does not accept a token: RUNBOOKS_TOKEN and RUNBOOKS_APPROVER_TOKENS must be access tokens that have not expired."
        : `The API does not answer as it should: ${describe(error)}. Check --api.`,
    );
  });
  if (me.roles.platformAdmin) return;
  throw new StartError(
    `The token of ${me.name ?? me.subject} is not that of a platform admin: ask for the group platform-admin.`,
  );
}

const POLL_MS = 500;

const waitAtMost =
  (seconds: number): Stage["until"] =>
  async (what, ask) => {
    for (const deadline = Date.now() + seconds * 1000; Date.now() < deadline; await pause(POLL_MS)) {
      const answer = await ask();
      if (answer !== undefined) return answer;
    }
    throw new Unexpected(`${what}: not within ${seconds} seconds`);
  };

/** Returns the problem that the API refuses the call with. @throws Unexpected if it does not refuse */
export async function refusalOf(call: Promise<unknown>): Promise<ProblemError> {
  const refused = await call.then(
    () => null,
    (error: unknown) => error,
  );
  if (refused instanceof ProblemError) return refused;
  throw refused ?? new Unexpected("it was not refused");
}
