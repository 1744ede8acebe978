import type { Evidence } from '@headwater/contracts/diagnosis/diagnosis.ts';
import type { Container } from '@headwater/contracts/kube/pod.ts';
import { citeField } from '../../evidence/cite.ts';
import { subjectOf } from '../../snapshot/objects.ts';
import { formatSubject } from '@headwater/core/subject.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import type { TemplateView } from '../../topology/templates.ts';
import { configNamesIn } from '../_shared/config-refs.ts';

const SETTING =
  /(max[-_](?:user[-_])?connections|maxclients|max_client_conn|maxIncomingConnections)["']?\s*[=: ]\s*["']?(\d+)/i;

/** The connection limit a data service is configured with, in its arguments or a ConfigMap it reads; null when it has the default. */
export function connectionLimitOf(
  snapshot: Snapshot,
  { spec, object, path, namespace }: TemplateView,
): { words: string; evidence: readonly Evidence[] } | null {
  for (const container of spec.containers ?? []) {
    const field = fieldWith(container);
    const match = field && SETTING.exec((container[field] ?? []).join(' '));
    if (field && match)
      return {
        words: `; its limit is set to \`${match[2]}\``,
        evidence: [citeField(object, `${path}.containers[name=${container.name}].${field}`)],
      };
  }
  for (const { kind, name } of configNamesIn(spec)) {
    const map = kind === 'ConfigMap' ? snapshot.objects.get('ConfigMap', namespace, name) : undefined;
    for (const [key, text] of Object.entries(map?.data ?? {}).sort(([left], [right]) => (left < right ? -1 : 1))) {
      const match = SETTING.exec(text);
      // Evidence is cut to a length; a setting beyond it cannot be shown.
      if (map && match && match.index < 400)
        return {
          words: `; ${formatSubject(subjectOf(map))} limits it to \`${match[2]}\``,
          evidence: [citeField(map, `data['${key}']`)],
        };
    }
  }
  return null;
}

function fieldWith(container: Container): 'args' | 'command' | null {
  return (['args', 'command'] as const).find((field) => SETTING.test((container[field] ?? []).join(' '))) ?? null;
}
