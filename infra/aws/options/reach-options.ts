// The deployment options of what deliveries reach: a VPC, private ranges, private authorities. And which contradict each other.
import ipaddr from "ipaddr.js";
import * as z from "zod";
import { findCaBundleProblems } from "../../../shared/contract/ca-bundle.ts";
import type { Issue } from "./check.ts";
import { noFile, readText } from "./named-file.ts";
import { list } from "./option-types.ts";

/** Ids of `kind`, as EC2 gives them: 8 or 17 hex digits. */
const idsOf = (kind: string, most: number) =>
  list
    .pipe(
      z
        .array(
          z
            .string()
            .regex(new RegExp(`^${kind}-([0-9a-f]{8}|[0-9a-f]{17})$`), `must be ids like ${kind}-0abc1234`),
        )
        .max(most),
    )
    .default([]);

export const REACH_OPTIONS = {
  vpcId: z
    .string()
    .regex(/^vpc-([0-9a-f]{8}|[0-9a-f]{17})$/, "must be an id like vpc-0abc1234")
    .optional(),
  // Lambda's limits.
  subnetIds: idsOf("subnet", 16),
  securityGroupIds: idsOf("sg", 5),
  caBundle: z.string().min(1, "must be the path of a file").optional(),
};
type ReachOptions = z.output<z.ZodObject<typeof REACH_OPTIONS>>;
type Given = ReachOptions & { egressAllow: string };

/** Returns what is wrong with these options together: option → message. */
export function findReachIssues(given: Given): Issue[] {
  return [...findNetworkIssues(given), ...findBundleIssues(given)];
}

function findNetworkIssues({ vpcId, subnetIds, securityGroupIds, egressAllow }: Given): Issue[] {
  if (vpcId === undefined)
    return [
      ...astray("subnetIds", subnetIds.length > 0),
      ...astray("securityGroupIds", securityGroupIds.length > 0),
      ...(egressAllow === "" ? [] : [["egressAllow", NEEDS_VPC] satisfies Issue]),
    ];
  return [
    ...findOwnRanges(egressAllow),
    ...(subnetIds.length > 0 ? [] : [["subnetIds", NEEDS_SUBNETS] satisfies Issue]),
  ];
}

const NEEDS_VPC =
  "reaches nothing: outside a VPC, deliveries reach public addresses alone. Give vpcId and subnetIds too";

const NEEDS_SUBNETS = "is needed: name the subnets of vpcId for deliveries";

/** Of the function's own machine: Lambda's interface for it, its credentials, metadata and the resolver. */
const OWN_RANGES = ["127.0.0.0/8", "169.254.0.0/16", "::1/128", "fe80::/10", "fd00:ec2::/32"];

function findOwnRanges(egressAllow: string): Issue[] {
  const given = egressAllow.split(",").flatMap((range) => range.trim() || []);
  return given.flatMap((range): Issue[] => {
    if (OWN_RANGES.some((own) => overlap(range, own)))
      return [["egressAllow", `${range} holds addresses of the function's own machine: ${NARROWER}`]];
    return range.includes(":") ? [["egressAllow", `${range} ${OVER_IPV4}`]] : [];
  });
}

/** Lambda gives a function in a VPC no IPv6 address unless its subnets have both kinds, which nobody here can see. */
const OVER_IPV4 = "is of IPv6, and deliveries leave a VPC over IPv4 alone: leave it out";
const NARROWER = "name the ranges of your own network";

function overlap(a: string, b: string): boolean {
  const [[first, firstBits], [second, secondBits]] = [ipaddr.parseCIDR(a), ipaddr.parseCIDR(b)];
  return first.kind() === second.kind() && first.match(second, Math.min(firstBits, secondBits));
}

const astray = (option: string, isGiven: boolean): Issue[] =>
  isGiven ? [[option, "is for a VPC: give vpcId too"]] : [];

function findBundleIssues({ caBundle }: Given): Issue[] {
  if (caBundle === undefined) return [];
  const text = readText(caBundle);
  if (text === null) return [["caBundle", noFile(caBundle)]];
  return findCaBundleProblems(text, new Date()).map((problem) => ["caBundle", problem]);
}
