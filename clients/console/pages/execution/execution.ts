// An execution as the API answers it, and whether it goes on.
import type { OutputOf } from "../../../api-client/types.ts";

export type Execution = OutputOf<"get-execution">;

export const isActive = ({ status }: Pick<Execution, "status">) =>
  status === "PENDING" || status === "RUNNING";
