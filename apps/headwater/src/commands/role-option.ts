import { type Role, type RoleBinding, ROLES } from '@headwater/core/access/actor.ts';
import { nearMiss } from '@headwater/core/near-miss.ts';
import { InvalidArgumentError } from 'commander';

/** Parses `role`, `role@cluster` or `role@cluster/namespace`. */
export function parseRole(text: string): RoleBinding {
  const [, role = '', cluster = '*', namespace = '*'] = /^([^@]*)(?:@([^/]+)(?:\/(.+))?)?$/.exec(text) ?? [];
  return { role: parseRoleName(role), cluster, namespace };
}

/** Parses a role's name; a mistyped one is answered with the nearest. */
export function parseRoleName(text: string): Role {
  const role = ROLES.find((one) => one === text);
  if (role) return role;
  const near = nearMiss(text, ROLES);
  const hint = near ? `; did you mean ${near}?` : '';
  throw new InvalidArgumentError(
    `expected one of ${ROLES.join(', ')}, as role, role@cluster or role@cluster/namespace${hint}`,
  );
}

/** Collects a repeated `--role`. */
export function collectRole(text: string, before: readonly RoleBinding[] = []): readonly RoleBinding[] {
  return [...before, parseRole(text)];
}

/** A binding as it is typed. */
export function roleText({ role, cluster, namespace }: RoleBinding): string {
  if (cluster === '*' && namespace === '*') return role;
  return namespace === '*' ? `${role}@${cluster}` : `${role}@${cluster}/${namespace}`;
}
