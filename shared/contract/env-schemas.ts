// The forms that environment variables have: lists, flags, and what their items are.

import * as z from "zod";

export const listSchema = (byDefault: readonly string[]) =>
  z
    .string()
    .default(byDefault.join(","))
    .transform((text) =>
      text
        .split(",")
        .map((s) => s.trim())
        .filter((s) => s !== ""),
    );
export const list = listSchema([]);
export const queueList = list.refine(
  (l) => l.every((q) => /^[a-z-]+=https?:\/\/\S+$/.test(q)),
  "must be rule=URL, comma separated",
);
export const arn = z.string().startsWith("arn:");
export const flag = z
  .enum(["true", "false"])
  .default("false")
  .transform((text) => text === "true");
export const cidr = z.union([z.cidrv4(), z.cidrv6()]);
export const isPort = (text: string) => /^\d{1,5}$/.test(text) && Number(text) >= 1 && Number(text) <= 65_535;
/** `host.example`, `*.example` or an address. */
export const isHost = (text: string) =>
  /^(\*\.)?[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*$|^\[?[0-9A-Fa-f:.]+\]?$/.test(text);
export const isTeam = (text: string) => /^[A-Za-z0-9_-]{1,64}$/.test(text);
export const isSource = (text: string) => /^[^\s=]{1,256}$/.test(text);
