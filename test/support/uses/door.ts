// A use of each option of the API's door: its kind, address, certificates and throttles.
import { expect } from "vitest";
import type { Facts } from "../template.ts";
import { arnOf, DOMAIN, KINDS, type Use } from "./use.ts";

const ONLY = { ...DOMAIN, disableDefaultAddress: true };
const ZONE = { hostedZoneId: "Z0123", hostedZoneName: "bank.example" };
const TRUST = { ...ONLY, truststoreUri: "s3://bank-certificates/door/trust.pem" };
/** Reached from anywhere. */
const OPEN = ["http", "rest"] as const;
const REST = ["rest", "private"] as const;

const NAMED = ["AWS::ApiGatewayV2::DomainName", "AWS::ApiGateway::DomainNameV2"];
const domain = (facts: Facts) => {
  const [found] = NAMED.flatMap((type) => facts.all(type));
  return JSON.stringify(found?.[1]);
};
const record = (facts: Facts) => facts.only("AWS::Route53::RecordSet");
const trusts = (what: object) => (facts: Facts) =>
  expect(facts.only("AWS::ApiGatewayV2::DomainName")).toMatchObject({ MutualTlsAuthentication: what });
const api = (facts: Facts) => {
  const [found] = [...facts.all("AWS::ApiGatewayV2::Api"), ...facts.all("AWS::ApiGateway::RestApi")];
  return found?.[1];
};

/** Metrics, rate and burst of a route, of whichever kind of API. */
function settingsOf(facts: Facts, method: string, path: string): unknown[] {
  const [http] = facts.all("AWS::ApiGatewayV2::Stage");
  if (http) return listed(Object(http[1]["RouteSettings"])[`${method} ${path}`], "DetailedMetricsEnabled");
  return listed(methodOf(facts, method, `/${path.replaceAll("/", "~1")}`), "MetricsEnabled");
}

/** Of all routes that have none of their own. */
function settingsOfAll(facts: Facts): unknown[] {
  const [http] = facts.all("AWS::ApiGatewayV2::Stage");
  if (http) return listed(http[1]["DefaultRouteSettings"], "DetailedMetricsEnabled");
  return listed(methodOf(facts, "*", "/*"), "MetricsEnabled");
}

const methodOf = (facts: Facts, method: string, path: string) =>
  (facts.only("AWS::ApiGateway::Stage")["MethodSettings"] as Record<string, unknown>[]).find(
    ({ HttpMethod, ResourcePath }) => HttpMethod === method && ResourcePath === path,
  );

const listed = (settings: unknown, metrics: string) =>
  [metrics, "ThrottlingRateLimit", "ThrottlingBurstLimit"].map((name) => Object(settings)[name]);

export const DOOR: Record<string, Use> = {
  apiKind: {
    value: "rest",
    needs: DOMAIN,
    shows: (facts) => expect(facts.all("AWS::ApiGateway::RestApi")).toHaveLength(1),
  },
  domainName: {
    value: DOMAIN.domainName,
    needs: DOMAIN,
    shows: (facts) => {
      expect(domain(facts)).toContain(`"DomainName":"${DOMAIN.domainName}"`);
      expect(facts.outputs["ApiUrl"]).toMatchObject({ Value: `https://${DOMAIN.domainName}/` });
    },
  },
  certificateArn: {
    value: DOMAIN.certificateArn,
    needs: DOMAIN,
    shows: (facts) => expect(domain(facts)).toContain(DOMAIN.certificateArn),
  },
  hostedZoneId: {
    of: OPEN,
    value: ZONE.hostedZoneId,
    needs: { ...DOMAIN, ...ZONE },
    shows: (facts) => expect(record(facts)).toMatchObject({ HostedZoneId: ZONE.hostedZoneId }),
  },
  hostedZoneName: {
    of: OPEN,
    value: ZONE.hostedZoneName,
    needs: { ...DOMAIN, ...ZONE },
    shows: (facts) => expect(record(facts)).toMatchObject({ Name: `${DOMAIN.domainName}.` }),
  },
  disableDefaultAddress: {
    of: OPEN,
    value: true,
    needs: DOMAIN,
    shows: (facts) => expect(api(facts)).toMatchObject({ DisableExecuteApiEndpoint: true }),
  },
  truststoreUri: {
    of: OPEN,
    value: TRUST.truststoreUri,
    needs: ONLY,
    shows: trusts({ TruststoreUri: TRUST.truststoreUri }),
  },
  truststoreVersion: { of: OPEN, value: "v1", needs: TRUST, shows: trusts({ TruststoreVersion: "v1" }) },
  ownershipCertificateArn: {
    of: OPEN,
    value: arnOf("acm", "certificate/two"),
    needs: TRUST,
    shows: (facts) => expect(domain(facts)).toContain(arnOf("acm", "certificate/two")),
  },
  apiThrottle: {
    value: "50/60",
    shows: (facts) => expect(settingsOfAll(facts).slice(1)).toEqual([50, 60]),
  },
  routeThrottles: {
    value: "POST /runbooks=1/2",
    shows: (facts) => expect(settingsOf(facts, "POST", "/runbooks").slice(1)).toEqual([1, 2]),
  },
  startsPerSecond: {
    value: 20,
    shows: (facts) =>
      expect(settingsOf(facts, "POST", "/runbooks/{runbookId}/executions").slice(1)).toEqual([20, 40]),
  },
  vpcEndpointIds: {
    of: ["private"],
    value: KINDS.private["vpcEndpointIds"],
    shows: (facts) =>
      expect(api(facts)).toMatchObject({
        EndpointConfiguration: { Types: ["PRIVATE"], VpcEndpointIds: ["vpce-0a1b", "vpce-0c2d"] },
      }),
  },
  webAclArn: {
    value: arnOf("wafv2", "regional/webacl/door/1"),
    of: REST,
    shows: (facts) =>
      expect(facts.only("AWS::WAFv2::WebACLAssociation")).toMatchObject({
        WebACLArn: arnOf("wafv2", "regional/webacl/door/1"),
      }),
  },
  gatewayLogRole: {
    value: false,
    of: REST,
    shows: (facts) => expect(facts.all("AWS::ApiGateway::Account")).toEqual([]),
  },
  publicApiUrl: {
    value: "https://front.bank.example",
    shows: (facts) => expect(facts.variable("api-read", "PUBLIC_API_URL")).toBe("https://front.bank.example"),
  },
  corsOrigins: {
    of: ["http"],
    value: "https://pages.bank.example",
    shows: (facts) =>
      expect(facts.only("AWS::ApiGatewayV2::Api")).toMatchObject({
        CorsConfiguration: { AllowOrigins: ["https://pages.bank.example"] },
      }),
  },
  routeMetrics: {
    value: true,
    shows: (facts) => expect(settingsOfAll(facts)[0]).toBe(true),
  },
};
