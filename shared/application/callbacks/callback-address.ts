// Where a receiver calls back: part of the request of every run that a callback completes.
import { readEnvironment } from "../../contract/env.ts";
import type { CompletionPolicy } from "../../domain/runbooks/definition.ts";
import type { RenderedRequest } from "../../webhook/request.ts";

/** The request as it is, or with the address of this API for the callback. */
export function addCallbackUrl(
  { completion }: { completion?: CompletionPolicy | undefined },
  rendered: RenderedRequest,
): RenderedRequest {
  if (completion?.mode !== "callback") return rendered;
  return { ...rendered, callbackBase: readEnvironment(["PUBLIC_API_URL"], process.env).PUBLIC_API_URL };
}
