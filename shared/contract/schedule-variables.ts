// Where the schedules of sources are, as environment variables.
import * as z from "zod";
import { arn } from "./env-schemas.ts";

export const SCHEDULE_VARIABLES = {
  SCHEDULE_GROUP: z
    .string()
    .regex(/^[0-9a-zA-Z._-]{1,64}$/, "must be a name of letters, digits, dots, hyphens and underscores")
    .describe("The group of EventBridge Scheduler that holds the schedules of sources"),
  SCHEDULE_ROLE_ARN: arn.describe("The role with which EventBridge Scheduler sends"),
  SCHEDULE_QUEUE_ARN: arn.describe("The queue to which EventBridge Scheduler sends"),
  SCHEDULE_DEAD_LETTER_QUEUE_ARN: arn.describe("The queue for what EventBridge Scheduler cannot send"),
} as const;
