// Who walks through a list or checks the audit meets a writer, at every border.
import "../support/quiet.ts";
import { meet } from "../support/pairs/meet.ts";
import { READ_PAIRS } from "../support/pairs/reads.ts";

meet(READ_PAIRS);
