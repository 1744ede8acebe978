import { nearMiss } from '@headwater/core/near-miss.ts';
import { formatSubject } from '@headwater/core/subject.ts';
import { citeAbsent, citeField } from '../../evidence/cite.ts';
import type { Finding } from '../../finding.ts';
import { subjectOf } from '../../snapshot/objects.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { groupOf, textAt } from '../_shared/conditions.ts';
import { edit } from '../_shared/remedies.ts';

export const ROUTE = 'ingress/route-service-missing';

/** Routes of OpenShift whose target is a Service that does not exist; their status only says that a router took them. */
export function missingRouteTargets(snapshot: Snapshot): readonly Finding[] {
  return snapshot.objects.list('Route').flatMap((route): Finding[] => {
    const name = textAt(route, 'spec.to.name');
    const { namespace } = route.metadata;
    if (groupOf(route) !== 'route.openshift.io' || name === '') return [];
    if (snapshot.objects.existence('Service', namespace, name) !== 'absent') return [];
    const target = { kind: 'Service', namespace: namespace ?? '', name };
    const subject = subjectOf(route);
    const close = nearMiss(name, snapshot.objects.names('Service', namespace));
    return [
      {
        code: ROUTE,
        subject,
        category: 'ingress-backend-missing',
        role: 'cause',
        layer: 'dependency',
        strength: 0.95,
        statement: `${formatSubject(subject)} routes to Service \`${name}\`, which does not exist${close ? `; \`${close}\` does` : ''}`,
        evidence: [citeField(route, 'spec.to.name'), citeAbsent(snapshot, target)],
        affects: [target],
        since: null,
        remediation: [
          edit(
            'patch-ingress',
            'R2',
            `Point ${formatSubject(subject)} to ${close ?? 'an existing Service'}, or restore Service ${name}`,
          ),
        ],
      },
    ];
  });
}
