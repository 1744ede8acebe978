import type { KubeObject } from '@headwater/contracts/kube/kinds.ts';
import type { RuleMatch } from '@headwater/contracts/rules/rule.ts';
import { globOf } from '@headwater/core/glob.ts';
import type { Snapshot } from '@headwater/diagnosis/snapshot/snapshot.ts';

/** The objects of a snapshot a rule looks at. */
export function matching(snapshot: Snapshot, match: RuleMatch): readonly KubeObject[] {
  const version = globOf(match.apiVersion ?? '*');
  const namespaces = match.namespaces?.map(globOf);
  const labels = Object.entries(match.labels ?? {}).map(([key, value]) => [key, globOf(value)] as const);
  return snapshot.objects.list(match.kind).filter(({ apiVersion, metadata }) => {
    if (!version(apiVersion)) return false;
    if (namespaces && !namespaces.some((fits) => fits(metadata.namespace ?? ''))) return false;
    return labels.every(([key, fits]) => metadata.labels?.[key] !== undefined && fits(metadata.labels[key]));
  });
}
