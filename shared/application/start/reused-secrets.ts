// Secret parameters of an earlier run: taken over as they are encrypted, or not at all, and why.

import { type Issue, pointer } from "../../domain/errors.ts";
import type { ExecutionInput } from "../../domain/executions/execution.ts";
import { originOf } from "../../domain/runbooks/credentials.ts";
import type { DefinitionRecord } from "../../domain/runbooks/definition.ts";
import { secretParameterNames } from "../../parameters/schema.ts";

/** Nobody here can open them. `webhookUrl`: where the earlier run sent them; `otherTeam`: it was for another team. */
export type ReusedSecrets = Pick<ExecutionInput, "secrets" | "secretsBoundTo"> & {
  webhookUrl: string;
  otherTeam: boolean;
};

/** Those that the schema still calls for, as secrets. Each that would go to another origin or team is an issue. */
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
