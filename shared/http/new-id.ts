// Makes ids and salts: what is random in what the service writes.
import { randomBytes } from "node:crypto";
import { typeidUnboxed } from "typeid-js";
import type { IdSource } from "../domain/ids.ts";

/** Ids sort by time and tell it, and two of one moment differ in little, so a salt is none of them: 128 random bits. */
export const newId: IdSource = (what) =>
  what === "salt" ? randomBytes(16).toString("base64url") : typeidUnboxed(what);
