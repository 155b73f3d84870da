// What a reviewer looks at, as the API answers it.
import type { OutputOf } from "../../../api-client/types.ts";

export type Review = OutputOf<"get-review">;
export type Runbook = OutputOf<"get-runbook">;
