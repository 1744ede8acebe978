import type { ObjectOf } from '@headwater/contracts/kube/kinds.ts';
import { subjectKey } from '@headwater/core/subject.ts';
import { type ObjectIndex, subjectOf } from '../snapshot/objects.ts';

/** A RoleBinding or a ClusterRoleBinding; both have one shape, as their roles have. */
export type Binding = ObjectOf<'RoleBinding'>;
type Role = ObjectOf<'Role'>;
type Rule = NonNullable<Role['rules']>[number];

/** A ServiceAccount by namespace and name. */
export interface Account {
  readonly namespace: string;
  readonly name: string;
}

/** One question to RBAC. `resource` may carry a subresource: `pods/log`. */
export interface AccessRequest {
  readonly verb: string;
  readonly apiGroup: string;
  readonly resource: string;
  readonly name?: string | undefined;
  /** Absent for cluster-scoped resources and for every namespace. */
  readonly namespace?: string | undefined;
}

/** Why a binding comes close to granting what is missing. */
export interface NearGrant {
  readonly kind: 'role-missing' | 'rule-missing' | 'other-account' | 'other-namespace' | 'unbound-role';
  /** The binding that nearly grants; absent for a role nothing binds to the account. */
  readonly binding?: Binding;
  readonly role?: Role;
  /** The role a binding refers to although it does not exist, or the verbs a role grants on the resource. */
  readonly detail: string;
}

export type AccessAnswer =
  | { readonly allowed: true; readonly by: Binding }
  /** `unknown` when the kinds that could grant it were not read. */
  | { readonly allowed: false | 'unknown'; readonly near: readonly NearGrant[] };

export interface Access {
  can(account: Account, request: AccessRequest): AccessAnswer;
}

const views = new WeakMap<ObjectIndex, Access>();

/** The RBAC view of a snapshot's objects, built when first asked for. */
export function accessOf(objects: ObjectIndex): Access {
  const known = views.get(objects);
  if (known) return known;
  const view = accessView(objects);
  views.set(objects, view);
  return view;
}

/** Prepares RBAC evaluation: bindings by the identities they name. */
export function accessView(objects: ObjectIndex): Access {
  const bindings: readonly Binding[] = [...objects.list('ClusterRoleBinding'), ...objects.list('RoleBinding')];
  const byIdentity = new Map<string, Binding[]>();
  for (const binding of bindings) {
    for (const identity of identitiesNamed(binding)) {
      const list = byIdentity.get(identity);
      if (list) list.push(binding);
      else byIdentity.set(identity, [binding]);
    }
  }
  return {
    can: (account, request) => {
      const own = [...new Set(identitiesOf(account).flatMap((identity) => byIdentity.get(identity) ?? []))];
      const inScope = own.filter((binding) => isInScope(binding, request));
      const by = inScope.find((binding) => grants(roleOf(objects, binding), request));
      if (by) return { allowed: true, by };
      const near = nearGrants({ objects, bindings, own, account, request });
      return { allowed: everythingRead(objects, request) ? false : 'unknown', near };
    },
  };
}

/** The role a binding refers to, when it exists. */
export function roleOf(objects: ObjectIndex, binding: Binding): Role | undefined {
  const { kind, name } = binding.roleRef ?? {};
  if (!name) return undefined;
  return kind === 'Role'
    ? objects.get('Role', binding.metadata.namespace, name)
    : objects.get('ClusterRole', null, name);
}

/** Whether a role's rules grant a request. */
export function grants(role: Role | undefined, request: AccessRequest): boolean {
  return (role?.rules ?? []).some((rule) => ruleCovers(rule, request) && has(rule.verbs, request.verb));
}

function ruleCovers(rule: Rule, { apiGroup, resource, name }: AccessRequest): boolean {
  if (!has(rule.apiGroups, apiGroup) || !coversResource(rule.resources ?? [], resource)) return false;
  const names = rule.resourceNames ?? [];
  return names.length === 0 || (name !== undefined && names.includes(name));
}

function coversResource(resources: readonly string[], wanted: string): boolean {
  if (resources.includes('*') || resources.includes(wanted)) return true;
  const slash = wanted.indexOf('/');
  return slash > 0 && resources.includes(`*${wanted.slice(slash)}`);
}

function has(values: readonly string[] | null | undefined, wanted: string): boolean {
  return (values ?? []).some((value) => value === '*' || value === wanted);
}

