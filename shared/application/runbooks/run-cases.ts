// Renders the golden cases of a definition, with the code of the preview, and compares each with what it expects.
import type { CaseResult } from "../../contract/case-results.ts";
import { type Issue, pointer, ServiceError } from "../../domain/errors.ts";
import type { SentRequest } from "../../domain/executions/execution.ts";
import { compareCase } from "../../domain/runbooks/case-comparison.ts";
import type { Case } from "../../domain/runbooks/cases.ts";
import type { DefinitionRecord } from "../../domain/runbooks/definition.ts";
import type { Scope } from "../../domain/scopes.ts";
import { loadPatternEngine } from "../../parameters/pattern-engine.ts";
import { caseFacts } from "../request/case-facts.ts";
import { previewRequest } from "../request/preview.ts";
import { applyCase } from "./check-cases.ts";

/** `teamId`: of the runbook; templates may name it. Sends nothing. Secrets are masked. */
export async function runCases(definition: DefinitionRecord, teamId: Scope): Promise<CaseResult[]> {
  await loadPatternEngine(definition.parameters);
  return (definition.cases ?? []).map((each, index) => runCase(definition, teamId, each, index));
}

/** @throws `case_failed` with each difference, unless all cases match. */
export async function requireMatchingCases(definition: DefinitionRecord, teamId: Scope): Promise<void> {
  const results = await runCases(definition, teamId);
  const issues = results.flatMap(({ name, differences }) =>
    differences.map(({ pointer: at, expected, got }): Issue => {
      const wanted = expected === null ? "nothing" : expected;
      return {
        pointer: at,
        message: `expects ${wanted}, but the request has ${got ?? "nothing"} (case ${name})`,
      };
    }),
  );
  if (issues.length === 0) return;
  const failed = results.filter(({ matches }) => !matches).length;
  const message = `${failed} of ${results.length} cases do not match: fix the definition, or what the case expects.`;
  throw new ServiceError("case_failed", message, { issues });
}

function runCase(definition: DefinitionRecord, teamId: Scope, each: Case, index: number): CaseResult {
  const path = ["cases", index];
  const { request, problem } = renderCase(definition, teamId, each);
  const differences = request
    ? compareCase(each, request, definition.payloadFormat, path)
    : [{ pointer: pointer(path), expected: null, got: problem }];
  return { name: each.name, request, matches: differences.length === 0, differences };
}

/** `problem`: why there is no request. */
function renderCase(
  definition: DefinitionRecord,
  teamId: Scope,
  { parameters: given, incident }: Case,
): Rendered {
  const { parameters, issues } = applyCase(definition.parameters, given);
  const [issue] = issues;
  if (issue) return { request: null, problem: `parameters${issue.pointer} ${issue.message}` };
  try {
    const facts = caseFacts(definition, teamId, incident ?? null);
    return { request: previewRequest(definition, facts, parameters), problem: null };
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    return { request: null, problem: error.message };
  }
}

type Rendered = { request: SentRequest | null; problem: string | null };
