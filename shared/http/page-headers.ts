// The headers of the pages: what a browser may load, call and show for them.

type Allowed = { calls: readonly string[]; inlineStyles: boolean };

/** `calls`: origins that the page may call beside its own. No inline code, no other origin's files, no frames. */
export const contentSecurityPolicy = ({ calls, inlineStyles }: Allowed) =>
  Object.entries({
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": inlineStyles ? "'self' 'unsafe-inline'" : "'self'",
    "img-src": inlineStyles ? "'self' data:" : "'self'",
    "font-src": "'self'",
    "connect-src": ["'self'", ...new Set(calls)].join(" "),
    "form-action": "'none'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
  })
    .map(([directive, value]) => `${directive} ${value}`)
    .join("; ");

/** Of every answer. Browsers ignore the third over plain http. */
export const PAGE_HEADERS = {
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "strict-transport-security": "max-age=31536000",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
} as const;

/** An asset's name changes with its content; a document is asked for again, and not sent again if it is the same. */
export const CACHE_CONTROL = {
  asset: "public, max-age=31536000, immutable",
  document: "no-cache",
  data: "no-store",
} as const;
