import type { Kind } from './kinds.ts';
import { actionSettings } from './settings/actions.ts';
import { authSettings } from './settings/auth.ts';
import { diagnosisSettings } from './settings/diagnosis.ts';
import { incidentSettings } from './settings/incidents.ts';
import { intakeSettings } from './settings/intake.ts';
import { journalSettings } from './settings/journal.ts';
import { kubernetesSettings } from './settings/kubernetes.ts';
import { notifySettings } from './settings/notify.ts';
import { retentionSettings } from './settings/retention.ts';
import { serverSettings } from './settings/server.ts';
import { storeSettings } from './settings/store.ts';
import { telemetrySettings } from './settings/telemetry.ts';

/**
 * Every setting there is, by group and name; `group.name` is its key in the configuration file. Each area has its rows in
 * its own file below `settings/`.
 */
export const SETTINGS = {
  server: serverSettings,
  auth: authSettings,
  intake: intakeSettings,
  incidents: incidentSettings,
  store: storeSettings,
  retention: retentionSettings,
  kubernetes: kubernetesSettings,
  journal: journalSettings,
  telemetry: telemetrySettings,
  diagnosis: diagnosisSettings,
  notify: notifySettings,
  actions: actionSettings,
};

type ValueOf<S> = S extends { readonly kind: Kind<infer T> }
  ? S extends { readonly default: T }
    ? T
    : T | undefined
  : never;

type GroupOf<G> = { readonly [Name in keyof G]: ValueOf<G[Name]> };

/** The configuration of a process, every value parsed. */
export type Settings = { readonly [Group in keyof typeof SETTINGS]: GroupOf<(typeof SETTINGS)[Group]> };
