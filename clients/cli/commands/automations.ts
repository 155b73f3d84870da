// `runbooks automations`: the automations that the caller may see, and of one what it decided, or what it was.
import { buildCommand } from "@stricli/core";
import { ANY_AUTOMATION_ARGUMENT, textFlag } from "../session/arguments.ts";
import { type Cli, GLOBAL_FLAGS, type GlobalFlags, type Session } from "../session/context.ts";
import { UsageError } from "../session/failures.ts";
import { givenOf } from "../session/given.ts";
import { LIMIT_FLAG, takeFirst } from "../session/lists.ts";
import { findAutomation, findRunbook } from "../session/names.ts";

type Flags = GlobalFlags & { runbook?: string; decisions: boolean; versions: boolean; limit: number };
const toggle = (brief: string) => ({ kind: "boolean", brief, default: false, withNegated: false }) as const;

export const command = (brief: string) =>
  buildCommand<Flags, [string?], Cli>({
    docs: { brief },
    parameters: {
      flags: {
        ...GLOBAL_FLAGS,
        runbook: textFlag("Of this runbook: name or id", "runbook"),
        decisions: toggle("What this automation decided, and why"),
        versions: toggle("The versions of this automation"),
        limit: LIMIT_FLAG,
      },
      positional: ANY_AUTOMATION_ARGUMENT,
    },
    async func({ runbook, decisions, versions, limit, ...flags }, name) {
      const session = this.open(flags);
      const isOne = name !== undefined;
      if (decisions === versions ? isOne || decisions : !isOne || runbook !== undefined)
        throw new UsageError("Give an automation and either --decisions or --versions, or none of them.");
      if (!isOne) return listAll(session, runbook, limit);
      const automationId = await findAutomation(session.client, name);
      const list = decisions ? listDecisions : listVersions;
      await list(session, automationId, limit);
    },
  });

async function listAll({ client, print }: Session, runbook: string | undefined, limit: number) {
  const runbookId = runbook === undefined ? undefined : await findRunbook(client, runbook);
  print.table(await takeFirst(client.all.listAutomations({ query: givenOf({ runbookId }) }), limit), {
    ID: ({ id }) => id,
    TEAM: ({ teamId }) => teamId ?? "global",
    ENABLED: ({ enabled }) => (enabled ? "yes" : "no"),
    MODE: ({ mode }) => mode,
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
