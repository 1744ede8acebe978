import { formatSubject } from '@headwater/core/subject.ts';
import { citeField } from '../../evidence/cite.ts';
import type { Finding } from '../../finding.ts';
import { subjectOf } from '../../snapshot/objects.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { configuredAddresses } from '../../topology/configured-addresses.ts';
import type { TemplateView } from '../../topology/templates.ts';
import { behindHost, type ServiceObject, serviceAt } from '../_shared/dependencies.ts';
import { rollback } from '../_shared/remedies.ts';
import { lastChange } from '../_shared/suspect-change.ts';

export const ALIAS = 'dns/host-alias-shadows';
const LOOPBACK = /^(?:127\.|::1$|0\.0\.0\.0$)/;

/** Workloads whose own hosts file gives the name of a Service they call another address than the Service has. */
export function shadowedHosts(snapshot: Snapshot): readonly Finding[] {
  return snapshot.topology.templates.list().flatMap((template) =>
    (template.spec.hostAliases ?? []).flatMap(({ ip, hostnames }, index) =>
      (hostnames ?? []).flatMap((host): Finding[] => {
        const service = serviceAt(snapshot, host, template.namespace);
        if (!ip || !service || service.spec?.clusterIP === ip) return [];
        // An alias may point at a Pod of the cluster on purpose; nobody serves another Service at a loopback address.
        if (!LOOPBACK.test(ip) && behindHost(snapshot, ip, template.namespace).length > 0) return [];
        return [shadowing(snapshot, { template, service, index, host, ip })];
      }),
    ),
  );
}

interface Shadow {
  readonly template: TemplateView;
  readonly service: ServiceObject;
  readonly index: number;
  readonly host: string;
  readonly ip: string;
}

function shadowing(snapshot: Snapshot, { template, service, index, host, ip }: Shadow): Finding {
  const { component, object, path } = template;
  const calls = configuredAddresses(template).find((address) => address.host === host);
  const change = lastChange(snapshot, component);
  return {
    code: ALIAS,
    subject: component,
    category: 'dns-name-wrong',
    role: 'cause',
    layer: 'state',
    strength: calls ? 0.93 : 0.75,
    statement: `\`hostAliases\` of ${formatSubject(component)} give \`${host}\` the address \`${ip}\`, which hides ${formatSubject(subjectOf(service))} from it`,
    evidence: [
      citeField(object, `${path}.hostAliases[${index}]`),
      citeField(service, 'spec.clusterIP'),
      ...(calls ? [citeField(object, calls.path)] : []),
    ],
    since: change?.change.time ?? null,
    ...(change ? { change: change.change.id } : {}),
    remediation: rollback(component),
  };
}
