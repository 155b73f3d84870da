// The viewer of the API reference, OpenAPI Explorer, and what it shows. Its colours are in reference.css.
import "openapi-explorer/dist/browser/openapi-explorer.min.js";

/** What the page does with the element. */
export type Viewer = HTMLElement & {
  setAuthenticationConfiguration: (scheme: string, given: { token: string }) => Promise<void>;
};

const SETTINGS = {
  "spec-url": "/openapi.json",
  "hide-server-selection": "true",
  "schema-expand-level": "1",
  collapse: "true",
} as const;

export function createViewer(): Viewer {
  const viewer = document.createElement("openapi-explorer") as Viewer;
  for (const [name, value] of Object.entries(SETTINGS)) viewer.setAttribute(name, value);
  return viewer;
}
