import type { ObjectOf } from '@headwater/contracts/kube/kinds.ts';
import { nearMiss } from '@headwater/core/near-miss.ts';
import { formatSubject } from '@headwater/core/subject.ts';
import { citeAbsent, citeChange, citeField } from '../../evidence/cite.ts';
import type { Analyzer, Finding } from '../../finding.ts';
import { subjectOf } from '../../snapshot/objects.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { recentEdit } from '../_shared/recent-change.ts';
import { edit } from '../_shared/remedies.ts';

type Ingress = ObjectOf<'Ingress'>;

const LEGACY = 'kubernetes.io/ingress.class';
const DEFAULT = 'ingressclass.kubernetes.io/is-default-class';
// Cloud controllers that serve these classes without an IngressClass object.
const BUILT_IN = new Set(['gce', 'gce-internal']);

/** Ingresses that no controller takes because of their class. */
export const analyzer: Analyzer = {
  name: 'ingress-class',
  codes: {
    'ingress/class-missing': 'An Ingress names an IngressClass that does not exist.',
    'ingress/class-unset': 'An Ingress names no class, none is the default, and no controller has taken it.',
  },
  reads: ['Ingress', 'IngressClass'],
  analyze(snapshot) {
    return snapshot.objects.list('Ingress').flatMap((ingress) => {
      const named = ingress.spec?.ingressClassName;
      if (named) return judgeNamed(snapshot, ingress, named);
      return ingress.metadata.annotations?.[LEGACY] ? judgeLegacy(snapshot, ingress) : judgeUnset(snapshot, ingress);
    });
  },
};

function judgeNamed(snapshot: Snapshot, ingress: Ingress, name: string): Finding[] {
  if (BUILT_IN.has(name) || snapshot.objects.existence('IngressClass', null, name) !== 'absent') return [];
  const existing = snapshot.objects.names('IngressClass');
  const close = nearMiss(name, existing) ?? (existing.length === 1 ? existing[0] : undefined);
  const subject = subjectOf(ingress);
  const edited = recentEdit(snapshot, subject, (path) => path.startsWith('spec.ingressClassName'));
  return [
    {
      ...base(ingress),
      code: 'ingress/class-missing',
      // An address may be left from the class it had before.
      strength: hasAddress(ingress) && !edited ? 0.8 : 0.95,
      statement: `${formatSubject(subject)} names the class \`${name}\`, which does not exist${close ? `; \`${close}\` does` : ''}, so no controller serves it`,
      evidence: [
        citeField(ingress, 'spec.ingressClassName'),
        citeAbsent(snapshot, { kind: 'IngressClass', name }),
        citeField(ingress, 'status.loadBalancer'),
        ...(edited ? [citeChange(edited)] : []),
      ],
      ...(edited ? { change: edited.id, since: edited.time } : {}),
      remediation: [
        edit('patch-ingress', 'R2', `Set the class of ${formatSubject(subject)} to ${close ?? 'one that exists'}`),
      ],
    },
  ];
}

// The annotation needs no IngressClass object: only a controller that has not taken the Ingress and a near miss speak against it.
function judgeLegacy(snapshot: Snapshot, ingress: Ingress): Finding[] {
  const name = ingress.metadata.annotations?.[LEGACY] ?? '';
  if (hasAddress(ingress) || BUILT_IN.has(name) || snapshot.objects.existence('IngressClass', null, name) !== 'absent')
    return [];
  const close = nearMiss(name, snapshot.objects.names('IngressClass'));
  if (!close) return [];
  const subject = subjectOf(ingress);
  return [
    {
      ...base(ingress),
      code: 'ingress/class-missing',
      strength: 0.8,
      statement: `${formatSubject(subject)} asks by annotation for the class \`${name}\`, which does not exist; \`${close}\` does, and no controller has given it an address`,
      evidence: [
        citeField(ingress, `metadata.annotations['${LEGACY}']`),
        citeAbsent(snapshot, { kind: 'IngressClass', name }),
        citeField(ingress, 'status.loadBalancer'),
      ],
      remediation: [edit('patch-ingress', 'R2', `Set the class of ${formatSubject(subject)} to ${close}`)],
    },
  ];
}

function judgeUnset(snapshot: Snapshot, ingress: Ingress): Finding[] {
  if (hasAddress(ingress) || !snapshot.objects.knows('IngressClass')) return [];
  const classes = snapshot.objects.list('IngressClass');
  const [example] = classes;
  if (!example || classes.some(({ metadata }) => metadata.annotations?.[DEFAULT] === 'true')) return [];
  const subject = subjectOf(ingress);
  return [
    {
      ...base(ingress),
      code: 'ingress/class-unset',
      strength: 0.75,
      statement: `${formatSubject(subject)} names no class and no IngressClass is the default (\`${example.metadata.name}\` exists but is not), so no controller has given it an address`,
      evidence: [
        citeField(ingress, 'spec.ingressClassName'),
        citeField(example, 'metadata.annotations'),
        citeField(ingress, 'status.loadBalancer'),
      ],
      remediation: [edit('patch-ingress', 'R2', `Set the class of ${formatSubject(subject)}`)],
    },
  ];
}

function base(ingress: Ingress) {
  return { subject: subjectOf(ingress), category: 'ingress-class-missing', role: 'cause', layer: 'state' } as const;
}

function hasAddress({ status }: Ingress): boolean {
  return (status?.loadBalancer?.ingress ?? []).length > 0;
}
