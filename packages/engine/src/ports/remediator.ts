import type { Plan } from '@headwater/core/remediation/plan.ts';

/** What came of an action. `refused`: nothing was changed, and why; a failure on the way is `unknown`. */
export type ActionOutcome =
  | { readonly state: 'done'; readonly statement: string }
  | { readonly state: 'refused' | 'unknown'; readonly statement: string };

/** Changes a cluster, and nothing but what a plan says. */
export interface Remediator {
  /** First as the server's dry run, then for good, only on the very object the plan names; never throws for the cluster's answers. */
  run(plan: Plan): Promise<ActionOutcome>;
}
