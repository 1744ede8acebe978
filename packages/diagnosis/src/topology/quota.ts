import type { ObjectOf } from '@headwater/contracts/kube/kinds.ts';
import type { PodSpec } from '@headwater/contracts/kube/pod.ts';
import { parseQuantity } from '@headwater/core/kube/quantity.ts';
import { perObject } from '../snapshot/per-object.ts';
import { type Amounts, amountsOf, podRequests } from './scheduling-usage.ts';

/** One resource a ResourceQuota limits; amounts in base units. */
export interface QuotaLine {
  readonly resource: string;
  readonly hard: number;
  /** Null when the status does not say. */
  readonly used: number | null;
}

/** The lines of a quota, from its status, else from its spec. */
export const quotaLines = perObject((quota: ObjectOf<'ResourceQuota'>): readonly QuotaLine[] => {
  const hard = amountsOf(quota.status?.hard ?? quota.spec?.hard);
  const used = amountsOf(quota.status?.used);
  return [...hard].map(([resource, amount]) => ({ resource, hard: amount, used: used.get(resource) ?? null }));
});

/** A charge that a quota does not allow now. */
export interface QuotaBreach extends QuotaLine {
  readonly requested: number;
}

/** Which lines of a quota refuse a charge: used plus requested would exceed hard. */
export function quotaBreaches(quota: ObjectOf<'ResourceQuota'>, charge: Amounts): readonly QuotaBreach[] {
  return quotaLines(quota).flatMap((line) => {
    const requested = charge.get(line.resource) ?? 0;
    if (requested <= 0) return [];
    // Decimal sums drift; a billionth of the limit is no breach.
    return (line.used ?? 0) + requested > line.hard * (1 + 1e-9) ? [{ ...line, requested }] : [];
  });
}

/** What one Pod charges to a quota. */
export function podCharge(spec: PodSpec | null | undefined): Amounts {
  const charge = new Map<string, number>([
    ['pods', 1],
    ['count/pods', 1],
  ]);
  for (const [name, amount] of podRequests(spec)) {
    charge.set(`requests.${name}`, amount);
    if (['cpu', 'memory', 'ephemeral-storage'].includes(name)) charge.set(name, amount);
  }
  for (const container of spec?.containers ?? []) {
    for (const [name, amount] of amountsOf(container.resources?.limits))
      charge.set(`limits.${name}`, (charge.get(`limits.${name}`) ?? 0) + amount);
  }
  return charge;
}

/** What one Service of a type charges to a quota. */
export function serviceCharge(type = 'ClusterIP'): Amounts {
  const charge = new Map([
    ['services', 1],
    ['count/services', 1],
  ]);
  if (type === 'LoadBalancer') charge.set('services.loadbalancers', 1);
  if (type === 'LoadBalancer' || type === 'NodePort') charge.set('services.nodeports', 1);
  return charge;
}

/** What one PersistentVolumeClaim charges to a quota; the size in bytes when it is known. */
export function claimCharge(storage: number | null, storageClass?: string | null): Amounts {
  const charge = new Map([
    ['persistentvolumeclaims', 1],
    ['count/persistentvolumeclaims', 1],
  ]);
  const prefix = storageClass ? `${storageClass}.storageclass.storage.k8s.io/` : null;
  if (prefix) charge.set(`${prefix}persistentvolumeclaims`, 1);
  if (storage !== null) charge.set('requests.storage', storage);
  if (prefix && storage !== null) charge.set(`${prefix}requests.storage`, storage);
  return charge;
}

/** What the API server said when a quota refused an object; amounts as it wrote them. */
export interface QuotaRefusal {
  readonly quota: string;
  /** Plural resource and name of the refused object, when said: `pods`, `web-1`. */
  readonly resource: string | null;
  readonly name: string | null;
  readonly amounts: readonly {
    readonly resource: string;
    readonly requested: string;
    readonly used: string;
    readonly limited: string;
  }[];
}

const LIST = String.raw`((?:[\w./-]+=[^,\s]+(?:,\s?)?)+)`;
const EXCEEDED = new RegExp(
  String.raw`exceeded quota: ([\w.-]+), requested: ${LIST},? used: ${LIST},? limited: ${LIST}`,
  'i',
);
const REFUSED = /([a-z][a-z.]*) "([^"]*)" is forbidden/i;

/** Reads `exceeded quota: NAME, requested: …, used: …, limited: …` from a message; null when it says something else. */
export function parseQuotaRefusal(message: string): QuotaRefusal | null {
  const match = EXCEEDED.exec(message);
  if (!match?.[1]) return null;
  const [requested, used, limited] = [pairs(match[2]), pairs(match[3]), pairs(match[4])];
  const refused = REFUSED.exec(message);
  return {
    quota: match[1],
    resource: refused?.[1] ?? null,
    name: refused?.[2] ?? null,
    amounts: [...requested].map(([resource, amount]) => ({
      resource,
      requested: amount,
      used: used.get(resource) ?? '',
      limited: limited.get(resource) ?? '',
    })),
  };
}

/** What a quota demands of every Pod and this one lacks. */
export interface QuotaDemand {
  readonly quota: string;
  /** Resources with the containers that lack them; no containers when the message names none. */
  readonly missing: readonly { readonly resource: string; readonly containers: readonly string[] }[];
}

/** Reads `failed quota: NAME: must specify limits.cpu for: app; …` from a message; null when it says something else. */
export function parseQuotaDemand(message: string): QuotaDemand | null {
  const match = /failed quota: ([\w.-]+): must specify (.+)$/is.exec(message);
  if (!match?.[1] || !match[2]) return null;
  const missing = match[2].split(/[;\n]/).flatMap((part) => {
    const [resources = '', containers = ''] = part.split(/\s+for:\s*/);
    return resources
      .split(',')
      .map((text) => text.trim())
      .filter((text) => /^[\w./-]+$/.test(text))
      .map((resource) => ({
        resource,
        containers: containers
          .split(',')
          .map((text) => text.trim())
          .filter(Boolean),
      }));
  });
  return { quota: match[1], missing };
}

/** Whether a quota refusal would happen again with the quota as it stands; true when the quota was not read. */
export function stillRefuses(quota: ObjectOf<'ResourceQuota'> | undefined, refusal: QuotaRefusal): boolean {
  if (!quota) return true;
  const charge = new Map(refusal.amounts.map(({ resource, requested }) => [resource, parseQuantity(requested) ?? 0]));
  return quotaBreaches(quota, charge).length > 0;
}

function pairs(text: string | undefined): ReadonlyMap<string, string> {
  return new Map(
    (text ?? '').split(',').flatMap((part) => {
      const [key, value] = part.trim().split('=');
      return key && value ? [[key, value] as const] : [];
    }),
  );
}
