// The pauses and freezes as the API answers them.
import type { OutputOf } from "../../../api-client/types.ts";

type Freezes = OutputOf<"list-freeze-windows">;

export type Pause = OutputOf<"get-controls">["global"];
export type FreezeWindow = Freezes["windows"][number];
export type Frozen = Freezes["frozen"][number];
