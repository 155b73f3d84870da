// Markdown made from data: tables, and the parts of a document that stand between two comments.

/** A table; `|` in a cell is escaped, line breaks become spaces. */
export function table(head: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  const line = (cells: readonly (string | number)[]) => `| ${cells.map(cell).join(" | ")} |`;
  return [line(head), `|${head.map(() => "---|").join("")}`, ...rows.map(line)].join("\n");
}

const cell = (value: string | number) => String(value).replaceAll("|", "\\|").replaceAll("\n", " ");

export const code = (text: string | number) => `\`${text}\``;

/** Bytes as people read them. */
export const kibibytes = (bytes: number) => `${bytes / 1024} KiB`;

/** A document with each block of these names replaced. A block that is not in the text is a mistake. */
export function withBlocks(text: string, blocks: Readonly<Record<string, string>>): string {
  return Object.entries(blocks).reduce((filled, [name, content]) => {
    const [open, close] = [`<!-- generated: ${name} -->`, `<!-- end: ${name} -->`];
    const start = filled.indexOf(open);
    const end = filled.indexOf(close);
    if (start < 0 || end < start) throw new Error(`The document has no block ${name}`);
    return `${filled.slice(0, start + open.length)}\n${content}\n${filled.slice(end)}`;
  }, text);
}
