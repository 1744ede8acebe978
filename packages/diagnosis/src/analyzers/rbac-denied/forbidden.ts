import type { Account, AccessRequest } from '../../topology/rbac.ts';

/** An API call that RBAC refused, as the API server words it. */
export interface Forbidden {
  readonly account: Account;
  readonly request: AccessRequest;
}

// Quotes come bare, or escaped when the message was logged inside JSON or a quoted string.
const Q = String.raw`\\*"`;
const FORBIDDEN = new RegExp(
  String.raw`(?:([a-z][\w.-]*?)(?:\.[a-z][\w.-]*)? ${Q}([^"\\]+)${Q} )?is forbidden: User ${Q}system:serviceaccount:([^:"\\]+):([^"\\]+)${Q} cannot (\w+) resource ${Q}([^"\\]+)${Q}(?: in API group ${Q}([^"\\]*)${Q})?(?: in the namespace ${Q}([^"\\]+)${Q})?`,
);

/** Reads a refused call of a ServiceAccount from a line of text; null when it says something else. */
export function readForbidden(text: string): Forbidden | null {
  if (!text.includes('is forbidden: User')) return null;
  const match = FORBIDDEN.exec(text);
  const [, , name, namespace, account, verb, resource, apiGroup, scope] = match ?? [];
  if (!namespace || !account || !verb || !resource) return null;
  return {
    account: { namespace, name: account },
    request: {
      verb,
      resource,
      apiGroup: apiGroup ?? '',
      ...(scope ? { namespace: scope } : {}),
      ...(name ? { name } : {}),
    },
  };
}

/** What makes two refused calls the same fault: account, verb, resource and place. */
export function forbiddenKey({ account, request }: Forbidden): string {
  return [
    account.namespace,
    account.name,
    request.verb,
    request.apiGroup,
    request.resource,
    request.namespace ?? '',
  ].join(' ');
}
