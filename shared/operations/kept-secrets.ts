// Secret parameters of an earlier run: taken over as they are sealed, or not at all, and why.
import { originOf } from "../domain/credentials.ts";
import type { StoredDefinition } from "../domain/definition.ts";
import { type Issue, pointer } from "../domain/errors.ts";
import type { ExecutionInput } from "../domain/execution.ts";
import { secretParameterNames } from "../parameters/schema.ts";

/** Nobody here can open them. `webhookUrl`: where the earlier run sent them; `otherTeam`: it was for another team. */
export type Kept = Pick<ExecutionInput, "secrets" | "secretsBoundTo"> & {
  webhookUrl: string;
  otherTeam: boolean;
};

/** Those that the schema still calls for, as secrets. Each that would go to another origin or team is an issue. */
export function keptSecrets(definition: StoredDefinition, kept: Kept | undefined) {
  const called = secretParameterNames(definition.parameters).filter(
    (name) => kept !== undefined && Object.hasOwn(kept.secrets, name),
  );
  const all = Object.entries(kept?.secrets ?? {});
  const secrets = Object.fromEntries(all.filter(([name]) => called.includes(name)));
  const why = kept && obstacle(definition, kept);
  const issues: Issue[] = why
    ? called.map((name) => ({
        pointer: pointer(["parameters", name]),
        message: why,
        code: "invalid_parameters",
      }))
    : [];
  return { secrets, issues };
}

function obstacle({ webhookUrl }: StoredDefinition, kept: Kept): string | null {
  if (kept.otherTeam) return "was given for a run of another team: start a new run, and provide it again";
  const origin = originOf(kept.webhookUrl);
  if (origin !== null && origin === originOf(webhookUrl)) return null;
  return "was given for another scheme, host or port, and is not sent elsewhere: start the runbook and provide it again";
}
