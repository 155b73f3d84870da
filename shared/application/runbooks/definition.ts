// Prepares a definition for storage: checks all parts at once, then encrypts its secrets.
import * as z from "zod";
import { readEnvironment, VARIABLES } from "../../contract/env.ts";
import { type ErrorCode, type Issue, ServiceError } from "../../domain/errors.ts";
import {
  type ChosenSecret,
  type CredentialField,
  type Credentials,
  chooseSecrets,
  mapSecrets,
  mapSecretsAsync,
  originsOf,
} from "../../domain/runbooks/credentials.ts";
import {
  DefinitionChanges,
  DefinitionInput,
  type DefinitionRecord,
} from "../../domain/runbooks/definition.ts";
import { findDefinitionWarnings, MAX_WARNINGS, type Warning } from "../../domain/runbooks/warnings.ts";
import { MASK, type SecretRecord } from "../../domain/runbooks/webhook-auth.ts";
import { checkParameterSchema } from "../../parameters/check.ts";
import { loadPatternEngine } from "../../parameters/pattern-engine.ts";
import { parametersOf, secretParameterNames } from "../../parameters/schema.ts";
import { encrypt } from "../../secrets/encrypt.ts";
import { checkDelivery } from "../../webhook/check-definition.ts";
import { findRequestWarnings } from "../../webhook/definition-warnings.ts";
import { readEgressPolicy } from "../../webhook/egress/egress-policy.ts";
import { ANY } from "../../webhook/template/shape.ts";
import { requestShape } from "../request/request-context.ts";
import { checkCases, readCases } from "./check-cases.ts";

/** A requested definition. Each secret is a new value, a reference, or `********` to keep the stored one. */
type RequestedDefinition = Omit<DefinitionRecord, CredentialField> & Pick<DefinitionInput, CredentialField>;

/** The error has the first of these codes that occurs among the issues. */
const CODE_ORDER = [
  "malformed_request",
  "invalid_parameters",
  "invalid_template",
  "egress_denied",
] as const satisfies ErrorCode[];

type Finding = Omit<Issue, "code"> & { code: (typeof CODE_ORDER)[number] };

/** A DynamoDB item holds 400 KB. The definition is the largest part of the largest item. */
const MAX_DEFINITION_BYTES = 300 * 1024;

type PreparedDefinition = { definition: DefinitionRecord; warnings: Warning[] };

/**
 * Returns the definition to store, with its warnings. Secrets may be kept from `current`. @throws one error with every issue at its
 * pointer. Nothing has been encrypted or stored then.
 */
export async function prepareDefinition(
  runbookId: string,
  requested: RequestedDefinition,
  current: DefinitionRecord | null,
): Promise<PreparedDefinition> {
  const { credentials, found } = await checkRequested(requested, current);
  refuseIfAny(found);
  const { signature: _signature, clientCertificate: _certificate, ...plain } = requested;
  const definition = { ...plain, ...(await encryptSecrets(runbookId, requested, credentials)) };
  const bytes = Buffer.byteLength(JSON.stringify(definition));
  if (bytes <= MAX_DEFINITION_BYTES) return { definition, warnings: findWarnings(definition) };
  throw new ServiceError(
    "payload_too_large",
    `The definition has ${bytes} bytes; at most ${MAX_DEFINITION_BYTES} fit.`,
  );
}

/** Returns the secrets to store, and everything that is wrong. */
export async function checkRequested(requested: RequestedDefinition, current: DefinitionRecord | null) {
  const { credentials, issues } = chooseSecrets(requested, current);
  const kept = issues.map((issue) => ({ ...issue, code: "malformed_request" as const }));
  return { credentials, found: [...kept, ...(await findDefinitionIssues(requested))] };
}

/** Returns the warnings that are kept with a version of this definition. */
export function findWarnings(definition: DefinitionRecord): Warning[] {
  const ofTemplates = findRequestWarnings(definition, requestShape(definition));
  return [...findDefinitionWarnings(definition), ...ofTemplates].slice(0, MAX_WARNINGS);
}

/** Checks a stored definition against the current rules, as approval and rollback require. */
export async function recheckDefinition(definition: DefinitionRecord): Promise<void> {
  refuseIfAny(await findDefinitionIssues(definition));
}

/** `names`: whether `parameters` are the ones that the templates will see. */
async function findDefinitionIssues(
  definition: RequestedDefinition | DefinitionRecord,
  names: "known" | "unknown" = "known",
): Promise<Finding[]> {
  await loadPatternEngine(definition.parameters);
  const policy = readEgressPolicy(readEnvironment(VARIABLES.workflow, process.env));
  const schemaIssues = checkParameterSchema(definition.parameters);
  const schemaFindings = schemaIssues.map((issue) => ({
    code: "invalid_parameters" as const,
    pointer: `/parameters${issue.pointer}`,
    message: issue.message,
  }));
  // Without a valid schema, the names that templates may use are unknown. All other checks of the templates still run.
  const isKnown = schemaFindings.length === 0 && names === "known";
  return [
    ...schemaFindings,
    ...checkDelivery(definition, policy, isKnown ? requestShape(definition) : ANY),
    ...(isKnown ? checkConcurrencyKey(definition) : []),
    ...(isKnown ? checkCases(definition) : []),
  ];
}

