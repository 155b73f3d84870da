// How issuers spell their own URL. API Gateway compares it with a token's `iss`, letter by letter.

const DISCOVERY = "/.well-known/openid-configuration";

/** What is known of large issuers: whether their URLs end with a slash. */
const KNOWN: readonly { host: RegExp; slash: boolean; like: string }[] = [
  { host: /\.auth0\.com$/, slash: true, like: "https://<tenant>.auth0.com/" },
  { host: /^sts\.windows\.net$/, slash: true, like: "https://sts.windows.net/<tenant id>/" },
  {
    host: /^login\.microsoftonline\.(com|us)$/,
    slash: false,
    like: "https://login.microsoftonline.com/<tenant id>/v2.0",
  },
  { host: /\.okta(preview)?\.com$/, slash: false, like: "https://<org>.okta.com/oauth2/<server>" },
  { host: /^accounts\.google\.com$/, slash: false, like: "https://accounts.google.com" },
  {
    host: /^cognito-idp\.[a-z0-9-]+\.amazonaws\.com$/,
    slash: false,
    like: "https://cognito-idp.<region>.amazonaws.com/<pool id>",
  },
];

/** Ids of tenants are in the tokens of Microsoft, never these. */
const ANY_TENANT = /\/(common|organizations|consumers)(\/|$)/;

/** Returns why no token can have this issuer, and what to write; undefined: one may, or it is no URL, which is said elsewhere. */
export function findIssuerIssue(issuer: string): string | undefined {
  if (!URL.canParse(issuer)) return undefined;
  const { hostname, pathname, search, hash } = new URL(issuer);
  if (issuer.includes(DISCOVERY)) return `must not name the document: leave ${DISCOVERY} out`;
  if (search || hash) return "must have no query and no fragment: it is compared with a token's iss";
  if (hostname.startsWith("login.microsoftonline.") && ANY_TENANT.test(pathname))
    return "must name your tenant by its id, as the tokens do, in place of common or organizations";
  const known = KNOWN.find(({ host }) => host.test(hostname));
  if (!known || issuer.endsWith("/") === known.slash) return undefined;
  const must = known.slash ? "must end with a slash" : "must not end with a slash";
  return `${must}, as the iss of this issuer's tokens: ${known.like}`;
}
