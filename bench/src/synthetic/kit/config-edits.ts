import type { Millis } from '@headwater/core/time.ts';
import type { KubeJson } from '@headwater/testkit/world/json.ts';
import { configMap } from '@headwater/testkit/world/objects.ts';
import type { Plan } from '@headwater/testkit/world/plan.ts';
import { daysBefore } from '@headwater/testkit/world/scene.ts';

export interface ConfigEdit {
  readonly namespace: string;
  readonly name: string;
  readonly good: Readonly<Record<string, string>>;
  /** The keys the edit wrote, with what it wrote. */
  readonly bad: Readonly<Record<string, string>>;
  readonly at: Millis;
  readonly manager: string;
  /** Who made the object, and sets it back; default: whoever does so in the scene. */
  readonly owner?: string;
  readonly labels?: Record<string, string>;
  readonly annotations?: Record<string, string>;
  /** Whether somebody watched the object and kept what it was before. */
  readonly watched: boolean;
}

/** Puts a ConfigMap that somebody edited in the plan, in place of one of its name; in the repaired world it was set back. */
export function editConfigMap(plan: Plan, edit: ConfigEdit): void {
  const { scene } = plan;
  const { namespace, name, good, bad, at, manager, labels, annotations, owner = scene.cast.manager } = edit;
  const keys = Object.keys(bad);
  const version = (content: Readonly<Record<string, string>>, write?: { at: Millis; manager: string }): KubeJson => {
    const made = configMap(scene, {
      namespace,
      name,
      data: { ...good, ...content },
      created: daysBefore(scene, 44),
      manager: owner,
      ...(labels ? { labels } : {}),
      ...(write ? { edited: { ...write, keys } } : {}),
    });
    return annotations ? { ...made, metadata: { ...made.metadata, annotations } } : made;
  };
  const broken = version(bad, { at, manager });
  const mended = version({}, { at: scene.repairedAt, manager: owner });
  const index = plan.objects.findIndex(
    ({ kind, metadata }) => kind === 'ConfigMap' && metadata.name === name && metadata.namespace === namespace,
  );
  if (index >= 0) plan.objects.splice(index, 1);
  plan.objects.push(scene.repaired ? mended : broken);
  if (!edit.watched) return;
  plan.journal.push(
    { observedAt: scene.before(85), type: 'ADDED', object: version({}) },
    { observedAt: at, type: 'MODIFIED', object: broken },
  );
  if (scene.repaired) plan.journal.push({ observedAt: scene.repairedAt, type: 'MODIFIED', object: mended });
  plan.sources.history = 'present';
}
