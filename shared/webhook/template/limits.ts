// The bounds of a template, at save and at render: one table for code, tests and docs.

export const TEMPLATE_LIMITS = {
  /** Bytes of UTF-8 in the source. */
  sourceBytes: 64 * 1024,
  /** Opening `{{` in the source, comments included. */
  expressions: 500,
  /** Characters of one `{{…}}`; comments are free. */
  expressionCharacters: 1024,
  /** Characters of all `{{…}}` together: they, not the text between them, are what parsing costs. */
  allExpressionsCharacters: 32 * 1024,
  /** Blocks within blocks; `{{else if}}` does not count. */
  blockDepth: 32,
  /** Helper calls within helper calls. */
  callDepth: 8,
  /** Segments of one path. */
  pathSegments: 16,
  /** Objects and arrays within each other, in a JSON payload's own text. */
  jsonDepth: 64,
  /** Objects and arrays within each other, in the data of the context. */
  dataDepth: 64,
  /** Issues reported at once. */
  issues: 50,
  /** Passes of all loops of one rendering together. */
  iterations: 10_000,
  /** Statements and expressions evaluated in one rendering. */
  steps: 100_000,
  /** Characters that the helpers of one rendering may produce together. */
  helperCharacters: 4 * 1024 * 1024,
  /** Different characters made of secrets that one rendering may write: all of them are kept, to be masked in what comes back. */
  secretCharacters: 64 * 1024,
  /** Bytes of UTF-8 in the rendered text. */
  outputBytes: 256 * 1024,
  /** Characters of a rendered header value. */
  headerCharacters: 4096,
} as const;
