// DynamoDB's expressions, as far as the store writes them, over plain items: conditions and updates.
import { isDeepStrictEqual } from "node:util";

export type Attributes = Record<string, unknown>;
type Names = Record<string, string> | undefined;

/** Reads one expression from left to right. */
class Reader {
  readonly #tokens: string[];
  readonly #names: Names;
  readonly #values: Attributes;
  #at = 0;

  constructor(text: string, names: Names, values: Attributes | undefined) {
    this.#tokens = text.match(/<>|<=|>=|[=<>+\-(),]|[:#]?\w+/g) ?? [];
    this.#names = names;
    this.#values = values ?? {};
  }

  get ended(): boolean {
    return this.#at >= this.#tokens.length;
  }
  peek(): string {
    return this.#tokens[this.#at] ?? "";
  }
  take(): string {
    return this.#tokens[this.#at++] ?? "";
  }
  /** Takes the token, if it is next. */
  has(token: string): boolean {
    if (this.peek().toUpperCase() !== token) return false;
    this.#at++;
    return true;
  }
  expect(token: string): void {
    if (!this.has(token)) throw new Error(`Expected ${token} before ${this.peek()}`);
  }
  name(): string {
    const token = this.take();
    const name = token.startsWith("#") ? this.#names?.[token] : token;
    if (name === undefined) throw new Error(`The name ${token} is not given`);
    return name;
  }
  value(token: string): unknown {
    if (!(token in this.#values)) throw new Error(`The value ${token} is not given`);
    return this.#values[token];
  }
}

/** Whether the condition holds for the item; `undefined` is no item. */
export function holds(
  text: string,
  item: Attributes | undefined,
  names: Names,
  values?: Attributes,
): boolean {
  const reader = new Reader(text, names, values);
  const result = either(reader, item ?? {});
  if (!reader.ended) throw new Error(`What is ${reader.peek()} in ${text}?`);
  return result;
}

function either(reader: Reader, item: Attributes): boolean {
  let result = both(reader, item);
  while (reader.has("OR")) result = both(reader, item) || result;
  return result;
}

function both(reader: Reader, item: Attributes): boolean {
  let result = single(reader, item);
  while (reader.has("AND")) result = single(reader, item) && result;
  return result;
}

function single(reader: Reader, item: Attributes): boolean {
  if (reader.has("NOT")) return !single(reader, item);
  if (reader.has("(")) {
    const result = either(reader, item);
    reader.expect(")");
    return result;
  }
  const token = reader.peek();
  if (/^(attribute_exists|attribute_not_exists|contains)$/.test(token)) return called(reader, item);
  const left = operand(reader, item);
  const operator = reader.take().toUpperCase();
  const right = operand(reader, item);
  if (operator !== "BETWEEN") return compares(left, operator, right);
  reader.expect("AND");
  const upper = operand(reader, item);
  return compares(left, ">=", right) && compares(left, "<=", upper);
}

function called(reader: Reader, item: Attributes): boolean {
  const name = reader.take();
  reader.expect("(");
  const attribute = item[reader.name()];
  const member = reader.has(",") ? operand(reader, item) : undefined;
  reader.expect(")");
  if (name === "attribute_exists") return attribute !== undefined;
  if (name === "attribute_not_exists") return attribute === undefined;
  if (attribute instanceof Set) return attribute.has(member);
  return Array.isArray(attribute) && attribute.some((m) => isDeepStrictEqual(m, member));
}

function operand(reader: Reader, item: Attributes): unknown {
  if (reader.peek().startsWith(":")) return reader.value(reader.take());
  const isSize = reader.has("SIZE");
  if (isSize) reader.expect("(");
  const attribute = item[reader.name()];
  if (isSize) reader.expect(")");
  if (!isSize) return attribute;
  return attribute instanceof Set
    ? attribute.size
    : typeof attribute === "string"
      ? attribute.length
      : undefined;
}

/** One operand, or two that are added. */
function sum(reader: Reader, item: Attributes): unknown {
  const first = operand(reader, item);
  return reader.has("+") ? Number(first) + Number(operand(reader, item)) : first;
}

/** What is not there compares with nothing, and what is of another type only as unequal. */
function compares(left: unknown, operator: string, right: unknown): boolean {
  if (left === undefined || right === undefined) return operator === "<>";
  if (operator === "=") return isDeepStrictEqual(left, right);
  if (operator === "<>") return !isDeepStrictEqual(left, right);
  if (typeof left !== typeof right || (typeof left !== "number" && typeof left !== "string")) return false;
  const [a, b] = [left as string, right as string];
  const byOperator: Record<string, boolean> = { "<": a < b, "<=": a <= b, ">": a > b, ">=": a >= b };
  const result = byOperator[operator];
  if (result === undefined) throw new Error(`What is ${operator}?`);
  return result;
}

const CLAUSES = /^(SET|ADD|DELETE|REMOVE)$/i;

/** The item after the update. */
export function updated(text: string, item: Attributes, names: Names, values?: Attributes): Attributes {
  const reader = new Reader(text, names, values);
  const after = { ...item };
  let clause = "";
  while (!reader.ended) {
    if (CLAUSES.test(reader.peek())) clause = reader.take().toUpperCase();
    const name = reader.name();
    if (clause === "SET") reader.expect("=");
    change(after, clause, name, clause === "REMOVE" ? undefined : sum(reader, item));
    if (!reader.ended && !CLAUSES.test(reader.peek())) reader.expect(",");
  }
  return after;
}

function change(item: Attributes, clause: string, name: string, given: unknown): void {
  const before = item[name];
  if (clause === "SET") item[name] = given;
  else if (clause === "REMOVE") delete item[name];
  else if (given instanceof Set) {
    const own: unknown[] = before instanceof Set ? [...before] : [];
    const members = new Set(clause === "ADD" ? [...own, ...given] : own.filter((m) => !given.has(m)));
    // DynamoDB has no empty sets.
    if (members.size > 0) item[name] = members;
    else delete item[name];
  } else if (clause === "ADD" && typeof given === "number") item[name] = Number(before ?? 0) + given;
  else throw new Error(`${clause} of ${typeof given} is not known`);
}
