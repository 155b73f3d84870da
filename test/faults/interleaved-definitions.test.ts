// Two that change one definition, or one that changes it while another starts or begins a run, at every border.
import "../support/quiet.ts";
import { DEFINITION_PAIRS } from "../support/pairs/definitions.ts";
import { meet } from "../support/pairs/meet.ts";

meet(DEFINITION_PAIRS);
