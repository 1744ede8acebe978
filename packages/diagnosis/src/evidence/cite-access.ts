import type { Evidence } from '@headwater/contracts/diagnosis/diagnosis.ts';
import { subjectOf } from '../snapshot/objects.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import { formatSubject } from '@headwater/core/subject.ts';
import { type AccessAnswer, type AccessRequest, type Account, accessOf, type NearGrant } from '../topology/rbac.ts';
import { oneLine } from './evidence.ts';

/** Cites whether RBAC lets a ServiceAccount do something, and what comes nearest to granting it. */
export function citeAccess(snapshot: Snapshot, account: Account, request: AccessRequest): Evidence {
  const answer = accessOf(snapshot.objects).can(account, request);
  return {
    kind: 'selection',
    source: 'kubernetes',
    subject: { apiVersion: 'v1', kind: 'ServiceAccount', namespace: account.namespace, name: account.name },
    text: oneLine(
      `ServiceAccount ${account.namespace}/${account.name} ${verdict(answer)} ${formatRequest(request)}${nearest(answer)}`,
    ),
    query: `access:${JSON.stringify([account.namespace, account.name, request.verb, request.apiGroup, request.resource, request.namespace ?? null, request.name ?? null])}`,
    redacted: false,
  };
}

/** Reads an access citation again by its locator; null when the locator is not one. */
export function rereadAccess(snapshot: Snapshot, locator: string): Evidence | null {
  const parts = parseLocator(locator);
  if (!parts) return null;
  const [namespace, name, verb, apiGroup, resource, scope, object] = parts;
  if (namespace == null || name == null || verb == null || apiGroup == null || resource == null) return null;
  const request: AccessRequest = { verb, apiGroup, resource, namespace: scope ?? undefined, name: object ?? undefined };
  return citeAccess(snapshot, { namespace, name }, request);
}

/** A request as people say it: `list pods in namespace shop`. */
export function formatRequest({ verb, apiGroup, resource, name, namespace }: AccessRequest): string {
  const what = `${resource}${apiGroup ? `.${apiGroup}` : ''}${name ? ` ${name}` : ''}`;
  return `${verb} ${what} ${namespace ? `in namespace ${namespace}` : 'at cluster scope'}`;
}

/** What a near grant says, in one clause. */
export function describeNear({ kind, binding, role, detail }: NearGrant): string {
  const bound = binding ? formatSubject(subjectOf(binding)) : '';
  const by = role ? formatSubject(subjectOf(role)) : '';
  switch (kind) {
    case 'role-missing':
      return `${bound} refers to ${detail}, which does not exist`;
    case 'rule-missing':
      return `${bound} binds ${by}, which allows ${detail || 'nothing'} there`;
    case 'other-namespace':
      return `${bound} grants it in namespace ${detail} only`;
    case 'other-account':
      return `${bound} grants it to ServiceAccount ${detail}`;
    default:
      return `${by} would grant it and nothing binds it to this account`;
  }
}

function verdict(answer: AccessAnswer): string {
  if (answer.allowed === true) return 'may';
  return answer.allowed === false ? 'may not' : 'is not shown to have permission to';
}

function nearest(answer: AccessAnswer): string {
  if (answer.allowed === true) return `; granted by ${formatSubject(subjectOf(answer.by))}`;
  const near = answer.near.slice(0, 2).map(describeNear);
  return near.length === 0 ? '; no binding comes near' : `; ${near.join('; ')}`;
}

function parseLocator(locator: string): readonly (string | null)[] | null {
  try {
    const value: unknown = JSON.parse(locator);
    return Array.isArray(value) && value.every((item) => item === null || typeof item === 'string') ? value : null;
  } catch {
    return null;
  }
}
