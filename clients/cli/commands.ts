// The commands: one row each. A command's file is loaded when it is called, and no other.
import type { CommandModule } from "./session/context.ts";

type Row = { brief: string; load: () => Promise<CommandModule> };

export const COMMANDS = {
  login: { brief: "Store a token for an API", load: () => import("./commands/login.ts") },
  whoami: { brief: "Show who you are, and what you may do", load: () => import("./commands/whoami.ts") },
  doctor: {
    brief: "Check address, token, groups and clock",
    load: () => import("./commands/doctor.ts"),
  },
  list: { brief: "List runbooks", load: () => import("./commands/list.ts") },
  show: { brief: "Show a runbook", load: () => import("./commands/show.ts") },
  versions: { brief: "List the versions of a runbook", load: () => import("./commands/versions.ts") },
  diff: { brief: "Compare two versions of a runbook", load: () => import("./commands/diff.ts") },
  preview: {
    brief: "Show the request of a run, without sending it",
    load: () => import("./commands/preview.ts"),
  },
  review: { brief: "Show all that a reviewer needs", load: () => import("./commands/review.ts") },
  "request-review": {
    brief: "Ask for a review of a draft",
    load: () => import("./commands/request-review.ts"),
  },
  "request-changes": {
    brief: "Ask for changes of a draft, as its reviewer",
    load: () => import("./commands/request-changes.ts"),
  },
  approve: {
    brief: "Approve the reviewed version of a runbook",
    load: () => import("./commands/approve.ts"),
  },
  "rotate-credential": {
    brief: "Replace the credential of what is live, and keep its approval",
    load: () => import("./commands/rotate-credential.ts"),
  },
  withdraw: {
    brief: "Take the live version of a runbook out of service",
    load: () => import("./commands/withdraw.ts"),
  },
  case: {
    brief: "Add a golden case from what a runbook renders now, or remove one",
    load: () => import("./commands/case.ts"),
  },
  run: { brief: "Run a runbook", load: () => import("./commands/run.ts") },
  cancel: { brief: "Cancel executions", load: () => import("./commands/cancel.ts") },
  rerun: { brief: "Run again with the same parameters", load: () => import("./commands/rerun.ts") },
  logs: { brief: "Show the evidence of an execution", load: () => import("./commands/logs.ts") },
  executions: {
    brief: "List executions: what runs, what failed, for which incident",
    load: () => import("./commands/executions.ts"),
  },
  incidents: { brief: "List incidents", load: () => import("./commands/incidents.ts") },
  incident: {
    brief: "Show an incident, what was decided about it, and what may be run for it",
    load: () => import("./commands/incident.ts"),
  },
  automations: { brief: "List automations", load: () => import("./commands/automations.ts") },
  sources: {
    brief: "List, show, make, change and test the systems that report incidents",
    load: () => import("./commands/sources.ts"),
  },
  audit: {
    brief: "List audit entries of everything, or of a runbook",
    load: () => import("./commands/audit.ts"),
  },
  rejections: { brief: "List events that were rejected", load: () => import("./commands/rejections.ts") },
  pause: { brief: "Pause new executions", load: () => import("./commands/pause.ts") },
  resume: { brief: "Resume new executions", load: () => import("./commands/resume.ts") },
  "break-glass": {
    brief: "List runs past pauses and freezes that nobody has looked at",
    load: () => import("./commands/break-glass.ts"),
  },
  "close-break-glass": {
    brief: "Close the break-glass of somebody else's run",
    load: () => import("./commands/close-break-glass.ts"),
  },
  windows: {
    brief: "List freeze windows, and what is frozen now",
    load: () => import("./commands/windows.ts"),
  },
  completion: {
    brief: "Print the completion script of bash or zsh",
    load: () => import("./commands/completion.ts"),
  },
  export: {
    brief: "Write runbooks and automations to files",
    load: () => import("./commands/export.ts"),
  },
  plan: { brief: "Show what apply would change", load: () => import("./commands/plan.ts") },
  apply: { brief: "Make the service hold what files say", load: () => import("./commands/apply.ts") },
  mcp: { brief: "Serve agents (Model Context Protocol)", load: () => import("./commands/mcp.ts") },
} as const satisfies Record<string, Row>;

export type CommandName = keyof typeof COMMANDS;
export const COMMAND_NAMES = Object.keys(COMMANDS) as CommandName[];
