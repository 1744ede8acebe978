import { addForeignCalls } from './calls-configured.ts';
import { addLoggedCalls } from './calls-logged.ts';
import { addObservedCalls } from './calls-observed.ts';
import type { EdgeContext } from './all.ts';

/** Workload calls Service: what was observed first, then what logs say failed, then what configuration names elsewhere. */
export function addCallEdges(context: EdgeContext): void {
  addObservedCalls(context);
  addLoggedCalls(context);
  addForeignCalls(context);
}
