// What the secrets of sources are bound to in KMS.
import type { Binding } from "../../secrets/encrypt.ts";

export const bindingOf = (sourceId: string): Binding => ({
  purpose: "source",
  owner: sourceId,
  field: "verification",
});