// A RoleBinding grants only inside its own namespace, whatever role it refers to.
function isInScope(binding: Binding, request: AccessRequest): boolean {
  return (
    binding.kind === 'ClusterRoleBinding' ||
    (request.namespace !== undefined && binding.metadata.namespace === request.namespace)
  );
}

function identitiesNamed(binding: Binding): readonly string[] {
  return (binding.subjects ?? []).flatMap(({ kind, name, namespace }) => {
    if (!name) return [];
    if (kind === 'ServiceAccount')
      return [`User/system:serviceaccount:${namespace ?? binding.metadata.namespace ?? ''}:${name}`];
    return [`${kind}/${name}`];
  });
}

function identitiesOf({ namespace, name }: Account): readonly string[] {
  return [
    `User/system:serviceaccount:${namespace}:${name}`,
    `Group/system:serviceaccounts:${namespace}`,
    'Group/system:serviceaccounts',
    'Group/system:authenticated',
  ];
}

interface NearQuestion {
  readonly objects: ObjectIndex;
  readonly bindings: readonly Binding[];
  readonly own: readonly Binding[];
  readonly account: Account;
  readonly request: AccessRequest;
}

// Nearest first: a binding of this very account beats one of a namesake, and that beats a role nobody bound.
function nearGrants({ objects, bindings, own, account, request }: NearQuestion): readonly NearGrant[] {
  const near: NearGrant[] = [];
  const direct = own.filter((binding) =>
    (binding.subjects ?? []).some(({ kind, name }) => kind === 'ServiceAccount' && name === account.name),
  );
  for (const binding of direct) {
    const role = roleOf(objects, binding);
    const ref = binding.roleRef;
    const known =
      ref?.kind === 'Role'
        ? objects.existence('Role', binding.metadata.namespace, ref.name ?? '')
        : objects.existence('ClusterRole', null, ref?.name ?? '');
    if (!role && known === 'absent')
      near.push({ kind: 'role-missing', binding, detail: `${ref?.kind ?? ''} ${ref?.name ?? ''}` });
    else if (role && grants(role, request))
      near.push({ kind: 'other-namespace', binding, role, detail: binding.metadata.namespace ?? '' });
    else if (role && isInScope(binding, request))
      near.push({ kind: 'rule-missing', binding, role, detail: verbsOn(role, request).join(', ') });
  }
  const ownKeys = new Set(own.map((binding) => subjectKey(subjectOf(binding))));
  for (const binding of bindings) {
    if (ownKeys.has(subjectKey(subjectOf(binding))) || !isInScope(binding, request)) continue;
    const role = roleOf(objects, binding);
    const other = (binding.subjects ?? []).find(({ kind, name, namespace }) =>
      isNamesake({ kind, name, namespace }, account),
    );
    if (role && other && grants(role, request))
      near.push({ kind: 'other-account', binding, role, detail: `${other.namespace ?? ''}/${other.name ?? ''}` });
  }
  near.sort((left, right) => Number(isOther(left, account)) - Number(isOther(right, account)));
  if (near.length === 0) near.push(...unboundRoles(objects, account, request));
  return near;
}

function isOther({ kind, detail }: NearGrant, account: Account): boolean {
  return kind === 'other-account' && !detail.endsWith(`/${account.name}`);
}

interface BindingSubject {
  readonly kind?: string | null | undefined;
  readonly name?: string | null | undefined;
  readonly namespace?: string | null | undefined;
}

// The typical slips: the right name in the wrong namespace, or another account of the namespace.
function isNamesake({ kind, name, namespace }: BindingSubject, account: Account): boolean {
  return kind === 'ServiceAccount' && (name === account.name || namespace === account.namespace);
}

function unboundRoles(objects: ObjectIndex, account: Account, request: AccessRequest): NearGrant[] {
  const namespace = request.namespace ?? account.namespace;
  const role = objects.list('Role', namespace).find((candidate) => grants(candidate, request));
  return role && request.namespace ? [{ kind: 'unbound-role', role, detail: role.metadata.name }] : [];
}

function verbsOn(role: Role, request: AccessRequest): readonly string[] {
  return [
    ...new Set((role.rules ?? []).filter((rule) => ruleCovers(rule, request)).flatMap((rule) => rule.verbs ?? [])),
  ].sort();
}

function everythingRead(objects: ObjectIndex, request: AccessRequest): boolean {
  const cluster = objects.knows('ClusterRoleBinding') && objects.knows('ClusterRole');
  if (request.namespace === undefined) return cluster;
  return cluster && objects.knows('RoleBinding', request.namespace) && objects.knows('Role', request.namespace);
}
