// What a template may know of a parameter before a run: its type, its choices, and whether it can be missing or empty.
import {
  choicesOf,
  isRequired,
  type Parameter,
  type ParameterSchema,
  type ScalarParameter,
} from "../../parameters/schema.ts";
import type { ScalarShape, Shape } from "../../webhook/template/shape.ts";

/** Formats that the empty text has. */
const EMPTY_FORMATS: readonly unknown[] = [undefined, "regex", "uri-reference"];

/** Returns the shape of a parameter of a schema that passed `checkParameterSchema`. */
export function parameterShape(schema: ParameterSchema, name: string, parameter: Parameter): Shape {
  const optional = !isRequired(schema, name) && parameter.default === undefined;
  if (parameter.type !== "array") return { ...scalarShape(parameter), optional };
  const { items, minItems = 0 } = parameter;
  return { kind: "array", items: scalarShape(items), canBeEmpty: minItems === 0, optional };
}

function scalarShape(parameter: ScalarParameter): ScalarShape {
  const { type, format, writeOnly } = parameter;
  const values = choicesOf(parameter);
  return {
    kind: "scalar",
    type,
    ...(values && { values }),
    canBeEmpty: values ? values.some((value) => !value) : allowsEmpty(parameter),
    isDate: format === "date",
    secret: writeOnly === true,
  };
}

/** Whether "", 0 or false is a value. */
function allowsEmpty({ type, ...parameter }: ScalarParameter): boolean {
  if (type === "boolean") return true;
  if (type === "string") {
    const { minLength = 0, format, writeOnly = false } = parameter;
    return !writeOnly && minLength === 0 && EMPTY_FORMATS.includes(format);
  }
  const { minimum = 0, exclusiveMinimum = -1, maximum = 0, exclusiveMaximum = 1 } = parameter;
  return minimum <= 0 && exclusiveMinimum < 0 && maximum >= 0 && exclusiveMaximum > 0;
}
