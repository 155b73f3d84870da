// A definition on its way into the table: every part checked at once, its secrets chosen and sealed.
import * as z from "zod";
import { readEnvironment, VARIABLES } from "../contract/env.ts";
import {
  type AuthOf,
  type ChosenSecret,
  chooseSecrets,
  mapSecrets,
  originsOf,
} from "../domain/credentials.ts";
import { GivenChanges, GivenDefinition, type StoredDefinition } from "../domain/definition.ts";
import { type ErrorCode, type Issue, RunbookError } from "../domain/errors.ts";
import { type GivenAuth, MASK, type StoredAuth } from "../domain/webhook-auth.ts";
import { checkParameterSchema } from "../parameters/check.ts";
import { parameterNames, secretParameterNames } from "../parameters/schema.ts";
import { seal } from "../secrets/seal.ts";
import { checkDelivery } from "../webhook/check-definition.ts";
import { policyFrom } from "../webhook/egress-policy.ts";
import { ANY } from "../webhook/template/shape.ts";
import { templateShape } from "./template-context.ts";

/** A definition as it is asked for: secrets given, referenced, or to be kept (`********`). */
export type AskedDefinition = Omit<StoredDefinition, "webhookAuth"> & { webhookAuth: GivenAuth };

/** Where several things are wrong, the first of these that is among them is the answer's code. */
const CODE_ORDER = [
  "malformed_request",
  "invalid_parameters",
  "invalid_template",
  "egress_denied",
] as const satisfies ErrorCode[];

type Finding = Omit<Issue, "code"> & { code: (typeof CODE_ORDER)[number] };

/** An item of the table holds 400 KB; the definition is the largest part of the largest item. */
const MAX_DEFINITION_BYTES = 300 * 1024;

/**
 * The definition to store for a runbook, whose secrets may be kept from `current`.
 * Throws one error with every issue, at its pointer; nothing has been sealed or stored then.
 */
export async function prepareDefinition(
  runbookId: string,
  asked: AskedDefinition,
  current: StoredDefinition | null,
): Promise<StoredDefinition> {
  const { auth, issues } = await chooseSecrets(asked, current);
  refuseIf([
    ...issues.map((issue) => ({ ...issue, code: "malformed_request" as const })),
    ...findings(asked),
  ]);
  const definition = { ...asked, webhookAuth: await sealAuth(runbookId, asked, auth) };
  const bytes = Buffer.byteLength(JSON.stringify(definition));
  if (bytes <= MAX_DEFINITION_BYTES) return definition;
  throw new RunbookError(
    "payload_too_large",
    `The definition has ${bytes} bytes; at most ${MAX_DEFINITION_BYTES} fit.`,
  );
}

/** Checks a stored definition by today's rules, as approval and rollback must. */
export function recheckDefinition(definition: StoredDefinition): void {
  refuseIf(findings(definition));
}

/** `names`: whether the parameters are those that the templates will have. */
function findings(
  definition: AskedDefinition | StoredDefinition,
  names: "known" | "unknown" = "known",
): Finding[] {
  const policy = policyFrom(readEnvironment(VARIABLES.workflow, process.env));
  const schemaIssues = checkParameterSchema(definition.parameters);
  const inSchema = schemaIssues.map((issue) => ({
    code: "invalid_parameters" as const,
    pointer: `/parameters${issue.pointer}`,
    message: issue.message,
  }));
  // Without a sound schema nobody knows what the templates may name: all else about them is still told.
  const isKnown = inSchema.length === 0 && names === "known";
  return [
    ...inSchema,
    ...checkDelivery(definition, policy, isKnown ? templateShape(definition.parameters) : ANY),
    ...(isKnown ? keyFindings(definition) : []),
  ];
}

/** The key of a lock shows in the table: it names a parameter, and not a secret one. */
function keyFindings({
  concurrency,
  parameters,
}: Pick<StoredDefinition, "concurrency" | "parameters">): Finding[] {
  const key = concurrency?.key;
  if (key === undefined) return [];
  const at = { code: "malformed_request", pointer: "/concurrency/key" } as const;
  if (!parameterNames(parameters).includes(key))
    return [{ ...at, message: "must be the name of a parameter" }];
  if (!secretParameterNames(parameters).includes(key)) return [];
  return [{ ...at, message: "must not be a secret parameter (writeOnly)" }];
}

function refuseIf(found: readonly Finding[]): void {
  const code = CODE_ORDER.find((c) => found.some((f) => f.code === c));
  if (!code) return;
  throw new RunbookError(code, "The definition cannot be accepted as it is.", { issues: found.map(issueOf) });
}

function issueOf({ code, ...issue }: Finding): Issue {
  return { ...issue, code: code === "malformed_request" ? "invalid_value" : code };
}

const isMembers = z.record(z.string(), z.unknown());

/**
 * What else is wrong with a definition that does not fit its schema: each field that does is checked as if it alone
 * were given. `current`: what it changes; null for a new one.
 */
export function otherIssues(data: unknown, current: StoredDefinition | null): Issue[] {
  const given = isMembers.safeParse(data).data ?? {};
  const sound = Object.entries(GivenChanges.shape).flatMap(([name, schema]) => {
    const field = schema.safeParse(Object.hasOwn(given, name) ? given[name] : undefined);
    return field.success && field.data !== undefined ? [[name, field.data] as const] : [];
  });
  const fields = new Set(sound.map(([name]) => name));
  const unsure = Object.hasOwn(given, "parameters") && !fields.has("parameters");
  const asked = { ...(current ?? HARMLESS), ...Object.fromEntries(sound) };
  return findings(asked, unsure ? "unknown" : "known")
    .filter(({ pointer }) => fields.has(pointer.split("/")[1] ?? ""))
    .map(issueOf);
}

/** A definition that nothing can be said against, for what a new one does not give. */
const HARMLESS: AskedDefinition = GivenDefinition.parse({
  name: "-",
  description: "-",
  webhookUrl: "https://example.com/",
  payloadTemplate: "{}",
});

async function sealAuth(
  owner: string,
  asked: AskedDefinition,
  auth: AuthOf<ChosenSecret>,
): Promise<StoredAuth> {
  const origin = originsOf(asked);
  return mapSecrets(auth, async (secret, field) =>
    typeof secret === "string" ? seal(secret, { purpose: "webhook-auth", owner, field, origin }) : secret,
  );
}

/** The same auth, asking to keep every secret of it as it is stored. */
export async function keepingSecrets(auth: StoredAuth): Promise<GivenAuth> {
  return mapSecrets(auth, () => MASK);
}

/** What an update asks for: the current definition with the given fields in place of its own. */
export async function withChanges(
  current: StoredDefinition,
  changes: GivenChanges,
): Promise<AskedDefinition> {
  const webhookAuth = changes.webhookAuth ?? (await keepingSecrets(current.webhookAuth));
  const given = Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined));
  const { concurrency, completion, ...asked } = { ...current, ...given, webhookAuth };
  return { ...asked, ...(concurrency && { concurrency }), ...(completion && { completion }) };
}
