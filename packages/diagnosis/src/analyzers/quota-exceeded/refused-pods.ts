import type { Evidence } from '@headwater/contracts/diagnosis/diagnosis.ts';
import type { KubeObject } from '@headwater/contracts/kube/kinds.ts';
import { parseQuantity } from '@headwater/core/kube/quantity.ts';
import { formatSubject, type Subject, subjectKey } from '@headwater/core/subject.ts';
import { parseTime } from '@headwater/core/time.ts';
import { citeField } from '../../evidence/cite.ts';
import type { Finding } from '../../finding.ts';
import { subjectOf } from '../../snapshot/objects.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { parseQuotaRefusal, podCharge, type QuotaRefusal, stillRefuses } from '../../topology/quota.ts';
import { describeLine, quotaSubject, reportQuota } from '../_shared/quota-report.ts';
import { citeQuotaLine, type Quota, refusingQuotas } from '../_shared/quota-state.ts';
import { type RefusedCreate, refusedCreates } from '../_shared/refused-creates.ts';
import { unsettledWorkloads } from '../_shared/unsettled-workloads.ts';
import { rootOf, templateOf, templatePath } from '../_shared/workloads.ts';

interface Refused extends RefusedCreate {
  readonly refusal: QuotaRefusal;
  readonly namespace: string;
}

/** Quotas that refuse Pods or claims of a controller now, by the API server's own words, else by arithmetic. */
export function findRefusedPods(snapshot: Snapshot): readonly Finding[] {
  const told = refusedCreates(snapshot).flatMap((one): Refused[] => {
    const refusal = parseQuotaRefusal(one.message);
    const namespace = one.controller.metadata.namespace ?? '';
    if (!refusal || !stillRefuses(snapshot.objects.get('ResourceQuota', namespace, refusal.quota), refusal)) return [];
    return [{ ...one, refusal, namespace }];
  });
  const groups = new Map<string, [Refused, ...Refused[]]>();
  for (const one of told) {
    const key = `${one.namespace}/${one.refusal.quota} ${decisive(one.refusal).join(' ')}`;
    const group = groups.get(key);
    if (group) group.push(one);
    else groups.set(key, [one]);
  }
  return [...[...groups.values()].map((group) => reportTold(snapshot, group)), ...findByArithmetic(snapshot)];
}

/** The resources that are really over; a refusal lists all it asked for. */
function decisive({ amounts }: QuotaRefusal): readonly string[] {
  const over = amounts.filter(
    ({ requested, used, limited }) =>
      (parseQuantity(requested) ?? 0) + (parseQuantity(used) ?? 0) >
      (parseQuantity(limited) ?? Number.POSITIVE_INFINITY),
  );
  return (over.length > 0 ? over : amounts).map(({ resource }) => resource);
}

function reportTold(snapshot: Snapshot, group: readonly [Refused, ...Refused[]]): Finding {
  const [{ refusal, namespace, root, controller, evidence, since }] = group;
  const quota = snapshot.objects.get('ResourceQuota', namespace, refusal.quota);
  const resources = decisive(refusal);
  const lines = refusal.amounts.filter(({ resource }) => resources.includes(resource)).slice(0, 3);
  const parts = lines.map(
    ({ resource, requested, used, limited }) =>
      `\`${resource}\` \`${requested}\` more with \`${used}\` of \`${limited}\` used`,
  );
  const what = refusal.resource && refusal.resource !== 'pods' ? `a ${refusal.resource.replace(/s$/, '')}` : 'a Pod';
  return reportQuota(namespace, quotaSubject(namespace, refusal.quota, quota), {
    code: 'quota/pods-refused',
    strength: quota ? 0.95 : 0.9,
    statement: `ResourceQuota \`${refusal.quota}\` refuses ${what} of ${formatSubject(root)}: it asks for ${parts.join(', ')}`,
    evidence: [
      ...evidence,
      ...leftoverEvidence(snapshot, namespace, resources),
      ...(quota ? lines.flatMap(({ resource }) => citeQuotaLine(quota, resource)) : []),
    ],
    affects: affected(
      group.map((one) => one.root),
      group.map((one) => one.controller),
    ),
    since,
    ruledOut: [
      {
        subject: root,
        category: 'rollout-stuck',
        statement: `${formatSubject(root)} has no Pod to look at because the refusal comes before scheduling`,
        evidence: [citeField(controller, 'status.replicas')],
      },
    ],
  });
}

