// What each part of the form works with.
import type { Form } from "./form.ts";
import type { Problem } from "./problems.ts";

export type Editing = {
  form: Form;
  change: (changes: Partial<Form>) => void;
  problems: readonly Problem[];
};
