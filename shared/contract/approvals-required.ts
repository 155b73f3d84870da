// How many people must approve a change of each risk, as the deployment's options spell it.
import * as z from "zod";
import { RISK_LEVELS, type RiskLevel } from "../domain/runbooks/risk-reasons.ts";

/** A list of level=count. Five is more than any board asks for. */
export const ApprovalsRequired = z
  .string()
  .regex(
    /^\s*((low|medium|high)=[1-5]\s*(,\s*(?=\S)|$))*$/,
    "must be level=count, comma separated: low, medium, high, each from 1 to 5",
  )
  .default("low=1,medium=1,high=1");

/** Returns the number of people for each level: 1 where the text names none. */
export function readApprovalsRequired(text: string): Record<RiskLevel, number> {
  const given = text.split(",").map((part) => part.trim().split("="));
  const counts = new Map(given.map(([level, count]) => [level, Number(count)]));
  const [low, medium, high] = RISK_LEVELS.map((level) => counts.get(level) ?? 1);
  return { low: low ?? 1, medium: medium ?? 1, high: high ?? 1 };
}
