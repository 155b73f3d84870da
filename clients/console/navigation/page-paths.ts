// The addresses of the pages, in one place.

const encode = encodeURIComponent;

/** `tab`: which part of the page is open first. */
export const runbookPath = (id: string, tab?: string) =>
  `/runbooks/${encode(id)}${tab === undefined ? "" : `?tab=${encode(tab)}`}`;
export const reviewPath = (id: string) => `/runbooks/${encode(id)}/review`;
export const editPath = (id: string) => `/runbooks/${encode(id)}/edit`;
export const runPath = (id: string) => `/runbooks/${encode(id)}/run`;
export const executionPath = (id: string) => `/executions/${encode(id)}`;
export const automationPath = (id: string) => `/automations/${encode(id)}`;
