// `runbooks show`: a runbook with its definition, versions and latest executions.
import { buildCommand } from "@stricli/core";
import type { OutputOf } from "../../api-client/types.ts";
import { RUNBOOK_ARGUMENT } from "../session/arguments.ts";
import { type Cli, GLOBAL_FLAGS, type GlobalFlags } from "../session/context.ts";
import { findRunbook } from "../session/names.ts";
import { describeParameter, parametersOf } from "../session/parameters.ts";
import { clean } from "../terminal/text.ts";

export const command = (brief: string) =>
  buildCommand<GlobalFlags, [string], Cli>({
    docs: { brief },
    parameters: { flags: GLOBAL_FLAGS, positional: RUNBOOK_ARGUMENT },
    async func(flags, name) {
      const { client, print } = this.open(flags);
      const runbook = await client.getRunbook({ runbookId: await findRunbook(client, name) });
      print.value(runbook, formatRunbook);
    },
  });

function formatRunbook(runbook: OutputOf<"get-runbook">): string {
  const { versions, executions, warnings } = runbook;
  const parameters = parametersOf(runbook.parameters).map((each) => `  ${describeParameter(each)}`);
  return [
    clean(runbook.name),
    clean(runbook.description, { lines: true }),
    `id: ${runbook.id}`,
    `team: ${clean(runbook.teamId ?? "global")}`,
    `status: ${runbook.approvalStatus} at version ${runbook.version}${approvalOf(runbook)}`,
    `live: ${liveOf(runbook)}`,
    `calls: ${runbook.webhookMethod} ${clean(runbook.webhookUrl)}`,
    parameters.length === 0 ? "parameters: none" : `parameters:\n${parameters.join("\n")}`,
    ...(warnings.length === 0 ? [] : ["warnings:", ...warnings.map(({ message }) => `  ${clean(message)}`)]),
    "versions:",
    ...versions.map(
      ({ version, change, changedBy, changedByName, createdAt }) =>
        `  ${version}  ${change} by ${clean(changedByName ?? changedBy)}, ${createdAt}`,
    ),
    executions.length === 0 ? "executions: none" : "executions:",
    ...executions.map(
      ({ id, status, executedBy, executedByName, createdAt }) =>
        `  ${id}  ${status}  ${clean(executedByName ?? executedBy)}, ${createdAt}`,
    ),
  ].join("\n");
}

function liveOf({ liveVersion, approvalExpiresAt }: OutputOf<"get-runbook">): string {
  if (liveVersion === null) return "nothing can start";
  if (approvalExpiresAt === null) return `version ${liveVersion}`;
  const hasExpired = approvalExpiresAt <= new Date().toISOString();
  const term = hasExpired ? "but its approval expired on" : "approved until";
  return `version ${liveVersion}, ${term} ${approvalExpiresAt}`;
}

function approvalOf({ approvals, approvalsRequired }: OutputOf<"get-runbook">): string {
  const by = approvals.map(
    ({ by, byName, selfApproved }) => `${clean(byName ?? by)}${selfApproved ? " (self)" : ""}`,
  );
  const approved = by.length === 0 ? "" : `, approved by ${by.join(", ")}`;
  return approvalsRequired === null
    ? approved
    : `, ${by.length} of ${approvalsRequired} approvals${approved}`;
}
