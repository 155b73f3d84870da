// The exact request of a run, asked for again when somebody has stopped typing.
import { useEffect, useState } from "preact/hooks";
import { client } from "../../data/client.ts";
import { type Preview, type StartBody, toPreviewBody } from "./request.ts";

const PAUSE_MS = 400;

type State = { key: string; preview: Preview | null; error: unknown };

/** `body`: null: the form cannot be read yet. What came last stays until the next answer is there. */
export function usePreview(runbookId: string, body: StartBody | null) {
  const key = body === null ? "" : JSON.stringify(toPreviewBody(body));
  const [state, setState] = useState<State>({ key: "", preview: null, error: undefined });
  /** Asks at once. @throws what the service says against it */
  const ask = async (signal?: AbortSignal): Promise<Preview> => {
    try {
      const preview = await client.previewRunbook({ runbookId, body: JSON.parse(key) }, { signal });
      setState({ key, preview, error: undefined });
      return preview;
    } catch (error) {
      if (!signal?.aborted) setState((last) => ({ key, preview: last.preview, error }));
      throw error;
    }
  };
  useEffect(() => {
    if (key === "" || key === state.key) return;
    const abort = new AbortController();
    const timer = setTimeout(
      () => void ask(abort.signal).catch(() => undefined),
      state.key === "" ? 0 : PAUSE_MS,
    );
    return () => {
      clearTimeout(timer);
      abort.abort();
    };
  }, [key, runbookId]);
  return { ...state, ask, isCurrent: state.key === key };
}
