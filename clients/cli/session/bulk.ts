// Results of one request about many executions: a line for each, and the exit code of the worst.
import type { ItemOf, OutputOf } from "../../api-client/types.ts";
import { clean } from "../terminal/text.ts";
import type { Session } from "./context.ts";
import { formatStatus } from "./executions.ts";
import { exitCodeOfProblem } from "./failures.ts";

type Result = OutputOf<"cancel-executions">["items"][number];
type Summary = ItemOf<"list-executions">;

/** Prints them, in the order of the request. Returns the exit code. */
export function reportResults(
  { print }: Session,
  results: readonly Result[],
  describe: (execution: Summary) => string,
): number {
  const lineOf = ({ executionId, execution, problem }: Result) => {
    if (problem !== null) return `${executionId} ${clean(problem.title)}: ${clean(problem.detail)}`;
    return execution === null
      ? executionId
      : `${executionId} ${formatStatus(print, execution)}${describe(execution)}`;
  };
  print.value(results, () => results.map(lineOf).join("\n"));
  // Not known is worse than refused, refused worse than a wrong input.
  return Math.max(
    ...results.map(({ problem }) => (problem === null ? 0 : exitCodeOfProblem(problem.status))),
  );
}
