// The runbook that is edited.
import type { OutputOf } from "../../../api-client/types.ts";

export type Runbook = OutputOf<"get-runbook">;
