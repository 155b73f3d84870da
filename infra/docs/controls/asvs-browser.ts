// OWASP ASVS 5.0.0, levels 1 and 2, chapters V3 to V5: browsers, the API, files.
import { at, byDeployment, type ControlRow, met, none, partly } from "./row.ts";

const PAGES = "test/functions/console/serve-console.test.ts";

export const BROWSER: readonly ControlRow[] = [
  met(
    "V3.2.1",
    "Answers are not shown as something else",
    at("test/functions/console/serve-console.test.ts", "that does not exist is 404, and never the page: %s"),
    at(
      "test/functions/api/every-route.test.ts",
      "[F3] answers a valid request as its contract says, from current data, and leaves nothing under way",
    ),
  ),
  met(
    "V3.2.2",
    "Text is shown as text",
    at("test/browser/hostile.test.ts", "is shown as the text that it is, and what was cut is said"),
    at("test/browser/hostile-definition.test.ts", "runs nowhere, and is as wide as the screen (%s)"),
  ),
  none("V3.3.1 V3.3.2 V3.3.3 V3.3.4", "Cookies", "The service sets none. Tokens travel in a header."),
  partly(
    "V3.4.1",
    "Strict-Transport-Security",
    "Pages have it, for a year. Answers of the API do not, and subdomains are the domain owner's to include.",
    PAGES,
  ),
  met(
    "V3.4.2",
    "CORS only for named origins",
    at("test/infra/aws/api.test.ts", "get no CORS headers unless the deployment names them"),
  ),
  met(
    "V3.4.3 V3.4.6",
    "A content security policy without inline code, objects or frames",
    at(
      "test/functions/console/serve-console.test.ts",
      "runs its own code alone, calls itself and the issuer, and is in no frame",
    ),
    at("test/browser/host-pages.test.ts", "the API reference has no violation, and the browser no complaint"),
  ),
  met(
    "V3.4.4",
    "`nosniff` on every answer",
    at(
      "test/functions/api/every-route.test.ts",
      "[F3] answers a valid request as its contract says, from current data, and leaves nothing under way",
    ),
    at(
      "test/functions/console/serve-console.test.ts",
      "runs its own code alone, calls itself and the issuer, and is in no frame",
    ),
  ),
  met(
    "V3.4.5",
    "A referrer policy",
    at(
      "test/functions/console/serve-console.test.ts",
      "runs its own code alone, calls itself and the issuer, and is in no frame",
    ),
  ),
  met(
    "V3.5.1 V3.5.2",
    "No requests forged by other origins: each needs a token in a header",
    at("test/infra/aws/api.test.ts", "need a token, except exactly the public ones"),
    at(
      "test/security/over-http.test.ts",
      "[C6][G13] is JSON that no browser renders as a page or shares with another origin",
    ),
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
  met(
    "V3.7.1",
    "Supported technologies of browsers only",
    at(
      "test/functions/console/serve-console.test.ts",
      "runs its own code alone, calls itself and the issuer, and is in no frame",
    ),
  ),
  met(
    "V3.7.2",
    "Redirects lead nowhere else",
    at(
      "test/functions/api/unknown-route.test.ts",
      "with a slash at its end, which no route can have, is where it leads to",
    ),
    at(
      "test/browser/session.test.ts",
      "leads to the page that was wanted, with its query, and keeps nothing of the answer in the address",
    ),
  ),
  partly(
    "V4.1.1",
    "A content type with its charset",
    "Pages and other texts say utf-8. Answers of the API are JSON, whose media type has no charset: it is UTF-8 always.",
    "test/functions/console/serve-console.test.ts",
  ),
  byDeployment(
    "V4.1.2",
    "No redirect from http: API Gateway answers https only",
    "API Gateway answers https only: nothing listens for http.",
  ),
  met(
    "V4.1.3",
    "Headers of proxies are not believed: the caller is in the verified token",
    at("test/shared/domain/caller.test.ts", "names nobody without a subject"),
    at(
      "test/security/over-http.test.ts",
      "[G8] of the header is the only one that counts: no other header or query names a caller",
    ),
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
  met(
    "V5.3.1 V5.3.2",
    "Paths never name files: only the names of a manifest are served",
    at("test/functions/console/serve-console.test.ts", "that does not exist is 404, and never the page: %s"),
  ),
];
