// Which definition a preview renders: that of a version, or the current one with changes that nobody has saved.
import * as z from "zod";
import type { Caller } from "../../domain/caller.ts";
import type { Issue } from "../../domain/errors.ts";
import { authorize } from "../../domain/permissions.ts";
import { mapSecrets } from "../../domain/runbooks/credentials.ts";
import type { DefinitionChanges, DefinitionRecord } from "../../domain/runbooks/definition.ts";
import type { RunbookVersion } from "../../domain/runbooks/runbook.ts";
import type { Runbook } from "../../domain/runbooks/runbook-changes.ts";
import { getVersionToRun } from "../../domain/runbooks/runnable.ts";
import type { SecretRecord, SecretReference } from "../../domain/runbooks/webhook-auth.ts";
import { requireVersion } from "../../store/versions.ts";
import { findBrokenAutomations } from "../automations/broken-automations.ts";
import { inspectPreview } from "../request/preview.ts";
import { applyChanges, checkRequested, findWarnings, inspectDefinition, refuseIfAny } from "./definition.ts";

/** Where the changes are in the request. */
const AT = "/changes";

type Asked = { version?: number | undefined; changes?: DefinitionChanges | undefined };
type Previewed = Pick<RunbookVersion, "version" | "definition" | "warnings">;

/** @throws `not_permitted` for changes of a caller who may not save them, what a save of them throws, or `not_found` */
export async function findPreviewed(
  runbook: Runbook,
  { version, changes }: Asked,
  caller: Caller,
): Promise<Previewed> {
  const { state, current } = runbook;
  if (changes === undefined)
    return version === undefined ? getVersionToRun(runbook) : requireVersion(state.id, version);
  authorize(caller, "manage", state.teamId, "runbook");
  const { definition, warnings } = await prepareUnsaved(current.definition, changes);
  const broken = await findBrokenAutomations(state.id, { definition }, caller);
  return { version: current.version, definition, warnings: [...warnings, ...broken] };
}

/** Stands where a secret would be encrypted: what is only shown needs none, and this one opens nothing. */
const NO_SECRET: SecretRecord = { ciphertext: "" };

/** Like `prepareDefinition`, without encryption. @throws one error with every issue at its pointer in the request */
async function prepareUnsaved(current: DefinitionRecord, changes: DefinitionChanges) {
  const requested = applyChanges(current, changes);
  const { found } = await checkRequested(requested, current);
  refuseIfAny(found.map((finding) => ({ ...finding, pointer: `${AT}${finding.pointer}` })));
  const { signature: _signature, clientCertificate: _certificate, ...plain } = requested;
  const secrets = mapSecrets<string | SecretReference, SecretRecord>(requested, (secret) =>
    typeof secret === "string" ? NO_SECRET : secret,
  );
  const definition = { ...plain, ...secrets };
  return { definition, warnings: findWarnings(definition) };
}

const WithChanges = z.object({ changes: z.record(z.string(), z.unknown()) });

/** Returns further issues of a body that does not match its schema: of its changes, else of its parameters. */
export async function inspectPreviewed(data: unknown, runbook: Runbook): Promise<Issue[]> {
  const asked = WithChanges.safeParse(data).data;
  if (!asked) return inspectPreview(data, getVersionToRun(runbook));
  const issues = await inspectDefinition(asked.changes, runbook.current.definition);
  return issues.map((issue) => ({ ...issue, pointer: `${AT}${issue.pointer}` }));
}
