// The option `--param`, of commands that run and preview.

export const PARAM_FLAG = {
  kind: "parsed",
  parse: String,
  brief: "A parameter. Repeat it for others, and for the items of a list",
  placeholder: "name=value",
  optional: true,
  variadic: true,
} as const;
