// The API's own domain, with its certificate and its clients' certificates: for an API that is reached from anywhere, and
// for a private one.
import {
  CfnBasePathMappingV2,
  CfnDomainNameAccessAssociation,
  CfnDomainNameV2,
} from "aws-cdk-lib/aws-apigateway";
import { CfnApiMapping, DomainName, SecurityPolicy } from "aws-cdk-lib/aws-apigatewayv2";
import { Certificate, type ICertificate } from "aws-cdk-lib/aws-certificatemanager";
import { ARecord, HostedZone, RecordTarget } from "aws-cdk-lib/aws-route53";
import { ApiGatewayv2DomainProperties } from "aws-cdk-lib/aws-route53-targets";
import { Bucket } from "aws-cdk-lib/aws-s3";
import type { Construct } from "constructs";
import type { Options } from "../options/options.ts";
import { fromEndpoints } from "./endpoint-policy.ts";

type Named = Options & { domainName: string; certificateArn: string };
type Mapped = { apiId: string; stage: Construct; stageName: string };

/** Nothing without `domainName`. */
export function buildDomain(scope: Construct, options: Options, mapped: Mapped): void {
  const { domainName, certificateArn } = options;
  if (!domainName || !certificateArn) return;
  const build = options.apiKind === "private" ? buildPrivateDomain : buildPublicDomain;
  build(scope, { ...options, domainName, certificateArn }, mapped);
}

/** The resources of HTTP APIs map REST APIs too. */
function buildPublicDomain(scope: Construct, options: Named, { apiId, stage, stageName }: Mapped): void {
  const { domainName, certificateArn, ownershipCertificateArn, hostedZoneId, hostedZoneName } = options;
  const certificateOf = (id: string, arn: string): ICertificate =>
    Certificate.fromCertificateArn(scope, id, arn);
  const domain = new DomainName(scope, "Domain", {
    domainName,
    certificate: certificateOf("Certificate", certificateArn),
    securityPolicy: SecurityPolicy.TLS_1_2,
    ...trustOf(scope, options),
    ...(ownershipCertificateArn && {
      ownershipCertificate: certificateOf("OwnershipCertificate", ownershipCertificateArn),
    }),
  });
  new CfnApiMapping(scope, "DomainMapping", {
    apiId,
    domainName: domain.name,
    stage: stageName,
  }).node.addDependency(stage);
  if (!hostedZoneId || !hostedZoneName) return;
  const zone = HostedZone.fromHostedZoneAttributes(scope, "Zone", { hostedZoneId, zoneName: hostedZoneName });
  const { regionalDomainName, regionalHostedZoneId } = domain;
  const target = RecordTarget.fromAlias(
    new ApiGatewayv2DomainProperties(regionalDomainName, regionalHostedZoneId),
  );
  new ARecord(scope, "Alias", { zone, recordName: `${domainName}.`, target });
}

/** The truststore is read by API Gateway itself, with the rights of whoever deploys. */
function trustOf(scope: Construct, { truststoreUri, truststoreVersion: version }: Options) {
  if (!truststoreUri) return {};
  const { hostname, pathname } = new URL(truststoreUri);
  const bucket = Bucket.fromBucketName(scope, "Truststore", hostname);
  return { mtls: { bucket, key: pathname.slice(1), ...(version && { version }) } };
}

/** Its name is resolved by the deployment's own zone: to the endpoints, which this stack does not know. */
function buildPrivateDomain(
  scope: Construct,
  options: Named,
  { apiId: restApiId, stage, stageName }: Mapped,
) {
  const { domainName, certificateArn, vpcEndpointIds } = options;
  const domain = new CfnDomainNameV2(scope, "Domain", {
    domainName,
    certificateArn,
    endpointConfiguration: { types: ["PRIVATE"] },
    securityPolicy: "TLS_1_2",
    policy: fromEndpoints(vpcEndpointIds).toJSON(),
  });
  const { attrDomainNameArn: domainNameArn } = domain;
  const mapping = { domainNameArn, restApiId, stage: stageName };
  new CfnBasePathMappingV2(scope, "DomainMapping", mapping).node.addDependency(stage);
  for (const [index, id] of vpcEndpointIds.entries()) {
    new CfnDomainNameAccessAssociation(scope, `DomainAccess${index}`, {
      domainNameArn,
      accessAssociationSource: id,
      accessAssociationSourceType: "VPCE",
    });
  }
}
