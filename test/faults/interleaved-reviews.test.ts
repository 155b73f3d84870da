// A request for a review or for changes meets the other one, a vote, an edit, or a withdrawal, at every border.
import "../support/quiet.ts";
import { meet } from "../support/pairs/meet.ts";
import { REVIEW_PAIRS } from "../support/pairs/reviews.ts";
import { TWO_VOTES } from "../support/pairs/two-votes.ts";

meet(REVIEW_PAIRS, TWO_VOTES);
