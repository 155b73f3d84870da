// Generates Markdown: tables, and blocks of a document between two comments.

/** Returns a table. Escapes `|` in cells; line breaks become spaces. */
export function table(head: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  const line = (cells: readonly (string | number)[]) => `| ${cells.map(cell).join(" | ")} |`;
  return [line(head), `|${head.map(() => "---|").join("")}`, ...rows.map(line)].join("\n");
}

const cell = (value: string | number) => String(value).replaceAll("|", "\\|").replaceAll("\n", " ");

export const code = (text: string | number) => `\`${text}\``;

/** Formats bytes in KiB. */
export const kibibytes = (bytes: number) => `${bytes / 1024} KiB`;

/** Replaces the named blocks of a document. Throws if the document has no such block. */
export function withBlocks(text: string, blocks: Readonly<Record<string, string>>): string {
  return Object.entries(blocks).reduce((filled, [name, content]) => {
    const [open, close] = [`<!-- generated: ${name} -->`, `<!-- end: ${name} -->`];
    const start = filled.indexOf(open);
    const end = filled.indexOf(close);
    if (start < 0 || end < start) throw new Error(`The document has no block ${name}`);
    return `${filled.slice(0, start + open.length)}\n${content}\n${filled.slice(end)}`;
  }, text);
}
