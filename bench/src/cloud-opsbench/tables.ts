import type { ObjectOf } from '@headwater/contracts/kube/kinds.ts';

/** ResourceQuotas from `kubectl get resourcequota`: the columns REQUEST and LIMIT hold `resource: used/hard` pairs. */
export function quotaFromTable(
  texts: readonly (readonly [string, string])[],
  namespace: string,
): ObjectOf<'ResourceQuota'>[] {
  const text = texts.find(([line]) => /^kubectl get resourcequotas? -n \S+$/.test(line))?.[1] ?? '';
  return text
    .split('\n')
    .slice(1)
    .flatMap((row) => {
      const name = row.split(/\s+/)[0];
      const pairs = [...row.matchAll(/([\w./-]+): ([^/\s,]+)\/([^\s,]+)/g)].map(
        ([, resource = '', used = '', hard = '']) => ({ resource, used, hard }),
      );
      if (!name || pairs.length === 0) return [];
      const used: Record<string, string> = Object.fromEntries(pairs.map((pair) => [pair.resource, pair.used]));
      const hard: Record<string, string> = Object.fromEntries(pairs.map((pair) => [pair.resource, pair.hard]));
      return [
        {
          apiVersion: 'v1',
          kind: 'ResourceQuota',
          metadata: { name, namespace },
          spec: { hard },
          status: { hard, used },
        },
      ];
    });
}
