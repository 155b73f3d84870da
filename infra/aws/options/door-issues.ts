// What is wrong with the options of the API's door together: what contradicts itself, and what would fail at AWS.
import { routeKeyOf } from "../../../shared/contract/route.ts";
import { ALL_ROUTES } from "../../../shared/contract/routes.ts";
import { UNKNOWN_ROUTE } from "../../../shared/contract/unknown-route.ts";
import { type Check, check as checkOf, findIssues, type Issue } from "./check.ts";
import type { DoorOptions } from "./door-options.ts";
import { httpsUrl } from "./option-types.ts";

type Given = DoorOptions & {
  publicApiUrl: string;
  corsOrigins: readonly string[];
  startsPerSecond?: number | undefined;
  consoleSignIn: boolean;
  consoleClientId?: string | undefined;
  oidcIssuer?: string | undefined;
};
const check = checkOf<Given>;

const isPrivate = ({ apiKind }: Given) => apiKind === "private";
const isHttp = ({ apiKind }: Given) => apiKind === "http";

const STARTS: readonly string[] = ALL_ROUTES.flatMap(([, route]) =>
  route.startsExecutions ? [routeKeyOf(route)] : [],
);

const ADDRESS: readonly Check<Given>[] = [
  check(
    "publicApiUrl",
    (g) => g.publicApiUrl !== "" && !httpsUrl.safeParse(g.publicApiUrl).success,
    "must be an https address: callback tokens travel to it",
  ),
  check(
    "certificateArn",
    (g) => g.domainName && !g.certificateArn,
    "is needed with domainName: the certificate that covers the name, of the same Region",
  ),
  check("certificateArn", (g) => !g.domainName && g.certificateArn, "is for a domain: give domainName too"),
  check(
    "hostedZoneId",
    (g) => !g.hostedZoneId !== !g.hostedZoneName,
    "and hostedZoneName are given together",
  ),
  check("hostedZoneId", (g) => g.hostedZoneId && !g.domainName, "is for a domain: give domainName too"),
  check(
    "hostedZoneName",
    (g) => g.domainName && g.hostedZoneName && !`.${g.domainName}`.endsWith(`.${g.hostedZoneName}`),
    "is not the zone of domainName",
  ),
  check(
    "hostedZoneId",
    (g) => isPrivate(g) && g.hostedZoneId,
    "is for an API that is reached from anywhere: point the name of a private API at your VPC endpoint yourself",
  ),
  check(
    "disableDefaultAddress",
    (g) => g.disableDefaultAddress && !g.domainName,
    "leaves no address at all: give domainName and certificateArn too",
  ),
  check(
    "disableDefaultAddress",
    (g) => isPrivate(g) && g.disableDefaultAddress,
    "is for an API that is reached from anywhere: a private API has no public address",
  ),
];

const CLIENT_CERTIFICATES: readonly Check<Given>[] = [
  check(
    "truststoreUri",
    (g) => g.truststoreUri && !g.domainName,
    "needs a domain: only there API Gateway asks for a client's certificate. Give domainName and certificateArn too",
  ),
  check(
    "truststoreUri",
    (g) => g.truststoreUri && g.domainName && !isPrivate(g) && !g.disableDefaultAddress,
    "is passed by at the default address, which asks for no certificate: give disableDefaultAddress=true too",
  ),
  check(
    "truststoreUri",
    (g) => g.truststoreUri && isPrivate(g),
    "is not for a private API: API Gateway asks for no client's certificate there",
  ),
  check(
    "truststoreVersion",
    (g) => g.truststoreVersion && !g.truststoreUri,
    "is of a truststore: give truststoreUri too",
  ),
  check(
    "ownershipCertificateArn",
    (g) => g.ownershipCertificateArn && !g.truststoreUri,
    "is needed only with truststoreUri: leave it out",
  ),
  check(
    "ownershipCertificateArn",
    (g) => g.ownershipCertificateArn && g.ownershipCertificateArn === g.certificateArn,
    "is certificateArn, which proves nothing more: give another public certificate of the name, or leave it out",
  ),
];

const KIND: readonly Check<Given>[] = [
  check(
    "vpcEndpointIds",
    (g) => isPrivate(g) && g.vpcEndpointIds.length === 0,
    "is needed with apiKind=private: the interface endpoints for execute-api from which it is reached",
  ),
  check(
    "vpcEndpointIds",
    (g) => !isPrivate(g) && g.vpcEndpointIds.length > 0,
    "is for a private API: give apiKind=private too",
  ),
  check(
    "webAclArn",
    (g) => isHttp(g) && g.webAclArn,
    "cannot be attached to an HTTP API: give apiKind=rest too, or put CloudFront with the web ACL before the API",
  ),
  check(
    "gatewayLogRole",
    (g) => isHttp(g) && !g.gatewayLogRole,
    "is for a REST API: HTTP APIs need no such role. Leave it out",
  ),
  check(
    "corsOrigins",
    (g) => !isHttp(g) && g.corsOrigins.length > 0,
    "is for an HTTP API: a REST API sends no CORS headers. Leave it out",
  ),
  check(
    "consoleSignIn",
    (g) => !isHttp(g) && g.consoleSignIn && (!g.oidcIssuer || g.consoleClientId) && !hasOrigin(g),
    "needs an address without a path, which the default address of a REST API is not: give domainName (or publicApiUrl), or consoleSignIn=false",
  ),
];

const THROTTLES: readonly Check<Given>[] = [
  check(
    "routeThrottles",
    (g) => !isHttp(g) && UNKNOWN_ROUTE.routeKey in g.routeThrottles,
    `names ${UNKNOWN_ROUTE.routeKey}, which a REST API has not: it refuses other requests by itself. Leave it out`,
  ),
  check(
    "startsPerSecond",
    (g) => g.startsPerSecond !== undefined && g.startsPerSecond > g.apiThrottle.ratePerSecond,
    "is more than apiThrottle lets in",
  ),
  check(
    "routeThrottles",
    (g) => g.startsPerSecond !== undefined && STARTS.some((key) => key in g.routeThrottles),
    "names a route that starts executions, and startsPerSecond throttles it too: give one of them",
  ),
];

/** Whether browsers reach the root of an origin, where the pages are. */
const hasOrigin = ({ domainName, publicApiUrl }: Given) =>
  domainName !== undefined || (publicApiUrl !== "" && new URL(publicApiUrl).pathname === "/");

/** Returns what is wrong with these options together. */
export const findDoorIssues = (given: Given): Issue[] =>
  findIssues([...ADDRESS, ...CLIENT_CERTIFICATES, ...KIND, ...THROTTLES], given);
