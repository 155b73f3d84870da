// Rotating the credential of what is live: the secrets of webhookAuth alone change, so the approval is kept. Pure.
import type { Act } from "../context.ts";
import { type Issue, pointer, ServiceError } from "../errors.ts";
import { isSameJson } from "../json.ts";
import type { VersionContent } from "./build-version.ts";
import type { DefinitionRecord } from "./definition.ts";
import { applyTransition, type Runbook, type RunbookChange } from "./runbook-changes.ts";
import { type AuthInput, MASK } from "./webhook-auth.ts";

type Auth = DefinitionRecord["webhookAuth"];
type Rotation = { definition: DefinitionRecord } & Pick<VersionContent, "warnings">;

/** Members of an authentication that are secrets. Those of `custom` are the values of its headers. */
const SECRETS = ["token", "password", "clientSecret"];
const NOTE = "Credential rotated";
const OTHERWISE = "A rotation changes secrets alone. Edit the runbook instead, and have it approved.";

/**
 * Refuses what a rotation cannot do, before anything is encrypted. `version`: the one that the caller has read.
 * @throws `invalid_transition` unless the current version is live, `version_conflict` if it is another one,
 * `malformed_request` with each part of `asked` that is no secret and differs, or if no secret is given.
 */
export function requireRotation({ state, current }: Runbook, version: number, asked: AuthInput): void {
  if (state.approvalStatus !== "APPROVED") throw notLive(state);
  if (version !== state.version) {
    const message = `The request names version ${version}, but the runbook is at version ${state.version}: read it again.`;
    throw new ServiceError("version_conflict", message);
  }
  const issues = findOtherChanges(current.definition.webhookAuth, asked);
  if (issues.length > 0) throw new ServiceError("malformed_request", OTHERWISE, { issues });
}

function notLive({ approvalStatus, version, liveVersion }: Runbook["state"]): ServiceError {
  const message =
    liveVersion === null
      ? `Nothing is live (${approvalStatus}, version ${version}): edit the runbook instead, and have it approved.`
      : `Draft ${version} waits beside the live version ${liveVersion}: have the draft approved first, with the new credential in it or before the rotation.`;
  return new ServiceError("invalid_transition", message);
}

/** Returns an issue for each part that is no secret and differs. */
function findOtherChanges(before: Auth, asked: AuthInput): Issue[] {
  if (before.type !== asked.type) {
    return [{ pointer: "/webhookAuth/type", message: `must stay ${before.type}` }];
  }
  const [old, now] = [identityOf(before), identityOf(asked)];
  const names = new Set([...Object.keys(old), ...Object.keys(now)]);
  const others = [...names].filter((name) => !isSameJson(old[name], now[name]));
  const isNew = Object.values(secretsIn(asked)).some((secret) => secret !== MASK);
  return [
    ...others.map((name) => ({
      pointer: pointer(["webhookAuth", ...name.split(" ")]),
      message: "must stay as it is",
    })),
    ...(isNew ? [] : [{ pointer: "/webhookAuth", message: "must hold a new secret, or a new reference" }]),
  ];
}

/** What says who authenticates where, without the secrets: fields by name, and which headers there are. */
function identityOf(auth: Auth | AuthInput): Record<string, unknown> {
  if (auth.type === "custom") {
    return Object.fromEntries(Object.keys(auth.customHeaders).map((name) => [`customHeaders ${name}`, true]));
  }
  return Object.fromEntries(Object.entries(auth).filter(([name]) => !SECRETS.includes(name)));
}

function secretsIn(auth: AuthInput): Record<string, unknown> {
  if (auth.type === "custom") return auth.customHeaders;
  return Object.fromEntries(Object.entries(auth).filter(([name]) => SECRETS.includes(name)));
}

/** Returns the change, or null if the references are the same as before. Call `requireRotation` first. */
export function rotateCredential(
  runbook: Runbook,
  { definition, warnings }: Rotation,
  act: Act,
): RunbookChange | null {
  const { summary, current } = runbook;
  const { approvedBy, approvedByName, approvedAt } = summary;
  if (approvedBy === null || approvedAt === null)
    throw new Error(`The runbook ${summary.id} is APPROVED by nobody`);
  if (isSameJson(current.definition.webhookAuth, definition.webhookAuth)) return null;
  const { authors, selfApproved } = current;
  const content = {
    definition,
    warnings,
    authors,
    kept: { approvedBy, approvedByName, approvedAt, selfApproved },
  };
  const details = { keptApprovalOf: current.version, selfApproved };
  return applyTransition(runbook, "rotate", content, NOTE, act, details);
}
