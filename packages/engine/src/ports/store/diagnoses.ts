import type { DiagnosisDelta, DiagnosisPhase } from '@headwater/contracts/diagnosis/delta.ts';
import type { Diagnosis } from '@headwater/contracts/diagnosis/diagnosis.ts';
import type { Millis } from '@headwater/core/time.ts';
import type { Alert } from '@headwater/diagnosis/snapshot/input.ts';

/** One analysis of an incident, without its body. */
export interface DiagnosisHead {
  readonly id: string;
  readonly incidentId: string;
  /** Counts from 1 within the incident. */
  readonly revision: number;
  readonly phase: DiagnosisPhase;
  readonly verdict: Diagnosis['verdict'];
  readonly summary: string;
  /** Name of the person who asked for it; null when a change of alerts did. */
  readonly requestedBy: string | null;
  readonly milliseconds: number;
  readonly createdAt: Millis;
}

export interface DiagnosisRow extends DiagnosisHead {
  readonly inputHash: string;
  readonly body: Diagnosis;
  /** Against the analysis before it: of a resolved incident against the last while it fired. */
  readonly delta: DiagnosisDelta | null;
}

/** An incident as its diagnosis needs it. */
export interface DiagnosedIncident {
  readonly id: string;
  readonly cluster: string;
  readonly namespaces: readonly string[];
  readonly title: string;
  readonly titleBy: 'alerts' | 'diagnosis' | 'person';
  readonly mergedInto: string | null;
  readonly diagnosisState: 'pending' | 'running' | 'done' | 'failed';
  readonly version: number;
}

/** What a diagnosis says on the incident itself. */
export interface DiagnosisOnIncident {
  readonly diagnosisId: string;
  readonly verdict: Diagnosis['verdict'];
  readonly cause: string | null;
  readonly causeCategory: string | null;
  readonly confidence: string | null;
  readonly analysisSummary: string;
  /** Null keeps the title. */
  readonly title: string | null;
  readonly at: Millis;
}

/** Keeps analyses and what they leave on their incident. */
export interface DiagnosesRepository {
  insert(row: DiagnosisRow): Promise<void>;
  /** The latest analysis, of one phase when given. */
  newest(incidentId: string, phase?: DiagnosisPhase): Promise<DiagnosisRow | null>;
  at(incidentId: string, revision: number): Promise<DiagnosisRow | null>;
  /** Newest first. */
  list(incidentId: string): Promise<readonly DiagnosisHead[]>;
  incident(incidentId: string): Promise<DiagnosedIncident | null>;
  /** As `incident`, holding its row until the transaction ends. */
  lockIncident(incidentId: string): Promise<DiagnosedIncident | null>;
  /** The latest episode of each alert of the incident, oldest first. */
  alerts(incidentId: string): Promise<readonly Alert[]>;
  /** Writes the outcome on the incident and raises its version. */
  putOnIncident(incidentId: string, outcome: DiagnosisOnIncident): Promise<void>;
  setState(incidentId: string, state: DiagnosedIncident['diagnosisState']): Promise<void>;
}
