// Arguments and options that the commands for files share.

export const FOLDER_ARGUMENT = {
  kind: "tuple",
  parameters: [{ parse: String, brief: "Folder of the files", placeholder: "dir" }],
} as const;

export const TEAM_FLAG = {
  kind: "parsed",
  parse: String,
  optional: true,
  placeholder: "team",
  brief: "Of this team alone; global: global ones",
} as const;

export const PRUNE_FLAG = {
  kind: "boolean",
  default: false,
  withNegated: false,
  brief: "Delete what no file names, of the teams of the files",
} as const;
