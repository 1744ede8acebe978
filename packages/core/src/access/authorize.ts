import { AppError } from '../errors.ts';
import type { Actor } from './actor.ts';
import { allows, type Permission } from './permissions.ts';
import type { Place } from './scope.ts';

/** What an actor wants to act on; `label` names it in the answer, such as `incident inc_01`. */
export interface Target extends Place {
  readonly label: string;
}

/**
 * Throws unless the actor may: `not_found` when they may not even see the target, so that a stranger learns nothing of
 * what exists; `forbidden` when they see it but lack the permission.
 */
export function authorize(actor: Actor, permission: Permission, target?: Target): void {
  const decision = allows(actor, permission, target);
  if (decision.allowed) return;
  if (target && !actor.mustChangePassword && !allows(actor, 'incidents.read', target).allowed)
    throw new AppError('not_found', `no ${target.label}`);
  throw new AppError('forbidden', decision.reason, { details: { permission } });
}
