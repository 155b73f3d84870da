// The callback URL: part of the request of every execution that a callback completes.
import { readEnvironment } from "../../contract/env.ts";
import type { CompletionPolicy } from "../../domain/runbooks/completion-policy.ts";
import type { RenderedRequest } from "../../webhook/request.ts";

const apiUrl = () => readEnvironment(["PUBLIC_API_URL"], process.env).PUBLIC_API_URL;

/** Where the receiver calls back; the path alone if the deployment has not set the URL of its API. */
export const callbackUrlOf = (executionId: string) => `${apiUrl()}/executions/${executionId}/callback`;

/** Returns the request, with the API's URL as the callback base if a callback completes the execution. */
export function addCallbackUrl(
  { completion }: { completion?: CompletionPolicy | undefined },
  rendered: RenderedRequest,
): RenderedRequest {
  if (completion?.mode !== "callback") return rendered;
  return { ...rendered, callbackBase: apiUrl() };
}
