import type { Project } from './project.ts';

/** One place where a rule is broken; `text` says what was found there. */
export interface Violation {
  readonly file: string;
  readonly line?: number;
  readonly text: string;
}

/** A rule that explains itself: what it means and what to do, printed with every violation. */
export interface Rule {
  readonly name: string;
  readonly means: string;
  readonly remedy: string;
  readonly find: (project: Project) => Violation[];
}
