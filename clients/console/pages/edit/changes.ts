// A definition as the API answers it, and changes of one as the API takes them.
import type { Arguments, OutputOf } from "../../../api-client/types.ts";

export type Definition = OutputOf<"get-version">["definition"];
export type Changes = NonNullable<NonNullable<Arguments<"preview-runbook">[0]["body"]>["changes"]>;
