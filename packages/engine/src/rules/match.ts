import type { KubeObject } from '@headwater/contracts/kube/kinds.ts';
import type { RuleMatch } from '@headwater/contracts/rules/rule.ts';
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

/** Whether a text is what a pattern with `*` describes; linear in the text. */
export function globOf(pattern: string): (text: string) => boolean {
  const parts = pattern.split('*');
  const [head = '', ...rest] = parts;
  const tail = rest.pop();
  if (tail === undefined) return (text) => text === pattern;
  return (text) => {
    if (!text.startsWith(head) || text.length < head.length + tail.length || !text.endsWith(tail)) return false;
    let from = head.length;
    for (const part of rest) {
      const found = text.indexOf(part, from);
      if (found < 0 || found + part.length > text.length - tail.length) return false;
      from = found + part.length;
    }
    return true;
  };
}
