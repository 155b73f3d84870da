// The addresses of the pages, in one place.

const encode = encodeURIComponent;

/** `tab`: which part of the page is open first. */
export const runbookPath = (id: string, tab?: string) =>
  `/runbooks/${encode(id)}${tab === undefined ? "" : `?tab=${encode(tab)}`}`;
export const reviewPath = (id: string) => `/runbooks/${encode(id)}/review`;
export const editPath = (id: string) => `/runbooks/${encode(id)}/edit`;

/** What fills the form of a run: the incident, or the parameters of an earlier run. */
type Prefill = { incidentId?: string; from?: string };

export const runPath = (id: string, prefill: Prefill = {}) => {
  const query = new URLSearchParams(prefill).toString();
  return `/runbooks/${encode(id)}/run${query === "" ? "" : `?${query}`}`;
};
export const executionPath = (id: string) => `/executions/${encode(id)}`;
export const automationPath = (id: string) => `/automations/${encode(id)}`;
export const sourcePath = (id: string) => `/sources/${encode(id)}`;
export const sourceEditPath = (id: string) => `/sources/${encode(id)}/edit`;
export const eventPath = (id: string) => `/events/${encode(id)}`;
export const incidentPath = (id: string) => `/incidents/${encode(id)}`;
