// Limits of templates at save and at render: one table for code, tests and docs.

export const TEMPLATE_LIMITS = {
  /** UTF-8 bytes of the source. */
  sourceBytes: 64 * 1024,
  /** Number of `{{` in the source, comments included. */
  expressions: 500,
  /** Characters of one `{{…}}`. Comments are not limited. */
  expressionCharacters: 1024,
  /** Characters of all `{{…}}` together. They determine the cost of parsing. The text between them does not. */
  allExpressionsCharacters: 32 * 1024,
  /** Nested blocks. `{{else if}}` does not count. */
  blockDepth: 32,
  /** Nested helper calls. */
  callDepth: 8,
  /** Segments of one path. */
  pathSegments: 16,
  /** Nested objects and arrays in the text of a JSON payload. */
  jsonDepth: 64,
  /** Nested objects and arrays in the context data. */
  dataDepth: 64,
  /** Issues in one response. */
  issues: 50,
  /** Total iterations of all loops in one rendering. */
  iterations: 10_000,
  /** Statements and expressions evaluated in one rendering. */
  steps: 100_000,
  /** Total characters that helpers produce in one rendering. */
  helperCharacters: 4 * 1024 * 1024,
  /**
   * Total characters of distinct values derived from secrets in one rendering. All of them are stored, to be masked in
   * responses.
   */
  secretCharacters: 64 * 1024,
  /** UTF-8 bytes of the rendered text. */
  outputBytes: 256 * 1024,
  /** Characters of a rendered header value. */
  headerCharacters: 4096,
} as const;
