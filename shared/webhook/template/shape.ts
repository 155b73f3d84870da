// The shape of a template's context: its names and types, and how a path descends it.

export type ScalarType = "string" | "number" | "integer" | "boolean";
export type ScalarShape = {
  kind: "scalar";
  /** Absent: known only when the template is rendered. */
  type?: ScalarType;
  /** All values that are possible. Absent: any of the type. */
  values?: readonly (string | number | boolean)[];
  /** Can be null. */
  optional?: boolean;
  /** Can be "", 0 or false, which `#if` takes for no value. */
  canBeEmpty?: boolean;
  /** A date without a time. */
  isDate?: boolean;
  secret?: boolean;
};

export type Shape =
  | { kind: "object"; fields: Record<string, Shape>; optional?: boolean }
  | { kind: "array"; items: Shape; optional?: boolean; canBeEmpty?: boolean }
  | ScalarShape
  | { kind: "any" };

export const SCALAR: ScalarShape = { kind: "scalar" };
export const TEXT: ScalarShape = { kind: "scalar", type: "string" };
export const INTEGER: ScalarShape = { kind: "scalar", type: "integer" };
export const NUMBER: ScalarShape = { kind: "scalar", type: "number" };
export const BOOLEAN: ScalarShape = { kind: "scalar", type: "boolean" };
export const ANY: Shape = { kind: "any" };

/** Returns the shape of the member `name`, or undefined. Own fields only, never a prototype's. */
export function memberShape(shape: Shape, name: string): Shape | undefined {
  switch (shape.kind) {
    case "any":
      return ANY;
    case "scalar":
      return undefined;
    case "array":
      if (name === "length") return INTEGER;
      return /^\d+$/.test(name) ? toOptional(shape.items) : undefined;
    case "object":
      return Object.hasOwn(shape.fields, name) ? shape.fields[name] : undefined;
  }
}

/** Returns the shape of an item in a loop over `shape`, or undefined if it is not iterable. */
export function itemShape(shape: Shape): Shape | undefined {
  switch (shape.kind) {
    case "any":
      return ANY;
    case "scalar":
      return undefined;
    case "array":
      return shape.items;
    case "object":
      return membersShape(Object.values(shape.fields));
  }
}

function membersShape(members: readonly Shape[]): Shape {
  const scalars = members.filter((member) => member.kind === "scalar");
  if (scalars.length < members.length) return ANY;
  return {
    kind: "scalar",
    optional: scalars.some(canBeNull),
    secret: scalars.some(({ secret }) => secret === true),
  };
}

/** Returns the names that can follow a path of this shape. */
export function memberNames(shape: Shape): string[] {
  if (shape.kind === "object") return Object.keys(shape.fields);
  return shape.kind === "array" ? ["length"] : [];
}

export function toOptional(shape: Shape): Shape {
  return shape.kind === "any" ? shape : { ...shape, optional: true };
}

export function toRequired(shape: Shape): Shape {
  return shape.kind === "any" ? shape : { ...shape, optional: false };
}

/** Whether a value of this shape can be null. */
export function canBeNull(shape: Shape): boolean {
  return shape.kind === "any" || shape.optional === true;
}
