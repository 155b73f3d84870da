// The deployment options of updates: what protects the data from being deleted.
import { flag } from "./option-types.ts";

export const UPDATE_OPTIONS = {
  /** The stack, the table and the user pool refuse to be deleted. */
  deletionProtection: flag.default(true),
};
