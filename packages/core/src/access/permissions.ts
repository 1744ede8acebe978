import type { Actor, Role, RoleBinding } from './actor.ts';
import { covers, isEmpty, type Place, type Scope, scopeOfBindings } from './scope.ts';

/** The closed list of what can be permitted. */
export const PERMISSIONS = [
  'incidents.read',
  'incidents.write',
  'approve',
  'users.manage',
  'tokens.manage',
  'audit.read',
  'jobs.manage',
  'maintenance.write',
  'signals.send',
] as const;

export type Permission = (typeof PERMISSIONS)[number];

const VIEWER: readonly Permission[] = ['incidents.read'];
const RESPONDER: readonly Permission[] = [...VIEWER, 'incidents.write', 'maintenance.write'];

/** What each role may do where it is bound. */
export const ROLE_PERMISSIONS: Readonly<Record<Role, readonly Permission[]>> = {
  viewer: VIEWER,
  responder: RESPONDER,
  approver: [...RESPONDER, 'approve'],
  admin: PERMISSIONS,
  sender: ['signals.send'],
};

// These reach beyond any namespace: who may create users could otherwise grant rights over places not their own.
const GLOBAL: ReadonlySet<Permission> = new Set(['users.manage', 'tokens.manage', 'jobs.manage']);

/** The answer of a decider: whether, and why in words a person may read. */
export interface Decision {
  readonly allowed: boolean;
  readonly reason: string;
}

/** Where an actor holds a permission; lists filter their rows by it. */
export function scopeOf(actor: Actor, permission: Permission): Scope {
  if (actor.mustChangePassword) return scopeOfBindings([]);
  return scopeOfBindings(actor.bindings.filter((binding) => grants(binding, permission)));
}

/**
 * Whether an actor may do something at a place. Without a place: whether anywhere at all, or everywhere for what
 * belongs to no place (users, tokens, jobs).
 */
export function allows(actor: Actor, permission: Permission, place?: Place): Decision {
  if (actor.mustChangePassword) return { allowed: false, reason: 'the password must be changed first' };
  const scope = scopeOf(actor, permission);
  if (isEmpty(scope)) return { allowed: false, reason: `no role of ${actor.name} permits ${permission}` };
  if (GLOBAL.has(permission) && !scope.everything)
    return { allowed: false, reason: `${permission} needs a role bound to every cluster and namespace` };
  if (place && !covers(scope, place))
    return { allowed: false, reason: `no role of ${actor.name} permits ${permission} in ${placeText(place)}` };
  return { allowed: true, reason: `a role of ${actor.name} permits ${permission}` };
}

function grants(binding: RoleBinding, permission: Permission): boolean {
  return ROLE_PERMISSIONS[binding.role].includes(permission);
}

function placeText({ cluster, namespaces }: Place): string {
  if (namespaces.length === 0) return `cluster ${cluster} outside its namespaces`;
  return `${namespaces.length === 1 ? 'namespace' : 'all of the namespaces'} ${namespaces.join(', ')} of cluster ${cluster}`;
}
