import type { Evidence } from '@headwater/contracts/diagnosis/diagnosis.ts';
import type { ObjectOf } from '@headwater/contracts/kube/kinds.ts';
import { parseQuantity } from '@headwater/core/kube/quantity.ts';
import { citeField } from '../../evidence/cite.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { type Amounts, amountsOf } from '../../topology/scheduling-usage.ts';
import { claimCharge, type QuotaBreach, quotaBreaches, quotaLines } from '../../topology/quota.ts';
import { className } from '../../topology/storage.ts';
import { templateOwner } from './claims.ts';

export type Quota = ObjectOf<'ResourceQuota'>;

/** A quota that refuses a charge now, with the lines that do. */
export interface Refusing {
  readonly quota: Quota;
  readonly breaches: readonly QuotaBreach[];
}

/** The quotas of a namespace that would refuse a charge at this moment. */
export function refusingQuotas(snapshot: Snapshot, namespace: string, charge: Amounts): readonly Refusing[] {
  return snapshot.objects.list('ResourceQuota', namespace).flatMap((quota) => {
    // A scoped quota counts only some objects; whether it counts this one is not known before it exists.
    if ((quota.spec?.scopes ?? []).length > 0 || quota.spec?.['scopeSelector']) return [];
    const breaches = quotaBreaches(quota, charge);
    return breaches.length > 0 ? [{ quota, breaches }] : [];
  });
}

/** Cites the hard and used amounts of one line of a quota. */
export function citeQuotaLine(quota: Quota, resource: string): readonly Evidence[] {
  const step = /^\w+$/.test(resource) ? `.${resource}` : `['${resource}']`;
  const hard = quota.status?.hard?.[resource] === undefined ? `spec.hard${step}` : `status.hard${step}`;
  return [citeField(quota, hard), citeField(quota, `status.used${step}`)];
}

/** The amounts of one line as they are written. */
export function writtenLine(quota: Quota, resource: string): { hard: string; used: string } {
  const hard = quota.status?.hard?.[resource] ?? quota.spec?.hard?.[resource];
  return { hard: String(hard ?? '(not set)'), used: String(quota.status?.used?.[resource] ?? '(not set)') };
}

/** A claim that does not exist and could not be created now. */
export interface RefusedClaim extends Refusing {
  /** What the size was taken from; null when no size is needed. */
  readonly sizeOf: Evidence | null;
  readonly storage: string | null;
}

/**
 * The quota that keeps an absent claim from being created, or null. Its size comes from the StatefulSet's template, or from a
 * free volume that waits for it; without a size only counts and exhausted storage decide.
 */
export function refusedClaim(snapshot: Snapshot, namespace: string, name: string): RefusedClaim | null {
  if (snapshot.objects.list('ResourceQuota', namespace).length === 0) return null;
  for (const size of claimSizes(snapshot, namespace, name)) {
    const [refusing] = refusingQuotas(snapshot, namespace, claimCharge(size.bytes, size.storageClass));
    if (refusing)
      return {
        ...refusing,
        sizeOf: needsSize(refusing) ? size.evidence : null,
        storage: needsSize(refusing) ? size.text : null,
      };
  }
  return null;
}

interface ClaimSize {
  readonly bytes: number | null;
  readonly text: string | null;
  readonly storageClass: string | undefined;
  readonly evidence: Evidence | null;
}

// No provisioner makes less, and it is well above the tolerance with which quotas are added up.
const LEAST: ClaimSize = { bytes: 2 ** 20, text: null, storageClass: undefined, evidence: null };

function claimSizes(snapshot: Snapshot, namespace: string, name: string): readonly ClaimSize[] {
  const set = templateOwner(snapshot, namespace, name);
  const template = set?.spec?.volumeClaimTemplates?.find(({ metadata }) =>
    name.startsWith(`${metadata?.name ?? ''}-${set.metadata.name}-`),
  );
  const request = template?.spec?.resources?.requests?.['storage'];
  if (set && request !== undefined) {
    const position = set.spec?.volumeClaimTemplates?.indexOf(template ?? {}) ?? 0;
    const evidence = citeField(set, `spec.volumeClaimTemplates[${position}].spec.resources.requests.storage`);
    return [
      {
        bytes: parseQuantity(request),
        text: String(request),
        storageClass: template?.spec?.storageClassName ?? undefined,
        evidence,
      },
    ];
  }
  // A volume made by hand and still free was made for a claim of its size.
  const waiting = snapshot.objects
    .list('PersistentVolume')
    .filter((volume) => (volume.status?.phase ?? 'Available') === 'Available' && !volume.spec?.claimRef?.name);
  return [
    ...waiting.map((volume) => ({
      bytes: amountsOf(volume.spec?.capacity).get('storage') ?? null,
      text: String(volume.spec?.capacity?.['storage'] ?? ''),
      storageClass: className(volume),
      evidence: citeField(volume, 'spec.capacity.storage'),
    })),
    // The least claim stands for any size: it only fits while something is left.
    LEAST,
  ];
}

function needsSize({ quota, breaches }: Refusing): boolean {
  const full = quotaLines(quota)
    .filter(({ hard, used }) => used !== null && used >= hard)
    .map(({ resource }) => resource);
  return breaches.every(({ resource }) => resource.endsWith('requests.storage') && !full.includes(resource));
}
