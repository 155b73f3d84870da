// Request schemas. They reject parameters that the local stack does not support by name, instead of ignoring them.
import * as z from "zod";

export function supportedInput<S extends z.ZodRawShape>(shape: S) {
  return z.strictObject(shape, {
    error: (issue) =>
      issue.code === "unrecognized_keys"
        ? "is not supported by the local stack; see docs/local-host.md"
        : undefined,
  });
}
