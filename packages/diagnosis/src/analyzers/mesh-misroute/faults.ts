import type { ObjectOf } from '@headwater/contracts/kube/kinds.ts';
import { formatSubject, type Subject } from '@headwater/core/subject.ts';
import { citeChange, citeField } from '../../evidence/cite.ts';
import type { Finding } from '../../finding.ts';
import { readField } from '../../snapshot/field.ts';
import { subjectOf } from '../../snapshot/objects.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { resolveHost } from '../../topology/dns-names.ts';
import { recentEdit } from '../_shared/recent-change.ts';
import { edit } from '../_shared/remedies.ts';
import { trafficTo } from '../_shared/service-traffic.ts';

type VirtualService = ObjectOf<'VirtualService'>;

/** Fault stanzas that hit real traffic; one finding per VirtualService, for the stanza with the largest share. */
export function judgeFaults(snapshot: Snapshot, route: VirtualService): Finding[] {
  const faults = (route.spec?.http ?? []).flatMap(({ fault }, index) => [
    ...(fault?.abort
      ? [
          {
            index,
            kind: 'abort' as const,
            share: shareOf(fault.abort),
            all: !fault.abort.percentage,
            what: fault.abort.httpStatus ?? fault.abort.grpcStatus,
          },
        ]
      : []),
    ...(fault?.delay
      ? [
          {
            index,
            kind: 'delay' as const,
            share: shareOf(fault.delay),
            all: !fault.delay.percentage,
            what: fault.delay.fixedDelay,
          },
        ]
      : []),
  ]);
  const [worst] = faults.filter(({ share }) => share > 0).sort((left, right) => right.share - left.share);
  if (!worst) return [];
  const subject = subjectOf(route);
  const edited = recentEdit(snapshot, subject, (path) => path.startsWith('spec.http'));
  const targets = servicesOf(snapshot, route);
  const failing = targets.flatMap((target) => trafficTo(snapshot, target).failing).slice(0, 2);
  // Matched to a header, it is aimed at test requests.
  const aimed = hasHeaderMatch(route, worst.index);
  const part = worst.all ? 'every request' : `${worst.share}% of the requests`;
  const what =
    worst.what === null || worst.what === undefined
      ? ''
      : ` ${worst.kind === 'abort' ? 'with' : 'by'} \`${worst.what}\``;
  const effect = `${worst.kind === 'abort' ? 'answers' : 'delays'} ${part}${what}`;
  return [
    {
      code: 'mesh/fault-injected',
      subject,
      category: 'mesh-misroute',
      role: 'cause',
      layer: 'state',
      strength: aimed ? 0.5 : 0.95,
      statement: `${formatSubject(subject)} ${effect} by its fault stanza, before they reach any Pod`,
      evidence: [
        citeField(route, `spec.http[${worst.index}].fault`),
        citeField(route, 'spec.hosts'),
        ...failing,
        ...(edited ? [citeChange(edited)] : []),
      ],
      affects: targets,
      ...(edited ? { change: edited.id, since: edited.time } : {}),
      remediation: [edit('patch-virtualservice', 'R2', `Remove the fault stanza from ${formatSubject(subject)}`)],
    },
  ];
}

function shareOf({ percentage }: { percentage?: { value?: number | null | undefined } | null | undefined }): number {
  // Absent means all; an empty percentage is the protocol's zero.
  return percentage ? (percentage.value ?? 0) : 100;
}

function hasHeaderMatch(route: VirtualService, index: number): boolean {
  const matches = readField(route, `spec.http[${index}].match`);
  return (
    Array.isArray(matches) &&
    matches.length > 0 &&
    matches.every((match: unknown) => match !== null && typeof match === 'object' && 'headers' in match)
  );
}

function servicesOf(snapshot: Snapshot, route: VirtualService): readonly Subject[] {
  return (route.spec?.hosts ?? []).flatMap((host) => {
    const service = resolveHost(snapshot, host, route.metadata.namespace ?? '');
    return service?.exists ? [{ kind: 'Service', namespace: service.namespace, name: service.name }] : [];
  });
}
