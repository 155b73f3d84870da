// OWASP ASVS 5.0.0, levels 1 and 2, chapters V1 to V2: what comes in, what goes out, business logic.
import { at, type ControlRow, met, none, partly } from "./row.ts";

export const INPUT: readonly ControlRow[] = [
  met(
    "V1.1.1",
    "Decode once, and check what was decoded",
    at("test/decisions/request-in.test.ts", "has names twice wherever they are, however they are spelled"),
    at("test/shared/webhook/guard.test.ts", "[A3] the spelling of an address does not change the verdict"),
  ),
  met(
    "V1.1.2",
    "Escape last, where the text is used",
    at("test/shared/webhook/template/attacks.test.ts", "is not rendered a second time (D5)"),
    at("test/shared/webhook/template/json.test.ts", "is a value of its type or escaped text: %s"),
  ),
  met(
    "V1.2.1",
    "Escape for HTML, attributes and headers",
    at("test/browser/hostile.test.ts", "is shown as the text that it is, and what was cut is said"),
    at("test/shared/widgets/widgets.test.ts", "is text: there are only tags and attributes of ours"),
    at(
      "test/shared/webhook/template/url-header.test.ts",
      "refuses every control character from a value, and every character beyond ASCII (B1)",
    ),
  ),
  met(
    "V1.2.2",
    "Encode what goes into URLs, allow safe protocols only",
    at(
      "test/shared/webhook/template/url-header.test.ts",
      "keeps origin, number of segments and query names for any values (A14, A15)",
    ),
    at("test/shared/webhook/egress/egress-policy.test.ts", "[A10] %s has a scheme that is not called"),
  ),
  met(
    "V1.2.3",
    "Escape what goes into JSON",
    at("test/shared/webhook/template/json.test.ts", "keeps the text JSON on every way through it: %s"),
    at(
      "test/shared/webhook/template/properties.test.ts",
      "keeps its shape and each leaf its exact value, for thousands of random parameter sets (D3, D4)",
    ),
  ),
  met(
    "V1.2.4",
    "No injection into database queries: keys refuse their delimiter, values are parameters",
    at("test/shared/contract/table.test.ts", "[G12] accept no part with the delimiter, and no empty one"),
    at("test/security/incident-ids.test.ts", "answers every other form with a refusal"),
  ),
  met(
    "V1.2.5",
    "No commands of the operating system",
    at("test/architecture.test.ts", "no code of the service starts a process"),
  ),
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
  met(
    "V1.3.2",
    "No code from text",
    at(
      "test/shared/webhook/template/attacks.test.ts",
      "needs no code made from text: it renders where the runtime forbids that (D16)",
    ),
    at(
      "test/functions/console/serve-console.test.ts",
      "runs its own code alone, calls itself and the issuer, and is in no frame",
    ),
  ),
  met(
    "V1.3.3",
    "Clean and shorten what goes into a dangerous place",
    at(
      "test/shared/domain/display-text.test.ts",
      "is within its limit, visible, and its own display text, whatever comes in",
    ),
    at(
      "test/shared/webhook/headers.test.ts",
      "[B1][B5] a value holds visible ASCII, blanks and tabs, and nothing else",
    ),
  ),
  met(
    "V1.3.5 V1.3.7",
    "Templates of users cannot run anything",
    at(
      "test/shared/webhook/template/attacks.test.ts",
      "reads no getter, calls no function, and sees nothing that is inherited (D15)",
    ),
    at("test/shared/webhook/template/bombs.test.ts", "is stopped: %s"),
  ),
  met(
    "V1.3.6",
    "No requests to where the deployment does not allow them (SSRF)",
    at("test/shared/webhook/guard.test.ts", "[A1][A5] %s is not called"),
    at("test/shared/webhook/egress/addresses.test.ts", "[A4] %s is denied"),
    at(
      "test/shared/webhook/egress/client.test.ts",
      "[B2] the host and the encoding are those of the connection, despite the headers",
    ),
    at("test/shared/webhook/only-client.test.ts", "[A21] are opened by the guarded client alone"),
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
    at(
      "test/functions/api/every-route.test.ts",
      "[E9][E10][E11][K4] refuses malformed requests, says where, and stores nothing",
    ),
  ),
  none("V1.5.1", "XML parsers", "No XML is read."),
  met(
    "V1.5.2",
    "Safe deserialization: JSON alone, held against a schema",
    at(
      "test/shared/http/storable-json.test.ts",
      "is refused at the place that nests too deep, holds half of a character, or NUL",
    ),
    at("test/shared/contract/read-input.test.ts", "nothing else reads zod's issues"),
  ),
  met(
    "V2.1.1 V2.1.2 V2.1.3",
    "Rules and limits of input are documented: docs/api.md, made from the schemas",
    at("test/infra/docs/openapi.test.ts", "describes every shape, property and parameter"),
  ),
  met(
    "V2.2.1 V2.2.2",
    "All input is checked against a schema, by the server",
    at(
      "test/functions/api/every-route.test.ts",
      "[E9][E10][E11][K4] refuses malformed requests, says where, and stores nothing",
    ),
    at(
      "test/functions/api/all-issues.test.ts",
      "reports the problems of schema, address, template and parameters at once",
    ),
  ),
  met(
    "V2.2.3",
    "Values must fit together",
    at("test/functions/api/wired-rules.test.ts", "a rule of %s, through its route"),
    at(
      "test/security/saved-definitions.test.ts",
      "[E7] are stored as they were checked, defaults filled in; unknown ones are refused",
    ),
  ),
  met(
    "V2.3.1",
    "Steps in their order: no run before an approval",
    at("test/shared/domain/runbooks/approval.test.ts", "$name from $from leads to $to"),
    at("test/model/lifecycle.test.ts", "goes as the model says, and leaves everything whole"),
  ),
  met(
    "V2.3.2",
    "Limits of use are enforced",
    at(
      "test/shared/domain/executions/rate-limit.test.ts",
      "gives, in any span of time, at most its burst and what the rate adds in that time",
    ),
    at("test/decisions/concurrency-slots.test.ts", "can be acquired up to its limit"),
  ),
  met(
    "V2.3.3",
    "All or nothing",
    at(
      "test/faults/every-call-fails.test.ts",
      "[K10] %s: a call that fails for good is a 500 or 503 that changed nothing, or changes nothing of the answer",
    ),
    at("test/shared/application/admission.test.ts", "of a start: it happened whole, or not at all"),
  ),
  met(
    "V2.3.4",
    "Nothing is given twice",
    at("test/faults/races.test.ts", "start one run, and all of them get it"),
    at(
      "test/decisions/concurrency-slots.test.ts",
      "is not acquired past a waiting run, even if there is room",
    ),
  ),
  met(
    "V2.4.1",
    "Against too many calls",
    at(
      "test/infra/aws/api.test.ts",
      "is throttled as the contract says, and each route without a token below that, separately",
    ),
    at(
      "test/shared/application/admission.test.ts",
      "beyond a hundred that wait: 429 with Retry-After, and nothing is stored of it",
    ),
  ),
];
