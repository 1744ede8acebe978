import type { KubeJson } from '@headwater/testkit/world/json.ts';
import type { Plan, Workload } from '@headwater/testkit/world/plan.ts';

/** The claim of a StatefulSet's first pod. */
export function claimOf(workload: Pick<Workload, 'name'>): string {
  return `data-${workload.name}-0`;
}

/** A claim of the plan by name. */
export function claimObjectOf(plan: Plan, name: string): KubeJson {
  const found = plan.objects.find(({ kind, metadata }) => kind === 'PersistentVolumeClaim' && metadata.name === name);
  if (!found) throw new Error(`no claim ${name}`);
  return found;
}

/** The volume that a claim of the plan is bound to. */
export function volumeOf(plan: Plan, claim: string): KubeJson {
  const { volumeName } = claimObjectOf(plan, claim)['spec'] as { volumeName?: string };
  const found = plan.objects.find(({ kind, metadata }) => kind === 'PersistentVolume' && metadata.name === volumeName);
  if (!found) throw new Error(`claim ${claim} has no volume`);
  return found;
}

/** Takes a claim and its volume out of the plan, for a scenario that puts others in their place. */
export function removeClaim(plan: Plan, name: string): void {
  const gone = new Set([claimObjectOf(plan, name), volumeOf(plan, name)]);
  plan.objects.splice(0, plan.objects.length, ...plan.objects.filter((object) => !gone.has(object)));
}
