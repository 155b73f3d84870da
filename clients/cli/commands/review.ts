// `runbooks review`: all that a reviewer needs of the current version, the risk first.
import { buildCommand } from "@stricli/core";
import type { OutputOf } from "../../api-client/types.ts";
import { RUNBOOK_ARGUMENT } from "../session/arguments.ts";
import { type Cli, GLOBAL_FLAGS, type GlobalFlags } from "../session/context.ts";
import { findRunbook } from "../session/names.ts";
import { differenceLines, riskLines } from "../terminal/differences.ts";
import type { Printer } from "../terminal/printer.ts";
import { clean } from "../terminal/text.ts";

export const command = (brief: string) =>
  buildCommand<GlobalFlags, [string], Cli>({
    docs: { brief },
    parameters: { flags: GLOBAL_FLAGS, positional: RUNBOOK_ARGUMENT },
    async func(flags, name) {
      const { client, print } = this.open(flags);
      const runbookId = await findRunbook(client, name);
      print.value(await client.getReview({ runbookId }), (review) => formatReview(print, review));
    },
  });

type Review = OutputOf<"get-review">;

function formatReview(print: Printer, review: Review): string {
  const { version, approvalStatus, against, diff, risk, warnings } = review;
  const compared = against === null ? "no version was approved before" : `against version ${against}`;
  return [
    `version ${version}, ${approvalStatus}, ${compared}`,
    ...riskLines(print, risk),
    ...differenceLines(print, diff),
    ...caseLines(review),
    ...warnings.map(({ pointer, message }) => `warning  ${clean(pointer)}  ${clean(message)}`),
    ...dependentLines(review),
    ...statementLines(review),
    ...renewalLines(review),
  ].join("\n");
}

const caseLines = ({ cases }: Review) =>
  cases.flatMap(({ name, matches, differences }) => [
    `case ${clean(name)}: ${matches ? "matches" : "DOES NOT MATCH"}`,
    ...differences.map(
      ({ pointer, expected, got }) =>
        `  ${clean(pointer)}  expects ${clean(expected ?? "nothing")}, renders ${clean(got ?? "nothing")}`,
    ),
  ]);

function dependentLines({ dependents: { automations, waitingExecutions } }: Review): string[] {
  const names = automations.map(({ name, mode }) => clean(mode === "shadow" ? `${name} (shadow)` : name));
  return [
    ...(names.length === 0 ? [] : [`automations  ${names.join(", ")}`]),
    ...(waitingExecutions === 0 ? [] : [`waiting executions  ${waitingExecutions}`]),
  ];
}

function statementLines({
  reviewRequested,
  changesRequested,
  approvals,
  approvalsRequired,
}: Review): string[] {
  return [
    ...(reviewRequested ? [`review asked for by ${formatStatement(reviewRequested)}`] : []),
    ...(changesRequested ? [`changes asked for by ${formatStatement(changesRequested)}`] : []),
    ...approvals.map((vote) => `approved by ${formatStatement(vote)}${vote.selfApproved ? " (self)" : ""}`),
    ...(approvalsRequired === null ? [] : [`${approvals.length} of ${approvalsRequired} approvals`]),
  ];
}

function renewalLines({ approvalExpiresAt, renewal, renewalsRequired }: Review): string[] {
  if (approvalExpiresAt === null || renewal === null) return [];
  return [
    `live until ${approvalExpiresAt}, can be renewed from ${renewal.from} on; approvals needed: ${renewalsRequired}`,
    ...renewal.votes.map(
      (vote) => `renewed by ${formatStatement(vote)}${vote.selfApproved ? " (self)" : ""}`,
    ),
  ];
}

type Statement = { by: string; byName: string | null; at: string; note: string | null };
const formatStatement = ({ by, byName, at, note }: Statement) =>
  `${clean(byName ?? by)} (${at})${note === null ? "" : `: ${clean(note)}`}`;
