// The request that starts a run, made from the form; and which field each problem of it belongs to.
import { ProblemError } from "../../../api-client/errors.ts";
import type { Arguments, OutputOf } from "../../../api-client/types.ts";

export type Runbook = OutputOf<"get-runbook">;
export type Definition = OutputOf<"get-version">["definition"];
export type Preview = OutputOf<"preview-runbook">;
export type StartBody = NonNullable<Arguments<"start-execution">[0]["body"]>;

/** What the form holds beside the parameters. */
export type Choices = {
  incidentId: string;
  /** Empty: the service chooses, or no team. */
  teamId: string;
  /** Null: it passes no pause and no freeze. */
  breakGlass: string | null;
};

/** `version`: what is shown is what runs, or nothing does. */
export function buildStart(
  values: Readonly<Record<string, unknown>>,
  { incidentId, teamId, breakGlass }: Choices,
  version: number,
): StartBody {
  return {
    parameters: values as NonNullable<StartBody["parameters"]>,
    version,
    ...(incidentId.trim() !== "" && { incidentId: incidentId.trim() }),
    ...(teamId !== "" && { teamId }),
    ...(breakGlass !== null && { breakGlass: { reason: breakGlass.trim() } }),
  };
}

/** What a preview takes of it. */
export function toPreviewBody({ parameters = {}, version, incidentId }: StartBody) {
  return { parameters, ...(version !== undefined && { version }), ...(incidentId && { incidentId }) };
}

const PARAMETER = /^\/parameters\/([^/]+)/;

/** Returns the problems of each parameter by its name, and all others. */
export function sortIssues(error: unknown) {
  const ofParameters: Record<string, string> = {};
  const others: string[] = [];
  for (const { pointer, message } of error instanceof ProblemError ? error.errors : []) {
    const name = PARAMETER.exec(pointer)?.[1]?.replaceAll("~1", "/").replaceAll("~0", "~");
    if (name === undefined) others.push(message);
    else ofParameters[name] = [ofParameters[name], message].filter(Boolean).join("; ");
  }
  return { ofParameters, others };
}
