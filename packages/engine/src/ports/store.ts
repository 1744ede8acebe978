import type { JobSender } from './jobs.ts';
import type { DiagnosesRepository } from './store/diagnoses.ts';
import type { EvidenceRepository } from './store/evidence.ts';

/** Everything the server keeps, by group; each group has its interface in `store/<group>.ts`. */
export interface Repositories {
  readonly diagnoses: DiagnosesRepository;
  readonly evidence: EvidenceRepository;
  readonly jobs: JobSender;
}

/** The database. Its errors are AppError: `unavailable` when it cannot be reached, `conflict` when a constraint refused. */
export interface Store extends Repositories {
  /**
   * Runs the work in one transaction, again from the start when the database asks for it (serialization, deadlock):
   * the work must have no effect outside the `tx` it is given.
   */
  transaction<T>(work: (tx: Repositories) => Promise<T>): Promise<T>;
}
