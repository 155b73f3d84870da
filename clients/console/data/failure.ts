// Says what a failure means for the person before the screen: what happened, and what to do.
import { ConnectionError, ProblemError, type ProblemIssue } from "../../api-client/errors.ts";

export type FailureKind = "offline" | "ended" | "forbidden" | "missing" | "conflict" | "refused" | "failed";

export type Failure = {
  kind: FailureKind;
  title: string;
  detail: string;
  issues: readonly ProblemIssue[];
  /** What the operators of the service ask for. */
  requestId: string | null;
};

const KINDS: Readonly<Record<number, FailureKind>> = {
  401: "ended",
  403: "forbidden",
  404: "missing",
  409: "conflict",
  412: "conflict",
  429: "failed",
};

/** Whether the person can do nothing but try again. */
export const isPassing = ({ kind }: Failure) => kind === "offline" || kind === "failed";

export function describeFailure(error: unknown): Failure {
  const words = { issues: [], requestId: null };
  if (error instanceof ProblemError) {
    const { status, title, detail, errors, requestId } = error;
    const kind = KINDS[status] ?? (status < 500 ? "refused" : "failed");
    return { kind, title, detail, issues: errors, requestId };
  }
  if (error instanceof ConnectionError) {
    const isOffline = !globalThis.navigator.onLine;
    const title = isOffline ? "You are offline" : "The service cannot be reached";
    const next = error.mayHaveArrived && isOffline === false ? " What was sent may have arrived." : "";
    return { kind: "offline", title, detail: `${error.message}${next}`, ...words };
  }
  const detail = error instanceof Error ? error.message : String(error);
  return { kind: "failed", title: "This did not work", detail, ...words };
}
