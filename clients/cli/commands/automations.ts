// `runbooks automations`: the automations that the caller may see, of one what it decided or was, and what is done with one.
import { buildCommand } from "@stricli/core";
import { AUTOMATION_OR_ACTION_ARGUMENTS, textFlag, VERSION_FLAG } from "../session/arguments.ts";
import { catchUp } from "../session/catch-up.ts";
import { type Cli, GLOBAL_FLAGS, type GlobalFlags, type Session } from "../session/context.ts";
import { explainEvent } from "../session/explained-event.ts";
import { UsageError } from "../session/failures.ts";
import { givenOf } from "../session/given.ts";
import { LIMIT_FLAG, takeFirst } from "../session/lists.ts";
import { findAutomation, findRunbook } from "../session/names.ts";
import { clean } from "../terminal/text.ts";

type Flags = GlobalFlags & {
  runbook?: string;
  decisions: boolean;
  versions: boolean;
  unapproved: boolean;
  version?: number;
  start: boolean;
  limit: number;
};
const toggle = (brief: string) => ({ kind: "boolean", brief, default: false, withNegated: false }) as const;

export const command = (brief: string) =>
  buildCommand<Flags, [string?, string?], Cli>({
    docs: { brief },
    parameters: {
      flags: {
        ...GLOBAL_FLAGS,
        runbook: textFlag("Of this runbook: name or id", "runbook"),
        decisions: toggle("What this automation decided, and why"),
        versions: toggle("The versions of this automation"),
        unapproved: toggle("Only those whose settings nobody has approved"),
        version: { ...VERSION_FLAG, brief: "Of approve: the version that was reviewed" },
        start: toggle("Of catch-up: starts what was missed, instead of listing it"),
        limit: LIMIT_FLAG,
      },
      positional: AUTOMATION_OR_ACTION_ARGUMENTS,
    },
    async func({ limit, ...flags }, first, second) {
      const session = this.open(flags);
      if (second !== undefined || flags.start) return act(session, first, second, flags);
      const { runbook, decisions, versions, unapproved } = flags;
      const isOne = first !== undefined;
      if (decisions === versions ? isOne || decisions : !isOne || runbook !== undefined || unapproved)
        throw new UsageError(
          `Give an automation and either --decisions or --versions, or say ${SAYING}, or none of them.`,
        );
      if (!isOne) return listAll(session, { runbook, unapproved }, limit);
      const automationId = await findAutomation(session.client, first);
      const list = decisions ? listDecisions : listVersions;
      await list(session, automationId, limit);
    },
  });

/** Word → what is done with the word after it. */
const ACTIONS: ReadonlyMap<string, (session: Session, subject: string, flags: ActionFlags) => Promise<void>> =
  new Map([
    ["approve", approve],
    ["why", explainEvent],
    ["catch-up", (session, name, { start }) => catchUp(session, name, !start)],
  ]);
type ActionFlags = Pick<Flags, "version" | "start">;
const SAYING = "approve AUTOMATION --version N, why EVENT or catch-up AUTOMATION";

async function act(
  session: Session,
  word = "",
  subject: string | undefined,
  flags: ActionFlags,
): Promise<void> {
  const action = ACTIONS.get(word);
  if (!action || subject === undefined)
    throw new UsageError(`Say ${SAYING}; a name of several words needs quotes.`);
  await action(session, subject, flags);
}

async function approve({ client, print }: Session, name: string, { version }: ActionFlags) {
  if (version === undefined)
    throw new UsageError(
      "Say what was reviewed: --version. `runbooks automations AUTOMATION --versions` lists them.",
    );
  const automationId = await findAutomation(client, name);
  const approved = await client.approveAutomation({ automationId, body: { version } });
  print.value(
    approved,
    ({ name: known, approval }) => `${clean(known)}: version ${approval?.version} is approved`,
  );
}

type Listed = { runbook: string | undefined; unapproved: boolean };

async function listAll({ client, print }: Session, { runbook, unapproved }: Listed, limit: number) {
  const runbookId = runbook === undefined ? undefined : await findRunbook(client, runbook);
  const query = givenOf({ runbookId, approved: unapproved ? ("false" as const) : undefined });
  print.table(await takeFirst(client.all.listAutomations({ query }), limit), {
    ID: ({ id }) => id,
    TEAM: ({ teamId }) => teamId ?? "global",
    ENABLED: ({ enabled, disabledReason }) =>
      enabled ? "yes" : disabledReason ? `no: ${disabledReason}` : "no",
    MODE: ({ mode }) => mode,
    APPROVED: ({ approval, awaitsApproval }) =>
      approval ? "yes" : awaitsApproval ? "no, so it waits" : "no",
    RUNBOOK: (automation) => automation.runbookId,
    NAME: ({ name }) => name,
  });
}

async function listDecisions({ client, print }: Session, automationId: string, limit: number) {
  print.table(await takeFirst(client.all.listAutomationDecisions({ automationId }), limit), {
    AT: ({ at }) => at,
    VERSION: ({ automationVersion }) => String(automationVersion),
    INCIDENT: ({ incidentId }) => incidentId,
    OUTCOME: ({ outcome, reason }) => reason ?? outcome,
    EXECUTION: ({ executionId }) => executionId ?? "",
    MESSAGE: ({ message }) => message ?? "",
  });
}

async function listVersions({ client, print }: Session, automationId: string, limit: number) {
  print.table(await takeFirst(client.all.listAutomationVersions({ automationId }), limit), {
    VERSION: ({ version }) => String(version),
    CREATED: ({ createdAt }) => createdAt,
    BY: ({ changedBy, changedByName }) => changedByName ?? changedBy,
    SETTINGS: ({ settings }) => JSON.stringify(settings),
  });
}
