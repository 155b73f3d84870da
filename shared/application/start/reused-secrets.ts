// Secret parameters of an earlier execution: reused in encrypted form, or refused with the reason.

import { type Issue, pointer } from "../../domain/errors.ts";
import type { ExecutionInput } from "../../domain/executions/execution.ts";
import type { DefinitionRecord } from "../../domain/runbooks/definition.ts";
import { originOf } from "../../domain/runbooks/origin.ts";
import { secretParameterNames } from "../../parameters/schema.ts";

/**
 * Starting functions cannot decrypt them. `webhookUrl`: the receiver of the earlier execution. `otherTeam`: the earlier
 * execution ran for another team.
 */
export type ReusedSecrets = Pick<ExecutionInput, "secrets" | "secretsBoundTo"> & {
  webhookUrl: string;
  otherTeam: boolean;
};

/**
 * Returns the secrets that the schema still declares as secret. Each one that would go to another origin or team is an
 * issue.
 */
export function selectReusedSecrets(definition: DefinitionRecord, reused: ReusedSecrets | undefined) {
  const secretNames = secretParameterNames(definition.parameters).filter(
    (name) => reused !== undefined && Object.hasOwn(reused.secrets, name),
  );
  const all = Object.entries(reused?.secrets ?? {});
  const secrets = Object.fromEntries(all.filter(([name]) => secretNames.includes(name)));
  const reason = reused && explainObstacle(definition, reused);
  const issues: Issue[] = reason
    ? secretNames.map((name) => ({
        pointer: pointer(["parameters", name]),
        message: reason,
        code: "invalid_parameters",
      }))
    : [];
  return { secrets, issues };
}

function explainObstacle({ webhookUrl }: DefinitionRecord, reused: ReusedSecrets): string | null {
  if (reused.otherTeam) return "was given for a run of another team: start a new run, and provide it again";
  const origin = originOf(reused.webhookUrl);
  if (origin !== null && origin === originOf(webhookUrl)) return null;
  return "was given for another scheme, host or port, and is not sent elsewhere: start the runbook and provide it again";
}