/** The table shows a hash of the concurrency key's value, so the key must name a parameter that is not secret. */
function checkConcurrencyKey({
  concurrency,
  parameters,
}: Pick<DefinitionRecord, "concurrency" | "parameters">): Finding[] {
  const key = concurrency?.key;
  if (key === undefined) return [];
  const at = { code: "malformed_request", pointer: "/concurrency/key" } as const;
  const parameter = parametersOf(parameters).get(key);
  if (!parameter) return [{ ...at, message: "must be the name of a parameter" }];
  if (parameter.type === "array")
    return [{ ...at, message: "must not be an array: the limit applies to each value of one parameter" }];
  if (!secretParameterNames(parameters).includes(key)) return [];
  return [{ ...at, message: "must not be a secret parameter (writeOnly)" }];
}

/** @throws one error with every issue at its pointer */
export function refuseIfAny(found: readonly Finding[]): void {
  const code = CODE_ORDER.find((c) => found.some((f) => f.code === c));
  if (!code) return;
  throw new ServiceError(code, "The definition is not valid.", { issues: found.map(toIssue) });
}

function toIssue({ code, ...issue }: Finding): Issue {
  return { ...issue, code: code === "malformed_request" ? "invalid_value" : code };
}

const Members = z.record(z.string(), z.unknown());

/**
 * Returns further issues of a definition that does not match its schema. Checks each valid field as if it alone were
 * given. `current`: the definition to change; null for a new one.
 */
export async function inspectDefinition(data: unknown, current: DefinitionRecord | null): Promise<Issue[]> {
  const members = Members.safeParse(data).data ?? {};
  const validFields = Object.entries(DefinitionChanges.shape).flatMap(([name, schema]) => {
    const field = schema.safeParse(Object.hasOwn(members, name) ? members[name] : undefined);
    return field.success && field.data !== undefined ? [[name, field.data] as const] : [];
  });
  const fields = new Set(validFields.map(([name]) => name));
  const hasInvalidParameters = Object.hasOwn(members, "parameters") && !fields.has("parameters");
  const { cases, isRead } = readCases(members["cases"]);
  const requested = { ...(current ?? VALID_DEFINITION), cases, ...Object.fromEntries(validFields) };
  const found = await findDefinitionIssues(requested, hasInvalidParameters ? "unknown" : "known");
  const isChecked = (field: string, at: string) => fields.has(field) || (field === "cases" && isRead(at));
  return found.filter(({ pointer }) => isChecked(pointer.split("/")[1] ?? "", pointer)).map(toIssue);
}

/** A definition without issues. It fills the fields that a new definition lacks. */
const VALID_DEFINITION: RequestedDefinition = DefinitionInput.parse({
  name: "-",
  description: "-",
  webhookUrl: "https://example.com/",
  payloadTemplate: "{}",
});

async function encryptSecrets(
  owner: string,
  requested: RequestedDefinition,
  credentials: Credentials<ChosenSecret>,
): Promise<Credentials<SecretRecord>> {
  return mapSecretsAsync<ChosenSecret, SecretRecord>(credentials, async (secret, field) => {
    if (typeof secret !== "string") return secret;
    const origin = originsOf(requested, field);
    return encrypt(secret, { purpose: "webhook-auth", owner, field, origin });
  });
}

/** Returns the definition with a mask for each secret, which keeps the stored secrets. */
export function withKeptSecrets(definition: DefinitionRecord): RequestedDefinition {
  const { signature: _signature, clientCertificate: _certificate, ...plain } = definition;
  return { ...plain, ...mapSecrets<SecretRecord, typeof MASK>(definition, () => MASK) };
}

/** Returns the current definition with the given fields replaced. */
export function applyChanges(current: DefinitionRecord, changes: DefinitionChanges): RequestedDefinition {
  const definedChanges = Object.fromEntries(
    Object.entries(changes).filter(([, value]) => value !== undefined),
  );
  const { payloadTemplate, ...asked } = { ...withKeptSecrets(current), ...definedChanges };
  const { concurrency, completion, successCondition, signature, clientCertificate, cases, ...rest } = asked;
  return {
    ...rest,
    payloadTemplate: payloadTemplate ?? "",
    ...(concurrency && { concurrency }),
    ...(completion && { completion }),
    ...(successCondition && { successCondition }),
    ...(signature && { signature }),
    ...(clientCertificate && { clientCertificate }),
    ...(cases && { cases }),
  };
}
