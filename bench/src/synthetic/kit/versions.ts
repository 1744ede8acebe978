import type { Millis } from '@headwater/core/time.ts';
import type { Plan, Workload } from '@headwater/testkit/world/plan.ts';
import { mainContainer, splitImage } from '@headwater/testkit/world/pod-spec.ts';
import { rollBack, rollOut } from '@headwater/testkit/world/workload.ts';

/** A tag that follows the workload's own style of tags. */
export function nextTag(plan: Plan, workload: Workload): string {
  const { random } = plan.scene;
  const { tag } = splitImage(mainContainer(workload.spec).image);
  if (/^v\d/.test(tag)) return `v9.${random.int(`next/${workload.name}`, 0, 40)}.0`;
  if (/^\d{4}\./.test(tag)) return `2026.11.${random.int(`next/${workload.name}`, 1, 28)}`;
  return random.hex(`next/${workload.name}`, 8);
}

/** Releases a new version; half of the clusters have a pipeline that tells of it. Rolled back in the twin. */
export function release(plan: Plan, workload: Workload, at: Millis): string {
  const { scene } = plan;
  const tag = nextTag(plan, workload);
  rollOut(workload, {
    at,
    spec: (spec) => {
      const main = mainContainer(spec);
      main.image = `${splitImage(main.image).name}:${tag}`;
    },
  });
  if (scene.random.chance('pipeline', 0.5)) {
    plan.changes.push({
      time: at - 9_000,
      kind: 'deploy',
      title: `Deploy ${workload.name} ${tag}`,
      source: scene.random.pick('pipeline-kind', ['ci', 'argocd', 'github-actions']),
      subject: { kind: 'Deployment', namespace: workload.namespace, name: workload.name },
      actor: 'release-bot',
    });
    plan.sources.changes = 'present';
  }
  if (scene.repaired) rollBack(workload, scene.repairedAt);
  return tag;
}
