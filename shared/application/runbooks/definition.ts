// A definition on its way into the table: every part checked at once, its secrets chosen and encrypted.
import * as z from "zod";
import { readEnvironment, VARIABLES } from "../../contract/env.ts";
import { type ErrorCode, type Issue, ServiceError } from "../../domain/errors.ts";
import {
  type ChosenSecret,
  chooseSecrets,
  mapSecrets,
  originsOf,
  type WebhookAuth,
} from "../../domain/runbooks/credentials.ts";
import {
  DefinitionChanges,
  DefinitionInput,
  type DefinitionRecord,
} from "../../domain/runbooks/definition.ts";
import { type AuthInput, type AuthRecord, MASK } from "../../domain/runbooks/webhook-auth.ts";
import { checkParameterSchema } from "../../parameters/check.ts";
import { parameterNames, secretParameterNames } from "../../parameters/schema.ts";
import { encrypt } from "../../secrets/encrypt.ts";
import { checkDelivery } from "../../webhook/check-definition.ts";
import { readEgressPolicy } from "../../webhook/egress/egress-policy.ts";
import { ANY } from "../../webhook/template/shape.ts";
import { templateShape } from "../request/template-context.ts";

/** A definition as it is asked for: secrets given, referenced, or to be kept (`********`). */
type RequestedDefinition = Omit<DefinitionRecord, "webhookAuth"> & { webhookAuth: AuthInput };

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
 * Throws one error with every issue, at its pointer; nothing has been encrypted or stored then.
 */
export async function prepareDefinition(
  runbookId: string,
  requested: RequestedDefinition,
  current: DefinitionRecord | null,
): Promise<DefinitionRecord> {
  const { auth, issues } = await chooseSecrets(requested, current);
  refuseIfAny([
    ...issues.map((issue) => ({ ...issue, code: "malformed_request" as const })),
    ...findDefinitionIssues(requested),
  ]);
  const definition = { ...requested, webhookAuth: await encryptAuth(runbookId, requested, auth) };
  const bytes = Buffer.byteLength(JSON.stringify(definition));
  if (bytes <= MAX_DEFINITION_BYTES) return definition;
  throw new ServiceError(
    "payload_too_large",
    `The definition has ${bytes} bytes; at most ${MAX_DEFINITION_BYTES} fit.`,
  );
}

/** Checks a stored definition by today's rules, as approval and rollback must. */
export function recheckDefinition(definition: DefinitionRecord): void {
  refuseIfAny(findDefinitionIssues(definition));
}

/** `names`: whether the parameters are those that the templates will have. */
function findDefinitionIssues(
  definition: RequestedDefinition | DefinitionRecord,
  names: "known" | "unknown" = "known",
): Finding[] {
  const policy = readEgressPolicy(readEnvironment(VARIABLES.workflow, process.env));
  const schemaIssues = checkParameterSchema(definition.parameters);
  const schemaFindings = schemaIssues.map((issue) => ({
    code: "invalid_parameters" as const,
    pointer: `/parameters${issue.pointer}`,
    message: issue.message,
  }));
  // Without a sound schema nobody knows what the templates may name: all else about them is still told.
  const isKnown = schemaFindings.length === 0 && names === "known";
  return [
    ...schemaFindings,
    ...checkDelivery(definition, policy, isKnown ? templateShape(definition.parameters) : ANY),
    ...(isKnown ? checkConcurrencyKey(definition) : []),
  ];
}

/** The key of a lock shows in the table: it names a parameter, and not a secret one. */
function checkConcurrencyKey({
  concurrency,
  parameters,
}: Pick<DefinitionRecord, "concurrency" | "parameters">): Finding[] {
  const key = concurrency?.key;
  if (key === undefined) return [];
  const at = { code: "malformed_request", pointer: "/concurrency/key" } as const;
  if (!parameterNames(parameters).includes(key))
    return [{ ...at, message: "must be the name of a parameter" }];
  if (!secretParameterNames(parameters).includes(key)) return [];
  return [{ ...at, message: "must not be a secret parameter (writeOnly)" }];
}

function refuseIfAny(found: readonly Finding[]): void {
  const code = CODE_ORDER.find((c) => found.some((f) => f.code === c));
  if (!code) return;
  throw new ServiceError(code, "The definition cannot be accepted as it is.", { issues: found.map(toIssue) });
}

function toIssue({ code, ...issue }: Finding): Issue {
  return { ...issue, code: code === "malformed_request" ? "invalid_value" : code };
}

const Members = z.record(z.string(), z.unknown());

/**
 * What else is wrong with a definition that does not fit its schema: each field that does is checked as if it alone
 * were given. `current`: what it changes; null for a new one.
 */
export function inspectDefinition(data: unknown, current: DefinitionRecord | null): Issue[] {
  const members = Members.safeParse(data).data ?? {};
  const validFields = Object.entries(DefinitionChanges.shape).flatMap(([name, schema]) => {
    const field = schema.safeParse(Object.hasOwn(members, name) ? members[name] : undefined);
    return field.success && field.data !== undefined ? [[name, field.data] as const] : [];
  });
  const fields = new Set(validFields.map(([name]) => name));
  const hasInvalidParameters = Object.hasOwn(members, "parameters") && !fields.has("parameters");
  const requested = { ...(current ?? VALID_DEFINITION), ...Object.fromEntries(validFields) };
  return findDefinitionIssues(requested, hasInvalidParameters ? "unknown" : "known")
    .filter(({ pointer }) => fields.has(pointer.split("/")[1] ?? ""))
    .map(toIssue);
}

/** A definition that nothing can be said against, for what a new one does not give. */
const VALID_DEFINITION: RequestedDefinition = DefinitionInput.parse({
  name: "-",
  description: "-",
  webhookUrl: "https://example.com/",
  payloadTemplate: "{}",
});

async function encryptAuth(
  owner: string,
  requested: RequestedDefinition,
  auth: WebhookAuth<ChosenSecret>,
): Promise<AuthRecord> {
  const origin = originsOf(requested);
  return mapSecrets(auth, async (secret, field) =>
    typeof secret === "string" ? encrypt(secret, { purpose: "webhook-auth", owner, field, origin }) : secret,
  );
}

/** The same auth, asking to keep every secret of it as it is stored. */
export async function withKeptSecrets(auth: AuthRecord): Promise<AuthInput> {
  return mapSecrets(auth, () => MASK);
}

/** What an update asks for: the current definition with the given fields in place of its own. */
export async function applyChanges(
  current: DefinitionRecord,
  changes: DefinitionChanges,
): Promise<RequestedDefinition> {
  const webhookAuth = changes.webhookAuth ?? (await withKeptSecrets(current.webhookAuth));
  const definedChanges = Object.fromEntries(
    Object.entries(changes).filter(([, value]) => value !== undefined),
  );
  const { concurrency, completion, ...asked } = { ...current, ...definedChanges, webhookAuth };
  return { ...asked, ...(concurrency && { concurrency }), ...(completion && { completion }) };
}
