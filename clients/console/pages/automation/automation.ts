// An automation as the API answers it.
import type { OutputOf } from "../../../api-client/types.ts";

export type Automation = OutputOf<"get-automation">;
