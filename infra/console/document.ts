// A page's document: which sources it refers to, and the same document with the addresses of what they became.
import { posix } from "node:path";

/** `text`: as it stands in the document. `source`: the file, from the project's root. */
type Reference = { text: string; source: string };

/** `href="main.css"`, `src="./main.tsx"`: relative addresses. Absolute ones and other schemes stay as they are. */
const RELATIVE = /\b(?:href|src)="(?![/#]|[a-z][a-z0-9+.-]*:)([^"]+)"/g;

export const listReferences = (html: string, folder: string): Reference[] =>
  [...html.matchAll(RELATIVE)].map(([text, path = ""]) => ({ text, source: posix.join(folder, path) }));

/** The chunks that a script needs are asked for with it, and not only once it has come. */
export function nameFiles(
  html: string,
  references: readonly Reference[],
  outputsOf: (source: string) => { file: string; needs: string[] },
): string {
  const found = references.map(({ text, source }) => ({ text, ...outputsOf(source) }));
  const named = found.reduce(
    (document, { text, file }) => document.replace(text, () => text.replace(/"[^"]+"/, `"${file}"`)),
    html,
  );
  const needed = [...new Set(found.flatMap(({ needs }) => needs))];
  const preloads = needed.map((address) => `<link rel="modulepreload" href="${address}">`).join("");
  return named.replace("</head>", `${preloads}</head>`);
}
