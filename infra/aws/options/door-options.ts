// The deployment options of the API's door: its kind, address, certificates and throttles.
import * as z from "zod";
import { PAGE_ROUTES } from "../../../shared/contract/pages.ts";
import { API_THROTTLE, routeKeyOf, type Throttle } from "../../../shared/contract/route.ts";
import { ALL_ROUTES } from "../../../shared/contract/routes.ts";
import { UNKNOWN_ROUTE } from "../../../shared/contract/unknown-route.ts";
import { arnOf, flag, list, text, word } from "./option-types.ts";

/** What an account has at first, over all of its APIs. */
const MOST: Throttle = { ratePerSecond: 10_000, burst: 5000 };
const FORM = "must be requests a second and at once, like 100/200, at most 10000/5000";

function readThrottle(given: string): Throttle | null {
  const [, rate, burst] = /^(\d{1,5}(?:\.\d+)?)\/(\d{1,4})$/.exec(given) ?? [];
  const throttle = { ratePerSecond: Number(rate), burst: Number(burst) };
  const fits = throttle.ratePerSecond <= MOST.ratePerSecond && throttle.burst <= MOST.burst;
  return fits && throttle.ratePerSecond > 0 && throttle.burst > 0 ? throttle : null;
}

const throttle = text.transform((given, context): Throttle => {
  const read = readThrottle(given);
  if (read) return read;
  context.addIssue({ code: "custom", message: FORM });
  return z.NEVER;
});

const ROUTE_KEYS: ReadonlySet<string> = new Set([
  ...ALL_ROUTES.map(([, route]) => routeKeyOf(route)),
  ...PAGE_ROUTES.map(routeKeyOf),
  UNKNOWN_ROUTE.routeKey,
]);

const routeThrottles = list.default([]).transform((items, context) => {
  const read = items.map((item) => {
    const [, key = item, given = ""] = /^(.+)=([^=]+)$/.exec(item) ?? [];
    return [key, readThrottle(given)] as const;
  });
  for (const [at, [key, found]] of read.entries()) {
    if (read.findIndex(([other]) => other === key) < at)
      context.addIssue({ code: "custom", message: `names ${key} twice` });
    const known = ROUTE_KEYS.has(key);
    const message = known
      ? `${key} ${FORM}`
      : `names ${key}, which is no route: take METHOD /path as in docs/api.md`;
    if (!known || !found) context.addIssue({ code: "custom", message });
  }
  return Object.fromEntries(read.flatMap(([key, found]) => (found ? [[key, found]] : [])));
});

const domain = (example: string) =>
  z
    .string()
    .max(253)
    .regex(/^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$/, `must be a name like ${example}`);
const certificate = arnOf("acm", "certificate/[\\w-]+", "a certificate in ACM");

export const DOOR_OPTIONS = {
  apiKind: z.enum(["http", "rest", "private"]).default("http"),
  domainName: domain("runbooks.example.com").optional(),
  certificateArn: certificate.optional(),
  hostedZoneId: z
    .string()
    .regex(/^Z[A-Z0-9]+$/, "must be the id of a hosted zone, like Z0123456789")
    .optional(),
  hostedZoneName: domain("example.com").optional(),
  disableDefaultAddress: flag.default(false),
  truststoreUri: z
    .string()
    .regex(
      /^s3:\/\/[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]\/[\w!.*'()/=@+-]{1,1024}$/,
      "must be like s3://bucket/truststore.pem",
    )
    .optional(),
  truststoreVersion: word.max(64).optional(),
  ownershipCertificateArn: certificate.optional(),
  apiThrottle: throttle.default(API_THROTTLE),
  routeThrottles,
  vpcEndpointIds: list
    .pipe(
      z.array(z.string().regex(/^vpce-[0-9a-f]+$/, "must be ids of VPC endpoints, like vpce-0a1b")).max(5),
    )
    .default([]),
  webAclArn: arnOf(
    "wafv2",
    "regional/webacl/[\\w-]+/[\\w-]+",
    "a web ACL of AWS WAF with the scope REGIONAL",
  ).optional(),
  gatewayLogRole: flag.default(true),
};
export type DoorOptions = z.output<z.ZodObject<typeof DOOR_OPTIONS>>;
