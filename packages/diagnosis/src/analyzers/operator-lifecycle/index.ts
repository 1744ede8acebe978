import type { Evidence } from '@headwater/contracts/diagnosis/diagnosis.ts';
import type { KubeObject } from '@headwater/contracts/kube/kinds.ts';
import { formatSubject, type Subject } from '@headwater/core/subject.ts';
import { MINUTE, parseTime } from '@headwater/core/time.ts';
import { citeField } from '../../evidence/cite.ts';
import type { Analyzer, Finding } from '../../finding.ts';
import { subjectOf } from '../../snapshot/objects.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { citeCondition, conditionOf, conditionPath, conditionsOf, groupOf, textAt } from '../_shared/conditions.ts';
import { ageOf } from '../_shared/freshness.ts';
import { namedIn } from '../_shared/named-objects.ts';
import { quote } from '../_shared/quote.ts';

/** Operators that the lifecycle manager cannot install, upgrade or keep running. */
export const analyzer: Analyzer = {
  name: 'operator-lifecycle',
  codes: {
    'operator/version-failed': 'An installed operator version is in phase Failed.',
    'operator/install-failed': 'The install plan of an operator failed.',
    'operator/version-missing': 'A subscription holds an operator version for installed that does not exist.',
    'operator/subscription-failed': 'A subscription cannot be resolved, unpacked or installed.',
    'operator/catalog-unreachable': 'An operator catalog does not answer.',
    'operator/extension-failed': 'A cluster extension or catalog is not installed or not served.',
  },
  reads: [
    'ClusterServiceVersion',
    'InstallPlan',
    'Subscription',
    'CatalogSource',
    'ClusterExtension',
    'ClusterCatalog',
    'Deployment',
  ],
  analyze(snapshot) {
    return RULES.flatMap(({ kind, group, judge }) =>
      snapshot.objects.list(kind).flatMap((object) => {
        const fault = groupOf(object) === group ? judge(snapshot, object) : null;
        return fault ? [report(snapshot, object, fault)] : [];
      }),
    );
  },
};

interface Fault {
  readonly code: string;
  readonly says: string;
  readonly message: string;
  /** Field path that shows it. */
  readonly path: string;
  readonly strength: number;
}

interface Rule {
  readonly kind: string;
  readonly group: string;
  readonly judge: (snapshot: Snapshot, object: KubeObject) => Fault | null;
}

const OLM = 'operators.coreos.com';
const OLM_V1 = 'olm.operatorframework.io';

const RULES: readonly Rule[] = [
  {
    kind: 'ClusterServiceVersion',
    group: OLM,
    judge: (_snapshot, object) => {
      // Copies in other Namespaces repeat the state of the original.
      if (textAt(object, 'status.phase') !== 'Failed' || object.metadata.labels?.['olm.copiedFrom']) return null;
      return {
        code: 'operator/version-failed',
        says: 'is in phase `Failed`',
        message: textAt(object, 'status.message'),
        path: 'status.phase',
        strength: 0.85,
      };
    },
  },
  {
    kind: 'InstallPlan',
    group: OLM,
    judge: (_snapshot, object) => {
      if (textAt(object, 'status.phase') !== 'Failed') return null;
      const failed = conditionOf(object, 'Installed');
      return {
        code: 'operator/install-failed',
        says: 'is in phase `Failed`',
        message: failed?.message ?? '',
        path: 'status.phase',
        strength: 0.85,
      };
    },
  },
  {
    kind: 'Subscription',
    group: OLM,
    judge: (snapshot, object) => {
      const bad = conditionsOf(object).find(
        ({ type, status }) =>
          status === 'True' &&
          /^(ResolutionFailed|InstallPlanFailed|BundleUnpackFailed|InstallPlanMissing)$/.test(type ?? ''),
      );
      return bad?.type
        ? {
            code: 'operator/subscription-failed',
            says: `has condition \`${bad.type}\``,
            message: bad.message ?? '',
            path: conditionPath(bad.type),
            strength: 0.85,
          }
        : versionGone(snapshot, object);
    },
  },
  {
    kind: 'CatalogSource',
    group: OLM,
    judge: (snapshot, object) => {
      const state = textAt(object, 'status.connectionState.lastObservedState');
      const age = ageOf(snapshot, textAt(object, 'status.connectionState.lastConnect'));
      if (state === '' || state === 'READY' || (state === 'CONNECTING' && age !== null && age < 5 * MINUTE))
        return null;
      return {
        code: 'operator/catalog-unreachable',
        says: `does not answer: its connection is \`${state}\``,
        message: '',
        path: 'status.connectionState',
        strength: 0.75,
      };
    },
  },
  { kind: 'ClusterExtension', group: OLM_V1, judge: (snapshot, object) => extension(snapshot, object, 'Installed') },
  { kind: 'ClusterCatalog', group: OLM_V1, judge: (snapshot, object) => extension(snapshot, object, 'Serving') },
];

