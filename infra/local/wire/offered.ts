// What a request may carry: parameters that the local host does not act on are refused by name, never ignored.
import * as z from "zod";

export function supportedInput<S extends z.ZodRawShape>(shape: S) {
  return z.strictObject(shape, {
    error: (issue) =>
      issue.code === "unrecognized_keys"
        ? "is not offered by the local host; see docs/local-host.md"
        : undefined,
  });
}
