// The shape of a template's context: its names, and how a path descends it.

export type Shape =
  | { kind: "object"; fields: Record<string, Shape> }
  | { kind: "array"; items: Shape }
  | { kind: "scalar" }
  | { kind: "any" };

export const SCALAR: Shape = { kind: "scalar" };
export const ANY: Shape = { kind: "any" };

/** Returns the shape of the member `name`, or undefined. Own fields only, never a prototype's. */
export function memberShape(shape: Shape, name: string): Shape | undefined {
  switch (shape.kind) {
    case "any":
      return ANY;
    case "scalar":
      return undefined;
    case "array":
      if (name === "length") return SCALAR;
      return /^\d+$/.test(name) ? shape.items : undefined;
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
      return Object.values(shape.fields).every((field) => field.kind === "scalar") ? SCALAR : ANY;
  }
}

/** Returns the names that can follow a path of this shape. */
export function memberNames(shape: Shape): string[] {
  if (shape.kind === "object") return Object.keys(shape.fields);
  return shape.kind === "array" ? ["length"] : [];
}
