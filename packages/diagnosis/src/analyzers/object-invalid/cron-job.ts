import type { ObjectOf } from '@headwater/contracts/kube/kinds.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { parseCron, zoneOffset } from '../_shared/cron-schedule.ts';
import { type Defect, tooLow } from './defect.ts';

/** What the CronJob controller cannot work with: schedule, time zone, starting deadline. */
export function checkCronJob(snapshot: Snapshot, cron: ObjectOf<'CronJob'>): readonly Defect[] {
  const { schedule, timeZone, startingDeadlineSeconds } = cron.spec ?? {};
  const defects: Defect[] = [];
  const fault = schedule == null ? undefined : parseCron(schedule).fault;
  if (fault) {
    const says = `the schedule \`${schedule}\` cannot be understood, ${fault}`;
    defects.push({ object: cron, code: 'object/schedule', says, paths: ['spec.schedule'] });
  }
  if (timeZone != null && zoneOffset(timeZone, snapshot.now) === null) {
    const says = `no time zone is called \`${timeZone}\``;
    defects.push({ object: cron, code: 'object/schedule', says, paths: ['spec.timeZone', 'spec.schedule'] });
  }
  return [...defects, ...tooLow(cron, 'spec.startingDeadlineSeconds', { value: startingDeadlineSeconds, least: 0 })];
}
