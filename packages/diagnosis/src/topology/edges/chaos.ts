import { citeField } from '../../evidence/cite.ts';
import { subjectOf } from '../../snapshot/objects.ts';
import { chaosExperiments, type ChaosExperiment } from '../chaos.ts';
import type { EdgeContext } from './all.ts';

/** Workload disrupted by the fault-injection experiments that select its Pods. */
export function addChaosEdges(context: EdgeContext): void {
  for (const experiment of chaosExperiments(context.snapshot.objects)) addVictims(context, experiment);
}

function addVictims({ pods, components, add }: EdgeContext, { object, selections }: ChaosExperiment): void {
  const to = subjectOf(object);
  for (const { path, namespaces, labels, podNames } of selections) {
    const cite = () => [citeField(object, path)];
    for (const { namespace, name } of podNames)
      add({ from: components.named('Pod', namespace, name), to, relation: 'disrupted-by', cite });
    // A selector without labels takes whole namespaces; only one that names something is a statement about workloads.
    if (Object.keys(labels).length === 0 && podNames.length > 0) continue;
    for (const namespace of namespaces) {
      for (const pod of pods.match(namespace, { matchLabels: labels }))
        add({ from: components.ofObject(pod), to, relation: 'disrupted-by', cite });
    }
  }
}
