// Each way to end a run meets its beginning, each of its attempts, and every other way, at every border.
import "../support/quiet.ts";
import { END_PAIRS } from "../support/pairs/ends.ts";
import { meet } from "../support/pairs/meet.ts";

meet(END_PAIRS);
