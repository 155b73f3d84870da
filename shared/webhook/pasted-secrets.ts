// Detects credentials that an author pasted into fields that are stored and shown in plaintext.

/**
 * Formats that issuers made recognizable and that ordinary text does not have. Each pattern is linear in the text:
 * unbounded parts either cannot contain the start of another match, or are read only once.
 */
const SHAPES: Record<string, RegExp> = {
  "AWS access key": /\b(?:AKIA|ASIA)[0-9A-Z]{16}\b/,
  "GitHub token": /\b(?:gh[opusr]_[A-Za-z0-9]{20,}|github_pat_[A-Za-z0-9_]{20,})/,
  "GitLab token": /\bglpat-[A-Za-z0-9_-]{16,}/,
  "Slack token": /\bxox[abeoprs]-[A-Za-z0-9-]{10,}/,
  "Slack webhook": /hooks\.slack\.com\/services\/T[A-Za-z0-9]+\/B[A-Za-z0-9]+\/[A-Za-z0-9]{16,}/,
  "Slack workflow": /hooks\.slack\.com\/(?:triggers|workflows)\/[A-Za-z0-9]+\/[A-Za-z0-9]+\/[A-Za-z0-9]{8,}/,
  "Teams webhook": /\.webhook\.office\.com\/webhookb2\/[A-Za-z0-9@-]{16,}/,
  "Discord webhook": /discord(?:app)?\.com\/api\/webhooks\/\d+\/[A-Za-z0-9_-]{16,}/,
  "PagerDuty integration": /events\.pagerduty\.com\/integration\/[A-Za-z0-9]{16,}/,
  "Stripe key": /\b[rs]k_(?:live|test)_[A-Za-z0-9]{10,}/,
  "webhook signing secret": /\bwhsec_[A-Za-z0-9+/]{16,}/,
  "Google key": /\bAIza[A-Za-z0-9_-]{35}/,
  "Google OAuth token": /\bya29\.[A-Za-z0-9_-]{20,}/,
  "OpenAI or Anthropic key": /\bsk-(?:proj-|ant-|svcacct-)?[A-Za-z0-9_-]{20,}/,
  "SendGrid key": /\bSG\.[A-Za-z0-9_-]{16,}\.[A-Za-z0-9_-]{16,}/,
  "Twilio key": /\bSK[0-9a-f]{32}\b/,
  "npm token": /\bnpm_[A-Za-z0-9]{30,}/,
  "PyPI token": /\bpypi-[A-Za-z0-9_-]{32,}/,
  "Hugging Face token": /\bhf_[A-Za-z0-9]{30,}/,
  "DigitalOcean token": /\bdo[opr]_v1_[0-9a-f]{32,}/,
  "Vault token": /\bhv[bs]\.[A-Za-z0-9_-]{20,}/,
  "Shopify token": /\bshp(?:at|ca|pa|ss)_[0-9a-fA-F]{32}/,
  // Matches the second part first and looks back. Otherwise each `-eyJ` in a text would scan all that follows.
  "JSON Web Token": /\.eyJ(?<=\beyJ[A-Za-z0-9_-]{8,}\.eyJ)[A-Za-z0-9_-]{8,}/,
  "private key": /-----BEGIN [A-Z ]*PRIVATE KEY-----/,
  "bearer token": /\bBearer\s+(?=[a-z._~+/=-]*[A-Z0-9])[A-Za-z0-9._~+/=-]{12,}/,
  "basic credentials": /\bBasic\s+(?=[a-z+/]*[A-Z0-9])[A-Za-z0-9+/]{12,}/,
};

/**
 * Names of fields that hold a credential, without separators and in lower case. A longer name counts by its end:
 * `DD-API-KEY`, `x_access_token`.
 */
const CREDENTIAL_NAMES =
  /(?:apikey|appkey|applicationkey|accesskey|secretkey|privatekey|routingkey|integrationkey|subscriptionkey|functionskey|geniekey|sharedkey|(?<!next|page|continuation|sync|client|cancel|idempotency|dedup|resume)token|password|passwd|clientsecret|apisecret|signingsecret|webhooksecret)$|^(?:sig|signature|pwd|secret)$/;

/** `name=value` of a query, a form or a header, and `"name": "value"` of JSON. Values with an expression do not match. */
const PAIRS = [
  /(?<![A-Za-z0-9_.-])([A-Za-z0-9_.-]{2,64})=([^\s"'&;#,<>{}]{6,4096})(?![^\s"'&;#,<>])/g,
  /"([A-Za-z0-9_.-]{2,64})"\s{0,16}:\s{0,16}"([^"\\{}]{6,4096})"/g,
];

/** Returns the kind of credential in the text, or undefined if none is recognized. */
export function findPastedSecret(text: string): string | undefined {
  const shape = Object.entries(SHAPES).find(([, pattern]) => pattern.test(text))?.[0];
  return shape ?? findNamedSecret(text);
}

/** Returns the kind of credential in a header of this name. */
export function findPastedHeader(name: string, value: string): string | undefined {
  const isPasted = isCredentialName(name) && value.length >= 6 && !value.includes("{{");
  return findPastedSecret(value) ?? (isPasted ? `the value of ${name}` : undefined);
}

function findNamedSecret(text: string): string | undefined {
  for (const pattern of PAIRS) {
    for (const [, name = "", value = ""] of text.matchAll(pattern))
      if (isCredentialName(name) && !isWords(value)) return `the value of ${name}`;
  }
  return undefined;
}

const isCredentialName = (name: string) => CREDENTIAL_NAMES.test(name.replaceAll(/[-_.]/g, "").toLowerCase());

/** Words with spaces are a text about a credential. Markers such as ******** hide one. */
const isWords = (value: string) => /\s/.test(value) || /^[*•x.]+$/i.test(value);
