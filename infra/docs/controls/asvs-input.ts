// OWASP ASVS 5.0.0, levels 1 and 2, chapters V1 to V5: what comes in, what goes out, browsers, the API, files.
import { byDeployment, type ControlRow, met, none, partly } from "./row.ts";

const TEMPLATES = "test/shared/webhook/template/attacks.test.ts";
const URLS = "test/shared/webhook/template/url-header.test.ts";
const EVERY_ROUTE = "test/functions/api/every-route.test.ts";
const PAGES = "test/functions/console/serve-console.test.ts";
const HOSTILE = "test/browser/hostile.test.ts";

export const INPUT: readonly ControlRow[] = [
  met(
    "V1.1.1",
    "Decode once, and check what was decoded",
    "test/decisions/request-in.test.ts",
    "test/shared/webhook/guard.test.ts",
  ),
  met(
    "V1.1.2",
    "Escape last, where the text is used",
    TEMPLATES,
    "test/shared/webhook/template/json.test.ts",
  ),
  met(
    "V1.2.1",
    "Escape for HTML, attributes and headers",
    HOSTILE,
    "test/shared/widgets/widgets.test.ts",
    URLS,
  ),
  met(
    "V1.2.2",
    "Encode what goes into URLs, allow safe protocols only",
    URLS,
    "test/shared/webhook/egress/egress-policy.test.ts",
  ),
  met(
    "V1.2.3",
    "Escape what goes into JSON",
    "test/shared/webhook/template/json.test.ts",
    "test/shared/webhook/template/properties.test.ts",
  ),
  met(
    "V1.2.4",
    "No injection into database queries: keys refuse their delimiter, values are parameters",
    "test/shared/contract/table.test.ts",
    "test/security/incident-ids.test.ts",
  ),
  met("V1.2.5", "No commands of the operating system", "test/infra/aws/reach.test.ts"),
  none("V1.2.6 V1.2.7 V1.2.8", "LDAP, XPath, LaTeX", "None of them is used."),
  partly(
    "V1.2.9",
    "Escape input in regular expressions",
    "Patterns of parameters are the authors' own, and run on an engine of linear time; input is never put into one.",
    "test/shared/parameters/pattern.test.ts",
  ),
  none(
    "V1.3.1 V1.3.4",
    "HTML of editors, SVG",
    "Neither is taken: everything that people write is shown as text.",
  ),
  met("V1.3.2", "No code from text", TEMPLATES, PAGES),
  met(
    "V1.3.3",
    "Clean and shorten what goes into a dangerous place",
    "test/shared/domain/display-text.test.ts",
    "test/shared/webhook/headers.test.ts",
  ),
  met(
    "V1.3.5 V1.3.7",
    "Templates of users cannot run anything",
    TEMPLATES,
    "test/shared/webhook/template/bombs.test.ts",
  ),
  met(
    "V1.3.6",
    "No requests to where the deployment does not allow them (SSRF)",
    "test/shared/webhook/guard.test.ts",
    "test/shared/webhook/egress/addresses.test.ts",
    "test/shared/webhook/egress/client.test.ts",
    "test/shared/webhook/only-client.test.ts",
  ),
  none(
    "V1.3.8 V1.3.9 V1.3.10 V1.3.11",
    "JNDI, memcache, format strings, mail",
    "None of them is used. Alarms are mailed by SNS.",
  ),
  none("V1.4.1 V1.4.3", "Memory and pointers", "All code runs on a runtime that manages memory."),
  met(
    "V1.4.2",
    "Numbers are in range",
    "test/shared/parameters/check.test.ts",
    "test/functions/api/small-inputs.test.ts",
  ),
  none("V1.5.1", "XML parsers", "No XML is read."),
  met(
    "V1.5.2",
    "Safe deserialization: JSON alone, held against a schema",
    "test/shared/http/storable-json.test.ts",
    "test/shared/contract/read-input.test.ts",
  ),
  met(
    "V2.1.1 V2.1.2 V2.1.3",
    "Rules and limits of input are documented: docs/api.md, made from the schemas",
    "test/docs/documents.test.ts",
  ),
  met(
    "V2.2.1 V2.2.2",
    "All input is checked against a schema, by the server",
    EVERY_ROUTE,
    "test/functions/api/all-issues.test.ts",
  ),
  met(
    "V2.2.3",
    "Values must fit together",
    "test/functions/api/wired-rules.test.ts",
    "test/security/saved-definitions.test.ts",
  ),
  met(
    "V2.3.1",
    "Steps in their order: no run before an approval",
    "test/shared/domain/runbooks/approval.test.ts",
    "test/model/lifecycle.test.ts",
  ),
  met(
    "V2.3.2",
    "Limits of use are enforced",
    "test/shared/domain/executions/rate-limit.test.ts",
    "test/decisions/concurrency-slots.test.ts",
  ),
  met("V2.3.3", "All or nothing", "test/faults/crashes.test.ts", "test/faults/every-call-fails.test.ts"),
  met(
    "V2.3.4",
    "Nothing is given twice",
    "test/faults/races.test.ts",
    "test/decisions/concurrency-slots.test.ts",
  ),
  met(
    "V2.4.1",
    "Against too many calls",
    "test/infra/aws/api.test.ts",
    "test/shared/application/admission.test.ts",
  ),
  met("V3.2.1", "Answers are not shown as something else", PAGES, EVERY_ROUTE),
  met("V3.2.2", "Text is shown as text", HOSTILE, "test/browser/hostile-definition.test.ts"),
  none("V3.3.1 V3.3.2 V3.3.3 V3.3.4", "Cookies", "The service sets none. Tokens travel in a header."),
  partly(
    "V3.4.1",
    "Strict-Transport-Security",
    "Pages have it, for a year. Answers of the API do not, and subdomains are the domain owner's to include.",
    PAGES,
  ),
  met("V3.4.2", "CORS only for named origins", "test/infra/aws/api.test.ts"),
  met(
    "V3.4.3 V3.4.6",
    "A content security policy without inline code, objects or frames",
    PAGES,
    "test/browser/host-pages.test.ts",
  ),
  met("V3.4.4", "`nosniff` on every answer", EVERY_ROUTE, PAGES),
  met("V3.4.5", "A referrer policy", PAGES),
  met(
    "V3.5.1 V3.5.2",
    "No requests forged by other origins: each needs a token in a header",
    "test/infra/aws/api.test.ts",
    "test/security/over-http.test.ts",
  ),
  partly(
    "V3.5.3",
    "Reading changes nothing",
    "Every change is a POST, PUT, PATCH or DELETE. Reading a signing secret leaves an audit entry, and needs a token in a header as all do.",
    "test/security/signing-secret-reads.test.ts",
  ),
  partly(
    "V3.5.4",
    "Other applications on other hosts",
    "The API has an address of its own. Behind a domain of yours, give it a host of its own.",
  ),
  none("V3.5.5", "postMessage", "No page listens to messages."),
  met("V3.7.1", "Supported technologies of browsers only", "test/browser/pages.test.ts"),
  met(
    "V3.7.2",
    "Redirects lead nowhere else",
    "test/functions/api/unknown-route.test.ts",
    "test/browser/session.test.ts",
  ),
  met("V4.1.1", "A content type with its charset", EVERY_ROUTE, PAGES),
  met("V4.1.2", "No redirect from http: API Gateway answers https only", "test/infra/aws/api.test.ts"),
  met(
    "V4.1.3",
    "Headers of proxies are not believed: the caller is in the verified token",
    "test/shared/domain/caller.test.ts",
    "test/security/over-http.test.ts",
  ),
  byDeployment(
    "V4.2.1",
    "Where a request ends is clear (request smuggling)",
    "API Gateway parses HTTP; functions get whole requests.",
  ),
  none("V4.3.1 V4.3.2 V4.4.1 V4.4.2 V4.4.3 V4.4.4", "GraphQL, WebSockets", "Neither is offered."),
  none(
    "V5.1.1 V5.2.1 V5.2.2 V5.2.3 V5.4.1 V5.4.2 V5.4.3",
    "Files of users",
    "None are taken or given. Bodies of requests are limited (413).",
  ),
  met("V5.3.1 V5.3.2", "Paths never name files: only the names of a manifest are served", PAGES),
];
