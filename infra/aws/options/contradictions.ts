// What is wrong with the options of a deployment together, of all groups.
import { check as checkOf, findIssues, type Issue } from "./check.ts";
import { findConsoleIssues } from "./console-options.ts";
import { findDoorIssues } from "./door-issues.ts";
import { findKeyIssues } from "./key-options.ts";
import { findPeopleIssues } from "./people-issues.ts";
import { findReachIssues } from "./reach-options.ts";
import { findRestoreIssues } from "./restore-options.ts";
import { findUpdateIssues } from "./update-options.ts";

type Ours = {
  oidcIssuer?: string | undefined;
  oidcAudience?: readonly string[] | undefined;
  alarmTopicArn?: string | undefined;
  alarmEmail?: string | undefined;
  noticeTopicArn?: string | undefined;
  noticeEmail?: string | undefined;
  deliveryConcurrency?: number | undefined;
  deliveriesPerTeam: string;
  allowHttp: boolean;
  acknowledgePlaintextWebhooks: boolean;
  publicApiUrl: string;
  eventSourceAccounts: readonly string[];
  incidentSources: string;
  workflowSources: string;
};
type Given = Ours &
  Parameters<typeof findConsoleIssues>[0] &
  Parameters<typeof findDoorIssues>[0] &
  Parameters<typeof findPeopleIssues>[0] &
  Parameters<typeof findKeyIssues>[0] &
  Parameters<typeof findRestoreIssues>[0] &
  Parameters<typeof findReachIssues>[0] &
  Parameters<typeof findUpdateIssues>[0];

const check = checkOf<Ours>;
const isEmpty = (list: string) => list.replaceAll(/[\s,]/g, "") === "";

const CHECKS = [
  check(
    "oidcAudience",
    (g) => g.oidcIssuer && !g.oidcAudience,
    "is needed with oidcIssuer: the audience of its tokens for this API",
  ),
  check("oidcAudience", (g) => g.oidcAudience && !g.oidcIssuer, "is of an issuer: give oidcIssuer too"),
  check(
    "alarmEmail",
    (g) => g.alarmTopicArn && g.alarmEmail,
    "creates a topic in this stack: give alarmTopicArn or alarmEmail, not both",
  ),
  check(
    "noticeEmail",
    (g) => g.noticeTopicArn && g.noticeEmail,
    "creates a topic in this stack: give noticeTopicArn or noticeEmail, not both",
  ),
  check(
    "deliveriesPerTeam",
    (g) => g.deliveryConcurrency !== undefined && Number(g.deliveriesPerTeam) >= g.deliveryConcurrency,
    "leaves no room for other teams: give less than deliveryConcurrency",
  ),
  check(
    "allowHttp",
    (g) => g.allowHttp && !g.acknowledgePlaintextWebhooks,
    "sends payloads and credentials unencrypted: use https, or also give acknowledgePlaintextWebhooks=true",
  ),
  check(
    "acknowledgePlaintextWebhooks",
    (g) => g.acknowledgePlaintextWebhooks && !g.allowHttp,
    "acknowledges what nobody asked for: give allowHttp=true too, or leave it out",
  ),
  check(
    "eventSourceAccounts",
    (g) => g.eventSourceAccounts.length > 0 && isEmpty(g.incidentSources) && isEmpty(g.workflowSources),
    "may put no event: incidentSources and workflowSources name no source. Name one, or leave it out",
  ),
];

/** Returns what contradicts itself, would fail at AWS, or would mean nothing: option → message. */
export const findContradictions = (given: Given): Issue[] => [
  ...findIssues(CHECKS, given),
  ...findConsoleIssues(given),
  ...findDoorIssues(given),
  ...findPeopleIssues(given),
  ...findKeyIssues(given),
  ...findRestoreIssues(given),
  ...findReachIssues(given),
  ...findUpdateIssues(given),
];
