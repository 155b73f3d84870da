// What a template may know of a parameter before a run: its type, its choices, and whether it can be missing or empty.
import { isObject } from "../../domain/json.ts";
import { isRequired, ownMember, type ParameterSchema } from "../../parameters/schema.ts";
import { ANY, type ScalarShape, type ScalarType, type Shape } from "../../webhook/template/shape.ts";

const SCALAR_TYPES: readonly unknown[] = ["string", "number", "integer", "boolean"] satisfies ScalarType[];
const isScalarType = (type: unknown): type is ScalarType => SCALAR_TYPES.includes(type);

/** Formats that the empty text has. */
const EMPTY_FORMATS: readonly unknown[] = [undefined, "regex", "uri-reference"];

/** Returns the shape of a parameter of a schema that passed `checkParameterSchema`. */
export function parameterShape(schema: ParameterSchema, name: string, parameter: object): Shape {
  const optional = !isRequired(schema, name) && ownMember(parameter, "default") === undefined;
  const shape = valueShape(parameter);
  return shape.kind === "any" ? shape : { ...shape, optional };
}

function valueShape(parameter: object): Shape {
  const type = ownMember(parameter, "type");
  if (type === "array") {
    const items = ownMember(parameter, "items");
    const canBeEmpty = !(Number(ownMember(parameter, "minItems")) > 0);
    return { kind: "array", items: isObject(items) ? valueShape(items) : ANY, canBeEmpty };
  }
  return isScalarType(type) ? scalarShape(type, parameter) : ANY;
}

function scalarShape(type: ScalarType, parameter: object): ScalarShape {
  const values = choicesOf(parameter);
  return {
    kind: "scalar",
    type,
    ...(values && { values }),
    canBeEmpty: values ? values.some((value) => !value) : allowsEmpty(type, parameter),
    isDate: ownMember(parameter, "format") === "date",
    secret: ownMember(parameter, "writeOnly") === true,
  };
}

type Choice = string | number | boolean;
const isChoice = (value: unknown): value is Choice => ["string", "number", "boolean"].includes(typeof value);

/** `enum`, `const`, or `oneOf` of labelled constants. */
function choicesOf(parameter: object): Choice[] | undefined {
  const [given, only, labelled] = ["enum", "const", "oneOf"].map((key) => ownMember(parameter, key));
  if (Array.isArray(given)) return given.filter(isChoice);
  if (isChoice(only)) return [only];
  if (!Array.isArray(labelled)) return undefined;
  return labelled.map((each) => (isObject(each) ? ownMember(each, "const") : undefined)).filter(isChoice);
}

/** Whether "", 0 or false is a value. */
function allowsEmpty(type: ScalarType, parameter: object): boolean {
  const limit = (keyword: string) => Number(ownMember(parameter, keyword) ?? Number.NaN);
  if (type === "boolean") return true;
  if (type === "string") {
    const isSecret = ownMember(parameter, "writeOnly") === true;
    const format = ownMember(parameter, "format");
    return !isSecret && !(limit("minLength") > 0) && EMPTY_FORMATS.includes(format);
  }
  const isAbove = limit("minimum") > 0 || limit("exclusiveMinimum") >= 0;
  const isBelow = limit("maximum") < 0 || limit("exclusiveMaximum") <= 0;
  return !isAbove && !isBelow;
}
