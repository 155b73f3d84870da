// What options say of the place of the stack: the Region, the account and the partition of the ARNs that they name.
import type { Issue } from "./check.ts";

/** What must be of the stack's Region and account. A topic, a key and a secret may be of another account. */
const OF_REGION = [
  "certificateArn",
  "ownershipCertificateArn",
  "webAclArn",
  "tableStreamArn",
  "customerKeyArn",
  "ssoOidcSecretArn",
  "alarmTopicArn",
  "noticeTopicArn",
] as const;
const OF_ACCOUNT = [
  "certificateArn",
  "ownershipCertificateArn",
  "webAclArn",
  "tableStreamArn",
  "backupRoleArn",
] as const;
const OF_PARTITION = [...OF_REGION, "backupRoleArn"] as const;

type Given = Readonly<Partial<Record<(typeof OF_PARTITION)[number], string | undefined>>>;

/** `region`: where the stack will be; undefined: nobody knows yet. */
export function findPlaceIssues(given: Given, region: string | undefined): Issue[] {
  const inRegion = partsOf(given, OF_REGION, 3);
  const known: [string, string][] = region ? [["AWS_REGION", region]] : [];
  return [
    ...findOthers(partsOf(given, OF_PARTITION, 1), "partition"),
    ...findOthers([...known, ...inRegion], "Region"),
    ...findOthers(partsOf(given, OF_ACCOUNT, 4), "account"),
  ];
}

/** Option → a part of its ARN. */
const partsOf = (given: Given, names: readonly (keyof Given)[], part: number) =>
  names.flatMap((name): [string, string][] => {
    const value = given[name]?.split(":")[part];
    return value ? [[name, value]] : [];
  });

/** All must be as the first. */
function findOthers([first, ...others]: readonly [name: string, part: string][], what: string): Issue[] {
  if (!first) return [];
  const [name, part] = first;
  return others
    .filter(([, other]) => other !== part)
    .map(([option, other]) => [
      option,
      `is of ${what} ${other}, and ${name} is ${name === "AWS_REGION" ? "" : `of ${what} `}${part}: give one of the stack's ${what}`,
    ]);
}
