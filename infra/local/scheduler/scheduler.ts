// EventBridge Scheduler on the local stack: its REST operations on schedules. Groups are given.
import * as z from "zod";
import { findExpressionFaults } from "../../../shared/domain/schedules/expression.ts";
import { findNextTick } from "../../../shared/domain/schedules/tick-times.ts";
import { type Arns, SCHEDULE_GROUP } from "../platform/arns.ts";
import { AwsError } from "../platform/errors.ts";
import { type QueueDirectory, queueName } from "../sqs/queue-directory.ts";
import { type Operation, operation, type RestService } from "../wire/aws-endpoint.ts";
import { toPage } from "../wire/paging.ts";
import { Definition, type ScheduleRow } from "./schedule-rows.ts";
import type { Schedules } from "./schedules.ts";

const GROUPS: readonly string[] = ["default", SCHEDULE_GROUP];
const NAME = /^[0-9a-zA-Z._-]{1,64}$/;
const GroupName = z.string().regex(NAME).default("default");
const token = { ClientToken: z.string().max(64).optional() };
const Put = Definition.extend({ GroupName, ...token });
const One = z.object({ groupName: GroupName });
const List = z.object({
  ScheduleGroup: z.string().regex(NAME).optional(),
  NamePrefix: z.string().regex(NAME).optional(),
  State: z.enum(["ENABLED", "DISABLED"]).optional(),
  MaxResults: z.coerce.number().pipe(z.int().min(1).max(100)).default(100),
  NextToken: z.string().min(1).max(2048).optional(),
});

export function scheduler(schedules: Schedules, directory: QueueDirectory, arns: Arns): RestService {
  const byName = oneOperations(schedules, directory, arns);
  return {
    find(method, { pathname, searchParams }) {
      const query = Object.fromEntries(searchParams);
      if (method === "GET" && pathname === "/schedules") return () => list(query, schedules, arns);
      const name = decodeURIComponent(/^\/schedules\/([^/]+)$/.exec(pathname)?.[1] ?? "");
      if (!NAME.test(name)) return undefined;
      const perform = byName[method];
      return perform && ((body) => perform(name, query)(body));
    },
  };
}

type OfOne = (name: string, query: Record<string, string>) => Operation;

function oneOperations(
  schedules: Schedules,
  directory: QueueDirectory,
  arns: Arns,
): Partial<Record<string, OfOne>> {
  const keep = (name: string, asked: z.output<typeof Put>, before?: ScheduleRow) => {
    const { GroupName: grp, ClientToken: token = null, ...definition } = asked;
    requireUsable(definition, directory);
    schedules.put({ grp, name, definition, token, ...(before && { createdAt: before.createdAt }) });
    return { ScheduleArn: arns.schedule(grp, name) };
  };
  return {
    POST: (name) => operation(Put, (asked) => findCreated(schedules, name, asked, arns) ?? keep(name, asked)),
    PUT: (name) => operation(Put, (asked) => keep(name, asked, requireOne(schedules, asked.GroupName, name))),
    GET: (name, query) => () => toWire(requireOne(schedules, One.parse(query).groupName, name), arns),
    DELETE: (name, query) => () => {
      const { grp } = requireOne(schedules, One.parse(query).groupName, name);
      schedules.remove(grp, name);
    },
  };
}

/** Returns the answer to a request that is made again, or null if there is no such schedule. */
function findCreated(
  schedules: Schedules,
  name: string,
  { GroupName, ClientToken }: z.output<typeof Put>,
  arns: Arns,
) {
  requireGroup(GroupName);
  const before = schedules.find(GroupName, name);
  if (before === undefined) return null;
  if (before.token !== null && before.token === ClientToken)
    return { ScheduleArn: arns.schedule(GroupName, name) };
  throw new AwsError("ConflictException", `Schedule ${name} already exists.`, 409);
}

function requireOne(schedules: Schedules, group: string, name: string): ScheduleRow {
  const row = schedules.find(group, name);
  if (row !== undefined) return row;
  throw new AwsError("ResourceNotFoundException", `Schedule ${name} does not exist.`, 404);
}

function requireGroup(name: string): void {
  if (!GROUPS.includes(name))
    throw new AwsError("ResourceNotFoundException", `Schedule group ${name} does not exist.`, 404);
}

/** As AWS does, refuses at once what could never be sent. */
function requireUsable(definition: Definition, directory: QueueDirectory): void {
  const { ScheduleExpression: expression, ScheduleExpressionTimezone: timeZone, Target } = definition;
  if (!isZone(timeZone)) throw new AwsError("ValidationException", "The time zone is not valid.");
  const [fault] = findExpressionFaults(expression);
  if (fault !== undefined) throw new AwsError("ValidationException", `ScheduleExpression ${fault}.`);
  if (findNextTick({ expression, timeZone }, new Date(0)) === null)
    throw new AwsError("ValidationException", "The schedule is never due.");
  if (!directory.has(queueName(Target.Arn)))
    throw new AwsError("ValidationException", "The target is no queue of the local stack.");
}

function isZone(timeZone: string): boolean {
  try {
    new Intl.DateTimeFormat("en", { timeZone });
    return true;
  } catch {
    return false;
  }
}

function list(query: Record<string, string>, schedules: Schedules, arns: Arns) {
  const { ScheduleGroup, NamePrefix = "", State, MaxResults, NextToken } = List.parse(query);
  if (ScheduleGroup !== undefined) requireGroup(ScheduleGroup);
  const found = schedules
    .all()
    .filter(({ grp }) => ScheduleGroup === undefined || grp === ScheduleGroup)
    .filter(({ name }) => name.startsWith(NamePrefix))
    .filter(({ definition }) => State === undefined || definition.State === State);
  const { page, ...next } = toPage(found, ({ grp, name }) => `${grp}/${name}`, {
    Limit: MaxResults,
    NextToken,
  });
  const Schedules = page.map((row) => {
    const { Target, FlexibleTimeWindow: _window, ...summary } = toWire(row, arns);
    return { ...summary, Target: { Arn: Target.Arn } };
  });
  return { Schedules, ...next };
}

function toWire({ grp, name, definition, createdAt, changedAt }: ScheduleRow, arns: Arns) {
  return {
    Arn: arns.schedule(grp, name),
    GroupName: grp,
    Name: name,
    CreationDate: createdAt / 1000,
    LastModificationDate: changedAt / 1000,
    ...definition,
  };
}
