// The conditions of one field, made ready once, and held against the values of events.
import { type Address, type Block, contains, parseAddress, parseBlock } from "./event-pattern-cidr.ts";
import { matchesCondition, type Scalar, singleMember } from "./event-pattern-operators.ts";
import { type Steps, stepsOfText } from "./event-pattern-steps.ts";
import type { JsonValue } from "./json.ts";

type Conditions = readonly JsonValue[];
/** `searches`: how many texts the operators hold, each of which may be looked for in all of a value. */
type Leaf = { blocks: Block[]; others: JsonValue[]; searches: number };

const leaves = new WeakMap<Conditions, Leaf>();

/** Whether one condition at least accepts the value. */
export function meetsOne(conditions: Conditions, value: Scalar, steps: Steps): boolean {
  const { blocks, others, searches } = leafOf(conditions);
  steps.take(conditions.length + (typeof value === "string" ? searches * stepsOfText(value) : 0));
  if (others.some((condition) => matchesCondition(condition, value))) return true;
  const address = blocks.length > 0 && typeof value === "string" ? parseAddress(value) : undefined;
  return address !== undefined && isInOne(blocks, address);
}

const isInOne = (blocks: readonly Block[], address: Address) =>
  blocks.some((block) => contains(block, address));

function leafOf(conditions: Conditions): Leaf {
  const known = leaves.get(conditions);
  if (known) return known;
  const made: Leaf = { blocks: [], others: [], searches: 0 };
  for (const condition of conditions) {
    const operation = singleMember(condition);
    const block = operation?.name === "cidr" ? blockOf(operation.operand) : undefined;
    if (block) made.blocks.push(block);
    else made.others.push(condition);
    if (operation && !block) made.searches += textsIn(operation.operand);
  }
  leaves.set(conditions, made);
  return made;
}

const blockOf = (operand: JsonValue) => (typeof operand === "string" ? parseBlock(operand) : undefined);

/** Of an operand: the texts in it, lists and the operator that `anything-but` negates included. */
function textsIn(operand: JsonValue): number {
  if (typeof operand !== "object" || operand === null) return 1;
  return Object.values(operand).reduce<number>((sum, inner) => sum + textsIn(inner), 0);
}
