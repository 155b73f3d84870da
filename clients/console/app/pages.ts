// The pages as data: their addresses, what loads them, and who finds them in the navigation.
import type { ComponentType } from "preact";
import type { Me } from "../data/session.ts";
import { matchPath } from "../navigation/match.ts";
import type { IconName } from "../parts/icon.tsx";

/** The parts of the path by their names. */
export type PageProps = { params: Readonly<Record<string, string>> };

type PageRow = {
  path: string;
  load: () => Promise<{ Page: ComponentType<PageProps> }>;
  /** The page of the navigation that it belongs to. */
  section: string;
  /** Its entry in the navigation; without one, other pages lead to it. `isShown`: to everybody if it is left out. */
  menu?: { label: string; icon: IconName; isShown?: (me: Me) => boolean };
};

const PAGES: readonly PageRow[] = [
  {
    path: "/",
    section: "/",
    load: () => import("../pages/runbooks/page.tsx"),
    menu: { label: "Runbooks", icon: "runbooks" },
  },
  {
    path: "/reviews",
    section: "/reviews",
    load: () => import("../pages/reviews/page.tsx"),
    menu: { label: "Reviews", icon: "reviews" },
  },
  {
    path: "/runbooks/{runbookId}/review",
    section: "/reviews",
    load: () => import("../pages/review/page.tsx"),
  },
  { path: "/runbooks/new", section: "/", load: () => import("../pages/edit/new-page.tsx") },
  { path: "/runbooks/{runbookId}/edit", section: "/", load: () => import("../pages/edit/page.tsx") },
  { path: "/runbooks/{runbookId}", section: "/", load: () => import("../pages/runbook/page.tsx") },
  { path: "/runbooks/{runbookId}/run", section: "/", load: () => import("../pages/run/page.tsx") },
  {
    path: "/executions",
    section: "/executions",
    load: () => import("../pages/executions/page.tsx"),
    menu: { label: "Executions", icon: "executions" },
  },
  {
    path: "/executions/{executionId}",
    section: "/executions",
    load: () => import("../pages/execution/page.tsx"),
  },
  {
    path: "/incidents",
    section: "/incidents",
    load: () => import("../pages/incidents/page.tsx"),
    menu: { label: "Incidents", icon: "incidents" },
  },
  {
    path: "/incidents/{incidentId}",
    section: "/incidents",
    load: () => import("../pages/incident/page.tsx"),
  },
  {
    path: "/automations",
    section: "/automations",
    load: () => import("../pages/automations/page.tsx"),
    menu: { label: "Automations", icon: "automations" },
  },
  {
    path: "/automations/{automationId}",
    section: "/automations",
    load: () => import("../pages/automation/page.tsx"),
  },
  {
    path: "/events/{eventId}",
    section: "/automations",
    load: () => import("../pages/event/page.tsx"),
  },
  {
    path: "/sources",
    section: "/sources",
    load: () => import("../pages/sources/page.tsx"),
    menu: { label: "Sources", icon: "sources" },
  },
  { path: "/sources/new", section: "/sources", load: () => import("../pages/source-edit/new-page.tsx") },
  { path: "/sources/{sourceId}", section: "/sources", load: () => import("../pages/source/page.tsx") },
  {
    path: "/sources/{sourceId}/edit",
    section: "/sources",
    load: () => import("../pages/source-edit/page.tsx"),
  },
  {
    path: "/audit",
    section: "/audit",
    load: () => import("../pages/audit/page.tsx"),
    menu: { label: "Audit", icon: "audit" },
  },
  {
    path: "/controls",
    section: "/controls",
    load: () => import("../pages/controls/page.tsx"),
    menu: { label: "Controls", icon: "controls" },
  },
];

/** Returns the page of the path with its parameters, or null if there is none. */
export function findPage(path: string): { page: PageRow; params: Record<string, string> } | null {
  for (const page of PAGES) {
    const params = matchPath(page.path, path);
    if (params) return { page, params };
  }
  return null;
}

/** Returns the entries of the navigation that this person needs. */
export const listMenu = (me: Me) =>
  PAGES.flatMap(({ path, menu }) => (menu && (menu.isShown?.(me) ?? true) ? [{ path, ...menu }] : []));
