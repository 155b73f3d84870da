// Compiles the conditions of one field once, and tests values of events against them.

import type { JsonValue } from "../json.ts";
import { type Address, type Block, contains, parseAddress, parseBlock } from "./cidr.ts";
import { getSingleMember, matchesCondition, type Scalar } from "./operators.ts";
import { countTextSteps, type StepCounter } from "./steps.ts";

type Conditions = readonly JsonValue[];
/** `searches`: number of operand strings. Each may need a search through a whole value. */
type CompiledConditions = { blocks: Block[]; others: JsonValue[]; searches: number };

const cache = new WeakMap<Conditions, CompiledConditions>();

/** Whether at least one condition accepts the value. */
export function matchesAny(conditions: Conditions, value: Scalar, steps: StepCounter): boolean {
  const { blocks, others, searches } = compileConditions(conditions);
  steps.add(conditions.length + (typeof value === "string" ? searches * countTextSteps(value) : 0));
  if (others.some((condition) => matchesCondition(condition, value))) return true;
  const address = blocks.length > 0 && typeof value === "string" ? parseAddress(value) : undefined;
  return address !== undefined && isInAnyBlock(blocks, address);
}

const isInAnyBlock = (blocks: readonly Block[], address: Address) =>
  blocks.some((block) => contains(block, address));

function compileConditions(conditions: Conditions): CompiledConditions {
  const known = cache.get(conditions);
  if (known) return known;
  const compiled: CompiledConditions = { blocks: [], others: [], searches: 0 };
  for (const condition of conditions) {
    const operation = getSingleMember(condition);
    const block = operation?.name === "cidr" ? parseBlockOperand(operation.operand) : undefined;
    if (block) compiled.blocks.push(block);
    else compiled.others.push(condition);
    if (operation && !block) compiled.searches += countTexts(operation.operand);
  }
  cache.set(conditions, compiled);
  return compiled;
}

const parseBlockOperand = (operand: JsonValue) =>
  typeof operand === "string" ? parseBlock(operand) : undefined;

/** Counts the strings in an operand, including lists and the operator that `anything-but` negates. */
function countTexts(operand: JsonValue): number {
  if (typeof operand !== "object" || operand === null) return 1;
  return Object.values(operand).reduce<number>((sum, inner) => sum + countTexts(inner), 0);
}
