// EventBridge Scheduler: the schedules of the service's group. Making one that is there, and deleting one that is not,
// does nothing.
import {
  ConflictException,
  CreateScheduleCommand,
  type CreateScheduleCommandInput,
  DeleteScheduleCommand,
  ListSchedulesCommand,
  ResourceNotFoundException,
  SchedulerClient,
} from "@aws-sdk/client-scheduler";
import { readEnvironment } from "../contract/env.ts";

let client: SchedulerClient | undefined;
function scheduler(): SchedulerClient {
  client ??= new SchedulerClient({
    maxAttempts: 4,
    requestHandler: { connectionTimeout: 1000, requestTimeout: 3000 },
  });
  return client;
}

const groupName = () => readEnvironment(["SCHEDULE_GROUP"], process.env).SCHEDULE_GROUP;

/** What one page lists. */
const PAGE = 100;

/** Returns the names of all schedules, or of those that begin so. */
export async function listScheduleNames(prefix?: string): Promise<string[]> {
  const names: string[] = [];
  let from: string | undefined;
  do {
    const { Schedules = [], NextToken } = await scheduler().send(
      new ListSchedulesCommand({
        GroupName: groupName(),
        MaxResults: PAGE,
        ...(prefix !== undefined && { NamePrefix: prefix }),
        ...(from !== undefined && { NextToken: from }),
      }),
    );
    names.push(...Schedules.flatMap(({ Name }) => Name ?? []));
    from = NextToken;
  } while (from !== undefined);
  return names;
}

/** `target`: what is sent, and how. The rest of it is in the environment. */
type ScheduleDefinition = {
  expression: string;
  timeZone: string;
  input: string;
  longestSeconds: number;
};

/** Returns all that a schedule is, but for its name and its start. */
export function toScheduleSettings({ expression, timeZone, input, longestSeconds }: ScheduleDefinition) {
  const at = readEnvironment(
    ["SCHEDULE_ROLE_ARN", "SCHEDULE_QUEUE_ARN", "SCHEDULE_DEAD_LETTER_QUEUE_ARN"],
    process.env,
  );
  return {
    ScheduleExpression: expression,
    ScheduleExpressionTimezone: timeZone,
    FlexibleTimeWindow: { Mode: "OFF" },
    Target: {
      Arn: at.SCHEDULE_QUEUE_ARN,
      RoleArn: at.SCHEDULE_ROLE_ARN,
      Input: input,
      RetryPolicy: { MaximumEventAgeInSeconds: longestSeconds, MaximumRetryAttempts: 185 },
      DeadLetterConfig: { Arn: at.SCHEDULE_DEAD_LETTER_QUEUE_ARN },
    },
  } as const satisfies Partial<CreateScheduleCommandInput>;
}
type ScheduleSettings = ReturnType<typeof toScheduleSettings>;

/** `startsAt`: the first time of a rate; null: as soon as the expression says. */
export async function createSchedule(
  name: string,
  settings: ScheduleSettings,
  startsAt: Date | null,
): Promise<void> {
  const command = new CreateScheduleCommand({
    ...settings,
    Name: name,
    GroupName: groupName(),
    ...(startsAt && { StartDate: startsAt }),
  });
  await unless(ConflictException, () => scheduler().send(command));
}

export async function deleteSchedule(name: string): Promise<void> {
  const command = new DeleteScheduleCommand({ Name: name, GroupName: groupName() });
  await unless(ResourceNotFoundException, () => scheduler().send(command));
}

type Refusal = typeof ConflictException | typeof ResourceNotFoundException;

/** That it is so already is no failure. */
async function unless(refusal: Refusal, change: () => Promise<unknown>): Promise<void> {
  try {
    await change();
  } catch (error) {
    if (!(error instanceof refusal)) throw error;
  }
}
