// A vote of two meets the other one, an edit, a start, or a withdrawal, at every border.
import "../support/quiet.ts";
import { meet } from "../support/pairs/meet.ts";
import { TWO_VOTES } from "../support/pairs/two-votes.ts";
import { VOTE_PAIRS } from "../support/pairs/votes.ts";

meet(VOTE_PAIRS, TWO_VOTES);
