// The origin of an address: scheme, host and port, which no template may change.

/**
 * Returns the origin of a URL with a templated path. Returns null if any expression, even a comment, stands before the
 * path: the rendered URL could then have another origin.
 */
export function originOf(url: string): string | null {
  const literal = /^https?:\/\/[^/?#\\\s]+/i.exec(url)?.[0];
  return literal && !literal.includes("{{") && URL.canParse(literal) ? new URL(literal).origin : null;
}