function affected(roots: readonly Subject[], controllers: readonly KubeObject[]): readonly Subject[] {
  return [
    ...new Map([...roots, ...controllers.map(subjectOf)].map((subject) => [subjectKey(subject), subject])).values(),
  ].slice(0, 50);
}

/** A finished Pod that a count of objects, unlike a count of running Pods, still charges. */
function leftoverEvidence(snapshot: Snapshot, namespace: string, resources: readonly string[]): readonly Evidence[] {
  if (!resources.includes('count/pods')) return [];
  const finished = snapshot.objects
    .list('Pod', namespace)
    .find(({ status }) => status?.phase === 'Succeeded' || status?.phase === 'Failed');
  return finished ? [citeField(finished, 'status.phase')] : [];
}

/** ReplicaSets that lack Pods without a word about it, where the quota leaves no room for one more. */
function findByArithmetic(snapshot: Snapshot): readonly Finding[] {
  const found = new Map<string, { quota: Quota; resource: string; sets: KubeObject[] }>();
  const told = new Set(refusedCreates(snapshot).map(({ controller }) => controller));
  for (const set of unsettledWorkloads(snapshot).replicaSets) {
    const namespace = set.metadata.namespace ?? '';
    if (snapshot.objects.list('ResourceQuota', namespace).length === 0) continue;
    if (!set.spec?.replicas || (set.status?.replicas ?? 0) >= set.spec.replicas || told.has(set)) continue;
    if (snapshot.owners.pods(subjectOf(set)).length >= set.spec.replicas) continue;
    const template = templateOf(set) ?? templateOf(snapshot.objects.find(rootOf(snapshot, set)) ?? set);
    const [refusing] = template?.spec ? refusingQuotas(snapshot, namespace, podCharge(template.spec)) : [];
    const [breach] = refusing?.breaches ?? [];
    if (!refusing || !breach) continue;
    const key = `${namespace}/${refusing.quota.metadata.name}/${breach.resource}`;
    const group = found.get(key) ?? { quota: refusing.quota, resource: breach.resource, sets: [] };
    found.set(key, group);
    group.sets.push(set);
  }
  return [...found.values()].map(({ quota, resource, sets }) => reportArithmetic(snapshot, { quota, resource, sets }));
}

function reportArithmetic(
  snapshot: Snapshot,
  { quota, resource, sets }: { quota: Quota; resource: string; sets: readonly KubeObject[] },
): Finding {
  const roots = sets.map((set) => rootOf(snapshot, set));
  const [set] = sets;
  const root = roots[0] ?? subjectOf(quota);
  const carrier = snapshot.objects.find(root) ?? set ?? quota;
  const single = ['pods', 'count/pods'].includes(resource);
  return reportQuota(quota.metadata.namespace ?? '', subjectOf(quota), {
    code: 'quota/no-room-for-pods',
    strength: 0.75,
    statement: `${formatSubject(root)} lacks Pods and ${formatSubject(subjectOf(quota))} leaves no room for one: ${describeLine(quota, resource)}${single ? '' : `, while each Pod counts for more than is left of \`${resource}\``}`,
    evidence: [
      ...citeQuotaLine(quota, resource),
      ...(set ? [citeField(set, 'spec.replicas'), citeField(set, 'status.replicas')] : []),
      ...(single || !templateOf(carrier) ? [] : [citeField(carrier, `${templatePath(carrier)}.spec.containers`)]),
    ],
    affects: affected(roots, sets),
    since: parseTime(set?.metadata.creationTimestamp),
  });
}
