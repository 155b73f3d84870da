// What a write comes to: written, or the labels of the conditions that did not hold.
import { ConditionFailed } from "../../shared/store/client.ts";

export const labelsOf = (write: Promise<unknown>): Promise<unknown> =>
  write.then(
    () => "written",
    (error: unknown) => (error instanceof ConditionFailed ? error.labels : error),
  );
