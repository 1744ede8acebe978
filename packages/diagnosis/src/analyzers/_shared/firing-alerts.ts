import type { Subject } from '@headwater/core/subject.ts';
import { alertedSubjects } from '../../metrics/incident-onset.ts';
import { placeOf } from '../../metrics/label-subjects.ts';
import { namesOf } from '../../metrics/names.ts';
import type { Alert } from '../../snapshot/input.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';

/** Firing alerts whose name fits; an alert that fires is a statement of Prometheus about the present. */
export function firingAlerts(snapshot: Snapshot, name: RegExp): readonly Alert[] {
  return snapshot.alerts.filter(({ status, labels }) => status === 'firing' && name.test(labels['alertname'] ?? ''));
}

/** The Node an alert is about; null when its labels name none that is known. */
export function alertedNode(snapshot: Snapshot, alert: Alert): Subject | null {
  const place = placeOf(alert.labels, 'node', namesOf(snapshot));
  return place && snapshot.objects.find(place.subject) ? place.subject : null;
}

/** The workload (or other object) an alert is about; null when its labels name none. */
export function alertedWorkload(snapshot: Snapshot, alert: Alert): Subject | null {
  return alertedSubjects(snapshot, alert).find(({ kind }) => kind !== 'Node' && kind !== 'Pod') ?? null;
}
