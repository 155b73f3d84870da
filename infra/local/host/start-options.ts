// The options of `npm start`.
import { parseArgs } from "node:util";
import { HostError, lineOf } from "../platform/errors.ts";

/** `examples`: whether to create the runbooks of `examples/targets`. @throws HostError for an unknown option. */
export function readStartOptions(args: string[]): { examples: boolean } {
  try {
    const { values } = parseArgs({ args, options: { examples: { type: "boolean", default: false } } });
    return values;
  } catch (error) {
    throw new HostError(`${lineOf(error)}. Usage: npm start [-- --examples]`);
  }
}
