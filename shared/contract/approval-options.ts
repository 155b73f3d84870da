// How many people must approve a change of each risk, and for how long that holds, as the deployment's options spell it.
import * as z from "zod";
import { RISK_LEVELS, type RiskLevel } from "../domain/runbooks/risk-reasons.ts";

/** A list of level=number. `number`: a pattern of the numbers that are allowed, which `range` says in words. */
const byRisk = (number: string, range: string) =>
  z
    .string()
    .regex(
      new RegExp(`^\\s*((low|medium|high)=(${number})\\s*(,\\s*(?=\\S)|$))*$`),
      `must be level=${range}, comma separated: low, medium, high`,
    );

/** Five is more than any board asks for. */
export const ApprovalsRequired = byRisk("[1-5]", "count, each from 1 to 5").default("low=1,medium=1,high=1");

/** Ten years are longer than any rule asks for. */
export const ApprovalValidDays = byRisk(
  "\\d{1,3}|[12]\\d{3}|3[0-5]\\d{2}|36[0-4]\\d|3650",
  "days, each from 0 to 3650",
).default("low=0,medium=0,high=0");

type Numbers = Record<RiskLevel, number>;

/** Returns the number of each level: `otherwise` where the text names none. */
function readByRisk(text: string, otherwise: number): Numbers {
  const given = text.split(",").map((part) => part.trim().split("="));
  const numbers = new Map(given.map(([level, number]) => [level, Number(number)]));
  const [low, medium, high] = RISK_LEVELS.map((level) => numbers.get(level) ?? otherwise);
  return { low: low ?? otherwise, medium: medium ?? otherwise, high: high ?? otherwise };
}

/** Returns the number of people for each level: 1 where the text names none. */
export const readApprovalsRequired = (text: string): Numbers => readByRisk(text, 1);

/** Returns the days that an approval holds, for each level: 0, which is for ever, where the text names none. */
export const readApprovalValidDays = (text: string): Numbers => readByRisk(text, 0);
