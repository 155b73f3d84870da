// Asks the service what the form would send, a moment after one stops typing: the request, or what is wrong where.
import { useEffect, useState } from "preact/hooks";
import { ProblemError } from "../../../api-client/errors.ts";
import type { OutputOf } from "../../../api-client/types.ts";
import { client } from "../../data/client.ts";
import type { Changes } from "./changes.ts";
import { ofChanges, type Problem } from "./problems.ts";

type Request = OutputOf<"preview-runbook">;

/** `request`: the last one that could be rendered. */
export type Preview = {
  request: Request | null;
  /** Of the definition, at their places. */
  problems: readonly Problem[];
  /** Of the example's values, and of the rendering. */
  error: unknown;
  isAsking: boolean;
};

type Asked = {
  runbookId: string;
  changes: Changes;
  parameters: Record<string, unknown>;
  /** False: the form has something that is no value, so there is nothing to ask. */
  isComplete: boolean;
};

const PAUSE_MS = 400;

export function usePreview(asked: Asked): Preview {
  const [preview, setPreview] = useState<Preview>({
    request: null,
    problems: [],
    error: undefined,
    isAsking: true,
  });
  const text = JSON.stringify(asked);
  useEffect(() => {
    const abort = new AbortController();
    const timer = setTimeout(() => {
      setPreview((before) => ({ ...before, isAsking: true }));
      void askForPreview(JSON.parse(text) as Asked, abort.signal).then((found) => {
        if (!abort.signal.aborted) setPreview((before) => ({ ...before, ...found, isAsking: false }));
      });
    }, PAUSE_MS);
    return () => {
      clearTimeout(timer);
      abort.abort();
    };
  }, [text]);
  return preview;
}

async function askForPreview(asked: Asked, signal: AbortSignal): Promise<Partial<Preview>> {
  const { runbookId, changes, parameters, isComplete } = asked;
  if (!isComplete) return { problems: [], error: undefined };
  // Without a change, the version to render must be named: the live one may be another.
  const body = { parameters: parameters as Record<string, string>, changes };
  try {
    const request = await client.previewRunbook({ runbookId, body }, { signal });
    return { request, problems: [], error: undefined };
  } catch (error) {
    if (signal.aborted) return {};
    const problems = error instanceof ProblemError ? ofChanges(error.errors) : [];
    return { problems, error: problems.length > 0 ? undefined : error };
  }
}
