import { createProject } from '../project.ts';
import type { Rule, Violation } from '../rule.ts';

/** Runs a rule over a repository that exists only in this object: path to text. */
export function findIn(rule: Rule | undefined, files: Readonly<Record<string, string>>): Violation[] {
  if (rule === undefined) throw new Error('no such rule');
  return rule.find(createProject(Object.keys(files), (path) => files[path]));
}
