import type { Diagnosis } from '@headwater/contracts/diagnosis/diagnosis.ts';
import type { SourceName, SourceState } from '@headwater/contracts/recording/manifest.ts';
import type { Millis } from '@headwater/core/time.ts';
import type { Alert, KindCoverage } from '@headwater/diagnosis/snapshot/input.ts';
import type { Clusters } from '../ports/clusters.ts';
import { type AnalysisRuntime, analyse } from './analyse.ts';
import { collectIncident } from './collect-incident.ts';

export interface AlertToAnalyze {
  readonly cluster: string;
  readonly alert: Alert;
  readonly now: Millis;
  readonly signal: AbortSignal;
}

/** One alert analysed, as plain data that may cross to another thread. */
export interface AnalyzedAlert {
  readonly diagnosis: Diagnosis;
  readonly sources: Readonly<Partial<Record<SourceName, SourceState>>>;
  /** Kinds by whether they could be read. */
  readonly coverage: readonly KindCoverage[];
}

/** Diagnoses one alert on the spot; nothing is kept. */
export async function analyzeAlert(
  { cluster, alert, now, signal }: AlertToAnalyze,
  { clusters, runtime }: { readonly clusters: Clusters; readonly runtime: AnalysisRuntime },
): Promise<AnalyzedAlert> {
  const namespace = alert.labels['namespace'];
  const namespaces = namespace ? [namespace] : [];
  const input = await collectIncident(clusters, { cluster, namespaces, alerts: [alert], now, signal });
  const { diagnosis } = await analyse(input, runtime, signal);
  return { diagnosis, sources: input.sources, coverage: input.coverage };
}
