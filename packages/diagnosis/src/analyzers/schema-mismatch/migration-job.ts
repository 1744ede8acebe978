import { type Millis, MINUTE, parseTime } from '@headwater/core/time.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { type Job, hasEnded, startOf } from '../_shared/jobs.ts';

const MIGRATES = /migrat|flyway|liquibase|alembic|goose|sqitch|db-?(?:upgrade|schema)|schema-?(?:up|change|sync)/i;
const SOON = 30 * MINUTE;
// Lines are stamped by other clocks than Jobs.
const SLACK = 2 * MINUTE;

/** The last migration of a namespace's data that ran shortly before a time. */
export function migrationBefore(snapshot: Snapshot, namespace: string, since: Millis | null): Job | undefined {
  const time = since ?? snapshot.now;
  return snapshot.objects
    .list('Job', namespace)
    .filter((job) => hasEnded(job) && isMigration(job))
    .filter((job) => {
      const at = parseTime(job.status?.completionTime) ?? startOf(job);
      return at <= time + SLACK && at >= time - SOON;
    })
    .sort((left, right) => startOf(left) - startOf(right))
    .at(-1);
}

function isMigration({ metadata, spec }: Job): boolean {
  const containers = spec?.template?.spec?.containers ?? [];
  return [
    metadata.name,
    ...containers.flatMap(({ name, image, command, args }) => [name, image, ...(command ?? []), ...(args ?? [])]),
  ].some((text) => MIGRATES.test(text ?? ''));
}
