// Whoever ends a run meets its beginning, each of its attempts, and whoever else ends it, at every border.
import "../support/quiet.ts";
import { END_PAIRS } from "../support/pairs/ends.ts";
import { meet } from "../support/pairs/meet.ts";

meet(END_PAIRS);
