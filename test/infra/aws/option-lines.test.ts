// Each mistake in the options is one line, word by word: the option, what is wanted, and what is given.
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { refusalsOf } from "../../support/refusals.ts";
import { arnOf, DOMAIN, type Given, ISSUER, KINDS } from "../../support/uses/use.ts";

const notMetadata = join(mkdtempSync(join(tmpdir(), "saml-")), "metadata.xml");
writeFileSync(notMetadata, "<html>Sign in</html>");
const CLIENT = { ...ISSUER, consoleClientId: "x" };
const SAML = { ssoSamlMetadata: "https://idp.example.com/metadata" };
const VPC = { vpcId: "vpc-0abc1234", subnetIds: "subnet-0abc1234" };

describe("one line for", () => {
  it.each<[what: string, context: Given, line: string | RegExp]>([
    // What is no value.
    ["a flag", { fourEyes: "yes" }, "fourEyes must be true or false (given: yes)"],
    ["a flag in another case", { fourEyes: "True" }, "fourEyes must be true or false (given: True)"],
    ["a flag for a number", { logDays: true }, "logDays must be a whole number from 1 to 3653 (given: true)"],
    [
      "nothing for a number",
      { eventConcurrency: "" },
      "eventConcurrency must be a whole number from 2 to 1000 (given: )",
    ],
    [
      "a number with a part",
      { deliveryConcurrency: "1.5" },
      "deliveryConcurrency must be a whole number from 1 to 100000 (given: 1.5)",
    ],
    [
      "less than nothing",
      { deliveryConcurrency: -1 },
      "deliveryConcurrency must be a whole number from 1 to 100000 (given: -1)",
    ],
    [
      "a number in another system",
      { sweepConcurrency: "0x5" },
      "sweepConcurrency must be a whole number from 1 to 10 (given: 0x5)",
    ],
    [
      "a part of a mail address",
      { alarmEmail: "on call@bank.example" },
      "alarmEmail must be an e-mail address (given: on call@bank.example)",
    ],
    ["a text that is none", { consoleClientId: 5, ...ISSUER }, "consoleClientId must be a string (given: 5)"],
    [
      "blanks",
      { ...CLIENT, consoleAudience: "a b" },
      "consoleAudience must be a text without blanks (given: a b)",
    ],
    [
      "an address with blanks",
      { ...ISSUER, oidcIssuer: "https://id.example.com/a b" },
      "oidcIssuer must be an https address like https://id.example.com, without blanks and credentials (given: https://id.example.com/a b)",
    ],
    [
      "an address with a password",
      { ...ISSUER, oidcIssuer: "https://a:b@id.example.com" },
      "oidcIssuer must be an https address like https://id.example.com, without blanks and credentials (given: https://a:b@id.example.com)",
    ],
    [
      "an origin that would end a policy",
      { ...CLIENT, consoleOrigins: "https://a.example'" },
      "consoleOrigins must be origins like https://id.example.com (given: https://a.example')",
    ],
    [
      "an origin with the usual port",
      { corsOrigins: "https://a.example:443" },
      "corsOrigins must be origins like https://console.example.com (given: https://a.example:443)",
    ],
    [
      "an item among others",
      { eventSourceAccounts: "111122223333, 12" },
      "eventSourceAccounts must be 12-digit account ids, comma separated (given: 12)",
    ],
    [
      "an empty list",
      { ...ISSUER, oidcAudience: "," },
      "oidcAudience must name at least one audience (given: ,)",
    ],
    [
      "the same twice",
      { eventSourceAccounts: "111122223333,111122223333" },
      "eventSourceAccounts names 111122223333 twice (given: 111122223333,111122223333)",
    ],
    [
      "a route twice",
      { routeThrottles: "POST /runbooks=1/1,POST /runbooks=2/2" },
      "routeThrottles names POST /runbooks twice (given: POST /runbooks=1/1,POST /runbooks=2/2)",
    ],
    [
      "a topic that is none",
      { alarmTopicArn: "arn:aws:sqs:eu-central-1:111122223333:a" },
      "alarmTopicArn must be the ARN of a topic of SNS (given: arn:aws:sqs:eu-central-1:111122223333:a)",
    ],
    ["a misspelt name", { oidcIsuer: "x" }, "oidcIsuer is no option: did you mean oidcIssuer?"],
    ["a name of something else", { colour: "red" }, "colour is no option: docs/deploying.md lists them"],
    [
      "a long value",
      { logDays: "9".repeat(500) },
      `logDays must be a whole number from 1 to 3653 (given: ${"9".repeat(80)}…)`,
    ],
    // What AWS keeps for itself, or the service.
    [
      "the default bus",
      { stackName: "default" },
      "stackName is a name that AWS or the service keeps: take another (given: default)",
    ],
    [
      "aliases of AWS",
      { ...ISSUER, stackName: "aws" },
      "stackName is a name that AWS or the service keeps: take another (given: aws)",
    ],
    [
      "a provider of Cognito's",
      { ...SAML, ssoName: "Google" },
      "ssoName is the name of a provider that Cognito knows: take another (given: Google)",
    ],
    // What means nothing without another option.
    [
      "an acknowledgement of nothing",
      { acknowledgePlaintextWebhooks: true },
      "acknowledgePlaintextWebhooks acknowledges what nobody asked for: give allowHttp=true too, or leave it out (given: true)",
    ],
    [
      "an audience of no issuer",
      { oidcAudience: "a" },
      "oidcAudience is of an issuer: give oidcIssuer too (given: a)",
    ],
    [
      "an issuer without an audience",
      { oidcIssuer: ISSUER.oidcIssuer },
      "oidcAudience is needed with oidcIssuer: the audience of its tokens for this API",
    ],
    [
      "groups of no issuer",
      { groupsClaim: "groups" },
      "groupsClaim is for an issuer of your own: give oidcIssuer too. Tokens of the stack's own pool have groups in this claim alone (given: groups)",
    ],
    [
      "ID tokens of the pool",
      { consoleToken: "id" },
      "consoleToken is for a client at an issuer of your own: give oidcIssuer and consoleClientId too (given: id)",
    ],
    [
      "scopes of no client",
      { ...ISSUER, consoleScope: "openid x" },
      "consoleScope is for a client at an issuer of your own: give consoleClientId too (given: openid x)",
    ],
    [
      "a client of nobody",
      { ...CLIENT, consoleSignIn: false },
      "consoleClientId is for people who sign in, and consoleSignIn=false lets nobody: leave one of them out (given: x)",
    ],
    [
      "a domain of nobody",
      { consoleSignIn: "false", consoleDomainPrefix: "bank" },
      "consoleDomainPrefix is for people who sign in, and consoleSignIn=false lets nobody: leave one of them out (given: bank)",
    ],
    [
      "a name of no provider",
      { ssoName: "entra" },
      "ssoName is the name of a provider: give ssoSamlMetadata or ssoOidcIssuer too (given: entra)",
    ],
    [
      "attributes of no provider",
      { ssoAttributes: "email=mail" },
      "ssoAttributes is for attributes of a provider: give ssoSamlMetadata or ssoOidcIssuer too (given: email=mail)",
    ],
    [
      "scopes over SAML",
      { ...SAML, ssoOidcScope: "openid" },
      "ssoOidcScope is for a provider over OpenID Connect: give ssoOidcIssuer too (given: openid)",
    ],
    [
      "a secret of no provider",
      { ssoOidcSecretArn: arnOf("secretsmanager", "secret:a-AbCdEf") },
      `ssoOidcSecretArn is for a provider over OpenID Connect: give ssoOidcIssuer too (given: ${arnOf("secretsmanager", "secret:a-AbCdEf").slice(0, 80)})`,
    ],
    [
      "a provider's name at an issuer",
      { ...ISSUER, ssoName: "entra" },
      "ssoName is for the stack's own user pool: leave it out with oidcIssuer (given: entra)",
    ],
    [
      "accounts without a source",
      { eventSourceAccounts: "111122223333", incidentSources: ",", workflowSources: " , " },
      "eventSourceAccounts may put no event: incidentSources and workflowSources name no source. Name one, or leave it out (given: 111122223333)",
    ],
    [
      "a throttle of what is not there",
      { ...KINDS.rest, routeThrottles: "$default=1/1" },
      "routeThrottles names $default, which a REST API has not: it refuses other requests by itself. Leave it out (given: $default=1/1)",
    ],
    // What would fail, or could not be reached.
    [
      "machines alike in their outputs",
      { machineClients: "ci-1=team:a:admin,ci1=team:a:admin" },
      "machineClients names ci1 and another whose output would be MachineClientCi1 too: give it another name (given: ci-1=team:a:admin,ci1=team:a:admin)",
    ],
    [
      "a machine without a role",
      { machineClients: { ci: [] } },
      'machineClients must be name=role, where a role is platform-auditor or team:<teamId>:admin, :responder or :observer; what a platform admin does, a person does (given: {"ci":[]})',
    ],
    [
      "metadata that is not there",
      { ssoSamlMetadata: "none.xml" },
      "ssoSamlMetadata cannot be read: there is no readable file none.xml (given: none.xml)",
    ],
    [
      "metadata that is none",
      { ssoSamlMetadata: notMetadata },
      /^ssoSamlMetadata must hold an EntityDescriptor, as SAML metadata does: /,
    ],
    [
      "metadata over http",
      { ssoSamlMetadata: "http://idp.example.com" },
      "ssoSamlMetadata must be an https address, or the path of a file (given: http://idp.example.com)",
    ],
    [
      "an address over http",
      { publicApiUrl: "http://front.example.com" },
      "publicApiUrl must be an https address: callback tokens travel to it (given: http://front.example.com)",
    ],
    [
      "ranges of IPv6",
      { ...VPC, egressAllow: "10.0.0.0/8,fd12::/16" },
      "egressAllow fd12::/16 is of IPv6, and deliveries leave a VPC over IPv4 alone: leave it out (given: 10.0.0.0/8,fd12::/16)",
    ],
    [
      "one certificate for two",
      {
        ...{ ...DOMAIN, disableDefaultAddress: true, truststoreUri: "s3://bank/a.pem" },
        ownershipCertificateArn: DOMAIN.certificateArn,
      },
      /^ownershipCertificateArn is certificateArn, which proves nothing more: give another/,
    ],
    [
      "a key of a truststore that S3's address would end",
      { ...DOMAIN, disableDefaultAddress: true, truststoreUri: "s3://bank/a.pem?b" },
      "truststoreUri must be like s3://bucket/truststore.pem (given: s3://bank/a.pem?b)",
    ],
  ])("%s", (_what, context, line) => {
    expect(refusalsOf(context)).toEqual([typeof line === "string" ? line : expect.stringMatching(line)]);
  });

  it("each thing that is wrong, and none that follows from another", () => {
    expect(refusalsOf({ ports: "x", egressAllow: "y", fourEys: true })).toEqual([
      expect.stringMatching(/^egressAllow must be CIDRs/),
      expect.stringMatching(/^ports must be/),
      "fourEys is no option: did you mean fourEyes?",
    ]);
  });
});