// The lifecycle manager does not make again what it holds for installed.
function versionGone(snapshot: Snapshot, object: KubeObject): Fault | null {
  const installed = textAt(object, 'status.installedCSV');
  const { namespace } = object.metadata;
  if (installed === '' || snapshot.objects.existence('ClusterServiceVersion', namespace, installed) === 'present')
    return null;
  // A kind of which no object was read is known only when the reader could list it.
  if (snapshot.objects.existence('ClusterServiceVersion', namespace, installed) !== 'absent') return null;
  return {
    code: 'operator/version-missing',
    says: `holds ClusterServiceVersion \`${installed}\` for installed, which does not exist`,
    message: '',
    path: 'status.installedCSV',
    strength: 0.85,
  };
}

function extension(snapshot: Snapshot, object: KubeObject, type: string): Fault | null {
  const condition = conditionOf(object, type);
  const progress = conditionOf(object, 'Progressing');
  const age = ageOf(snapshot, condition?.lastTransitionTime);
  if (condition?.status !== 'False' || textAt(object, 'spec.availabilityMode') === 'Unavailable') return null;
  const stuck = /Retrying|Blocked/.test(progress?.reason ?? '');
  if (!stuck && age !== null && age < 5 * MINUTE) return null;
  return {
    code: 'operator/extension-failed',
    says: `is not ${type.toLowerCase()}`,
    message: (stuck ? progress?.message : condition.message) ?? '',
    path: stuck ? conditionPath('Progressing') : conditionPath(type),
    strength: 0.85,
  };
}

function report(snapshot: Snapshot, object: KubeObject, { code, says, message, path, strength }: Fault): Finding {
  const subject = subjectOf(object);
  const why = quote(message);
  return {
    code,
    subject,
    category: 'crd-missing',
    role: 'cause',
    layer: 'dependency',
    strength,
    statement: `${formatSubject(subject)} ${says}${why === '' ? '' : `: ${why}`}`,
    evidence: cite(object, path, message),
    blames: blamed(snapshot, message, subject),
    since: parseTime(conditionsOf(object).at(-1)?.lastTransitionTime),
    remediation: [
      {
        action: 'none',
        risk: 'R3',
        statement: `Repair or reinstall ${formatSubject(subject)}`,
        preconditions: ['Its custom resources are kept'],
        undo: 'Reinstall the former version',
      },
    ],
  };
}

function cite(object: KubeObject, path: string, message: string): readonly Evidence[] {
  const type = /^status\.conditions\[type=(\w+)\]$/.exec(path)?.[1];
  if (type) return citeCondition(object, type);
  if (message === '') return [citeField(object, path)];
  return [
    citeField(object, path),
    ...(textAt(object, 'status.message') === ''
      ? citeCondition(object, 'Installed')
      : [citeField(object, 'status.message')]),
  ];
}

function blamed(snapshot: Snapshot, message: string, { namespace }: Subject): readonly Subject[] {
  return namedIn(snapshot, message, namespace)
    .filter(
      ({ subject, existence }) =>
        existence === 'present' && (subject.kind === 'Deployment' || subject.kind === 'CatalogSource'),
    )
    .map(({ subject }) => subject);
}
