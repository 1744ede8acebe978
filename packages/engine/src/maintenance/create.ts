import { allows } from '@headwater/core/access/permissions.ts';
import { EVERYWHERE } from '@headwater/core/access/actor.ts';
import { AppError } from '@headwater/core/errors.ts';
import { decideMaintenance, maintenanceReach } from '@headwater/core/grouping/maintenance.ts';
import type { LabelMatcher } from '@headwater/core/grouping/matchers.ts';
import type { Millis } from '@headwater/core/time.ts';
import type { VerbContext } from '../context.ts';
import { audit } from '../people/audit.ts';
import type { Maintenance } from '../ports/store/maintenance.ts';

export interface MaintenanceInput {
  readonly matchers: readonly LabelMatcher[];
  /** Now when left out. */
  readonly startsAt?: Millis | undefined;
  readonly endsAt: Millis;
  readonly comment: string;
}

/** Plans a maintenance: while it runs, alerts that match are kept and shown but open no incident. */
export async function createMaintenance(ctx: VerbContext, input: MaintenanceInput): Promise<Maintenance> {
  const reach = maintenanceReach(input.matchers);
  const place = { cluster: reach.cluster ?? EVERYWHERE, namespaces: reach.namespaces };
  const permission = allows(ctx.actor, 'maintenance.write', place);
  if (!permission.allowed)
    throw new AppError(
      'forbidden',
      `${permission.reason}; matchers namespace="..." and cluster="..." narrow a maintenance`,
    );
  const now = ctx.now();
  const startsAt = input.startsAt ?? now;
  const decision = decideMaintenance({ matchers: input.matchers, startsAt, endsAt: input.endsAt }, now);
  if (!decision.allowed) throw new AppError('invalid', decision.reason);
  const maintenance: Maintenance = {
    id: ctx.newId('mnt'),
    ...reach,
    matchers: input.matchers,
    startsAt,
    endsAt: input.endsAt,
    comment: input.comment,
    createdBy: ctx.actor.name,
    createdAt: now,
    endedAt: null,
    endedBy: null,
  };
  await ctx.store.transaction(async (tx) => {
    await tx.maintenance.insert(maintenance);
    const { id: targetId, cluster, namespaces } = maintenance;
    const written = { action: 'maintenance.create', targetKind: 'maintenance', targetId, cluster, namespaces };
    await audit.append(tx, ctx, { ...written, after: maintenance });
  });
  return maintenance;
}
